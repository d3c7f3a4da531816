// The guest's SMMU and its stage 1, by the sources of the host's driver.  No address here is physical.
#include "sw_stubs/guest/device_space.h"

#include "boards/virt.h"
#include "sw_stubs/driver/events.h"
#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/port/aarch64/gic.h"

namespace smmu::sw::guest {
namespace {

constexpr arch::Asid asid{7};
constexpr uint8_t iova_bits = 48;  // four levels

/// GICD_SETSPI_NSR: a message makes the SPI pending that its data names.
constexpr uint64_t doorbell = virt::gicd.base + 0x40;
/// SPIs that no wire of the board has.
constexpr uint32_t event_message = virt::spi(64), page_request_message = virt::spi(65),
                   sync_message = virt::spi(66), gerror_message = virt::spi(67);
constexpr InterruptMessages messages{doorbell, event_message, page_request_message, gerror_message};

/// Queues, stream table, page tables.
alignas(arch::page_bytes) uint8_t table_memory[48 * arch::page_bytes];

}  // namespace

/// Either its wires or its messages: what is not connected is not heard.
bool DeviceSpace::connect(Signals signals) {
    const bool wired = signals == Signals::Wires;
    const auto to = [this](uint32_t intid, void (*handler)(void*)) {
        return aarch64::gic::connect(intid, aarch64::gic::Trigger::Edge, {handler, this});
    };
    return to(wired ? virt::smmu_eventq_irq : event_message, on_event) &&
           to(wired ? virt::smmu_priq_irq : page_request_message, on_page_request) &&
           (wired || to(sync_message, on_sync));
}

SetUp DeviceSpace::create(Coherency coherency, Signals signals) {
    const auto start = reinterpret_cast<uint64_t>(table_memory);
    arena_ = Arena{Region{start, table_memory, sizeof table_memory}, coherency};
    const Probe found = probe(Registers{virt::smmu.base}, coherency);
    if (found.refusal != Refusal::None || !found.features.stage1) return SetUp::NoSmmu;
    if (smmu_.prepare(virt::smmu.base, found.features, arena_) != Status::Done)
        return SetUp::NoRoom;
    const bool by_message = signals == Signals::Messages;
    if (by_message && !found.features.msi) return SetUp::NoSmmu;
    if (!connect(signals)) return SetUp::NoRoom;
    const Status status = smmu_.reset(Interrupts::On, by_message ? messages : InterruptMessages{});
    if (status != Status::Done) return SetUp::NoReset;
    return build(found.features) ? SetUp::Done : SetUp::NoRoom;
}

bool DeviceSpace::build(const Features& features) {
    if (!table_.allocate(arena_,
                         {Stage::One, Stage2Types::Combine, iova_bits, features.address_bits}))
        return false;
    cd_ = arena_.allocate(sizeof(arch::Cd), sizeof(arch::Cd));
    if (!cd_) return false;
    tags_[0] = s1_tag(&smmu_, asid);
    const arch::Cd cd = make_cd(stage1_config(table_, asid, features.address_size_code))
                            .set(arch::Cd::S, features.stall_forced);
    for (unsigned i = 0; i < arch::Cd::words; ++i) cd_.as<arch::Cd>()->word[i] = cd.word[i];
    arena_.publish(cd_.pointer, sizeof cd);

    bool mapped = true;
    for (uint64_t i = 0; i < copied_pages; ++i) {
        const uint64_t offset = i * arch::page_bytes;
        mapped = mapped && map(source_iova + offset, buffer_ipa(first_source + i)) &&
                 map(destination_iova + offset, buffer_ipa(first_destination + i));
    }
    return mapped && map(word_iova, buffer_ipa(word_page)) &&
           map(dirty_iova, buffer_ipa(dirty_page), MemoryUse::NonCacheable) &&
           map(result_iova, buffer_ipa(result_page));
}

bool DeviceSpace::map(uint64_t iova, uint64_t ipa, MemoryUse use) {
    Mapping mapping;
    mapping.use = use;
    return table_.map({iova, arch::page_bytes}, ipa, mapping) == MapResult::Done;
}

bool DeviceSpace::attach(arch::StreamId stream, Ats ats) {
    tags_[1] = ats_tag(&smmu_, stream);
    tag_count_ = ats == Ats::On ? 2 : 1;
    return smmu_.set_stream(stream, entry(ats)) == Status::Done;
}

bool DeviceSpace::unmap(AddressRange range) {
    if (table_.unmap(range) != MapResult::Done) return false;
    return forget(InvalidationArray(tags_, tag_count_), {range.input, range.size}) ==
           Completion::Done;
}

/// One is kept for whoever waits; an access that waits for the guest is ended.
void DeviceSpace::on_event(void* self) {
    auto& space = *static_cast<DeviceSpace*>(self);
    ++space.interrupts_;
    while (space.smmu_.events().take(space.event_)) {
        space.has_event_ = true;
        if (is_stalled(space.event_))
            resume(space.smmu_, stalled_access(space.event_), commands::Resumption::Abort);
    }
}

bool DeviceSpace::wait_for_event(arch::Event& event) {
    constexpr uint64_t longest_microseconds = 1000;
    const auto came = [](const void* self) {
        return static_cast<const DeviceSpace*>(self)->has_event_;
    };
    if (!aarch64::gic::wait(came, this, longest_microseconds)) return false;
    event = event_;
    has_event_ = false;
    return true;
}

void DeviceSpace::on_sync(void* self) { static_cast<DeviceSpace*>(self)->synced_ = true; }

bool DeviceSpace::sync_by_message() {
    constexpr uint64_t longest_microseconds = 1000;
    synced_ = false;
    const auto came = [](const void* self) {
        return static_cast<const DeviceSpace*>(self)->synced_;
    };
    return smmu_.commands().insert(commands::sync_with_message(doorbell, sync_message)) &&
           aarch64::gic::wait(came, this, longest_microseconds);
}

}  // namespace smmu::sw::guest
