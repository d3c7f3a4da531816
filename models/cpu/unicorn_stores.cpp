// Two functions of the library are replaced here, as the dynamic linker prefers a program's own:
// the one that fills an entry of the simulator's TLB, and the one that says a page now holds code,
// which is empty there.  Where a linker decides otherwise nothing is fast, and nothing is wrong.
#include "cpu/unicorn_stores.h"

#include <dlfcn.h>

#include "cpu/unicorn_layout.h"

namespace smmu::unicorn {

using namespace layout;

FastStores* FastStores::first_ = nullptr;

FastStores::FastStores(uc_struct* engine, uint8_t* ram, uint64_t size)
    : next_(first_), cpu_(cpu_of(engine)), ram_(ram), code_(size / target_page) {
    first_ = this;
}

FastStores::~FastStores() {
    FastStores** to_this = &first_;
    while (*to_this != this) to_this = &(*to_this)->next_;
    *to_this = next_;
}

FastStores* FastStores::of(void* cpu) {
    FastStores* found = first_;
    while (found && found->cpu_ != cpu) found = found->next_;
    return found;
}

void FastStores::filled(void* cpu, uint64_t virtual_address, int regime) {
    const FastStores* const self = of(cpu);
    if (!self || !self->told_) return;
    TlbEntry& entry = tlb_entry(cpu, virtual_address, regime);
    const uint64_t page = virtual_address & ~(target_page - 1);
    const uint64_t offset = page + entry.addend - reinterpret_cast<uintptr_t>(self->ram_);
    const bool is_ram = entry.write == (page | tlb_not_dirty);
    if (is_ram && offset / target_page < self->code_.size() && !self->code_[offset / target_page])
        entry.write = page;
}

void FastStores::holds_code(void* cpu, uint64_t ram_offset) {
    FastStores* const self = of(cpu);
    if (!self || ram_offset / target_page >= self->code_.size()) return;
    self->told_ = true;
    self->code_[ram_offset / target_page] = true;
    const uint64_t page = ram_offset & ~(target_page - 1);
    tlb_reset_dirty_aarch64(cpu, reinterpret_cast<uintptr_t>(self->ram_) + page, target_page);
}

}  // namespace smmu::unicorn

extern "C" {

void tlb_set_page_with_attrs_aarch64(void* cpu, uint64_t virtual_address, uint64_t physical_address,
                                     uint32_t attributes, int permissions, int regime,
                                     uint64_t size) {
    static const auto original = reinterpret_cast<decltype(&tlb_set_page_with_attrs_aarch64)>(
        dlsym(RTLD_NEXT, "tlb_set_page_with_attrs_aarch64"));
    original(cpu, virtual_address, physical_address, attributes, permissions, regime, size);
    smmu::unicorn::FastStores::filled(cpu, virtual_address, regime);
}

void tlb_protect_code_aarch64(uc_struct* engine, uint64_t ram_offset) {
    smmu::unicorn::FastStores::holds_code(smmu::unicorn::layout::cpu_of(engine), ram_offset);
}
}
