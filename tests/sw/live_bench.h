// The driver on a modelled SMMU that a device is using: entries change word by word while time passes
// and accesses go on.
#pragma once
#include <optional>

#include "platform/host_cpu.h"
#include "smmuv3/smmu.h"
#include "sw_stubs/driver/commands.h"
#include "sw_stubs/driver/nested.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/driver/vm.h"
#include "tests/support/device.h"
#include "tests/support/ram.h"
#include "tests/support/sim_test.h"

namespace smmu::test {

inline const sc_core::sc_time ns{1.0, sc_core::SC_NS};

/// What an access of the device ended with: the number of the page that it reached, or nothing when
/// it was aborted.
using Reached = std::optional<uint32_t>;

/// Caches of one entry: with an access of another translated stream in between, every access of the
/// first reads its STE, its CD and its tables.
inline Params uncached() {
    Params p;
    p.micro_tlb = {1, 1};
    p.tlb = {1, 1};
    p.config_cache = {1, 1};
    return p;
}

/// The driver's side: a modelled SMMU, its memory, and the CPU that reaches its registers.
class LiveHost : public sc_core::sc_module {
public:
    static constexpr uint64_t arena_base = 0x10'0000, arena_size = 8 << 20;
    static constexpr uint64_t data = 0xC0'0000;
    static constexpr arch::StreamId stream{0x20}, other{0x21};

    /// Page `n` of the data.  An untranslated access to `va` reaches page 0.
    static constexpr uint64_t page(unsigned n) { return data + n * arch::page_bytes; }
    static constexpr uint64_t va = data;

    Smmu<> model;
    Ram ram{"ram"};
    platform::HostCpu cpu{"cpu", {ns}};
    sw::Arena arena{{arena_base, ram.data() + arena_base, arena_size}};
    sw::Smmu driver;

    explicit LiveHost(const Params& params)
        : sc_module(sc_core::sc_module_name("bench")), model("smmu", params) {
        model.mem[0].bind(ram.in);
        model.ptw.bind(ram.in);
        cpu.mem.bind(model.regs);
        ram.waits = true;
        ram.latency = ns;
        for (unsigned n = 0; n < 16; ++n) ram.put(page(n), n);
    }

    /// Brings the SMMU up: both streams are bypassed.
    void start() {
        const sw::Features f = probe(registers(), sw::Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(0, f, arena), sw::Status::Done);
        ASSERT_EQ(driver.set_stream(stream, sw::bypass_ste()), sw::Status::Done);
        ASSERT_EQ(driver.set_stream(other, sw::bypass_ste()), sw::Status::Done);
        ASSERT_EQ(driver.reset(sw::Interrupts::Off), sw::Status::Done);
    }
    static sw::Registers registers() { return sw::Registers{0}; }

    /// The live STE in memory, found as the SMMU finds it.
    volatile arch::Ste& ste() {
        const auto top = registers().read<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const auto l1 = ram.get<arch::L1Std>(top + 8 * (stream.value >> 8));
        const uint64_t at = l1[arch::L1Std::L2Ptr] + 64 * (stream.value & 0xFF);
        return *reinterpret_cast<volatile arch::Ste*>(ram.data() + at);
    }
};

/// The body of a test is software of the bench's CPU.
class LiveTest : public SimTest {
protected:
    template <class Body>
    void simulate_on(LiveHost& bench, Body body) {
        bench.cpu.load(std::move(body));
        simulate([&bench] {
            if (!bench.cpu.halted()) sc_core::wait(bench.cpu.halted_event());
            EXPECT_EQ(bench.cpu.bus_errors(), 0u);
            sc_core::wait(1000 * ns);  // what the SMMU has begun it ends: a prefetch holds memory
        });
    }
};

/// And a plain master behind it.
class LiveBench : public LiveHost {
public:
    Device device{"device"};

    explicit LiveBench(const Params& params) : LiveHost(params) { device.out.bind(model.tbu[0]); }
    Reached read(arch::StreamId who) {
        uint32_t value = 0;
        const auto result = device.read(of_stream(who.value), va, value);
        return result.ok() ? Reached{value} : Reached{};
    }
};

/// Tables that lead an access to `va` elsewhere, each to a page of its own.
class LiveTables {
public:
    explicit LiveTables(LiveBench& bench)
        : features_(bench.driver.features()), arena_(bench.arena) {
        map_stage1(stage1_, 48, 1);
        map_stage1(elsewhere_, 39, 2);  // begins a level later
        EXPECT_TRUE(vm_.create(arena_, features_, {0}));
        map_stage2(LiveBench::arena_base, LiveBench::arena_base, LiveBench::arena_size);
        for (unsigned n = 0; n < 3; ++n)  // page 0 by stage 2 alone; 1 and 2 behind a stage 1
            map_stage2(LiveBench::page(n), LiveBench::page(n + 3), arch::page_bytes);
        cds_ = arena_.allocate(8 * sizeof(arch::Cd), 8 * sizeof(arch::Cd));
        put_cd(0, cd(1));
        put_cd(2, cd_elsewhere());
        put_cd(4, make(elsewhere_, 99));
    }
    /// For the stream that only empties the caches.
    arch::Ste noise() const { return with_substreams(cds_.pa + 4 * sizeof(arch::Cd)); }

    // What an access reaches: 0 bypass, 1 stage 1, 2 another stage 1, 3 stage 2, 4 stage 1 on stage
    // 2, 5 the other stage 1 on it.
    arch::Ste stage1() const { return with_substreams(cds_.pa); }
    arch::Ste stage1_elsewhere() const { return with_substreams(cds_.pa + 2 * sizeof(arch::Cd)); }
    arch::Ste stage2(uint16_t vmid = 0) const {
        return stage2_ste(vm_.config(features_), features_).set(arch::Ste::S2VMID, vmid);
    }
    arch::Ste nested(arch::Ste guest, uint16_t vmid = 0) const {
        arch::Ste ste = nested_ste(sw::check({{guest.word[0], guest.word[1]}}),
                                   vm_.config(features_), features_, sw::Ats::On);
        return ste.set(arch::Ste::S2VMID, vmid);
    }
    /// The first CD, which stage1() leads to.
    volatile arch::Cd& live_cd() const { return *cds_.as<arch::Cd>(); }
    arch::Cd cd(uint16_t asid) const { return make(stage1_, asid); }
    arch::Cd cd_elsewhere() const { return make(elsewhere_, 9); }

private:
    void map_stage1(sw::PageTable& table, uint8_t bits, unsigned to) {
        EXPECT_TRUE(table.allocate(
            arena_, {sw::Stage::One, sw::Stage2Types::Combine, bits, features_.address_bits}));
        EXPECT_EQ(table.map({LiveBench::va, arch::page_bytes}, LiveBench::page(to), {}),
                  sw::MapResult::Done);
    }
    void map_stage2(uint64_t ipa, uint64_t pa, uint64_t size) {
        EXPECT_EQ(vm_.stage2.map({ipa, size}, pa, {}), sw::MapResult::Done);
    }
    arch::Cd make(const sw::PageTable& table, uint16_t asid) const {
        return sw::make_cd(sw::stage1_config(table, {asid}, features_.address_size_code));
    }
    void put_cd(unsigned n, const arch::Cd& cd) {
        for (unsigned i = 0; i < arch::Cd::words; ++i) cds_.as<arch::Cd>()[n].word[i] = cd.word[i];
    }
    /// Two CDs, so that S1DSS counts.
    arch::Ste with_substreams(uint64_t cds) const {
        return stage1_ste(cds, features_).set(arch::Ste::S1CDMax, 1);
    }

    const sw::Features& features_;
    sw::Arena& arena_;
    sw::PageTable stage1_, elsewhere_;
    sw::VmContext vm_;
    sw::Region cds_{};
};

}  // namespace smmu::test
