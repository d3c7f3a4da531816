// Who is still on the way: transactions that began before a CMD_SYNC and have not ended.  Arm IHI
// 0070 G.b, 4.7.3.
#pragma once
#include <cstdint>
#include <systemc>

namespace smmu {

class InFlight {
public:
    /// One transaction, from its translation until its response.
    class Ticket {
    public:
        explicit Ticket(InFlight& all) : all_(all) { enter(); }
        ~Ticket() {
            if (inside_) leave();
        }
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        /// Around a stall: nobody waits for a transaction that waits for software.
        void leave() {
            inside_ = false;
            ++stalls_;
            if (--all_.count_[phase_] == 0 && phase_ != all_.phase_)
                all_.drained_.notify(sc_core::SC_ZERO_TIME);
        }
        void enter() {
            inside_ = true;
            phase_ = all_.phase_;
            ++all_.count_[phase_];
        }
        /// How often it stalled so far.
        unsigned stalls() const { return stalls_; }

    private:
        InFlight& all_;
        unsigned phase_ = 0;
        unsigned stalls_ = 0;
        bool inside_ = false;
    };

    /// Waits for every transaction that has a ticket now; later ones do not matter.  One caller at
    /// a time.
    void drain() {
        const unsigned before = phase_;
        phase_ ^= 1u;
        while (count_[before] != 0) sc_core::wait(drained_);
    }

private:
    unsigned phase_ = 0;
    uint32_t count_[2] = {0, 0};
    sc_core::sc_event drained_;
};

}  // namespace smmu
