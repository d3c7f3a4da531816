// Stage 1 by the SMMU driver's own table writer, compiled for the guest.  No address here is physical.
#include "sw_stubs/guest/device_space.h"

#include "sw_stubs/driver/commands.h"
#include "sw_stubs/guest/host.h"
#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {
namespace {

constexpr arch::Asid asid{7};
constexpr uint8_t iova_bits = 48;  // four levels

alignas(arch::page_bytes) uint8_t table_memory[24 * arch::page_bytes];

}  // namespace

bool DeviceSpace::create(uint8_t size_code, Coherency coherency) {
    const auto start = reinterpret_cast<uint64_t>(table_memory);
    arena_ = Arena{Region{start, table_memory, sizeof table_memory}, coherency};
    const auto ipa_bits = static_cast<uint8_t>(arch::address_bits(size_code));
    if (!table_.allocate(arena_, {Stage::One, Stage2Types::Combine, iova_bits, ipa_bits}))
        return false;
    cd_ = arena_.allocate(sizeof(arch::Cd), sizeof(arch::Cd));
    if (!cd_) return false;
    const arch::Cd cd = make_cd(stage1_config(table_, asid, size_code));
    for (unsigned i = 0; i < arch::Cd::words; ++i) cd_.as<arch::Cd>()->word[i] = cd.word[i];
    arena_.publish(cd_.pointer, sizeof cd);

    bool mapped = true;
    for (uint64_t i = 0; i < copied_pages; ++i) {
        const uint64_t offset = i * arch::page_bytes;
        mapped = mapped && map_page(source_iova + offset, first_source + i, MemoryUse::Cacheable) &&
                 map_page(destination_iova + offset, first_destination + i, MemoryUse::Cacheable);
    }
    return mapped && map_page(word_iova, word_page, MemoryUse::Cacheable) &&
           map_page(dirty_iova, dirty_page, MemoryUse::NonCacheable) &&
           map_page(result_iova, result_page, MemoryUse::Cacheable);
}

bool DeviceSpace::map_page(uint64_t iova, uint64_t page, MemoryUse use) {
    Mapping mapping;
    mapping.use = use;
    return table_.map({iova, arch::page_bytes}, buffer_ipa(page), mapping) == MapResult::Done;
}

vmm::Answer DeviceSpace::attach(arch::StreamId stream) const {
    Features features;
    features.coherency = arena_.coherency();
    const arch::Ste ste = stage1_ste(cd_.pa, features);
    return attach_stage1(stream.value, ste.word[0], ste.word[1]);
}

vmm::Answer DeviceSpace::unmap(AddressRange range) {
    if (table_.unmap(range) != MapResult::Done) return vmm::Answer::BadAddress;
    for (uint64_t at = 0; at < range.size; at += arch::page_bytes) {
        const arch::Command command = commands::forget_va({{0}, asid}, range.input + at);
        const vmm::Answer answer = invalidate(command.word[0], command.word[1]);
        if (answer != vmm::Answer::Ok) return answer;
    }
    return vmm::Answer::Ok;
}

}  // namespace smmu::sw::guest
