// Making an SMMU forget translations that changed.  Each function returns when nothing old is in
// use any more.
#pragma once
#include "smmuv3/arch/desc.h"
#include "sw_stubs/driver/command_queue.h"
#include "sw_stubs/driver/commands.h"
#include "sw_stubs/driver/page_table.h"

namespace smmu::sw {

/// More pages than this are not worth a command each: everything of the address space goes.
constexpr uint64_t most_single_pages = 64;

/// After PageTable::unmap() of a VM's stage 2.  What was made of both stages is kept by stage-1
/// address, so all of the VM's stage 1 goes with it.
inline Completion forget_stage2(CommandQueue& queue, arch::Vmid vmid, AddressRange range) {
    if (range.size / arch::page_bytes > most_single_pages) {
        queue.insert(commands::forget_vm(vmid));
        return queue.sync();
    }
    for (uint64_t at = 0; at < range.size; at += arch::page_bytes)
        queue.insert(commands::forget_ipa(vmid, range.input + at));
    if (const Completion c = queue.sync(); c != Completion::Done) return c;
    queue.insert(commands::forget_stage1(vmid));
    return queue.sync();
}

/// After PageTable::unmap() of a stage 1.
inline Completion forget_stage1(CommandQueue& queue, commands::AddressSpace space,
                                AddressRange range) {
    if (range.size / arch::page_bytes > most_single_pages) {
        queue.insert(commands::forget_asid(space));
        return queue.sync();
    }
    for (uint64_t at = 0; at < range.size; at += arch::page_bytes)
        queue.insert(commands::forget_va(space, range.input + at));
    return queue.sync();
}

}  // namespace smmu::sw
