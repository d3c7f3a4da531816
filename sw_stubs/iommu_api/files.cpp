// Reading and answering what queues hold.
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

File* find(Context& context, uint32_t fd) {
    if (fd == 0 || fd > most_files || !context.files[fd - 1].used()) return nullptr;
    return &context.files[fd - 1];
}

/// Whole items only.  Nothing moved and something wrong: an error; else how much was moved.
int64_t outcome(uint64_t done, Errno e) {
    return done == 0 ? result(e) : static_cast<int64_t>(done);
}

int64_t read_events(Caller& caller, Veventq& queue, uint64_t buffer, uint64_t size) {
    uint64_t done = 0;
    Errno e = Errno::None;
    while (!queue.empty()) {
        struct {
            VeventHeader header;
            VeventArmSmmuV3 event;
        } item{};
        item.header = queue.next_header();
        const bool lost = (item.header.flags & vevent_lost) != 0;
        if (!lost) item.event = queue.next_event();
        const uint64_t bytes = lost ? sizeof(item.header) : sizeof(item);
        if (bytes > size - done) break;
        if (!caller.write(buffer + done, &item, bytes)) {
            e = Errno::Fault;
            break;
        }
        queue.drop_next();
        done += bytes;
    }
    return outcome(done, e);
}

/// A Stop Marker is done with when it was read; nobody writes an answer with cookie 0.
void hand_over(FaultQueue& queue, Fault* fault, uint32_t cookie) {
    while (fault != nullptr) {
        Fault* const next = queue.next_of_group(*fault);
        fault->record.cookie = cookie;
        fault->state = Fault::State::Delivered;
        if (!fault->wants_answer()) *fault = Fault{};
        fault = next;
    }
}

/// A group is read whole or not at all.
int64_t read_faults(Caller& caller, FaultQueue& queue, uint64_t buffer, uint64_t size) {
    uint64_t done = 0;
    Errno e = Errno::None;
    while (done < size && e == Errno::None) {
        Fault* const first = queue.oldest_pending();
        if (first == nullptr) break;
        const uint64_t bytes = queue.group_size(*first) * sizeof(PageFault);
        if (bytes > size - done) break;
        const uint32_t cookie = first->wants_answer() ? queue.free_cookie() : 0;
        uint64_t at = buffer + done;
        for (const Fault* f = first; f != nullptr; f = queue.next_of_group(*f)) {
            PageFault record = f->record;
            record.cookie = cookie;
            if (!caller.write(at, &record, sizeof record)) e = Errno::Fault;
            at += sizeof record;
        }
        if (e != Errno::None) break;
        hand_over(queue, first, cookie);
        done += bytes;
    }
    return outcome(done, e);
}

int64_t write_answers(Caller& caller, FaultQueue& queue, uint64_t buffer, uint64_t size) {
    uint64_t done = 0;
    Errno e = Errno::None;
    while (done < size) {
        PageResponse response{};
        if (!caller.read(buffer + done, &response, sizeof(response))) {
            e = Errno::Fault;
            break;
        }
        const bool known =
            response.code == page_response_success || response.code == page_response_invalid;
        Fault* const fault = known ? queue.delivered(response.cookie) : nullptr;
        if (fault == nullptr) {
            e = Errno::Inval;
            break;
        }
        const bool success = response.code == page_response_success;
        answer(queue, *fault, success ? Answer::Success : Answer::Invalid);
        done += sizeof(response);
    }
    return outcome(done, e);
}

}  // namespace

File* new_file(Context& context, uint32_t& fd) {
    for (unsigned i = 0; i < most_files; ++i)
        if (!context.files[i].used()) {
            fd = i + 1;
            return &context.files[i];
        }
    return nullptr;
}

int64_t read_file(Context& context, uint32_t fd, uint64_t buffer, uint64_t size,
                  uint64_t position) {
    File* const file = find(context, fd);
    if (file == nullptr) return result(Errno::BadF);
    if (position != 0) return result(Errno::SPipe);
    if (file->events != nullptr) return read_events(*context.caller, *file->events, buffer, size);
    if (size % sizeof(PageFault) != 0) return result(Errno::SPipe);
    return read_faults(*context.caller, *file->faults, buffer, size);
}

int64_t write_file(Context& context, uint32_t fd, uint64_t buffer, uint64_t size,
                   uint64_t position) {
    File* const file = find(context, fd);
    if (file == nullptr || file->faults == nullptr) return result(Errno::BadF);
    if (position != 0 || size % sizeof(PageResponse) != 0) return result(Errno::SPipe);
    return write_answers(*context.caller, *file->faults, buffer, size);
}

Ready poll_file(Context& context, uint32_t fd) {
    File* const file = find(context, fd);
    if (file == nullptr) return {};
    if (file->events != nullptr) return {!file->events->empty(), false};
    return {file->faults->oldest_pending() != nullptr, true};
}

/// Nobody can answer faults any more, so they end; those to come do at once.
Errno close_file(Context& context, uint32_t fd) {
    File* const file = find(context, fd);
    if (file == nullptr) return Errno::BadF;
    if (file->events != nullptr) --file->events->users;
    if (file->faults != nullptr) {
        file->faults->open = false;
        abort_all(*file->faults);
        --file->faults->users;
    }
    *file = {};
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
