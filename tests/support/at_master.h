// A master that speaks four phases, for tests: any number of transactions at a time.
#pragma once
#include <deque>
#include <memory>

#include "tests/support/device.h"

namespace smmu::test {

class AtMaster {
public:
    /// How it answers BEGIN_RESP.
    enum class Answer : uint8_t { Completed, UpdatedEndResp, Accepted };
    Answer answer = Answer::Completed;
    sc_core::sc_time hold;  ///< Accepted: from BEGIN_RESP to END_RESP

    explicit AtMaster(Device& device) : device_(device) {
        device.backward = [this](auto& p, auto& phase, auto& t) { return backward(p, phase, t); };
        sc_core::sc_spawn([this] { end_responses(); }, sc_core::sc_gen_unique_name("at_master"));
    }

    class Job final : public tlm::tlm_mm_interface {
    public:
        Job(const StreamIn& who, tlm::tlm_command command, uint64_t address, uint64_t value)
            : data(value), payload(this), stream(who), address_(address) {
            prepare(payload, command, address, &data, sizeof data);
            payload.set_extension(&stream);
            payload.acquire();
        }
        ~Job() { payload.clear_extension(&stream); }
        void free(tlm::tlm_generic_payload*) override { is_free = true; }

        tlm::tlm_response_status response() const { return payload.get_response_status(); }
        uint64_t address() const { return address_; }

        uint64_t data;
        tlm::tlm_generic_payload payload;
        StreamExtension stream;
        bool is_done = false;
        bool is_free = false;  ///< nobody holds the payload any more
        sc_core::sc_time sent, accepted, done;

    private:
        uint64_t address_;
    };

    Job& make(const StreamIn& who, tlm::tlm_command command, uint64_t address, uint64_t value = 0) {
        jobs.push_back(std::make_unique<Job>(who, command, address, value));
        return *jobs.back();
    }
    /// Waits until the request is accepted.
    Job& send(const StreamIn& who, tlm::tlm_command command, uint64_t address, uint64_t value = 0) {
        return send(make(who, command, address, value));
    }
    Job& send(Job& job) {
        job.sent = sc_core::sc_time_stamp();
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time t;
        requesting_ = &job.payload;
        const auto status = device_.out->nb_transport_fw(job.payload, phase, t);
        if (status == tlm::TLM_UPDATED && phase == tlm::END_REQ) requesting_ = nullptr;
        while (requesting_) sc_core::wait(accepted_);
        if (t > sc_core::SC_ZERO_TIME) sc_core::wait(t);
        job.accepted = sc_core::sc_time_stamp();
        return job;
    }
    Job& read(const StreamIn& who, uint64_t address) {
        return send(who, tlm::TLM_READ_COMMAND, address);
    }

    /// Until all have their responses, and have given them back.
    void wait_for_all() {
        while (done.size() != jobs.size() || !responses_.empty()) sc_core::wait(responded_);
    }

    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<Job*> done;  ///< in the order of their responses

private:
    tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                sc_core::sc_time&) {
        if (requesting_ == &p) requesting_ = nullptr;
        accepted_.notify(sc_core::SC_ZERO_TIME);
        if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
        for (auto& job : jobs)
            if (&job->payload == &p) {
                job->is_done = true;
                job->done = sc_core::sc_time_stamp();
                done.push_back(job.get());
            }
        if (answer == Answer::Accepted) {
            responses_.push_back(&p);
            response_.notify(sc_core::SC_ZERO_TIME);
            return tlm::TLM_ACCEPTED;
        }
        p.release();
        responded_.notify(sc_core::SC_ZERO_TIME);
        phase = tlm::END_RESP;
        return answer == Answer::Completed ? tlm::TLM_COMPLETED : tlm::TLM_UPDATED;
    }

    void end_responses() {
        for (;;) {
            if (responses_.empty()) {
                sc_core::wait(response_);
                continue;
            }
            if (hold > sc_core::SC_ZERO_TIME) sc_core::wait(hold);
            tlm::tlm_generic_payload& p = *responses_.front();
            tlm::tlm_phase phase = tlm::END_RESP;
            sc_core::sc_time t;
            device_.out->nb_transport_fw(p, phase, t);
            p.release();
            responses_.pop_front();
            responded_.notify(sc_core::SC_ZERO_TIME);
        }
    }

    Device& device_;
    tlm::tlm_generic_payload* requesting_ = nullptr;
    std::deque<tlm::tlm_generic_payload*> responses_;
    sc_core::sc_event accepted_, response_, responded_;
};

}  // namespace smmu::test
