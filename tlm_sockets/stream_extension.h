// Who is asking, and with which attributes: what one transaction carries beside its address.
//
// One extension for the whole way of a transaction.  The master fills the "in" half or leaves it
// out; the TBU writes the "out" half.  tlm_sockets/README.md says what absence means.
#pragma once
#include <tlm>
#include <type_traits>

#include "smmuv3/arch/attributes.h"
#include "smmuv3/arch/types.h"

namespace smmu {

/// Address type of an incoming transaction.  Arm IHI 0070 G.b, 3.9.
enum class AddressType : uint8_t { Untranslated, TranslationRequest, Translated };

/// SMMU inputs of one transaction.  Arm IHI 0070 G.b, 2.4 and 13.1.
struct StreamIn {
    arch::StreamId stream{0};
    arch::SubstreamId substream{0};  ///< 20 bits; counts only with substream_valid
    bool substream_valid = false;
    arch::SecSid sec_sid = arch::SecSid::NonSecure;
    bool privileged = false;
    bool instruction = false;
    AddressType address_type = AddressType::Untranslated;
    bool no_snoop =
        false;  ///< PCIe No_snoop: write-back becomes Non-cacheable after translation (13.6.1.1)
    arch::MemoryAttributes attributes = arch::default_attributes;
};

/// SMMU outputs of one transaction: what goes downstream with the translated address.
struct StreamOut {
    arch::MemoryAttributes attributes{};
    bool non_secure = true;
    arch::Mpam mpam{};
    uint64_t trace_key = 0;  ///< joins this transaction with its records in the probes; 0: none

    /// These attributes, and nothing else.  In place: every transaction comes by here.
    void state(const arch::MemoryAttributes& a) {
        attributes = a;
        non_secure = true;
        mpam = {};
        trace_key = 0;
    }
};

class StreamExtension final : public tlm::tlm_extension<StreamExtension> {
public:
    StreamExtension() = default;
    explicit StreamExtension(const StreamIn& given) : in(given) {}

    tlm::tlm_extension_base* clone() const override { return new StreamExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        const auto& from = static_cast<const StreamExtension&>(other);
        in = from.in;
        out = from.out;
    }

    StreamIn in;
    StreamOut out;
};
static_assert(std::is_trivially_copyable_v<StreamIn> && std::is_trivially_copyable_v<StreamOut>,
              "copy_from copies whole values: a member that needs more than that would be lost");

}  // namespace smmu
