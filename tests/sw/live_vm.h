// VMs on a modelled SMMU: each has its own RAM, an SMMU that it drives by the project's driver as a
// host would, and a device; the host's driver serves both.
#pragma once
#include "sw_stubs/driver/events.h"
#include "sw_stubs/driver/invalidation_array.h"
#include "sw_stubs/iommu_api/smmu_instance.h"
#include "sw_stubs/vmm/vsmmu.h"
#include "tests/sw/live_bench.h"

namespace smmu::test {

/// The guest's RAM: IPA `ipa` and up lies at physical `pa`.
class RamOfGuest final : public sw::vmm::GuestMemory {
public:
    static constexpr uint64_t ipa = 0x8000'0000, size = 2 << 20;
    RamOfGuest(Ram& ram, uint64_t pa) : ram_(ram), pa_(pa) {}
    bool read(uint64_t at, void* to, size_t bytes) override {
        if (!holds(at, bytes)) return false;
        std::memcpy(to, pointer(at), bytes);
        return true;
    }
    bool write(uint64_t at, const void* from, size_t bytes) override {
        if (!holds(at, bytes)) return false;
        std::memcpy(pointer(at), from, bytes);
        return true;
    }
    uint8_t* pointer(uint64_t at) { return ram_.data() + pa_ + (at - ipa); }
    uint64_t physical(uint64_t at) const { return pa_ + (at - ipa); }

private:
    static bool holds(uint64_t at, size_t bytes) {
        return at >= ipa && bytes <= size && at - ipa <= size - bytes;
    }
    Ram& ram_;
    uint64_t pa_;
};

/// Messages of a guest's SMMU reach its RAM.
class RamMessages final : public sw::vmm::MessageSink {
public:
    explicit RamMessages(RamOfGuest& memory) : memory_(memory) {}
    bool send(uint64_t ipa, uint32_t data) override {
        return memory_.write(ipa, &data, sizeof data);
    }

private:
    RamOfGuest& memory_;
};

class Pulses final : public sw::vmm::VirtualInterrupt {
public:
    unsigned count = 0;
    void set(bool) override {}
    void pulse() override { ++count; }
};

/// What a VM is on the host's side.
struct LiveVm {
    static constexpr uint32_t vsid = 0x20;  // in each of them
    LiveVm(LiveHost& bench, uint64_t pa)
        : memory(bench.ram, pa),
          ram{RamOfGuest::ipa, pa, RamOfGuest::size, sw::vmm::MemoryKind::Ram} {}

    RamOfGuest memory;
    sw::vmm::MemoryRegion ram;
    sw::vmm::Iommu iommu;
    sw::vmm::VirtualSmmu vsmmu;
    RamMessages messages{memory};
    Pulses event, gerror, command_sync, page_request;

    void start(sw::iommu_api::SmmuInstance& instance, const sw::vmm::AssignedDevice& device) {
        ASSERT_EQ(iommu.create(instance, {&ram, 1}), sw::iommu_api::Errno::None);
        ASSERT_EQ(iommu.assign(device), sw::iommu_api::Errno::None);
        vsmmu.start(iommu, memory, {&event, &gerror, &command_sync, &page_request, &messages});
    }
};

/// The machine below a guest's driver: its SMMU is trapped.
class GuestMachine final : public sw::host::Machine {
public:
    static constexpr uint64_t base = 0x0905'0000;
    explicit GuestMachine(sw::vmm::VirtualSmmu& vsmmu, sw::host::Machine& host)
        : vsmmu_(vsmmu), host_(host) {}
    uint32_t read32(uint64_t a) override { return static_cast<uint32_t>(trap(a, 4, nullptr)); }
    uint64_t read64(uint64_t a) override { return trap(a, 8, nullptr); }
    void write32(uint64_t a, uint32_t v) override {
        const uint64_t w = v;
        trap(a, 4, &w);
    }
    void write64(uint64_t a, uint64_t v) override { trap(a, 8, &v); }

private:
    /// The host runs on its own machine.
    uint64_t trap(uint64_t address, unsigned size, const uint64_t* value) {
        sw::host::Running running(host_);
        if (value == nullptr) return vsmmu_.read(address - base, size);
        vsmmu_.write(address - base, size, *value);
        return 0;
    }
    sw::vmm::VirtualSmmu& vsmmu_;
    sw::host::Machine& host_;
};

/// A guest: the driver of this project, as it drives any SMMU, over the guest's addresses.
struct LiveGuest {
    static constexpr uint64_t arena_ipa = RamOfGuest::ipa, arena_size = 1 << 20;
    static constexpr arch::Asid asid{7};  // in each of them
    /// Page `n` of the guest's data.
    static constexpr uint64_t page(unsigned n) { return RamOfGuest::ipa + arena_size + n * 0x1000; }
    static constexpr uint64_t iova = 0x12'3456'7000;

    LiveGuest(LiveVm& v, sw::host::Machine& host)
        : vm(v),
          machine(v.vsmmu, host),
          arena({arena_ipa, v.memory.pointer(arena_ipa), arena_size}) {}

    LiveVm& vm;
    GuestMachine machine;
    sw::Arena arena;
    sw::Smmu driver;
    sw::PageTable table;
    sw::Region cd;
    bool ats = false;  ///< its device may use ATS

    /// Brings its SMMU up and maps `iova` to page `n`.
    void boot(unsigned n) {
        sw::host::Running running(machine);
        const sw::Probe found = probe(sw::Registers{GuestMachine::base}, sw::Coherency::Coherent);
        ASSERT_EQ(found.refusal, sw::Refusal::None);
        ASSERT_EQ(driver.prepare(GuestMachine::base, found.features, arena), sw::Status::Done);
        ASSERT_EQ(driver.reset(), sw::Status::Done);
        ASSERT_TRUE(table.allocate(
            arena, {sw::Stage::One, sw::Stage2Types::Combine, 48, found.features.address_bits}));
        cd = arena.allocate(64, 64);
        ASSERT_EQ(table.map({iova, 0x1000}, page(n), {}), sw::MapResult::Done);
        const auto config = stage1_config(table, asid, found.features.address_size_code);
        ASSERT_EQ(driver.set_context({LiveVm::vsid}, *cd.as<arch::Cd>(), make_cd(config)),
                  sw::Status::Done);
        arch::Ste ste = sw::stage1_ste(cd.pa, driver.features());
        ste.set(arch::Ste::EATS, ats ? 1 : 0);
        ASSERT_EQ(driver.set_stream({LiveVm::vsid}, ste), sw::Status::Done);
    }
    /// Takes the mapping away, or replaces it.
    void unmap() {
        sw::host::Running running(machine);
        ASSERT_EQ(table.unmap({iova, 0x1000}), sw::MapResult::Done);
        const sw::Tag tag = sw::s1_tag(&driver, asid);
        ASSERT_EQ(forget(sw::InvalidationArray(&tag, 1), {iova, 0x1000}), sw::Completion::Done);
    }
    void map(unsigned n) {
        sw::host::Running running(machine);
        ASSERT_EQ(table.map({iova, 0x1000}, page(n), {}), sw::MapResult::Done);
    }
    bool next_event(arch::Event& event) {
        sw::host::Running running(machine);
        return driver.events().take(event);
    }
};

/// Two VMs with equal layouts, StreamIDs and ASIDs; their data differs.
class LiveVms : public LiveTest {
protected:
    static constexpr uint64_t pa[2] = {0xA0'0000, 0xC0'0000};
    static constexpr arch::StreamId stream[2] = {{0x20}, {0x21}};

    std::unique_ptr<LiveBench> bench;
    sw::iommu_api::SmmuInstance instance;
    std::unique_ptr<LiveVm> vm[2];
    std::unique_ptr<LiveGuest> guest[2];
    unsigned logged = 0;

    template <class Body>
    void live(Body body, const Params& params = {}) {
        bench = std::make_unique<LiveBench>(params);
        simulate_on(*bench, [this, body] {
            bench->start();
            ASSERT_TRUE(instance.start({&bench->driver, &bench->arena}));
            for (unsigned i = 0; i < 2; ++i) {
                vm[i] = std::make_unique<LiveVm>(*bench, pa[i]);
                vm[i]->start(instance, {stream[i], LiveVm::vsid});
                guest[i] = std::make_unique<LiveGuest>(*vm[i], bench->cpu);
                for (unsigned n = 0; n < 16; ++n)
                    bench->ram.put(vm[i]->memory.physical(LiveGuest::page(n)), word(i, n));
            }
            body();
        });
    }
    /// What lies in page `n` of VM `i`.
    static constexpr uint32_t word(unsigned i, unsigned n) { return 0x1000 * (i + 1) + n; }

    Reached dma(unsigned i, uint64_t address = LiveGuest::iova) {
        uint32_t value = 0;
        const auto r = bench->device.read(of_stream(stream[i].value), address, value);
        return r.ok() ? Reached{value} : Reached{};
    }
    /// The host's interrupt handler, when what happened so far has reached the Event queue.
    void serve() {
        sc_core::wait(100 * ns);
        struct Sink {
            LiveVms& self;
            bool take(const arch::Event& e) {
                return self.vm[0]->iommu.take(e) || self.vm[1]->iommu.take(e);
            }
            void log(const arch::Event&) { ++self.logged; }
            void lost() { ++self.logged; }
        } sink{*this};
        handle_events(bench->driver, sink);
        for (auto& v : vm) v->vsmmu.deliver();
    }
};

}  // namespace smmu::test
