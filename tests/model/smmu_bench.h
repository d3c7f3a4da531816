// The whole SMMU on a bench: devices, memory, a register master, pins, and the few moves of a
// driver.
#pragma once
#include <memory>
#include <optional>

#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/event.h"
#include "smmuv3/arch/queue.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/smmu.h"
#include "tests/model/smmu_tables.h"
#include "tests/support/device.h"
#include "tests/support/ram.h"
#include "tests/support/sim_test.h"
#include "tests/tlm/protocol_checker.h"

namespace smmu::test {

inline const sc_core::sc_time ns{1.0, sc_core::SC_NS};

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

/// Memory map of the bench, all physical.
namespace map {
constexpr uint64_t stream_table = 0x1'0000;
constexpr uint64_t command_queue = 0x2'0000;
constexpr uint64_t event_queue = 0x3'0000;
constexpr uint64_t pages = 0x10'0000;  ///< tables and contexts
constexpr uint64_t data = 0x80'0000;
/// A guest's memory is at this distance above the physical addresses.
constexpr uint64_t guest = 0x8000'0000;
}  // namespace map

/// Every hop into and out of the SMMU runs through a ProtocolChecker.
class SmmuBench : public sc_core::sc_module {
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

    unsigned streams_log2 = 8, commands_log2 = 3, events_log2 = 2;

    explicit SmmuBench(const Params& params = {})
        : sc_module(sc_core::sc_module_name("bench")),
          smmu("smmu", params),
          devices(make_devices(params.tbus)),
          device(*devices[0]) {
        for (size_t i = 0; i < devices.size(); ++i) {
            connect(devices[i]->out, smmu.tbu[i], "check_tbu");
            connect(smmu.mem[i], ram.in, "check_mem");
        }
        connect(smmu.ptw, ram.in, "check_ptw");
        connect(cpu.out, smmu.regs, "check_regs");
        smmu.reset_n(reset_n);
        smmu.irq_eventq(irq_eventq);
        smmu.irq_gerror(irq_gerror);
        smmu.irq_cmd_sync(irq_cmd_sync);
        watch(irq_eventq, eventq_pulses);
        watch(irq_gerror, gerror_pulses);
        watch(irq_cmd_sync, sync_pulses);
        smmu.attach(counter);
    }

    /// Ram::Seen::port of the SMMU's own accesses; mem[i] is port i.
    int ptw_port() const { return static_cast<int>(devices.size()); }

    // --- Registers

    template <class R>
    R read() {
        typename R::raw_type raw{};
        EXPECT_TRUE(cpu.read(StreamIn{}, R::offset, raw).ok());
        return R{{{raw}}};
    }
    template <class R>
    void write(const R& value) {
        EXPECT_TRUE(cpu.write(StreamIn{}, R::offset, value.raw()).ok());
    }
    /// A look at a register that takes no time and wakes nobody.
    template <class R>
    uint32_t peek() {
        uint32_t raw = 0;
        cpu.debug(StreamIn{}, tlm::TLM_READ_COMMAND, R::offset, &raw, 4);
        return raw;
    }

    /// Writes CR0 and waits for CR0ACK.
    void control(arch::Cr0 cr0) {
        write(cr0);
        while (read<arch::Cr0Ack>().raw() != cr0.raw()) sc_core::wait(ns);
    }
    /// Writes IRQ_CTRL and waits for IRQ_CTRLACK.
    void enable_interrupts(arch::IrqCtrl which) {
        write(which);
        while (read<arch::IrqCtrlAck>().raw() != which.raw()) sc_core::wait(ns);
    }
    static arch::IrqCtrl all_interrupts() {
        using arch::IrqCtrl;
        return IrqCtrl{}.set(IrqCtrl::EVENTQ_IRQEN, true).set(IrqCtrl::GERROR_IRQEN, true);
    }
    static arch::Cr0 all_on() {
        return arch::Cr0{}
            .set(arch::Cr0::CMDQEN, true)
            .set(arch::Cr0::EVENTQEN, true)
            .set(arch::Cr0::SMMUEN, true);
    }

    /// Queues and a linear Stream table of invalid entries, interrupts on, everything enabled.
    void start() {
        using namespace arch;
        write(StrtabBase{}.set(StrtabBase::ADDR, map::stream_table));
        write(StrtabBaseCfg{}.set(StrtabBaseCfg::LOG2SIZE, static_cast<uint8_t>(streams_log2)));
        write(CmdqBase{}
                  .set(CmdqBase::ADDR, map::command_queue)
                  .set(CmdqBase::LOG2SIZE, static_cast<uint8_t>(commands_log2)));
        write(EventqBase{}
                  .set(EventqBase::ADDR, map::event_queue)
                  .set(EventqBase::LOG2SIZE, static_cast<uint8_t>(events_log2)));
        for (auto index :
             {CmdqProd::offset, CmdqCons::offset, EventqProd::offset, EventqCons::offset})
            EXPECT_TRUE(cpu.write(StreamIn{}, index, uint32_t{0}).ok());
        write(Cr2{}.set(Cr2::RECINVSID, true));
        enable_interrupts(all_interrupts());
        control(all_on());
    }

    // --- Streams

    void put_ste(uint32_t stream, const arch::Ste& ste) {
        ram.put(map::stream_table + 64 * stream, ste);
    }
    static arch::Ste bypass_ste() {
        return arch::Ste{}
            .set(arch::Ste::V, true)
            .set(arch::Ste::Config, arch::SteConfig::Bypass)
            .set(arch::Ste::SHCFG, 0b01);
    }
    /// Stage 1 by a context descriptor at `cd`.
    static arch::Ste stage1_ste(uint64_t cd) {
        return bypass_ste()
            .set(arch::Ste::Config, arch::SteConfig::S1)
            .set(arch::Ste::S1ContextPtr, cd);
    }
    /// 48-bit input, four levels.
    static arch::Ste with_stage2(arch::Ste ste, const RamTables& stage2, uint16_t vmid) {
        using arch::Ste;
        return ste
            .set(Ste::Config,
                 arch::has_stage1(ste[Ste::Config]) ? arch::SteConfig::S1S2 : arch::SteConfig::S2)
            .set(Ste::S2VMID, vmid)
            .set(Ste::S2T0SZ, 64 - 44)
            .set(Ste::S2SL0, 2)
            .set(Ste::S2PS, 0b100)
            .set(Ste::S2AA64, true)
            .set(Ste::S2R, true)
            .set(Ste::S2TTB, stage2.root());
    }
    /// TTB0 only, 48-bit input, MAIR 0 is Normal write-back; faults abort and are recorded.
    static arch::Cd make_cd(const RamTables& stage1, uint16_t asid) {
        using arch::Cd;
        return Cd{}
            .set(Cd::V, true)
            .set(Cd::AA64, true)
            .set(Cd::A, true)
            .set(Cd::R, true)
            .set(Cd::T0SZ, 16)
            .set(Cd::EPD1, true)
            .set(Cd::IPS, 0b100)
            .set(Cd::TTB0, stage1.root())
            .set(Cd::MAIR, 0xFF)
            .set(Cd::ASID, asid);
    }

    // --- Command queue

    void push(const arch::Command& command) {
        const uint32_t slot = arch::QueueIndex{command_prod_}.slot(commands_log2);
        ram.put(map::command_queue + arch::command_bytes * slot, command);
        command_prod_ = arch::QueueIndex{command_prod_}.next(commands_log2).raw;
    }
    template <class C>
    void push(const C& command) {
        push(arch::view<arch::Command>(command));
    }
    /// Tells the SMMU of the commands pushed.
    void ring() { write(arch::CmdqProd{}.set(arch::CmdqProd::WR, command_prod_)); }
    /// True once CONS has reached PROD; false after `limit` without that.
    bool consumed(sc_core::sc_time limit = 10000 * ns) {
        const sc_core::sc_time end = sc_core::sc_time_stamp() + limit;
        while (sc_core::sc_time_stamp() < end) {
            if (read<arch::CmdqCons>()[arch::CmdqCons::RD] == command_prod_) return true;
            sc_core::wait(ns);
        }
        return false;
    }
    static arch::Sync sync_command(arch::CompletionSignal cs = arch::CompletionSignal::None) {
        return arch::command<arch::Sync>(arch::Opcode::SYNC).set(arch::Sync::CS, cs);
    }
    /// Commands, then a CMD_SYNC, polled.
    template <class... C>
    void run(const C&... commands) {
        (push(commands), ...);
        push(sync_command());
        ring();
        EXPECT_TRUE(consumed());
    }
    uint32_t command_prod() const { return command_prod_; }
    void set_command_prod(uint32_t index) { command_prod_ = index; }

    // --- Event queue

    /// The oldest record not yet taken, if there is one; CONS moves past it.
    std::optional<arch::Event> take_event() {
        using namespace arch;
        const auto prod = read<EventqProd>();
        const auto cons = read<EventqCons>();
        const QueueIndex at{cons[EventqCons::RD]};
        if (empty({prod[EventqProd::WR]}, at, events_log2)) return std::nullopt;
        const auto event = ram.get<Event>(map::event_queue + event_bytes * at.slot(events_log2));
        write(EventqCons{cons}.set(EventqCons::RD, at.next(events_log2).raw));
        return event;
    }
    /// The same, after giving the SMMU time to write.
    std::optional<arch::Event> next_event() {
        sc_core::wait(1000 * ns);
        return take_event();
    }

private:
    std::vector<std::unique_ptr<Device>> make_devices(unsigned count) {
        std::vector<std::unique_ptr<Device>> made;
        for (unsigned i = 0; i < count; ++i)
            made.push_back(std::make_unique<Device>(("device" + std::to_string(i)).c_str()));
        return made;
    }

    template <class From, class To>
    void connect(From& from, To& to, const char* name) {
        checkers_.push_back(std::make_unique<ProtocolChecker>(sc_core::sc_gen_unique_name(name)));
        from.bind(checkers_.back()->in);
        checkers_.back()->out.bind(to);
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

    std::vector<std::unique_ptr<ProtocolChecker>> checkers_;
    uint32_t command_prod_ = 0;
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

    explicit NestedBench(const Params& params = {}) : SmmuBench(params) {
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
