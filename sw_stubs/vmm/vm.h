// One virtual machine: memory, CPU context, and the loop that runs it.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/page_table.h"
#include "sw_stubs/vmm/context.h"
#include "sw_stubs/vmm/hypercall.h"
#include "sw_stubs/vmm/memory_map.h"

namespace smmu::sw::vmm {

class Iommu;

struct VmSetup {
    uint16_t vmid = 0;  ///< the CPU's; 1..255
    MemoryMap memory{};
    uint64_t entry = 0;      ///< IPA of the first instruction, at EL1 with the MMU off
    Iommu* iommu = nullptr;  ///< what the SMMU knows about this VM
};

/// What the guest did that this host does not let it do.
struct GuestError {
    uint64_t syndrome = 0;  ///< ESR_EL2
    uint64_t pc = 0;
    uint64_t address = 0;  ///< of an abort: the guest's virtual address
    uint64_t ipa = 0;      ///< of an abort: what stage 1 made of it
};

enum class Stop : uint8_t {
    NextJob,   ///< the guest waits for answer()
    Crash,     ///< it gave up by itself; GuestError has its own ESR, PC and FAR
    Error,     ///< stopped by the host
    TimedOut,  ///< it ran as long as it may
};

struct VmExit {
    Stop why = Stop::TimedOut;
    uint64_t result[2] = {};  ///< NextJob: the results of the last one
    GuestError error{};
};

class Vm {
public:
    /// Builds the CPU's stage 2 and resets the CPU context.  False when the arena has no room or regions overlap.
    bool create(Arena& arena, const VmSetup& setup);

    /// Runs the guest, serving its calls and the machine's interrupts, until the caller has to decide.  A guest that
    /// stopped for another reason than NextJob does not run again: the same answer is given at once.
    VmExit run(uint64_t microseconds);

    /// What the guest's NextJob returns: x0..x4.
    void answer(uint64_t job, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0);

    uint16_t vmid() const { return setup_.vmid; }
    const MemoryMap& memory() const { return setup_.memory; }

private:
    VmExit enter(uint64_t microseconds);
    void take_cpu();
    bool serve_hypercall(VmExit& exit);
    Answer print_text(uint64_t ipa, uint64_t length) const;

    VmSetup setup_{};
    PageTable stage2_{};  ///< the CPU's; the SMMU has its own (iommu.h)
    GuestRegisters registers_{};
    VmRegisters vm_registers_{};
    VmExit last_{};
    bool ended_ = false;
};

}  // namespace smmu::sw::vmm
