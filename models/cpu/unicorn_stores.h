// Stores at full speed: the simulator's record of which pages hold code.
//
// QEMU looks for code behind a store only where a page holds some.  Unicorn 2.0.1 has lost the
// record of that and looks each time, which costs as much as a hundred additions.  Here it is again.
#pragma once
#include <cstdint>
#include <vector>

struct uc_struct;

namespace smmu::unicorn {

/// While it lives, stores of this engine to pages without translated code take the fast path.
class FastStores {
public:
    /// RAM as it was given to uc_mem_map_ptr: the only such block, whole pages.
    FastStores(uc_struct* engine, uint8_t* ram, uint64_t size);
    ~FastStores();
    FastStores(const FastStores&) = delete;
    FastStores& operator=(const FastStores&) = delete;

    // What the simulator says of itself; cpu: its CPUState.
    static void filled(void* cpu, uint64_t virtual_address, int regime);
    static void holds_code(void* cpu, uint64_t ram_offset);

private:
    static FastStores* of(void* cpu);

    static FastStores* first_;
    FastStores* next_;
    void* const cpu_;
    uint8_t* const ram_;
    std::vector<bool> code_;  ///< by page; a page stays one
    bool told_ = false;       ///< of the first page: before it nothing runs, and so nothing is fast
};

}  // namespace smmu::unicorn
