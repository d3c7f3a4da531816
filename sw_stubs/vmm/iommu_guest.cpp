// What a guest's SMMU asks and is told: commands, events, faults.
#include "sw_stubs/iommu_api/convert.h"
#include "sw_stubs/vmm/iommu.h"

namespace smmu::sw::vmm {

using namespace arch;
using namespace iommu_api;

/// A guest's addresses mean the same on every stage 2; a StreamID is on one.
bool Iommu::concerns(const Stage2& stage2, const Command& command) {
    if (stage2.viommu == 0) return false;
    if (scope_of(command) != Scope::Stream) return true;
    const Device* const device = find(stream_of(command));
    return device != nullptr && device->on == &stage2;
}

Errno Iommu::invalidate(const Command* commands, unsigned count, unsigned& done) {
    Errno refused = Errno::None;
    done = 0;
    while (done < count && refused == Errno::None) {
        const Scope scope = scope_of(commands[done]);
        const bool known = scope != Scope::Stream || has(stream_of(commands[done]));
        if (scope == Scope::Refused || !known)
            refused = Errno::Io;
        else
            ++done;
    }
    for (const Stage2& s : stage2s_)
        for (unsigned first = 0; first < done;) {
            Command list[most_commands]{};
            HwptInvalidate call{};
            for (; first < done && call.entry_num < most_commands; ++first)
                if (concerns(s, commands[first])) list[call.entry_num++] = commands[first];
            if (call.entry_num == 0) continue;
            call.size = sizeof call;
            call.hwpt_id = s.viommu;
            call.data_uptr = reinterpret_cast<uint64_t>(list);
            call.data_type = invalidate_data_arm_smmuv3;
            call.entry_len = sizeof(Command);
            if (const Errno e = hwpt_invalidate(context_, call); e != Errno::None) refused = e;
        }
    return refused;
}

bool Iommu::take(const Event& event) {
    return report_event(context_, *smmu_, event) == Errno::None;
}

bool Iommu::take(const PageRequest& request) {
    return report_page_request(context_, *smmu_, request) == Errno::None;
}

/// A gap in the numbers tells of lost events, and so does a header without a record.
bool Iommu::read_event(Stage2& stage2, Event& event, bool& lost) {
    if (stage2.events_fd == 0) return false;
    struct {
        VeventHeader header;
        VeventArmSmmuV3 event;
    } item{};
    const int64_t bytes =
        read_file(context_, stage2.events_fd, reinterpret_cast<uint64_t>(&item), sizeof item);
    if (bytes < static_cast<int64_t>(sizeof item.header)) return false;
    const bool record = (item.header.flags & vevent_lost) == 0;
    lost = lost || !record || item.header.sequence != stage2.next_sequence;
    stage2.next_sequence = (item.header.sequence + 1) & 0x7FFF'FFFF;
    for (unsigned i = 0; record && i < Event::words; ++i) event.word[i] = item.event.evt[i];
    return record;
}

bool Iommu::next_event(Event& event, bool& lost) {
    lost = false;
    for (Stage2& s : stage2s_)
        if (read_event(s, event, lost)) return true;
    return false;
}

unsigned Iommu::next_faults(PageFault (&list)[most_faults]) {
    const int64_t bytes =
        read_file(context_, faults_fd_, reinterpret_cast<uint64_t>(list), sizeof list);
    return bytes < 0 ? 0 : static_cast<unsigned>(bytes / static_cast<int64_t>(sizeof list[0]));
}

uint32_t Iommu::virtual_stream_of(const PageFault& fault) const {
    for (unsigned i = 0; i < device_count_; ++i)
        if (devices_[i].id == fault.dev_id) return devices_[i].is.virtual_stream;
    return 0;
}

Errno Iommu::answer_fault(uint32_t cookie, bool success) {
    const PageResponse response{cookie, success ? page_response_success : page_response_invalid};
    const int64_t bytes =
        write_file(context_, faults_fd_, reinterpret_cast<uint64_t>(&response), sizeof response);
    return bytes == sizeof response ? Errno::None : Errno::Inval;
}

}  // namespace smmu::sw::vmm
