// A platform without an instruction set simulator: the driver runs natively on a HostCpu, brings the SMMU up and gives a
// DMA engine its stage 1; bus, root complex and engine are those of the platform.
#include "boards/test_engine_frame.h"
#include "interconnect/interconnect.h"
#include "pcie/root_complex.h"
#include "platform/host_cpu.h"
#include "smmuv3/smmu.h"
#include "sw_stubs/driver/invalidation_array.h"
#include "sw_stubs/driver/smmu.h"
#include "test_engine/test_engine.h"
#include "tests/support/sim_test.h"

namespace smmu::test {
namespace {

using namespace sw;

constexpr uint64_t frame = virt::test_engine0.base;
constexpr arch::StreamId stream{virt::root_complex0.stream_base + virt::test_engine_rid(0)};

class HostPlatform : public sc_core::sc_module {
public:
    Interconnect bus{
        "bus",
        {},
        {{"cpu", PortKind::Cpu}, {"tables", PortKind::Tables}, {"dma", PortKind::Dma}},
        {{"smmu", virt::smmu}, {"config", virt::pcie0_config}, {"window", virt::pcie0_window}}};
    platform::HostCpu cpu{"cpu"};
    smmu::Smmu<> model;
    RootComplex root_complex;
    TestEngine engine{"engine", {}};

    explicit HostPlatform(const Params& params)
        : sc_module(sc_core::sc_module_name("platform")),
          model("smmu", params),
          root_complex("root_complex", on_board()) {
        cpu.mem.bind(bus.upstream("cpu"));
        cpu.cache.bind(bus.maintenance);
        model.irq_eventq.bind(cpu.irq);
        bus.device("smmu").bind(model.regs);
        bus.device("config").bind(root_complex.config);
        bus.device("window").bind(root_complex.memory);
        PciLink& link = root_complex.add(engine.pci, {virt::test_engine_device});
        engine.dma.bind(link.dma);
        engine.endpoint.ats.bind(link.ats);
        link.ats_inv.bind(engine.endpoint.ats_inv);
        link.registers().bind(engine.regs);
        root_complex.dma.bind(model.tbu[0]);
        model.mem[0].bind(bus.upstream("dma"));
        model.ptw.bind(bus.upstream("tables"));
        engine.pci.place_bar(0, virt::test_engine0.base);
        engine.pci.write_config(pci::command, 2, pci::command_memory | pci::command_bus_master);
    }

private:
    static RootComplexParams on_board() {
        RootComplexParams params;
        params.board = virt::root_complex0;
        params.window = virt::pcie0_window;
        return params;
    }
};

/// The software: as a firmware would do it, by the functions of the port alone.
class Program {
public:
    static constexpr uint64_t tables_pa = 0x4800'0000, tables_size = 8 << 20;
    static constexpr uint64_t from_pa = 0x5000'0000, to_pa = 0x5010'0000;
    static constexpr uint64_t from = 0x12'3456'7000, to = 0x65'4321'0000;
    static constexpr arch::Asid asid{3};

    Program(platform::HostCpu& cpu, Coherency coherency)
        : cpu_(cpu), arena_({tables_pa, cpu.ram(tables_pa, tables_size), tables_size}, coherency) {}

    void bring_up() {
        const sw::Probe found = probe(Registers{virt::smmu.base}, arena_.coherency());
        ASSERT_EQ(found.refusal, Refusal::None);
        const Features& f = found.features;
        ASSERT_EQ(driver_.prepare(virt::smmu.base, f, arena_), Status::Done);
        ASSERT_EQ(driver_.reset(), Status::Done);
        ASSERT_TRUE(
            table_.allocate(arena_, {Stage::One, Stage2Types::Combine, 48, f.address_bits}));
        ASSERT_EQ(table_.map({from, arch::page_bytes}, from_pa, {}), MapResult::Done);
        ASSERT_EQ(table_.map({to, arch::page_bytes}, to_pa, {}), MapResult::Done);
        const Region cd = arena_.allocate(sizeof(arch::Cd), sizeof(arch::Cd));
        const arch::Cd words = make_cd(stage1_config(table_, asid, f.address_size_code));
        for (unsigned i = 0; i < arch::Cd::words; ++i) cd.as<arch::Cd>()->word[i] = words.word[i];
        arena_.publish(cd.pointer, sizeof words);
        ASSERT_EQ(driver_.set_stream(stream, stage1_ste(cd.pa, f)), Status::Done);
    }
    /// True: the engine says that it has copied a word.
    bool copy() {
        using namespace test_engine;
        port::mmio_write64(frame + user::begin, from);
        port::mmio_write64(frame + user::end, from + 7);
        port::mmio_write64(frame + user::stride, 1);
        port::mmio_write64(frame + user::destination, to);
        port::dma_barrier();
        port::mmio_write32(frame + user::cmd, static_cast<uint32_t>(test_engine::Command::MEMCPY));
        uint32_t state = 0;
        poll([&] {
            state = port::mmio_read32(frame + user::cmd);
            return state != static_cast<uint32_t>(test_engine::Command::MEMCPY);
        });
        return state == static_cast<uint32_t>(test_engine::Command::HALTED);
    }
    uint64_t& word(uint64_t pa) { return *reinterpret_cast<uint64_t*>(cpu_.ram(pa, 8)); }

    void unmap() {
        ASSERT_EQ(table_.unmap({to, arch::page_bytes}), MapResult::Done);
        const Tag tag = s1_tag(&driver_, asid);
        ASSERT_EQ(forget(InvalidationArray(&tag, 1), {to, arch::page_bytes}), Completion::Done);
    }
    sw::Smmu& driver() { return driver_; }

private:
    platform::HostCpu& cpu_;
    Arena arena_;
    sw::Smmu driver_;
    PageTable table_;
};

struct HostPlatformTest : SimTest, ::testing::WithParamInterface<bool> {
    static constexpr uint64_t data = 0x0123'4567'89AB'CDEF;
};

/// Tables, queues and events in caches that the SMMU looks into, and not.
TEST_P(HostPlatformTest, TheDriverDrivesItAndDataMoves) {
    Params params;
    params.features.coherent_access = GetParam();
    HostPlatform platform(params);
    const Coherency coherency = GetParam() ? Coherency::Coherent : Coherency::NonCoherent;
    platform.cpu.load([&] {
        Program program(platform.cpu, coherency);
        program.bring_up();
        program.word(Program::from_pa) = data;
        EXPECT_TRUE(program.copy());
        EXPECT_EQ(program.word(Program::to_pa), data);

        program.unmap();
        EXPECT_FALSE(program.copy());
        port::wait_for_interrupt();
        arch::Event event{};
        ASSERT_TRUE(program.driver().events().take(event));
        EXPECT_EQ(event[arch::Event::Id], arch::EventId::F_TRANSLATION);
        EXPECT_EQ(event[arch::Event::StreamID], stream.value);
        EXPECT_EQ(event[arch::Event::InputAddr], Program::to);
        EXPECT_FALSE(program.driver().events().take(event));
    });
    simulate([&] { sc_core::wait(platform.cpu.halted_event()); });
    EXPECT_EQ(platform.cpu.bus_errors(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Tables, HostPlatformTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Cached" : "NotCached"; });

}  // namespace
}  // namespace smmu::test
