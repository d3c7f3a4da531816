// A transaction with every field open to change: for tests of what a payload may look like.
#pragma once
#include "tests/support/device.h"

namespace smmu::test {

struct Transaction {
    tlm::tlm_generic_payload payload;
    StreamExtension stream;

    Transaction(const StreamIn& who, tlm::tlm_command command, uint64_t address, void* data,
                unsigned length)
        : stream(who) {
        prepare(payload, command, address, data, length);
        payload.set_extension(&stream);
    }
    ~Transaction() { payload.clear_extension(&stream); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Sends it, as often as wanted: the response is set back to "none yet" before.
    tlm::tlm_response_status send(Device& from) {
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        from.out->b_transport(payload, from.delay);
        return payload.get_response_status();
    }
};

/// An extension that the SMMU knows nothing about; it counts its instances.
class StrangerExtension final : public tlm::tlm_extension<StrangerExtension> {
public:
    static inline int alive = 0;

    explicit StrangerExtension(unsigned v) : value(v) { ++alive; }
    StrangerExtension(const StrangerExtension& other) : tlm_extension(other), value(other.value) {
        ++alive;
    }
    StrangerExtension& operator=(const StrangerExtension&) = delete;
    ~StrangerExtension() override { --alive; }

    tlm::tlm_extension_base* clone() const override { return new StrangerExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        value = static_cast<const StrangerExtension&>(other).value;
    }

    unsigned value;
};

}  // namespace smmu::test
