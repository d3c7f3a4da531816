// One virtual machine: memory, CPU context, and the loop that runs it.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/page_table.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/vmm/context.h"
#include "sw_stubs/vmm/hypercall.h"
#include "sw_stubs/vmm/memory_map.h"
#include "sw_stubs/vmm/mmio.h"
#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {

struct VmSetup {
    uint16_t vmid = 0;  ///< the CPU's; 1..255
    MemoryMap memory{};
    uint64_t entry = 0;  ///< IPA of the first instruction, at EL1 with the MMU off
};

/// What the guest did that this host does not let it do.
struct GuestError {
    uint64_t syndrome = 0;  ///< ESR_EL2
    uint64_t pc = 0;
    uint64_t address = 0;  ///< of an abort: the guest's virtual address
    uint64_t ipa = 0;      ///< of an abort: what stage 1 made of it
};

enum class Stop : uint8_t {
    NextJob,    ///< the guest waits for answer()
    Crash,      ///< it gave up by itself; GuestError has its own ESR, PC and FAR
    Error,      ///< stopped by the host
    TimedOut,   ///< it ran as long as it may
    SliceOver,  ///< run_slice(): it goes on with the next
    Waiting,    ///< run_slice(): it waits for an interrupt
};

struct VmExit {
    Stop why = Stop::TimedOut;
    uint64_t result[2] = {};  ///< NextJob: the results of the last one
    GuestError error{};
};

class Vm {
public:
    Vm() = default;
    Vm(const Vm&) = delete;  // devices point into it
    Vm& operator=(const Vm&) = delete;

    /// Builds the CPU's stage 2 and resets the CPU context.  False when the arena has no room, regions overlap, or
    /// the CPU has too few list registers.
    bool create(Arena& arena, const VmSetup& setup);

    /// Gives the guest an emulated device, where its memory map has nothing.  After create(); MmioMap says when not.
    bool add_device(uint64_t ipa, uint64_t size, VirtualDevice& device) {
        return mmio_.add(ipa, size, device);
    }
    /// The guest's interrupt controller, at the board's addresses.  Its virtual timer is PPI virt::cntv_ppi.
    Vgic& interrupts() { return vgic_; }

    /// Runs the guest, serving its calls and the machine's interrupts, until the caller has to decide.  A guest that
    /// stopped for another reason than NextJob does not run again: the same answer is given at once.
    VmExit run(uint64_t microseconds);

    /// The same for several VMs on one CPU: neither the end of its time nor a wait ends the guest.
    VmExit run_slice(uint64_t microseconds);
    /// False while it waits for an interrupt that has not come, and when it has stopped for good.
    bool runnable() const {
        return !ended_ && (!waiting_ || vgic_.has_pending() || wakes_at() <= aarch64::now());
    }
    /// When its timer interrupts it, as a count of the system counter; ~0: not at all.
    uint64_t wakes_at() const;

    /// What the guest's NextJob returns: x0..x4.
    void answer(uint64_t job, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0);

    uint16_t vmid() const { return setup_.vmid; }
    const MemoryMap& memory() const { return setup_.memory; }

private:
    VmExit enter(uint64_t microseconds, uint64_t hcr);
    void take_cpu();
    void give_interrupts();

    // vm_exits.cpp: false when the caller of run() must act
    bool serve_exception(VmExit& exit);
    bool serve_hypercall(VmExit& exit);
    bool serve_device(VmExit& exit);
    bool serve_register(VmExit& exit);
    bool serve_wait(VmExit& exit);
    bool fail(VmExit& exit) const;
    bool next_instruction();
    Answer print_text(uint64_t ipa, uint64_t length) const;

    VmSetup setup_{};
    PageTable stage2_{};  ///< the CPU's; the SMMU has its own (iommu.h)
    GuestRegisters registers_{};
    VmRegisters vm_registers_{};
    IchRegisters ich_{};
    Vgic vgic_{};
    VgicDistributor distributor_{};
    VgicRedistributor redistributor_{};
    MmioMap mmio_{};
    VmExit last_{};
    bool ended_ = false;
    bool waiting_ = false;  ///< its last instruction was WFI
};

}  // namespace smmu::sw::vmm
