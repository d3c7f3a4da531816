// What must be told, and in which order, when a translation table changes: one entry for each tag that
// its translations are kept under, on each SMMU that uses it, and for each device that keeps them
// itself.
//
//     array.merge(mine);                      before the STE leads to the table
//     forget(array, change);                  after each change of the table
//     detach(array, mine);                    after the STE no longer leads to it
#pragma once
#include "sw_stubs/driver/atc.h"
#include "sw_stubs/driver/range_commands.h"
#include "sw_stubs/driver/smmu.h"

namespace smmu::sw {

/// In the order in which they are told.
enum class TagType : uint8_t {
    S1Asid,         ///< stage 1, by ASID
    S2Vmid,         ///< stage 2, by VMID
    S2VmidS1Clear,  ///< what was made of a guest's stage 1 and this stage 2: kept by stage-1 address
    Ats,            ///< a device, by address
    AtsFull,        ///< a device whose addresses are a guest's: everything
};
constexpr bool is_ats(TagType t) { return t == TagType::Ats || t == TagType::AtsFull; }

struct Tag {
    Smmu* smmu = nullptr;
    TagType type = TagType::S1Asid;
    uint32_t id = 0;     ///< ASID, VMID or StreamID
    uint32_t ssid = 0;   ///< Ats, AtsFull: the PASID; 0 none
    unsigned users = 0;  ///< 0: not told any more, and dropped at the next merge
    uint16_t vmid = 0;   ///< S1Asid: whose ASID
};

constexpr Tag s1_tag(Smmu* smmu, arch::Asid asid, arch::Vmid vmid = {0}) {
    return {smmu, TagType::S1Asid, asid.value, 0, 0, vmid.value};
}
constexpr Tag s2_tag(Smmu* smmu, arch::Vmid vmid) {
    return {smmu, TagType::S2Vmid, vmid.value, 0, 0, 0};
}
constexpr Tag s1_clear_tag(Smmu* smmu, arch::Vmid vmid) {
    return {smmu, TagType::S2VmidS1Clear, vmid.value, 0, 0, 0};
}
constexpr Tag ats_tag(Smmu* smmu, arch::StreamId stream, uint32_t ssid = 0) {
    return {smmu, TagType::Ats, stream.value, ssid, 0, 0};
}
constexpr Tag ats_full_tag(Smmu* smmu, arch::StreamId stream) {
    return {smmu, TagType::AtsFull, stream.value, 0, 0, 0};
}

/// Sorted by SMMU, type, id, and with ATS by ssid.
class InvalidationArray {
public:
    static constexpr unsigned most = 64;

    InvalidationArray() = default;
    /// Of `count` tags in any order.
    InvalidationArray(const Tag* tags, unsigned count);

    /// One user more of each tag of `other`, new tags included; those without users go.  False, and
    /// nothing changed, when there is no room.
    bool merge(const InvalidationArray& other);
    /// One user less of each tag of `other`.  Calls gone(Tag) for each that has none left.
    template <class Gone>
    void unref(const InvalidationArray& other, Gone gone);
    /// Drops the tags without users.  False when there are none: nothing changed.
    bool purge();

    unsigned size() const { return count_; }
    const Tag& operator[](unsigned i) const { return tags_[i]; }
    unsigned trash() const;

private:
    static int compare(const Tag& a, const Tag& b);
    Tag* find(const Tag& tag);

    Tag tags_[most]{};
    unsigned count_ = 0;
};

template <class Gone>
void InvalidationArray::unref(const InvalidationArray& other, Gone gone) {
    for (unsigned i = 0; i < other.count_; ++i) {
        Tag* const mine = find(other.tags_[i]);
        if (mine == nullptr || mine->users == 0 || --mine->users != 0) continue;
        gone(*mine);
    }
    while (count_ != 0 && tags_[count_ - 1].users == 0) --count_;
}

/// All of the table.
constexpr TableChange whole_table{0, 0, arch::page_shift, 0, false};

/// Tells every SMMU and device; returns when nothing old is in use any more, the worst result if
/// something went wrong.  No ATC_INV is made where IDR0.ATS is 0.
Completion forget(const InvalidationArray& array, const TableChange& change);

/// unref(), and forgets at once what is kept under a tag that has no users left: an ASID or VMID in
/// no array must be clean, because it may be given to somebody else.
Completion detach(InvalidationArray& array, const InvalidationArray& other);

}  // namespace smmu::sw
