// A CPU that runs software natively: its accesses, time, interrupts and RAM; several of them in one simulation.
#include "platform/host_cpu.h"

#include <tlm_utils/simple_target_socket.h>

#include <memory>

#include "interconnect/interconnect.h"
#include "sw_stubs/port/port.h"
#include "tests/support/sim_test.h"

namespace smmu::test {
namespace {

using platform::HostCpu;
namespace port = sw::port;

const sc_core::sc_time ns{1.0, sc_core::SC_NS};
double now_ns() { return sc_core::sc_time_stamp() / ns; }

/// Four registers of 8 bytes; beyond them nothing.
struct Bank : sc_core::sc_module {
    tlm_utils::simple_target_socket<Bank, 32> in{"in"};
    uint64_t word[4] = {};
    unsigned accesses = 0;
    sc_core::sc_time delay, waits;

    explicit Bank(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &Bank::transport);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time& local) {
        ++accesses;
        local += delay;
        if (waits != sc_core::SC_ZERO_TIME) sc_core::wait(waits);
        if (p.get_address() + p.get_data_length() > sizeof word)
            return p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        auto* const here = reinterpret_cast<uint8_t*>(word) + p.get_address();
        if (p.is_read())
            std::memcpy(p.get_data_ptr(), here, p.get_data_length());
        else
            std::memcpy(here, p.get_data_ptr(), p.get_data_length());
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct HostCpuTest : SimTest {
    struct Bench : sc_core::sc_module {
        HostCpu cpu{"cpu"}, other{"other"};
        Bank bank{"bank"}, other_bank{"other_bank"};
        Bench() : sc_module(sc_core::sc_module_name("bench")) {
            cpu.mem.bind(bank.in);
            other.mem.bind(other_bank.in);
        }
    } bench;
    HostCpu& cpu = bench.cpu;

    void wait_for(HostCpu& which) {
        if (!which.halted()) sc_core::wait(which.halted_event());
    }
    template <class Program>
    void run(Program program) {
        cpu.load(program);
        simulate([this] { wait_for(cpu); });
    }
};

TEST_F(HostCpuTest, RegistersAreReadAndWrittenAndTakeTheirTime) {
    bench.bank.delay = 7 * ns;
    run([this] {
        port::mmio_write64(0, 0x1111'2222'3333'4444);
        EXPECT_EQ(now_ns(), 7);
        EXPECT_EQ(port::mmio_read32(4), 0x1111'2222u);
        port::mmio_write32(8, 5);
        EXPECT_EQ(port::mmio_read64(8), 5u);
        EXPECT_EQ(now_ns(), 28);
        EXPECT_EQ(bench.bank.accesses, 4u);
        EXPECT_FALSE(cpu.halted());
    });
    EXPECT_TRUE(cpu.halted());
    EXPECT_EQ(cpu.bus_errors(), 0u);
}

TEST_F(HostCpuTest, ABusErrorReadsAsOnesAndIsCounted) {
    run([] {
        EXPECT_EQ(port::mmio_read32(0x40), 0xFFFF'FFFFu);
        EXPECT_EQ(port::mmio_read64(0x40), ~uint64_t{0});
        port::mmio_write32(0x40, 1);
    });
    EXPECT_EQ(cpu.bus_errors(), 3u);
}

TEST_F(HostCpuTest, LookingAgainTakesTimeABarrierOnlyWhereItIsAsked) {
    run([this] {
        port::dma_barrier();
        EXPECT_EQ(now_ns(), 0);
        port::relax();
        EXPECT_EQ(now_ns(), 10);
        cpu.barrier_time = 100 * ns;
        port::dma_barrier();
        EXPECT_EQ(now_ns(), 110);
    });
}

/// Their accesses overlap in time, and a machine that one of them puts on top is its own.
TEST_F(HostCpuTest, EachProgramReachesItsOwnCpu) {
    bench.bank.waits = 3 * ns;
    bench.other_bank.waits = 5 * ns;
    const auto program = [](HostCpu& mine, uint64_t value) {
        for (unsigned i = 0; i < 50; ++i) {
            port::mmio_write64(0, value + i);
            sc_core::wait(ns);
            sw::host::Running again(mine);
            EXPECT_EQ(port::mmio_read64(0), value + i);
            sc_core::wait(ns);
        }
    };
    cpu.load([&] { program(bench.cpu, 0x1000); });
    bench.other.load([&] { program(bench.other, 0x2000); });
    simulate([this] {
        wait_for(cpu);
        wait_for(bench.other);
    });
    EXPECT_EQ(bench.bank.accesses, 100u);
    EXPECT_EQ(bench.other_bank.accesses, 100u);
    EXPECT_EQ(bench.bank.word[0], 0x1031u);
    EXPECT_EQ(bench.other_bank.word[0], 0x2031u);
}

TEST_F(HostCpuTest, OtherThreadsReachWhatIsRunningThere) {
    sw::host::Running outside(bench.other);
    cpu.load([] {
        sc_core::wait(ns);
        port::mmio_write64(0, 1);
    });
    simulate([] {
        port::mmio_write64(8, 2);
        sc_core::wait(2 * ns);
        port::mmio_write64(16, 3);
    });
    EXPECT_EQ(bench.bank.word[0], 1u);
    EXPECT_EQ(bench.other_bank.word[1], 2u);
    EXPECT_EQ(bench.other_bank.word[2], 3u);
}

TEST_F(HostCpuTest, InterruptsEndAWait) {
    cpu.load([this] {
        port::wait_for_interrupt();
        EXPECT_EQ(now_ns(), 50) << "a pulse that comes while it waits";
        sc_core::wait(50 * ns);
        port::wait_for_interrupt();
        EXPECT_EQ(now_ns(), 100) << "one that came before";
        port::wait_for_interrupt();
        port::wait_for_interrupt();
        EXPECT_EQ(now_ns(), 200) << "a level is there as long as it is high";
    });
    simulate([this] {
        const auto pulse = [this](double at) {
            sc_core::wait(at * ns - sc_core::sc_time_stamp());
            cpu.irq->write(true);
            cpu.irq->write(false);
        };
        pulse(50);
        pulse(80);
        sc_core::wait(120 * ns);
        cpu.irq->write(true);
        wait_for(cpu);
    });
    EXPECT_TRUE(cpu.halted());
}

TEST_F(HostCpuTest, ACpuWithoutAProgramDoesNothing) {
    simulate([] { sc_core::wait(ns); });
    EXPECT_FALSE(cpu.halted());
    EXPECT_EQ(cpu.ram(0x4000'0000, 4), nullptr) << "nothing grants RAM here";
}

/// On the platform's bus: RAM with the view of the caches and that of the chips.
TEST(HostCpuRam, IsTheCachedViewAndMaintenanceReachesTheOther) {
    Interconnect bus("bus", {}, {{"cpu", PortKind::Cpu}}, {});
    HostCpu cpu("cpu");
    cpu.mem.bind(bus.upstream("cpu"));
    cpu.cache.bind(bus.maintenance);
    const uint64_t at = virt::ram.base + 0x1'0030;
    uint64_t* const word = reinterpret_cast<uint64_t*>(cpu.ram(at, 8));
    ASSERT_NE(word, nullptr);
    const auto in_dram = [&](uint64_t address) {
        uint64_t value = 0;
        bus.ram().non_coherent_read(address - virt::ram.base, &value, sizeof value);
        return value;
    };
    sw::host::Running running(cpu);
    word[0] = 1;
    word[2] = 2;  // the next line
    EXPECT_EQ(in_dram(at), 0u);
    port::clean_cache(word, 24);
    EXPECT_EQ(in_dram(at), 1u);
    EXPECT_EQ(in_dram(at + 16), 2u);
    const uint64_t news = 3;
    bus.ram().non_coherent_write(at - virt::ram.base, &news, sizeof news);
    EXPECT_EQ(word[0], 1u);
    port::invalidate_cache(word, 8);
    EXPECT_EQ(word[0], 3u);

    EXPECT_NE(cpu.ram(virt::ram.end() - 8, 8), nullptr);
    EXPECT_EQ(cpu.ram(virt::ram.end() - 8, 16), nullptr);
    EXPECT_EQ(cpu.ram(virt::ram.base - 8, 8), nullptr);
    uint64_t elsewhere = 0;
    port::clean_cache(&elsewhere, 8);  // not RAM: nothing to do
}

}  // namespace
}  // namespace smmu::test
