// A guest's SMMU over fakes: the driver of the host on a recording SMMU, the guest's memory in a
// piece of the same physical memory.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "sw_stubs/iommu_api/smmu_instance.h"
#include "sw_stubs/vmm/vsmmu.h"
#include "tests/sw/fake_smmu.h"

namespace smmu::test {

using arch::Command;
using arch::Ste;
using sw::iommu_api::Errno;

class CountedInterrupt final : public sw::vmm::VirtualInterrupt {
public:
    unsigned pulses = 0;
    void set(bool) override { ADD_FAILURE() << "SMMU interrupts are edges"; }
    void pulse() override { ++pulses; }
};

/// Where the guest's SMMU sends messages: its RAM, and a doorbell beside it.
class FakeMessages final : public sw::vmm::MessageSink {
public:
    static constexpr uint64_t doorbell = 0x0800'0040;
    std::vector<std::pair<uint64_t, uint32_t>> sent;
    explicit FakeMessages(sw::vmm::GuestMemory& memory) : memory_(memory) {}
    bool send(uint64_t ipa, uint32_t data) override {
        if (ipa != doorbell && !memory_.write(ipa, &data, sizeof data)) return false;
        sent.push_back({ipa, data});
        return true;
    }

private:
    sw::vmm::GuestMemory& memory_;
};

/// A PCI function that remembers what it was told.
class CountedPci final : public sw::iommu_api::PciFunction {
public:
    bool ats = false, pri = false;
    unsigned credits = 0;
    void enable_ats(unsigned) override { ats = true; }
    void disable_ats() override { ats = false; }
    void enable_page_requests(unsigned most) override {
        EXPECT_TRUE(ats);
        pri = true;
        credits = most;
    }
    void disable_page_requests() override {
        EXPECT_TRUE(ats) << "it goes before ATS";
        pri = false;
    }
};

/// RAM of a guest from IPA `base` on.
class FakeGuestMemory final : public sw::vmm::GuestMemory {
public:
    static constexpr uint64_t base = 0x8000'0000;
    std::vector<uint8_t> bytes = std::vector<uint8_t>(1 << 20);
    uint64_t bad_page = ~uint64_t{0};  ///< this page of it fails

    bool read(uint64_t ipa, void* to, size_t size) override {
        if (!holds(ipa, size)) return false;
        std::memcpy(to, &bytes[ipa - base], size);
        return true;
    }
    bool write(uint64_t ipa, const void* from, size_t size) override {
        if (!holds(ipa, size)) return false;
        std::memcpy(&bytes[ipa - base], from, size);
        return true;
    }
    void put(uint64_t ipa, std::initializer_list<uint64_t> words) {
        for (const uint64_t w : words) {
            std::memcpy(&bytes.at(ipa - base), &w, 8);
            ipa += 8;
        }
    }
    uint64_t word(uint64_t ipa) {
        uint64_t w = 0;
        std::memcpy(&w, &bytes.at(ipa - base), 8);
        return w;
    }

private:
    bool holds(uint64_t ipa, size_t size) const {
        return ipa >= base && size <= bytes.size() && ipa - base <= bytes.size() - size &&
               ipa >> 12 != bad_page >> 12;
    }
};

using Words = std::vector<std::pair<uint64_t, uint64_t>>;

struct VsmmuTest : ::testing::Test, Bench {
    sw::Smmu driver;
    sw::iommu_api::SmmuInstance instance;
    sw::vmm::Iommu iommu;
    FakeGuestMemory guest;
    CountedInterrupt event, gerror, command_sync, page_request;
    FakeMessages messages{guest};
    sw::vmm::VirtualSmmu vsmmu;

    static constexpr uint64_t table = 0x8000'0000, commands_at = 0x8001'0000,
                              events_at = 0x8002'0000;
    static constexpr uint32_t vsid = 5;
    static constexpr uint16_t vmid = 1;
    sw::vmm::MemoryRegion ram{table, 0x5000'0000, 1 << 20, sw::vmm::MemoryKind::Ram};

    void SetUp() override { boot(); }
    void boot() {
        const auto found = sw::probe(sw::Registers{FakeSmmu::base}, sw::Coherency::Coherent);
        ASSERT_EQ(driver.prepare(FakeSmmu::base, found.features, arena), sw::Status::Done);
        ASSERT_EQ(driver.reset(), sw::Status::Done);
        ASSERT_TRUE(instance.start({&driver, &arena}));
        ASSERT_EQ(iommu.create(instance, {&ram, 1}), Errno::None);
        ASSERT_EQ(iommu.assign({{0x08}, vsid, false, true}), Errno::None);
        vsmmu.start(iommu, guest, {&event, &gerror, &command_sync});
        smmu.consumed.clear();
    }
    template <class R>
    uint64_t get() {
        return vsmmu.read(R::offset, sizeof(typename R::raw_type));
    }
    template <class R>
    void set(uint64_t value) {
        vsmmu.write(R::offset, sizeof(typename R::raw_type), value);
    }
    /// Linear table of 2^6 streams, queues of 16, everything on.
    void enable() {
        set<arch::StrtabBase>(table);
        set<arch::StrtabBaseCfg>(6);
        set<arch::CmdqBase>(commands_at | 4);
        set<arch::EventqBase>(events_at | 4);
        set<arch::IrqCtrl>(5);
        set<arch::Cr0>(0xD);
        ASSERT_EQ(get<arch::Cr0Ack>(), 0xDu);
        smmu.consumed.clear();
    }
    /// Puts a command into the guest's queue and tells its SMMU.
    void command(uint64_t w0, uint64_t w1 = 0) {
        guest.put(commands_at + 16 * (prod % 16), {w0, w1});
        prod = (prod + 1) % 32;
        set<arch::CmdqProd>(prod);
    }
    void put_ste(uint64_t w0, uint64_t w1, uint32_t stream = vsid) {
        guest.put(table + 64 * stream, {w0, w1, 0, 0, 0, 0, 0, 0});
    }
    uint64_t cons() { return get<arch::CmdqCons>() & 0xFFFFF; }
    uint64_t reason() { return get<arch::CmdqCons>() >> 24; }
    bool command_error() { return ((get<arch::Gerror>() ^ get<arch::Gerrorn>()) & 1) != 0; }

    /// What the host's SMMU has for the device.
    Ste ste(uint32_t stream = 8) {
        const uint64_t top = smmu.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const uint64_t second = memory.record<arch::L1Std>(top)[arch::L1Std::L2Ptr];
        return memory.record<Ste>(second + stream * 64);
    }
    /// Commands that the host's SMMU got, without CMD_SYNCs.
    Words sent() {
        Words w;
        for (const Command& c : smmu.consumed)
            if (c[Command::Op] != arch::Opcode::SYNC) w.push_back({c.word[0], c.word[1]});
        smmu.consumed.clear();
        return w;
    }
    uint32_t prod = 0;
};

/// V, Config = stage 1, a context pointer; CIR and COR write-back, CSH inner.
constexpr uint64_t guest_s1_word0 = 0x8000'100B, guest_s1_word1 = 0xD4;

}  // namespace smmu::test
