// Section 5: their devices translate ahead (ATS), and ask for a page that is not there (PRI).
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using namespace aarch64;
using arch::PageRequest;
using guest::Absent;
using guest::Job;
using guest::Outcome;

namespace {

bool attach(Report& report, Tenant& t, Ats ats) {
    const JobEnd end =
        run_job(report, t, Job::Attach, {{t.engine->virtual_stream, ats == Ats::On ? 1u : 0u}});
    return end.finished && end.result[0] == 1;
}

bool translates_ahead(const Pair& pair, const Tenant& t) {
    return live_entry(pair, t.engine->stream)[arch::Ste::EATS] == 1 && t.pci.ats_enabled() &&
           t.pci.page_requests_enabled();
}

/// Its STE is as it was before, and its device cannot ask.
bool is_as_before(const Pair& pair, const Tenant& t) {
    return same(live_entry(pair, t.engine->stream), t.entry) && !t.pci.ats_enabled() &&
           !t.pci.page_requests_enabled();
}

/// A guest that will answer like that unmaps the page that its device then uses.
bool copy_without_page(Report& report, Tenant& t, Absent answer, Outcome outcome) {
    run_job(report, t, Job::AnswerPages, {{static_cast<uint64_t>(answer)}});
    const JobEnd unmapped = run_job(report, t, Job::UnmapWord, {});
    const JobEnd copied = run_job(report, t, Job::CopyWord, {{frame_of(*t.engine)}});
    const bool right = outcome != Outcome::Done || copied.result[1] == 1;
    return unmapped.finished && unmapped.result[0] == 1 && copied.finished &&
           copied.outcome() == outcome && right;
}

/// One request, by the guest's own names.
bool was_asked_once(Report& report, const Pair& pair, Tenant& t) {
    const JobEnd end = run_job(report, t, Job::AnswerPages, {{}});
    const PageRequest r = page_request_of(t);
    report.row(t.number == 0 ? "A" : "B", "StreamID ", Hex{r[PageRequest::StreamID], 4},
               ", PRG index ", Decimal{r[PageRequest::PRGIndex]}, ", ",
               r[PageRequest::R] ? "read at " : "", Hex{r[PageRequest::Address]});
    return end.finished && end.result[0] == 1 && pair.events.pages_forwarded(t.number) == 1 &&
           r[PageRequest::StreamID] == t.engine->virtual_stream && r[PageRequest::Last] &&
           r[PageRequest::Address] == guest::word_iova;
}

}  // namespace

void ask_for_pages(Report& report, Pair& pair) {
    report.section("Their devices ask for a page that is not there");
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    if (!can_ask(pair, *a.engine) || !can_ask(pair, *b.engine))
        return report.does_not_apply("page requests",
                                     "no ATS and PRI, or stalls that cannot be switched off");

    report.expect(
        attach(report, a, Ats::On) && attach(report, b, Ats::On) && translates_ahead(pair, a) &&
            translates_ahead(pair, b),
        "each allows its device ATS: EATS in both STEs, ATS and PRI on in both functions");
    report.expect(copies_are_right(report, a) && copies_are_right(report, b),
                  "their devices translate ahead: every word is right");
    const unsigned rung = a.messages.rung();
    report.expect(copy_without_page(report, a, Absent::BroughtIn, Outcome::Done),
                  "A's page is gone: its device asks, A maps the page, the copy goes on");
    report.expect(a.messages.rung() == rung + 1, "it heard of that by a message");
    report.expect(copy_without_page(report, b, Absent::Refused, Outcome::Failed),
                  "B's page is gone: its device asks, B says no, the copy fails");
    const bool once = was_asked_once(report, pair, a) && was_asked_once(report, pair, b);
    report.expect(once, "each was asked once, for its own page");
    const JobEnd mapped = run_job(report, b, Job::MapWord, {});
    report.expect(mapped.finished && mapped.result[0] == 1 && copies_are_right(report, a) &&
                      copies_are_right(report, b),
                  "both go on");
    report.expect(attach(report, a, Ats::Off) && attach(report, b, Ats::Off) &&
                      is_as_before(pair, a) && is_as_before(pair, b),
                  "each takes ATS back: it is off in both functions");
    report.expect(pair.events.pages_refused() == 0 && pair.events.pending() == 0,
                  "the host had nothing to say");
}

}  // namespace smmu::sw::demo
