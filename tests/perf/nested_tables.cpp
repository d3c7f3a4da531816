// Builds them as tests do.
#include "tests/perf/nested_tables.h"

#include "smmuv3/arch/queue.h"
#include "tests/support/builders.h"

namespace smmu::perf {

NestedTables::Roots NestedTables::write(Bytes& memory) const {
    constexpr uint64_t ipa = 0x1'0000'0000, area = Bytes::base + (1u << 20);
    test::FakeMemory built;
    test::Context context(built, arch::SteConfig::S1S2, area);
    for (uint64_t page = 0; page < pages; ++page) {
        const uint64_t offset = page * stride;
        const uint64_t output = data(memory) + page * arch::page_bytes % data_bytes;
        context.stage1.map(va + offset, ipa + offset, test::stage1_leaf());
        context.stage2.map(ipa + offset, output, test::stage2_leaf());
    }
    context.write_cd();
    for (uint32_t i = 0; i < streams; ++i) {
        arch::Ste ste = context.ste;
        built.put(stream_table + 64 * (first_stream + i),
                  ste.set(arch::Ste::S2VMID, static_cast<uint16_t>(0x100 + i)));
    }
    for (const auto& [slot, word] : built.words()) memory.put(8 * slot, word);
    for (uint64_t page = 0; page < data_bytes / arch::page_bytes; ++page)
        memory.put(data(memory) + page * arch::page_bytes + offset(page), page);
    return {context.stage1.root(), context.stage2.root(), context.next_physical - area};
}

}  // namespace smmu::perf
