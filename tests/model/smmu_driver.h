// The few moves of a driver: registers, Stream table entries, contexts, the Command and Event queues.
#pragma once
#include <optional>

#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/event.h"
#include "smmuv3/arch/queue.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/arch/ste.h"
#include "tests/model/smmu_tables.h"
#include "tests/support/device.h"
#include "tests/support/ram.h"
#include "tests/support/sim_test.h"

namespace smmu::test {

inline const sc_core::sc_time ns{1.0, sc_core::SC_NS};

/// Memory map of the benches, all physical.
namespace map {
constexpr uint64_t stream_table = 0x1'0000;
constexpr uint64_t command_queue = 0x2'0000;
constexpr uint64_t event_queue = 0x3'0000;
constexpr uint64_t pages = 0x10'0000;  ///< tables and contexts
constexpr uint64_t data = 0x80'0000;
/// A guest's memory is at this distance above the physical addresses.
constexpr uint64_t guest = 0x8000'0000;
}  // namespace map

/// Drives the SMMU behind `cpu`, whose tables and queues lie in `ram`.  Most moves wait().
class SmmuDriver {
public:
    SmmuDriver(Device& cpu, Ram& ram) : registers_(cpu), memory_(ram) {}

    unsigned streams_log2 = 8, commands_log2 = 3, events_log2 = 2;

    // --- Registers

    template <class R>
    R read() {
        typename R::raw_type raw{};
        EXPECT_TRUE(registers_.read(StreamIn{}, R::offset, raw).ok());
        return R{{{raw}}};
    }
    template <class R>
    void write(const R& value) {
        EXPECT_TRUE(registers_.write(StreamIn{}, R::offset, value.raw()).ok());
    }
    /// A look at a register that takes no time and wakes nobody.
    template <class R>
    uint32_t peek() {
        uint32_t raw = 0;
        registers_.debug(StreamIn{}, tlm::TLM_READ_COMMAND, R::offset, &raw, 4);
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
            EXPECT_TRUE(registers_.write(StreamIn{}, index, uint32_t{0}).ok());
        command_prod_ = 0;
        write(Cr2{}.set(Cr2::RECINVSID, true));
        enable_interrupts(all_interrupts());
        control(all_on());
    }

    // --- Streams

    void put_ste(uint32_t stream, const arch::Ste& ste) {
        memory_.put(map::stream_table + 64 * stream, ste);
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
        memory_.put(map::command_queue + arch::command_bytes * slot, command);
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
        const auto event =
            memory_.get<Event>(map::event_queue + event_bytes * at.slot(events_log2));
        write(EventqCons{cons}.set(EventqCons::RD, at.next(events_log2).raw));
        return event;
    }
    /// The same, after giving the SMMU time to write.
    std::optional<arch::Event> next_event() {
        sc_core::wait(1000 * ns);
        return take_event();
    }

private:
    Device& registers_;
    Ram& memory_;
    uint32_t command_prod_ = 0;
};

}  // namespace smmu::test
