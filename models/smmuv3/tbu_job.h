// One AT transaction inside a TBU, and the walk that some of them wait for.
#pragma once
#include <optional>
#include <vector>

#include "smmuv3/tbu_pipeline.h"

namespace smmu {

/// Sits on its payload, so that every call finds it; a payload that goes through several TBUs carries
/// one of each.
class Tbu::Pipeline::Job final : public tlm::tlm_extension<Job> {
public:
    tlm::tlm_extension_base* clone() const override { return nullptr; }  // nobody else's
    void copy_from(const tlm::tlm_extension_base&) override {}

    bool is_watched() const { return id != 0; }
    /// What has passed since the last time goes into that part, if somebody wants to know.
    void spent(Part part) {
        if (!is_watched()) return;
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        if (now <= since) return;
        parts[part] += now - since;
        since = now;
    }

    const Pipeline* owner = nullptr;
    Job* outer = nullptr;  ///< of a TBU before this one
    tlm::tlm_generic_payload* payload = nullptr;
    StreamExtension* stream = nullptr;
    StreamExtension lent{};  ///< for a master that states no identity
    bool is_lent = false;

    uint64_t input = 0, output = 0;
    bool forwarded = false, dmi = false;
    bool is_sent = false;          ///< downstream and back already: it crossed pages
    bool is_answered = false;      ///< translated or terminated: may leave in its order
    bool owes_end = false;         ///< END_RESP downstream
    bool is_called_back = false;   ///< inside the BEGIN_RESP call from downstream ...
    bool is_ended_inside = false;  ///< ... and END_RESP has come already
    bool has_turn = false;         ///< on the wires downstream, from `turn` on
    sc_core::sc_time turn;
    std::optional<InFlight::Ticket> ticket;

    uint64_t id = 0;  ///< 0: came before anybody watched
    AnsweredBy by = AnsweredBy::MicroTlb;
    unsigned fetches = 0;
    sc_core::sc_time begin, since;
    Parts parts{};
};

/// Those that miss the same page at a time: one walk, many waiters.
struct Tbu::Pipeline::Miss final : Tcu::Walk {
    uint64_t page = 0, who = 0, generation = 0;
    bool write = false;
    arch::MemoryAttributes incoming{};
    std::vector<Job*> waiters;  ///< the first is the one that the walk is for
};

/// Translated or terminated: it leaves at once, or in its order.
inline void Tbu::Pipeline::answer(Job& job) {
    job.is_answered = true;
    if (in_order_) return answer_in_order(job);
    leave(job);
}

/// Downstream; or back, if it ended here.
inline void Tbu::Pipeline::leave(Job& job) {
    job.spent(Part::Queue);
    if (job.forwarded && !job.is_sent) {
        to_send_.push(&job);
        return send_next();
    }
    job.ticket.reset();
    responses_.push(&job);
    respond_next();
}

}  // namespace smmu
