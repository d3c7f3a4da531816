// Adapters between the model's types and the oracle's.
#include "model.h"

namespace smmu::differential {

namespace {

using core::MemoryResult;

class ModelMemory final : public core::Memory {
public:
    ModelMemory(const SparseMemory& memory, Observed& seen) : memory_(memory), seen_(seen) {}

    MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override {
        seen_.reads.push_back(access);
        seen_.beyond_memory |= oracle::exceeds(access.address, memory_.address_bits());
        if (!memory_.read(access.address, access.size / 8, words)) return aborted(access);
        for (unsigned i = 0; i < access.size / 8; ++i) {
            const auto mine = seen_.written.find(access.address + 8 * i);
            if (mine != seen_.written.end()) words[i] = mine->second;
        }
        return {MemoryResult::Status::Done, access.address};
    }
    /// Nothing writes on the way of a translation but compare_and_swap.
    MemoryResult write(const core::MemoryAccess& access, const uint64_t*) override {
        seen_.beyond_memory = true;
        return aborted(access);
    }

    MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                  uint64_t desired, uint64_t& found) override {
        seen_.beyond_memory |= oracle::exceeds(access.address, memory_.address_bits());
        if (memory_.refuses_writes(access.address)) return aborted(access);
        const auto mine = seen_.written.find(access.address);
        found = mine != seen_.written.end() ? mine->second : memory_.word(access.address);
        if (found == expected) {
            seen_.written[access.address] = desired;
            seen_.updates.push_back(access);
        }
        return {MemoryResult::Status::Done, access.address};
    }

private:
    static MemoryResult aborted(const core::MemoryAccess& access) {
        return {MemoryResult::Status::Abort, access.address};
    }

    const SparseMemory& memory_;
    Observed& seen_;
};

class ModelRecorder final : public core::Recorder {
public:
    ModelRecorder(Observed& seen, core::ConfigCache* configs, core::Tlb* tlb,
                  core::WalkCaches* tables)
        : seen_(seen), configs_(configs), tlb_(tlb), tables_(tables) {}

    void event(const arch::Event& e) override { seen_.events.push_back(e); }
    void fill(const core::ConfigKey& key, const core::StreamConfig& config) override {
        if (configs_) configs_->fill(key, config);
    }
    void fill(const core::Translation& t) override {
        if (tlb_) tlb_->fill(t);
    }
    void looked_up(core::CacheKind which, bool hit) override {
        if (which == core::CacheKind::Tlb) seen_.tlb_hit = hit;
        if (which == core::CacheKind::Config) seen_.config_hit = hit;
    }
    void keep(const core::WalkStep& step) override {
        if (tables_) tables_->keep(step);
    }
    void keep_ipa(const core::Translation& t) override {
        if (tables_) tables_->keep_ipa(t);
    }

private:
    Observed& seen_;
    core::ConfigCache* configs_;
    core::Tlb* tlb_;
    core::WalkCaches* tables_;
};

arch::CacheAttributes level_of(const oracle::Level& l) {
    return {static_cast<arch::Cacheability>(l.cache), l.ra, l.wa, l.tr};
}

oracle::Level level_of(const arch::CacheAttributes& c) {
    return {static_cast<oracle::Cache>(c.policy()), c.read_allocate(), c.write_allocate(),
            c.transient()};
}

arch::MemoryAttributes attributes_of(const oracle::Attributes& a) {
    constexpr arch::Shareability share[] = {arch::Shareability::NonShareable,
                                            arch::Shareability::Inner, arch::Shareability::Outer};
    return {static_cast<arch::MemoryType>(a.type), level_of(a.inner), level_of(a.outer),
            share[static_cast<unsigned>(a.share)]};
}

/// Of 1 to 4 ways, replaced in any way.
core::Geometry of_sets(Random& random, unsigned sets) {
    using core::Replacement;
    const unsigned ways = random.pick({1u, 2u, 4u});
    return {sets * ways, ways,
            random.pick({Replacement::RoundRobin, Replacement::Lru, Replacement::Random})};
}

/// Small ones: replacement happens too.
core::Geometry geometry(Random& random, bool caches) {
    if (!caches) return {1, 1};
    return of_sets(random, random.pick({1u, 4u, 64u}));
}

/// Walk caches may be off, each for itself.
core::Geometry table_geometry(Random& random, bool caches) {
    if (!caches || random.percent(30)) return core::no_cache;
    return of_sets(random, random.pick({1u, 1u, 4u, 16u}));
}

core::WalkGeometry walk_geometry(Random& random, bool caches) {
    core::WalkGeometry g;
    if (!caches) return g;
    g.ipa = table_geometry(random, caches);
    if (random.percent(25)) {
        g.unified = table_geometry(random, caches);
        return g;
    }
    for (core::LevelGeometry* stage : {&g.stage1, &g.stage2}) {
        *stage = core::all_levels(table_geometry(random, caches));
        if (random.percent(30)) stage->level1 = table_geometry(random, caches);
    }
    return g;
}

}  // namespace

oracle::Attributes attributes_of(const arch::MemoryAttributes& a) {
    oracle::Share share = oracle::Share::NSH;
    if (a.shareability == arch::Shareability::Inner) share = oracle::Share::ISH;
    if (a.shareability == arch::Shareability::Outer) share = oracle::Share::OSH;
    return {static_cast<oracle::Type>(a.type), level_of(a.inner), level_of(a.outer), share};
}

Model::Model(World& world, bool caches)
    : world_(world),
      caches_(caches),
      file_(world.features),
      configs_(geometry(world.random, caches)),
      tlb_(geometry(world.random, caches)),
      walk_caches_(walk_geometry(world.random, caches)) {
    write_control();
}

void Model::write_control() {
    const Control& c = world_.control;
    const auto write = [&](uint32_t offset, unsigned bytes, uint64_t value) {
        file_.write(offset, bytes, value);
        file_.acknowledge_control();
    };
    write(0x020, 4, 0);
    write(0x080, 8, c.strtab_base);
    write(0x088, 4, c.strtab_base_cfg);
    write(0x028, 4, c.cr1);
    write(0x02C, 4, c.cr2);
    write(0x044, 4, c.gbpa | uint32_t{1} << 31);
    write(0x020, 4, (c.enable ? 1u : 0) | c.vmw << 6);
}

oracle::Registers Model::registers() const {
    const auto id = [&](uint32_t offset) { return static_cast<uint32_t>(file_.read(offset, 4)); };
    const Control& c = world_.control;
    oracle::Registers r;
    r.idr0 = id(0x00);
    r.idr1 = id(0x04);
    r.idr3 = id(0x0C);
    r.idr5 = id(0x14);
    r.aidr = id(0x1C);
    r.smmuen = c.enable;
    r.cr1 = c.cr1;
    r.cr2 = c.cr2;
    r.gbpa = c.gbpa;
    r.strtab_base = c.strtab_base;
    r.strtab_base_cfg = c.strtab_base_cfg;
    r.osh_at_stage1 = world_.features.effective_shareability_at_stage1;
    return r;
}

/// What translations remember of each other holds in every world.
core::View Model::view() const {
    static core::Memos memos;
    return {world_.features,
            file_.smmu_enabled(),
            file_.record_bad_stream(),
            file_.e2h(),
            file_.gbpa(),
            file_.stream_table(),
            configs_,
            tlb_,
            walk_caches_.is_on() ? &walk_caches_ : nullptr,
            file_.check_translated(),
            file_.record_ats_errors(),
            &memos};
}

Observed Model::translate(const oracle::Access& access) {
    core::Access a;
    a.stream = arch::StreamId{access.stream};
    a.substream = arch::SubstreamId{access.substream};
    a.substream_valid = access.ssv;
    a.write = access.write;
    a.privileged = access.privileged;
    a.instruction = access.instruction;
    a.address = access.address;
    a.attributes = attributes_of(access.attributes);

    Observed seen;
    ModelMemory memory(world_.memory, seen);
    ModelRecorder recorder(seen, caches_ ? &configs_ : nullptr, caches_ ? &tlb_ : nullptr,
                           walk_caches_.is_on() ? &walk_caches_ : nullptr);
    seen.outcome = core::translate(view(), a, memory, recorder);
    if (seen.outcome.action == core::Outcome::Action::Stall && seen.events.size() == 1) {
        seen.stag = next_stag_++;
        seen.events[0].set(arch::Event::STAG, seen.stag);
    }
    return seen;
}

void Model::commit(const Observed& seen) {
    for (const auto& [address, word] : seen.written) world_.memory.poke(address, word);
}

arch::CommandError Model::execute(const arch::Command& command) {
    return core::execute(command, world_.features, {file_.vmid_mask(), file_.e2h()}, *this);
}

void Model::invalidate_config(arch::StreamId first, arch::StreamId last) {
    configs_.invalidate(first, last);
}
void Model::invalidate_context(arch::StreamId stream, arch::SubstreamId substream) {
    configs_.invalidate(stream, substream);
}
void Model::invalidate_tlb(const core::TlbScope& scope) {
    tlb_.invalidate(scope);
    walk_caches_.invalidate(scope);
}
void Model::resume(arch::StreamId stream, uint16_t stag, core::StallEnd end) {
    for (Stalled& s : stalled)
        if (s.access.stream == stream.value && s.stag == stag) s.end = end;
}
void Model::terminate_stalls(arch::StreamId stream) {
    for (Stalled& s : stalled)
        if (s.access.stream == stream.value) s.end = core::StallEnd::Abort;
}

}  // namespace smmu::differential
