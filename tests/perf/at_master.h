// A master that keeps a number of transactions of four phases on their way.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <vector>

#include "tlm_sockets/stream_extension.h"

namespace smmu::perf {

class AtMaster final : public sc_core::sc_module, public tlm::tlm_mm_interface {
public:
    tlm_utils::simple_initiator_socket<AtMaster, 32> out{"out"};
    static constexpr unsigned depth = 16;

    uint64_t failed = 0;           ///< responses so far
    uint64_t sum = 0;              ///< of what was read
    unsigned most_on_the_way = 0;  ///< so far

    explicit AtMaster(sc_core::sc_module_name name) : sc_module(name) {
        out.register_nb_transport_bw(this, &AtMaster::nb_transport_bw);
        for (unsigned i = 0; i < depth; ++i) {
            slots_.push_back(std::make_unique<Slot>(*this));
            free_.push_back(slots_.back().get());
        }
    }

    /// As many reads, until all have their responses; `next` says address and stream of each.
    template <class Next>
    void run(unsigned reads, Next&& next) {
        while (reads != 0 || free_.size() != depth) {
            while (reads != 0 && !free_.empty() && !is_requesting_) {
                --reads;
                Slot& slot = *free_.back();
                free_.pop_back();
                slot.payload.set_address(next(slot.stream.in.stream));
                send(slot);
            }
            sc_core::wait(step_);
        }
    }

private:
    /// Sits on its own payload, so that free() finds it.
    struct Slot final : tlm::tlm_extension<Slot> {
        explicit Slot(tlm::tlm_mm_interface& owner) : payload(&owner) {
            payload.set_read();
            payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
            payload.set_data_length(sizeof data);
            payload.set_streaming_width(sizeof data);
            payload.set_byte_enable_ptr(nullptr);
            payload.set_extension(this);
            payload.set_extension(&stream);
        }
        ~Slot() override {
            payload.clear_extension(this);
            payload.clear_extension(&stream);
        }
        tlm::tlm_extension_base* clone() const override { return nullptr; }  // nobody else's
        void copy_from(const tlm::tlm_extension_base&) override {}

        uint64_t data = 0;
        tlm::tlm_generic_payload payload;
        StreamExtension stream;
    };

    void send(Slot& slot) {
        most_on_the_way = std::max(most_on_the_way, depth - static_cast<unsigned>(free_.size()));
        tlm::tlm_generic_payload& p = slot.payload;
        p.acquire();
        p.set_dmi_allowed(false);
        p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay;
        is_requesting_ = out->nb_transport_fw(p, phase, delay) == tlm::TLM_ACCEPTED;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time&) {
        if (phase == tlm::END_REQ) {
            is_requesting_ = false;
            step_.notify(sc_core::SC_ZERO_TIME);
            return tlm::TLM_ACCEPTED;
        }
        failed += !p.is_response_ok();
        sum += p.get_extension<Slot>()->data;
        p.release();
        return tlm::TLM_COMPLETED;
    }
    /// Nobody holds it any more.
    void free(tlm::tlm_generic_payload* p) override {
        free_.push_back(p->get_extension<Slot>());
        step_.notify(sc_core::SC_ZERO_TIME);
    }

    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Slot*> free_;
    bool is_requesting_ = false;
    sc_core::sc_event step_;
};

}  // namespace smmu::perf
