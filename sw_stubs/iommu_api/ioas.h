// An IO address space: what is mapped where, and where nothing may be.  Book-keeping alone; the
// tables that follow it are HWPTs.
#pragma once
#include "sw_stubs/iommu_api/error.h"
#include "sw_stubs/iommu_api/pool.h"
#include "sw_stubs/iommu_api/uapi.h"

namespace smmu::sw::iommu_api {

struct Area {
    uint64_t iova = 0;
    uint64_t length = 0;  ///< not 0
    uint64_t user_va = 0;
    bool read = false;
    bool write = false;
    constexpr uint64_t last() const { return iova + (length - 1); }
};

struct KeptRange {
    IovaRange range{};
    uint32_t owner = 0;  ///< the device or HWPT that keeps it free
};

constexpr uint64_t io_page = 4096;

struct Ioas : Object {
    Area areas[most_areas]{};  ///< by address
    unsigned area_count = 0;
    KeptRange reserved[most_reserved]{};
    unsigned reserved_count = 0;
    IovaRange allowed[most_allowed]{};
    unsigned allowed_count = 0;
    unsigned domains = 0;      ///< HWPTs that follow it
    bool small_pages = false;  ///< mappings can be cut anywhere, so there are no blocks

    /// What IOVAs, lengths and addresses must be multiples of.
    uint64_t alignment() const { return small_pages || domains != 0 ? io_page : 1; }
    const Area* area_in(IovaRange range) const;  ///< the lowest; null: none
    bool is_reserved(IovaRange range) const;
    bool is_allowed(IovaRange range) const;  ///< touches the allow list
};

/// Finds the place of a mapping: checks `command.iova` if it is fixed, else chooses it.
/// Errors: Inval (alignment, reserved), Overflow, Exist, NoSpc.
Errno place(const Ioas& ioas, const IoasMap& command, uint64_t& iova);
/// NoMem when there is no room.  The place is free.
Errno insert(Ioas& ioas, const Area& area);
void remove(Ioas& ioas, const Area& area);

/// Makes `iova` the last address of an area, if it lies in one.  Errors: Inval (blocks may have
/// been used, or alignment), NoMem.
Errno cut(Ioas& ioas, uint64_t iova);

/// Keeps a range free for `owner`.  Errors: AddrInUse, NoMem.
Errno reserve(Ioas& ioas, IovaRange range, uint32_t owner);
void unreserve(Ioas& ioas, uint32_t owner);

/// The next range from `from` in which nothing is reserved; false when there is none.
bool next_range(const Ioas& ioas, uint64_t from, IovaRange& range);

/// Do all areas keep to the alignment that a table asks for?
bool fits_pages(const Ioas& ioas);

}  // namespace smmu::sw::iommu_api
