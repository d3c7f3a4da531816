// A probe that writes a trace for Perfetto.
#include "waveforms/trace.h"

#include <cstdio>

#include "waveforms/names.h"
#include "waveforms/transactions.h"

namespace smmu {
namespace {

enum Fixed : unsigned { queues = 1, commands, events, interrupts };
constexpr unsigned first_slot = 16;

std::string hex(uint64_t value) {
    char text[19];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

/// Microseconds, exact to the picosecond.
std::string us(uint64_t ps) {
    char text[32];
    std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(ps / 1'000'000),
                  static_cast<unsigned long long>(ps % 1'000'000));
    return text;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

Trace::Trace(std::ostream& out, uint64_t limit) : out_(out), limit_(limit) {
    out_ << '[';
    line(R"("ph":"M","pid":1,"name":"process_name","args":{"name":"SMMU"})");
    name_track(queues, "queues");
    name_track(commands, "commands");
    name_track(events, "events");
    name_track(interrupts, "interrupts");
}

void Trace::line(const std::string& event) {
    out_ << (first_ ? "\n{" : ",\n{") << event << '}';
    first_ = false;
}

void Trace::name_track(unsigned number, const std::string& name) {
    const std::string track = std::to_string(number);
    line(R"("ph":"M","pid":1,"tid":)" + track + R"(,"name":"thread_name","args":{"name":)" +
         quoted(name) + '}');
    line(R"("ph":"M","pid":1,"tid":)" + track +
         R"(,"name":"thread_sort_index","args":{"sort_index":)" + track + '}');
}

/// The first track of that TBU that is free then.
unsigned Trace::track_of(unsigned tbu, uint64_t begin, uint64_t end) {
    std::vector<Track>& slots = tracks_of_[tbu];
    for (Track& slot : slots)
        if (slot.end <= begin) {
            slot.end = end;
            return slot.number;
        }
    const unsigned number = first_slot + tracks_++;
    name_track(number, "TBU " + std::to_string(tbu) + ", slot " + std::to_string(slots.size()));
    slots.push_back({number, end});
    return number;
}

void Trace::write(unsigned track, const Slice& s) {
    line(R"("ph":"X","pid":1,"tid":)" + std::to_string(track) + R"(,"ts":)" + us(s.begin) +
         R"(,"dur":)" + us(s.end - s.begin) + R"(,"name":)" + quoted(s.name) + R"(,"args":{)" +
         s.args + '}');
}

void Trace::write_instant(unsigned track, const std::string& name, sc_core::sc_time time) {
    if (is_full()) return;
    line(R"("ph":"i","s":"t","pid":1,"tid":)" + std::to_string(track) + R"(,"ts":)" +
         us(time.value()) + R"(,"name":)" + quoted(name));
}

void Trace::fetch(const Fetch& f) {
    if (is_full()) return;
    const Slice slice{title(f.access), f.begin.value(), f.end.value(),
                      "\"address\":" + quoted(hex(f.access.address)) + ",\"size\":" +
                          std::to_string(f.access.size) + (f.write ? ",\"write\":true" : "") +
                          (f.aborted ? ",\"aborted\":true" : "")};
    if (f.walk == 0)
        write(queues, slice);
    else
        fetches_.add(f.walk, slice);
}

void Trace::transaction(const Transaction& t) {
    if (is_full()) return;
    const uint64_t begin = t.begin.value(), end = t.end.value();
    const unsigned track = track_of(t.tbu, begin, end);
    const std::string by = name_of(t.by);
    std::string args =
        "\"id\":" + std::to_string(t.id) + ",\"stream\":" + quoted(hex(t.stream.value)) +
        ",\"iova\":" + quoted(hex(t.address)) + ",\"size\":" + std::to_string(t.size) +
        ",\"answered_by\":" + quoted(by) + ",\"table_reads\":" + std::to_string(t.fetches) +
        ",\"forwarded\":" + (t.forwarded ? "true" : "false");
    for (size_t p = 0; p < part_count; ++p)
        args += ",\"" + std::string(name_of(static_cast<Part>(p))) +
                "_ps\":" + std::to_string(t.parts[static_cast<Part>(p)].value());
    write(track, {(t.write ? "write, " : "read, ") + by, begin, end, args});
    for (const Slice& s : fetches_.take(t)) write(track, s);
    const uint64_t memory = t.parts[Part::Memory].value();
    if (memory != 0) write(track, {"memory", end - memory, end, ""});
    ++in_flight_[begin];
    --in_flight_[end];
    ++written_;
}

void Trace::command(const Command& c) {
    write_instant(commands, name_of(c.command[arch::Command::Op]), c.time);
}

void Trace::event(const Event& e) {
    write_instant(events, name_of(e.event[arch::Event::Id]), e.time);
}

void Trace::interrupt(const Interrupt& i) { write_instant(interrupts, name_of(i.source), i.time); }

void Trace::finish() {
    int64_t now = 0;
    for (const auto& [time, change] : in_flight_) {
        if (change == 0) continue;
        now += change;
        line(R"("ph":"C","pid":1,"ts":)" + us(time) +
             R"(,"name":"transactions in flight","args":{"count":)" + std::to_string(now) + '}');
    }
    out_ << "\n]\n";
}

}  // namespace smmu
