// Keeping the array, and making commands of it.
#include "sw_stubs/driver/invalidation_array.h"

#include "sw_stubs/driver/command_batch.h"
#include "sw_stubs/driver/commands.h"

namespace smmu::sw {

using namespace arch;

namespace {

template <class T>
int order(T a, T b) {
    return a < b ? -1 : a == b ? 0 : 1;
}

/// The operation by address, with its tag.
Command by_address(const Tag& tag) {
    if (tag.type == TagType::S1Asid)
        return commands::forget_va({{tag.vmid}, {static_cast<uint16_t>(tag.id)}}, 0);
    return commands::forget_ipa({static_cast<uint16_t>(tag.id)}, 0);
}

/// The operation that takes everything under the tag.
Command everything(const Tag& tag) {
    const auto id = static_cast<uint16_t>(tag.id);
    switch (tag.type) {
        case TagType::S1Asid: return commands::forget_asid({{tag.vmid}, {id}});
        case TagType::S2Vmid: return commands::forget_vm({id});
        case TagType::S2VmidS1Clear: return commands::forget_stage1({id});
        case TagType::Ats:
        case TagType::AtsFull: break;
    }
    return ats::forget_all({{tag.id}, {tag.ssid}, tag.ssid != 0});
}

/// What stands for "all of the table".
bool is_whole(const TableChange& c) { return c.size == 0 || c.size == ~uint64_t{0}; }

/// Is it everything, or is one command for everything better?  Without RIL from a full table of pages
/// on.
bool takes_everything(const TableChange& c, RangeCommands ril) {
    const uint64_t one_table = uint64_t{1} << (2 * c.page_shift - 3);
    if (is_whole(c)) return true;
    return ril == RangeCommands::Absent && c.size >= one_table;
}

RangeCommands range_commands(const Features& f) {
    return f.range_invalidation ? RangeCommands::Present : RangeCommands::Absent;
}

Command ats_command(const Tag& tag, const TableChange& c) {
    if (tag.type == TagType::AtsFull || is_whole(c)) return everything(tag);
    return ats::forget_range({{tag.id}, {tag.ssid}, tag.ssid != 0}, c.address, c.size);
}

/// Must what was sent for the tag before be complete first?
bool must_wait(TagType before, TagType now) {
    if (now == TagType::S2VmidS1Clear) return before != TagType::S2VmidS1Clear;
    return is_ats(now) && !is_ats(before);
}

/// The tags [first, end) of one SMMU.
Completion forget_on_one(const InvalidationArray& array, unsigned first, unsigned end,
                         const TableChange& change) {
    Smmu& smmu = *array[first].smmu;
    const RangeCommands ril = range_commands(smmu.features());
    const bool whole = takes_everything(change, ril);
    CommandBatch batch(smmu.commands());
    const Tag* before = nullptr;
    for (unsigned i = first; i < end; ++i) {
        const Tag& tag = array[i];
        if (tag.users == 0) continue;
        if (before != nullptr && must_wait(before->type, tag.type)) batch.flush();
        before = &tag;
        if (is_ats(tag.type)) {
            if (smmu.features().ats) batch.add(ats_command(tag, change));
        } else if (tag.type == TagType::S2VmidS1Clear) {
            if (!whole) batch.add(everything(tag));  // TLBI_S12_VMALL took it along
        } else if (whole) {
            batch.add(everything(tag));
        } else {
            for_each_command(ril, by_address(tag), change, [&](const Command& c) { batch.add(c); });
        }
    }
    return batch.flush();
}

}  // namespace

int InvalidationArray::compare(const Tag& a, const Tag& b) {
    if (a.smmu != b.smmu)
        return order(reinterpret_cast<uintptr_t>(a.smmu), reinterpret_cast<uintptr_t>(b.smmu));
    if (a.type != b.type) return order(a.type, b.type);
    if (a.id != b.id) return order(a.id, b.id);
    return is_ats(a.type) ? order(a.ssid, b.ssid) : order(a.vmid, b.vmid);
}

InvalidationArray::InvalidationArray(const Tag* tags, unsigned count) {
    for (unsigned i = 0; i < count && count_ < most; ++i) {
        unsigned at = count_++;
        for (; at != 0 && compare(tags[i], tags_[at - 1]) < 0; --at) tags_[at] = tags_[at - 1];
        tags_[at] = tags[i];
        tags_[at].users = 1;
    }
}

bool InvalidationArray::merge(const InvalidationArray& other) {
    InvalidationArray result;
    unsigned mine = 0;
    unsigned theirs = 0;
    while (mine < count_ || theirs < other.count_) {
        const int c = mine == count_           ? 1
                      : theirs == other.count_ ? -1
                                               : compare(tags_[mine], other.tags_[theirs]);
        Tag tag = c <= 0 ? tags_[mine] : other.tags_[theirs];
        if (c > 0) tag.users = 0;
        if (c >= 0) ++tag.users;
        mine += c <= 0;
        theirs += c >= 0;
        if (tag.users == 0) continue;
        if (result.count_ == most) return false;
        result.tags_[result.count_++] = tag;
    }
    *this = result;
    return true;
}

Tag* InvalidationArray::find(const Tag& tag) {
    for (unsigned i = 0; i < count_; ++i)
        if (compare(tags_[i], tag) == 0) return &tags_[i];
    return nullptr;
}

unsigned InvalidationArray::trash() const {
    unsigned n = 0;
    for (unsigned i = 0; i < count_; ++i) n += tags_[i].users == 0;
    return n;
}

bool InvalidationArray::purge() {
    unsigned kept = 0;
    for (unsigned i = 0; i < count_; ++i)
        if (tags_[i].users != 0) tags_[kept++] = tags_[i];
    const bool had_trash = kept != count_;
    count_ = kept;
    return had_trash;
}

Completion forget(const InvalidationArray& array, const TableChange& change) {
    Completion worst = Completion::Done;
    for (unsigned first = 0; first < array.size();) {
        unsigned end = first + 1;
        while (end < array.size() && array[end].smmu == array[first].smmu) ++end;
        const Completion c = forget_on_one(array, first, end, change);
        if (c != Completion::Done) worst = c;
        first = end;
    }
    return worst;
}

Completion detach(InvalidationArray& array, const InvalidationArray& other) {
    Completion worst = Completion::Done;
    array.unref(other, [&](const Tag& tag) {
        if (tag.type != TagType::S1Asid && tag.type != TagType::S2Vmid) return;
        const Command command = everything(tag);
        const Completion c = tag.smmu->commands().run(&command, 1);
        if (c != Completion::Done) worst = c;
    });
    return worst;
}

}  // namespace smmu::sw
