// Who is still on the way: transactions that began before a CMD_SYNC and have not ended.  Arm IHI
// 0070 G.b, 4.7.3.
#pragma once
#include <cstdint>
#include <systemc>

namespace smmu {

class InFlight {
    /// Those who entered between two CMD_SYNCs.
    struct Party {
        explicit Party(InFlight& all) : of(all) {}
        InFlight& of;
        uint32_t inside = 0;
        bool is_over = false;  ///< a CMD_SYNC came: nobody enters it any more
    };

public:
    InFlight() = default;
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

    /// One transaction, from its translation until its response.
    class Ticket {
    public:
        explicit Ticket(InFlight& all) : party_(all.now_) { ++party_->inside; }
        ~Ticket() {
            if (inside_) release();
        }
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        /// Around a stall: nobody waits for a transaction that waits for software.
        void leave() {
            inside_ = false;
            ++stalls_;
            release();
        }
        void enter() {
            inside_ = true;
            party_ = party_->of.now_;
            ++party_->inside;
        }
        /// How often it stalled so far.
        unsigned stalls() const { return stalls_; }

    private:
        void release() {
            if (--party_->inside == 0 && party_->is_over)
                party_->of.drained_.notify(sc_core::SC_ZERO_TIME);
        }
        Party* party_;
        unsigned stalls_ = 0;
        bool inside_ = true;
    };

    /// Waits for every transaction that has a ticket now; later ones do not matter.  One caller at
    /// a time.
    void drain() {
        Party& before = *now_;
        now_ = now_ == &parties_[0] ? &parties_[1] : &parties_[0];
        before.is_over = true;
        now_->is_over = false;
        while (before.inside != 0) sc_core::wait(drained_);
    }

private:
    Party parties_[2]{Party(*this), Party(*this)};
    Party* now_ = &parties_[0];  ///< of those who enter
    sc_core::sc_event drained_;
};

}  // namespace smmu
