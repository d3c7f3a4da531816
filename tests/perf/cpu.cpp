// Firmware on the platform's core, against the same loop on its engine alone.
#include "cpu/cpu.h"

#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <ctime>

#include "cpu/register_access.h"
#include "interconnect/interconnect.h"
#include "tests/perf/cpu_bare.h"
#include "tests/perf/cpu_loop.h"
#include "tests/perf/groups.h"

namespace smmu::perf {
namespace {

InterconnectParams bus_params() {
    InterconnectParams params;
    params.ram.base = cpu_loop::ram;
    return params;
}

/// A core on the platform's bus, RAM by DMI, one device; parameters are the platform's defaults.
class Platform : public sc_core::sc_module {
public:
    uint64_t device_reads = 0;
    uint64_t instructions = 0;  ///< of the latest work, from the end of the one before it

    explicit Platform(sc_core::sc_module_name name)
        : sc_module(name),
          bus_("bus", bus_params(), {{"cpu", PortKind::Cpu}}, {{"device", cpu_loop::device}}),
          cpu_("cpu") {
        cpu_.mem.bind(bus_.upstream("cpu"));
        bus_.device("device").bind(device_);
        device_.register_b_transport(this, &Platform::access_device);
        const auto program = cpu_loop::load();
        bus_.ram().debug_write(0, program.data(), program.size());
        cpu_.set_reset_state({cpu_loop::ram});
    }

    void work(uint64_t times) {
        std::memcpy(ram() + cpu_loop::times, &times, sizeof times);
        cpu_.irq->write(true);
        wait(done_);
    }
    uint8_t* ram() { return bus_.ram().coherent_view(); }

private:
    void access_device(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
        answer_register_access(
            payload,
            [this](uint64_t, unsigned) -> uint64_t {
                ++device_reads;
                return cpu_loop::answer;
            },
            [this](uint64_t offset, unsigned, uint64_t) {
                if (offset == cpu_loop::done) end_work();
            });
    }
    void end_work() {
        cpu_.irq->write(false);  // the next WFI waits again
        instructions = cpu_.instructions() - instructions_before_;
        instructions_before_ = cpu_.instructions();
        done_.notify();
    }

    Interconnect bus_;
    Aarch64Cpu cpu_;
    tlm_utils::simple_target_socket<Platform, 32> device_{"device"};
    sc_core::sc_event done_;
    uint64_t instructions_before_ = 0;
};

class Cpu final : public Group {
public:
    void start() override {
        constexpr uint64_t times = 1000;
        constexpr uint64_t expected =
            times * cpu_loop::instructions + cpu_loop::instructions_of_work;
        for (int twice = 0; twice < 2; ++twice) {
            bare_.work(times);
            platform_.work(times);
            require(platform_.instructions == expected + cpu_loop::instructions_of_wait,
                    "the CPU did not execute the instructions of the loop");
        }
        BareEngine counted;
        require(counted.works_in(times, expected),
                "the bare engine did not execute the instructions of the loop");
        require(platform_.device_reads == 2 * times, "the loop did not read its device each time");
        for (BareEngine* engine : {&bare_, &counted})
            require(engine->device_reads == platform_.device_reads &&
                        std::memcmp(engine->ram(), platform_.ram(), cpu_loop::ram_used) == 0,
                    "the CPU and its engine alone left different data or registers");
    }

    std::vector<Operation> rows() override {
        return {
            {"cpu_bare", "100 instructions of firmware, by the CPU's engine alone",
             [this](unsigned n) { bare_.work(n); }},
            {"cpu_vs_bare", "the same on the CPU in a platform: 10 stores, 1 register access",
             [this](unsigned n) { platform_.work(n); }, 1.25, "cpu_bare"},
            {"cpu_mips",
             "the same",
             {},
             Operation::none,
             {},
             {},
             [this] { return mips(); },
             "million instructions a second"},
        };
    }

private:
    double mips() {
        constexpr unsigned times = 100'000;
        const std::clock_t begin = std::clock();
        platform_.work(times);
        const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        return static_cast<double>(times * cpu_loop::instructions) / seconds / 1e6;
    }

    BareEngine bare_;
    Platform platform_{"cpu_platform"};
};

}  // namespace

GroupPointer make_cpu() { return std::make_unique<Cpu>(); }

}  // namespace smmu::perf
