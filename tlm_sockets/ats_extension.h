// ATS and PRI messages as TLM transactions: to the SMMU on socket `ats`, to the endpoint on `ats_inv`.
//
// The payload is TLM_IGNORE_COMMAND without data; the message is all in this extension.  A message that
// was understood is answered TLM_OK_RESPONSE, whatever its status says.
#pragma once
#include <tlm>
#include <type_traits>

#include "smmuv3/arch/ats.h"

namespace smmu {

/// Arm IHI 0070 G.b, 3.9.1, 4.5, 8.
enum class AtsMessage : uint8_t {
    TranslationRequest,  ///< ats: `request`; the SMMU fills `completion`
    PageRequest,         ///< ats: `page`; posted, the SMMU answers later by a PrgResponse
    InvalidateRequest,   ///< ats_inv: `invalidation`; the endpoint fills `invalidated`, and returns
                         ///< when nothing uses what it removed
    PrgResponse          ///< ats_inv: `response`
};

class AtsExtension final : public tlm::tlm_extension<AtsExtension> {
public:
    AtsExtension() = default;
    explicit AtsExtension(AtsMessage what) : message(what) {}

    tlm::tlm_extension_base* clone() const override { return new AtsExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        const auto& from = static_cast<const AtsExtension&>(other);
        message = from.message;
        request = from.request;
        completion = from.completion;
        page = from.page;
        invalidation = from.invalidation;
        invalidated = from.invalidated;
        response = from.response;
        responded = from.responded;
    }

    AtsMessage message{};
    arch::TranslationRequest request{};
    arch::TranslationCompletion completion{};
    arch::PageRequest page{};
    arch::InvalidateRequest invalidation{};
    /// Nobody: whoever is behind the socket does not have that StreamID.  With several sockets the
    /// SMMU asks the next one.
    arch::InvalidateStatus invalidated = arch::InvalidateStatus::Nobody;
    arch::PrgResponse response{};
    bool responded = false;  ///< of a PrgResponse: the StreamID is behind this socket
};
static_assert(std::is_trivially_copyable_v<arch::TranslationCompletion>,
              "copy_from copies whole values");

/// Makes a payload carry a message: no data, and a streaming width, since 0 is not a legal one.
inline void carry(tlm::tlm_generic_payload& payload, AtsExtension& message) {
    payload.set_command(tlm::TLM_IGNORE_COMMAND);
    payload.set_streaming_width(1);
    payload.set_extension(&message);
}

}  // namespace smmu
