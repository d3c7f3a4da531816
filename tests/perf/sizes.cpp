// What it takes of the host's memory: bytes of a cache entry, and a million streams.
#include <algorithm>

#include "smmuv3/core/tlb.h"
#include "smmuv3/core/walk_cache.h"
#include "smmuv3/micro_tlb.h"
#include "tests/perf/groups.h"
#include "tests/perf/heap.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

constexpr unsigned entries = 65536;

/// What the heap grows by for each entry of a cache.
template <class Cache, class Geometry>
double entry_bytes(const Geometry& geometry) {
    const uint64_t before = allocated_bytes();
    const Cache cache(geometry);
    return static_cast<double>(allocated_bytes() - before) / entries;
}

double main_tlb(core::Replacement replacement) {
    return entry_bytes<core::Tlb>(core::Geometry{entries, 4, replacement});
}
double micro_tlb(core::Replacement replacement) {
    return entry_bytes<MicroTlb>(core::Geometry{entries, 4, replacement});
}
double walk_cache(core::Replacement replacement) {
    core::WalkGeometry geometry;
    geometry.unified = {entries, 4, replacement};
    return entry_bytes<core::WalkCaches>(geometry);
}
double largest(core::Replacement replacement) {
    return std::max({main_tlb(replacement), micro_tlb(replacement), walk_cache(replacement)});
}

/// 2^20 StreamIDs in a stream table of two levels; every 1024th has an STE.
class ManyStreams {
public:
    ManyStreams() {
        device_.out.bind(smmu_.tbu[0]);
        smmu_.mem[0].bind(memory_.translated);
        smmu_.ptw.bind(memory_.tables);
        cpu_.out.bind(smmu_.regs);
    }

    void start() {
        build_tables();
        using namespace arch;
        cpu_.write(StrtabBase{}.set(StrtabBase::ADDR, stream_table));
        cpu_.write(StrtabBaseCfg{}
                       .set(StrtabBaseCfg::FMT, StreamTableFormat::TwoLevel)
                       .set(StrtabBaseCfg::SPLIT, 8)
                       .set(StrtabBaseCfg::LOG2SIZE, streams_log2));
        const uint64_t before = resident_bytes();
        cpu_.write(Cr0{}.set(Cr0::SMMUEN, true));
        for (uint32_t i = 0; i < active; ++i) {
            device_.identity.in.stream = StreamId{i << (streams_log2 - active_log2)};
            const uint32_t page = i % 512;
            require(
                device_.read(NestedTables::va + page * page_bytes + NestedTables::offset(page)) &&
                    device_.data() == page,
                "one of a million streams did not get through");
        }
        const uint64_t after = resident_bytes();
        translated_ = after - std::min(before, after);
    }
    double mebibytes() const { return static_cast<double>(made_ + translated_) / (1u << 20); }

private:
    static constexpr uint8_t streams_log2 = 20;
    static constexpr unsigned active_log2 = 10, active = 1u << active_log2;
    /// Above the tables that all share; each stream has a second level of its own.
    static constexpr uint64_t stream_table = Bytes::base + (64u << 20);
    static constexpr uint64_t second_levels = stream_table + (1u << 20);
    static constexpr uint64_t second_level_bytes = 64u << 8;

    static Params params() {
        Params params;
        params.features.stream_id_bits = streams_log2;
        return params;
    }
    void build_tables() {
        NestedTables{}.write(memory_.bytes);
        constexpr uint64_t model = NestedTables::stream_table + 64 * NestedTables::first_stream;
        for (uint32_t i = 0; i < active; ++i) {
            const uint64_t ste = second_levels + i * second_level_bytes;
            std::memcpy(memory_.bytes.at(ste), memory_.bytes.at(model), 64);
            const uint32_t descriptor = i << (streams_log2 - active_log2) >> 8;
            memory_.bytes.put(
                stream_table + 8 * descriptor,
                arch::L1Std{}.set(arch::L1Std::Span, 9).set(arch::L1Std::L2Ptr, ste).word[0]);
        }
    }

    const uint64_t before_ = resident_bytes();
    Smmu<> smmu_{"streams_smmu", params()};
    const uint64_t made_ = resident_bytes() - before_;  ///< by its constructor
    Memory memory_{"streams_memory", 128u << 20, false};
    Reader device_{"streams_device"}, cpu_{"streams_cpu"};
    uint64_t translated_ = 0;
};

class Sizes final : public Group {
public:
    void start() override { streams_.start(); }
    std::vector<Operation> rows() override {
        std::vector<Operation> rows;
        const auto add = [&](const char* name, const char* what, double target, const char* unit,
                             std::function<double()> count) {
            Operation row{name, what};
            row.target = target;
            row.unit = unit;
            row.count = std::move(count);
            rows.push_back(std::move(row));
        };
        constexpr auto plain = core::Replacement::RoundRobin, lru = core::Replacement::Lru;
        add("entry_bytes", "an entry of main TLB, micro TLB or walk cache, the largest", 32,
            "bytes", [] { return largest(plain); });
        add("entry_bytes_lru", "the same with LRU replacement", Operation::none, "bytes",
            [] { return largest(lru); });
        add("main_tlb_entry", "", Operation::none, "bytes", [] { return main_tlb(plain); });
        add("micro_tlb_entry", "", Operation::none, "bytes", [] { return micro_tlb(plain); });
        add("walk_cache_entry", "", Operation::none, "bytes", [] { return walk_cache(plain); });
        add("streams_1M", "the SMMU beside the guest's tables, 1024 of 2^20 streams active", 8,
            "MiB", [this] { return streams_.mebibytes(); });
        return rows;
    }

private:
    ManyStreams streams_;
};

}  // namespace

GroupPointer make_sizes() { return std::make_unique<Sizes>(); }

}  // namespace smmu::perf
