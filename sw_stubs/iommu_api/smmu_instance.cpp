// The API's wishes as calls of the driver.
#include "sw_stubs/iommu_api/smmu_instance.h"

#include "sw_stubs/driver/invalidation_array.h"

namespace smmu::sw::iommu_api {

using namespace arch;

namespace {

Errno errno_of(MapResult r) {
    switch (r) {
        case MapResult::Done: return Errno::None;
        case MapResult::NoAccess: return Errno::Inval;
        case MapResult::Misaligned: return Errno::Inval;
        case MapResult::OutOfRange: return Errno::Range;
        case MapResult::Occupied: return Errno::Exist;
        case MapResult::NotMapped: return Errno::NoEnt;
        case MapResult::InsideBlock: return Errno::Inval;
        case MapResult::OutOfMemory: return Errno::NoMem;
    }
    return Errno::Inval;
}

Errno errno_of(Status s) {
    switch (s) {
        case Status::Done: return Errno::None;
        case Status::OutOfMemory: return Errno::NoMem;
        case Status::NoSuchStream: return Errno::Range;
        case Status::NotAcknowledged: return Errno::TimedOut;
        case Status::CommandFailed: return Errno::TimedOut;
    }
    return Errno::TimedOut;
}

/// A command that the SMMU called illegal was a guest's: it hurts nobody else.
Errno worse(Errno before, Completion c) {
    return c == Completion::TimedOut ? Errno::TimedOut : before;
}

bool same(const PageTable::Format& a, const PageTable::Format& b) {
    return a.stage == b.stage && a.types == b.types;  // sizes are the SMMU's
}

PageTable::Format format_of(const DomainRequest& request, const Features& f) {
    constexpr uint8_t stage1_bits = 48;
    if (request.stage == Stage::Two)
        return {Stage::Two, request.types, f.address_bits, f.address_bits};
    return {Stage::One, Stage2Types::Combine, stage1_bits, f.address_bits};
}

/// Numbers from `first`, as many as are given, and as the SMMU has.
bool create(TagAllocator& tags, Arena& arena, uint32_t first, uint32_t count, unsigned bits) {
    const uint32_t end = first + count;
    const uint32_t most = uint32_t{1} << bits;
    return tags.create(arena, first, end < most ? end : most);
}

}  // namespace

bool SmmuInstance::start(const SmmuInstanceSetup& setup) {
    setup_ = setup;
    facts_ = {setup.smmu->features(), read_id_registers(setup.smmu->registers())};
    facts_.features.dirty_state = false;  // the driver's page tables keep none
    if (setup.without_fwb) facts_.features.fwb = false;
    const Features& f = facts_.features;
    const bool vmids =
        create(vmids_, *setup.arena, setup.first_vmid, setup.vmid_count, f.vmid_bits);
    return create(asids_, *setup.arena, setup.first_asid, setup.asid_count, f.asid_bits) && vmids;
}

/// An empty one of this format, or a place for one.
SmmuInstance::Table* SmmuInstance::find_table(const PageTable::Format& format) {
    for (Table& t : tables_)
        if (t.made && !t.used && same(t.table.format(), format)) return &t;
    for (Table& t : tables_)
        if (!t.made) return &t;
    return nullptr;
}

Errno SmmuInstance::create_domain(const DomainRequest& request, DomainId& id) {
    const Features& f = facts_.features;
    const bool has_stage = request.stage == Stage::One ? f.stage1 : f.stage2;
    if (!has_stage || request.dirty_tracking) return Errno::OpNotSupp;
    const PageTable::Format format = format_of(request, f);
    Table* const t = find_table(format);
    if (t == nullptr) return Errno::NoMem;
    if (!t->made && !t->table.allocate(*setup_.arena, format)) return Errno::NoMem;
    const uint16_t tag = tags(request.stage).take();
    t->made = true;
    if (tag == 0) return Errno::NoSpc;
    t->used = true;
    t->tag = tag;
    id = {static_cast<uint16_t>(t - tables_)};
    return Errno::None;
}

void SmmuInstance::destroy_domain(DomainId id) {
    Table& t = tables_[id.value];
    tags(t.table.format().stage).give_back(t.tag);
    t.used = false;
}

Domain SmmuInstance::domain(DomainId id) const {
    const Table& t = tables_[id.value];
    Domain d;
    d.stage = t.table.format().stage;
    d.aperture_last = (uint64_t{1} << t.table.format().input_bits) - 1;
    if (d.stage == Stage::Two)
        d.stage2 = VmContext{{t.tag}, t.table}.config(facts_.features);
    else
        d.stage1 = stage1_config(t.table, {t.tag}, facts_.features.address_size_code);
    return d;
}

Errno SmmuInstance::map(DomainId id, AddressRange range, uint64_t pa, const Mapping& mapping) {
    return errno_of(tables_[id.value].table.map(range, pa, mapping));
}

Errno SmmuInstance::unmap(DomainId id, AddressRange range) {
    return errno_of(tables_[id.value].table.unmap(range));
}

/// The SMMU's own caches first, and only then the devices': else an ATC could be filled again from
/// what is old.
Errno SmmuInstance::invalidate(const Invalidation& what) {
    const Table& t = tables_[what.domain.value];
    const TableChange change{what.range.input, what.range.size};
    Tag tags[InvalidationArray::most]{};
    unsigned count = 0;
    if (t.table.format().stage == Stage::Two) {
        tags[count++] = s2_tag(setup_.smmu, {t.tag});
        if (what.nest_parent) tags[count++] = s1_clear_tag(setup_.smmu, {t.tag});
    } else {
        tags[count++] = s1_tag(setup_.smmu, {t.tag});
    }
    Errno worst = Errno::None;
    const auto tell = [&] {
        worst = worse(worst, forget(InvalidationArray(tags, count), change));
        count = 0;
    };
    for (unsigned i = 0; i < what.target_count; ++i) {
        if (count == InvalidationArray::most) tell();
        const ats::Requester& who = what.targets[i].who;
        tags[count++] = what.targets[i].all
                            ? ats_full_tag(setup_.smmu, who.stream)
                            : ats_tag(setup_.smmu, who.stream, who.valid ? who.substream.value : 0);
    }
    if (count != 0) tell();
    return worst;
}

Errno SmmuInstance::claim(const Streams& streams) {
    for (unsigned i = 0; i < claimed_count_; ++i)
        for (unsigned k = 0; k < streams.count; ++k)
            if (claimed_[i] == streams.id[k]) return Errno::Busy;
    if (streams.count > most_claimed - claimed_count_) return Errno::NoMem;
    for (unsigned k = 0; k < streams.count; ++k) claimed_[claimed_count_++] = streams.id[k];
    return Errno::None;
}

void SmmuInstance::release(const Streams& streams) {
    for (unsigned k = 0; k < streams.count; ++k)
        for (unsigned i = 0; i < claimed_count_; ++i)
            if (claimed_[i] == streams.id[k]) claimed_[i] = claimed_[--claimed_count_];
}

Errno SmmuInstance::install(StreamId stream, const Ste& ste) {
    return errno_of(setup_.smmu->set_stream(stream, ste));
}

/// A device that comes back with as many PASIDs finds its table again, empty.
CdTablePlace SmmuInstance::cd_table(const Streams& streams, uint8_t pasid_bits) {
    DeviceCds* place = nullptr;
    for (DeviceCds& d : cds_) {
        if (d.used() ? d.stream != streams.id[0] : place != nullptr) continue;
        if (d.used() && d.table.place().log2count == pasid_bits) return d.table.place();
        place = &d;
        if (d.used()) break;
    }
    CdTable made;
    if (place == nullptr || !made.create(*setup_.arena, facts_.features, pasid_bits)) return {};
    *place = {streams.id[0], made};
    return made.place();
}

Errno SmmuInstance::write_cd(const Streams& streams, SubstreamId substream, const Cd& cd) {
    for (DeviceCds& d : cds_)
        if (d.used() && d.stream == streams.id[0])
            return errno_of(setup_.smmu->set_context({streams.id, streams.count, substream},
                                                     d.table.slot(substream), cd));
    return Errno::NoMem;
}

Errno SmmuInstance::send(const Command* list, unsigned count, Wait wait) {
    CommandQueue& queue = setup_.smmu->commands();
    if (wait == Wait::Yes) return worse(Errno::None, queue.run(list, count));
    for (unsigned i = 0; i < count; ++i)
        if (!queue.insert(list[i])) return Errno::TimedOut;
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
