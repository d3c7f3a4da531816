// The whole SMMU on a bench: devices, memory, a register master, pins, and a driver.
#pragma once
#include <memory>

#include "smmuv3/smmu.h"
#include "tests/model/smmu_driver.h"
#include "tests/tlm/protocol_checker.h"

namespace smmu::test {

/// What rose on an interrupt pin, and the index registers at that moment.
struct Pulse {
    sc_core::sc_time at;
    uint32_t cmdq_cons, eventq_prod, gerror;
};

/// Counts what the SMMU does.
struct Counter final : Probe {
    unsigned hits = 0, misses = 0, commands = 0, events = 0;
    Fetches fetches{};  ///< of the latest miss
    bool config_hit = false, tlb_hit = false;
    std::vector<core::Recorded> recorded;

    void hit(const Hit&) override { ++hits; }
    void miss(const Miss& m) override {
        ++misses;
        fetches = m.fetches;
        config_hit = m.config_hit;
        tlb_hit = m.tlb_hit;
    }
    void command(const Command&) override { ++commands; }
    void event(const Event& e) override {
        ++events;
        recorded.push_back(e.recorded);
    }
};

/// Whether the bench's counter is attached: walks that no probe watches go another way.
enum class Watched : bool { No, Yes };

/// Every hop into and out of the SMMU runs through a ProtocolChecker.
class SmmuBench : public sc_core::sc_module, public SmmuDriver {
public:
    Smmu<> smmu;
    Ram ram{"ram"};
    std::vector<std::unique_ptr<Device>> devices;
    Device& device;
    Device cpu{"cpu"};
    sc_core::sc_signal<bool> reset_n{"reset_n", true};
    sc_core::sc_signal<bool> irq_eventq{"irq_eventq"}, irq_gerror{"irq_gerror"},
        irq_cmd_sync{"irq_cmd_sync"};
    std::vector<Pulse> eventq_pulses, gerror_pulses, sync_pulses;
    Pages pages{ram, map::pages};
    Counter counter;
    Checkers checkers;

    explicit SmmuBench(const Params& params = {}, Watched watched = Watched::Yes)
        : sc_module(sc_core::sc_module_name("bench")),
          SmmuDriver(cpu, ram),
          smmu("smmu", params),
          devices(make_devices(params.tbus)),
          device(*devices[0]) {
        for (size_t i = 0; i < devices.size(); ++i) {
            checkers.connect(devices[i]->out, smmu.tbu[i], "check_tbu");
            checkers.connect(smmu.mem[i], ram.in, "check_mem");
        }
        checkers.connect(smmu.ptw, ram.in, "check_ptw");
        checkers.connect(cpu.out, smmu.regs, "check_regs");
        smmu.reset_n(reset_n);
        smmu.irq_eventq(irq_eventq);
        smmu.irq_gerror(irq_gerror);
        smmu.irq_cmd_sync(irq_cmd_sync);
        watch(irq_eventq, eventq_pulses);
        watch(irq_gerror, gerror_pulses);
        watch(irq_cmd_sync, sync_pulses);
        if (watched == Watched::Yes) smmu.attach(counter);
    }

    /// Ram::Seen::port of the SMMU's own accesses; mem[i] is port i.
    int ptw_port() const { return static_cast<int>(devices.size()); }

private:
    std::vector<std::unique_ptr<Device>> make_devices(unsigned count) {
        std::vector<std::unique_ptr<Device>> made;
        for (unsigned i = 0; i < count; ++i)
            made.push_back(std::make_unique<Device>(("device" + std::to_string(i)).c_str()));
        return made;
    }

    void watch(sc_core::sc_signal<bool>& pin, std::vector<Pulse>& pulses) {
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&pin.posedge_event());
        sc_core::sc_spawn(
            [this, &pulses] {
                pulses.push_back({sc_core::sc_time_stamp(), peek<arch::CmdqCons>(),
                                  peek<arch::EventqProd>(), peek<arch::Gerror>()});
            },
            sc_core::sc_gen_unique_name("watch"), &options);
    }
};

/// A bench with one nested stream: VA -> IPA by stage 1, whose tables and CD lie in guest memory,
/// IPA -> PA by stage 2.
class NestedBench : public SmmuBench {
public:
    static constexpr uint32_t stream = 5;
    static constexpr uint16_t vmid = 7, asid = 9;
    static constexpr uint64_t va = 0x7F'1234'5000;

    RamTables stage1{pages, map::guest}, stage2{pages};
    uint64_t cd = pages.take();

    explicit NestedBench(const Params& params = {}, Watched watched = Watched::Yes)
        : SmmuBench(params, watched) {
        // The guest's memory is all of the RAM, displaced, page by page.
        for (uint64_t pa = 0; pa < ram.size(); pa += arch::page_bytes)
            stage2.map(pa + map::guest, pa, stage2_page);
        ram.put(cd, make_cd(stage1, asid));
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
    }

    /// Maps page n from `va` on to page n of the data.
    void map_page(unsigned n, uint64_t leaf = stage1_page) {
        stage1.map(va + n * arch::page_bytes, data_page(n) + map::guest, leaf);
    }
    static constexpr uint64_t data_page(unsigned n) { return map::data + n * arch::page_bytes; }
};

}  // namespace smmu::test
