// What a CPU's data cache instructions ask of the memory system: one call for each line, physical
// addresses.
//
// The CPU model calls this where the guest executes DC CVAC, CIVAC or IVAC; the interconnect, which
// owns the coherent and the DRAM view of RAM, implements it (Arm ARM D7.5, "Cache maintenance
// instructions").
#pragma once
#include <cstdint>
#include <systemc>

namespace smmu {

struct CacheMaintenance : virtual sc_core::sc_interface {
    /// Bytes of a line; `address` may be any byte of it.  CTR_EL0.DminLine says the same.
    static constexpr uint64_t line_size = 64;

    /// DC CVAC: a dirty line is written to DRAM and stays in the cache.
    virtual void clean(uint64_t address) = 0;
    /// DC CIVAC: a dirty line is written to DRAM, then the line leaves the cache.
    virtual void clean_and_invalidate(uint64_t address) = 0;
    /// DC IVAC: the line leaves the cache, dirty data is lost.
    virtual void invalidate(uint64_t address) = 0;
};

}  // namespace smmu
