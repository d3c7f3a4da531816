// A master that keeps a number of transactions of four phases on their way.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "smmuv3/arch/desc.h"
#include "tests/perf/nested_tables.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::perf {

class AtMaster final : public sc_core::sc_module, public tlm::tlm_mm_interface {
public:
    tlm_utils::simple_initiator_socket<AtMaster, 32> out{"out"};
    static constexpr unsigned depth = 16;

    /// One page after the other, 8 bytes of each; each page belongs to one of the streams.
    struct Traffic {
        uint64_t first;  ///< address
        unsigned pages;
        uint32_t first_stream;
        unsigned streams;  ///< a power of two
    };

    uint64_t failed = 0;           ///< responses so far
    uint64_t sum = 0;              ///< of what was read
    unsigned most_on_the_way = 0;  ///< so far

    AtMaster(sc_core::sc_module_name name, Traffic traffic) : sc_module(name), traffic_(traffic) {
        out.register_nb_transport_bw(this, &AtMaster::nb_transport_bw);
        for (unsigned i = 0; i < depth; ++i) {
            slots_.push_back(std::make_unique<Slot>(*this));
            free_.push_back(slots_.back().get());
        }
    }

    /// As many reads, until all have their responses.
    void run(unsigned reads) {
        for (left_ = reads; left_ != 0 || free_.size() != depth; sc_core::wait(step_)) {
            is_woken_ = false;
            send_next();
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

    /// One request at a time: the next one when the one before it has ended.
    void send_next() {
        while (left_ != 0 && !free_.empty() && !is_requesting_) {
            --left_;
            Slot& slot = *free_.back();
            free_.pop_back();
            const unsigned on_the_way = depth - static_cast<unsigned>(free_.size());
            most_on_the_way = std::max(most_on_the_way, on_the_way);
            send(slot);
        }
    }
    void send(Slot& slot) {
        tlm::tlm_generic_payload& p = slot.payload;
        p.acquire();
        p.set_address(traffic_.first + page_ * arch::page_bytes + NestedTables::offset(page_));
        slot.stream.in.stream =
            arch::StreamId{traffic_.first_stream + (page_ & (traffic_.streams - 1))};
        page_ = page_ + 1 == traffic_.pages ? 0 : page_ + 1;
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
            send_next();
            return tlm::TLM_ACCEPTED;
        }
        failed += !p.is_response_ok();
        sum += p.get_extension<Slot>()->data;
        p.release();
        return tlm::TLM_COMPLETED;
    }
    /// Nobody holds it any more.  All that come back at a time go out again together.
    void free(tlm::tlm_generic_payload* p) override {
        free_.push_back(p->get_extension<Slot>());
        if (!is_woken_) step_.notify(sc_core::SC_ZERO_TIME);
        is_woken_ = true;
    }

    const Traffic traffic_;
    uint32_t page_ = 0;
    unsigned left_ = 0;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Slot*> free_;
    bool is_requesting_ = false, is_woken_ = false;
    sc_core::sc_event step_;
};

}  // namespace smmu::perf
