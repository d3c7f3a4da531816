// The guest: does what its host asks, one job after the other.
#include "sw_stubs/guest/attacks.h"
#include "sw_stubs/guest/device_space.h"
#include "sw_stubs/guest/host.h"
#include "sw_stubs/guest/misbehave.h"
#include "sw_stubs/guest/mmu.h"
#include "sw_stubs/guest/work.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/mmio.h"

namespace smmu::sw::guest {
namespace {

DeviceSpace device_space;

/// A record is left where the host finds it.
template <class Record>
void leave(const Record& record) {
    auto* const at = reinterpret_cast<volatile uint64_t*>(buffer_ipa(result_page));
    for (unsigned i = 0; i < Record::words; ++i) at[i] = record.word[i];
}

JobResult take_event() {
    arch::Event event{};
    if (!device_space.wait_for_event(event)) return {0, device_space.interrupts()};
    leave(event);
    return {1, device_space.interrupts()};
}

JobResult answer_pages(Absent with) {
    device_space.answer_pages(with);
    leave(device_space.last_request());
    return {device_space.pages_asked(), 0};
}

JobResult run(const Order& order) {
    const uint64_t(&a)[4] = order.argument;
    switch (order.job) {
        case Job::SetUp:
            set_salt(a[1]);
            return {static_cast<uint64_t>(device_space.create(static_cast<Coherency>(a[0]),
                                                              static_cast<Signals>(a[2]))),
                    0};
        case Job::Attach:
            return {device_space.attach({static_cast<uint32_t>(a[0])}, a[1] ? Ats::On : Ats::Off),
                    0};
        case Job::CopyPages: return copy_pages(a[0]);
        case Job::CopyWord: return copy_word(a[0]);
        case Job::UnmapWord: return {device_space.unmap({word_iova, arch::page_bytes}), 0};
        case Job::ReadDirtyLine:
            return read_dirty_line(a[0], {static_cast<Snoop>(a[1]), a[2], a[3]});
        case Job::TakeEvent: return take_event();
        case Job::Touch: return {aarch64::load32(a[0]), 0};
        case Job::MapWord: return {device_space.map(word_iova, buffer_ipa(word_page)), 0};
        case Job::AnswerPages: return answer_pages(static_cast<Absent>(a[0]));
        case Job::SyncByMessage: return {device_space.sync_by_message(), 0};
        case Job::ReachBeyond: return reach_beyond(device_space, a[0], a[1]);
        case Job::ClaimStage2:
            return claim_stage2(device_space, a[0], {{static_cast<uint32_t>(a[1])}, a[2], a[3]});
        case Job::ForgetOthers:
            return forget_others(device_space, {static_cast<uint32_t>(a[0])},
                                 static_cast<uint16_t>(a[1]));
        case Job::Misbehave:
            return misbehave(device_space, {a[0], a[1], a[2], {static_cast<uint32_t>(a[3])}});
    }
    return {};
}

}  // namespace

extern "C" [[noreturn]] void start_guest() {
    enable_mmu();
    aarch64::gic::enable();
    for (JobResult last{};;) last = run(next_job(last));
}

}  // namespace smmu::sw::guest
