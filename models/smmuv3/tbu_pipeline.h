// AT transactions inside a TBU: four phases on both sides, a bounded number on the way, hits that
// pass misses, and one walk for all that miss the same page.
//
//   BEGIN_REQ    a slot, or END_REQ waits for one
//   micro TLB    hit: on; miss: to the walk of its page, a new one or one that is on its way
//   downstream   one BEGIN_REQ at a time, in the order of their answers, or per stream in the order
//                of arrival (in_order)
//   BEGIN_RESP   upstream, one at a time; END_RESP goes downstream when it came from upstream
//
// Transactions that cross a page are rare: one thread takes them one after the other, by the LT path.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "smmuv3/local_time_queue.h"
#include "smmuv3/tbu.h"

namespace smmu {

class Tbu::Pipeline final : private Tcu::WalkClient {
public:
    Pipeline(Tbu& tbu, const Params& params);
    ~Pipeline();

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

private:
    class Job;
    struct Miss;
    struct Resumed {
        Miss* miss;
        StallEnd end;
    };

    /// What is done for a transaction at its time.
    enum class Due : uint8_t { LookUp, EndRequest, TakeResponse, EndResponse };
    struct Later {
        Job* job;
        Due what;
    };

    // tbu_pipeline.cpp: from BEGIN_REQ to the answer of the translation
    Job& begin(tlm::tlm_generic_payload& p, const sc_core::sc_time& at);
    Job& job_of(tlm::tlm_generic_payload& p) const;
    void admit_next();
    void do_later(Job& job, Due what, const sc_core::sc_time& when);
    void do_now(const Later& later);
    void do_what_is_due();
    void look_up(Job& job);
    void translate(Job& job);
    void miss(Job& job);
    void walked(Tcu::Walk& walk) override;
    void resumed(Tcu::Walk& walk, StallEnd end) override;
    void go_on(Miss& miss, StallEnd end);
    void retire(Miss& miss);
    void end(Job& job, const core::Outcome& outcome);
    void pass(Job& job, uint64_t output, const arch::MemoryAttributes& attributes);

    // tbu_pipeline_processes.cpp
    void add_processes();
    void cross_pages_thread();
    void step();

    // tbu_pipeline_out.cpp: downstream and back
    void answer(Job& job);
    void answer_in_order(Job& job);
    bool is_first_of_its_stream(const Job& job) const;
    void leave(Job& job);
    void send_next();
    void send(Job& job);
    void end_request(Job& job);
    void take_response(Job& job);
    void respond_next();
    void end_response(Job& job);
    void finish(Job& job);

    Tbu& tbu_;
    const unsigned slots_;
    const bool in_order_;
    unsigned used_ = 0;
    Job* refused_ = nullptr;  ///< the one whose END_REQ waits for a slot

    std::vector<std::unique_ptr<Job>> jobs_;
    std::vector<Job*> free_jobs_;
    std::vector<std::unique_ptr<Miss>> all_misses_;
    std::vector<Miss*> free_misses_, misses_;  ///< misses_: whose walk others may join
    std::deque<Resumed> resumed_;              ///< stalls that have ended
    std::deque<Job*> crossing_, order_;
    Ring<Job*> to_send_, responses_;
    Job* requesting_ = nullptr;  ///< downstream, until END_REQ
    Job* responding_ = nullptr;  ///< upstream, until END_RESP

    LocalTimeQueue<Later> later_;
    sc_core::sc_event due_;  ///< the first of them
    sc_core::sc_event step_, crossing_work_;
};

}  // namespace smmu
