// What needs a process: what is due, going on after a stall or when the wires are free, and transactions
// that cross pages.  The thread for these may wait().
#include "smmuv3/tbu_job.h"
#include "smmuv3/tbu_journey.h"

namespace smmu {

void Tbu::Pipeline::add_processes() {
    const auto add_method = [](auto what, const sc_core::sc_event& when, const char* name) {
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&when);
        sc_core::sc_spawn(what, sc_core::sc_gen_unique_name(name), &options);
    };
    add_method([this] { do_what_is_due(); }, due_, "pipeline_due");
    add_method([this] { step(); }, step_, "pipeline_step");
    sc_core::sc_spawn([this] { cross_pages_thread(); }, sc_core::sc_gen_unique_name("cross_pages"));
}

void Tbu::Pipeline::step() {
    while (!resumed_.empty()) {
        const Resumed next = resumed_.front();
        resumed_.pop_front();
        go_on(*next.miss, next.end);
    }
    send_next();
}

void Tbu::Pipeline::cross_pages_thread() {
    for (;;) {
        if (crossing_.empty()) {
            sc_core::wait(crossing_work_);
            continue;
        }
        Job& job = *crossing_.front();
        crossing_.pop_front();
        job.spent(Part::Queue);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        Journey journey(delay, tbu_.probes_);
        journey.id = job.id;
        tbu_.note_requester(job.stream->in);
        tbu_.miss(*job.payload, *job.stream, journey);
        journey.time.synchronise();
        job.forwarded = job.is_sent = journey.forwarded;
        job.by = journey.by;
        job.fetches = journey.fetches;
        job.parts += journey.time.parts();
        job.since = sc_core::sc_time_stamp();
        answer(job);
    }
}

}  // namespace smmu
