// One SMMU between a device and memory.
#pragma once
#include "smmuv3/smmu.h"
#include "tests/perf/nested_tables.h"
#include "tests/perf/reader.h"
#include "tests/perf/row.h"

namespace smmu::perf {

/// Counts what walks read; attached to the twin of what is measured, not to that.
struct FetchCounter : Probe {
    uint64_t fetches = 0;
    void fetch(const Fetch&) override { ++fetches; }
};

/// Somebody who watches and does nothing.
struct EmptyProbe : Probe {};

/// Sets an SMMU up for them.
inline void switch_on(Reader& cpu) {
    using namespace arch;
    cpu.write(StrtabBase{}.set(StrtabBase::ADDR, NestedTables::stream_table));
    cpu.write(StrtabBaseCfg{}.set(StrtabBaseCfg::LOG2SIZE, NestedTables::streams_log2));
    cpu.write(Cr0{}.set(Cr0::SMMUEN, true));
}

struct World : sc_core::sc_module {
    struct Memories {
        uint64_t size = 64u << 20;
        bool grants = false;  ///< direct memory pointers
    };

    const NestedTables tables;
    Smmu<> smmu;
    Memory memory;
    Reader device{"device"}, cpu{"cpu"};
    NestedTables::Roots roots{};

    World(sc_core::sc_module_name name, const Params& params, const NestedTables& given,
          Memories memories, bool is_watched)
        : sc_module(name),
          tables(given),
          smmu("smmu", params),
          memory("memory", memories.size, memories.grants) {
        device.out.bind(smmu.tbu[0]);
        device.identity.in.stream = arch::StreamId{NestedTables::first_stream};
        smmu.mem[0].bind(memory.translated);
        smmu.ptw.bind(memory.tables);
        cpu.out.bind(smmu.regs);
        if (is_watched) smmu.attach(empty_);
    }

    void start() {
        roots = tables.write(memory.bytes);
        switch_on(cpu);
    }

    /// Each page belongs to one of the streams.  The data says whether it was the right one.
    bool read_page(uint32_t page) {
        if (tables.streams > 1)
            device.identity.in.stream =
                arch::StreamId{NestedTables::first_stream + (page & (tables.streams - 1))};
        return device.read(NestedTables::va + page * tables.stride + NestedTables::offset(page));
    }
    bool is_right(uint32_t page) {
        return read_page(page) && device.data() == NestedTables::number(page);
    }

private:
    EmptyProbe empty_;
};

/// Pseudo-random page numbers below 512, without a table that would fill the host's caches.
struct Dice {
    uint32_t state = 1;
    uint32_t page() { return (state = state * 1664525 + 1013904223) >> 23; }
};

}  // namespace smmu::perf
