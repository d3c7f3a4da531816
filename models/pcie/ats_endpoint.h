// The ATS logic of a PCI function: asks for translations, keeps them, gives them up again, and asks
// for pages.
//
// PCI Express Base 5.0, 10.  What software has enabled in the function's configuration space
// decides; the function's master asks ats_enabled() before it comes here.  translate() may wait().
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <systemc>
#include <utility>

#include "pcie/atc.h"
#include "pcie/function.h"
#include "tlm_sockets/ats_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

struct AtsEndpointParams {
    unsigned entries = 64;  ///< of the ATC; 0 keeps nothing
    /// How often one access asks for its page before it gives up: a host may say Success and map
    /// nothing.
    unsigned page_requests = 16;
    sc_core::sc_time retry_delay{1.0, sc_core::SC_US};  ///< from the second of them on
};

class AtsEndpoint final : public sc_core::sc_module, private PciFunction::AtsUser {
public:
    /// Translation Requests and page requests: to PciLink::ats, or smmu.ats of a bench.
    tlm_utils::simple_initiator_socket_optional<AtsEndpoint, 32> ats{"ats"};
    /// Invalidations and PRG Responses: from PciLink::ats_inv.
    tlm_utils::simple_target_socket_optional<AtsEndpoint, 32> ats_inv{"ats_inv"};

    /// `function` must outlive the endpoint.
    AtsEndpoint(sc_core::sc_module_name name, PciFunction& function,
                const AtsEndpointParams& params);

    /// One access by a translated address: invalidations that reach its translation end after it.
    class Passage {
    public:
        /// `local`: the master's local time, which says when the access ends.
        Passage(AtsEndpoint& endpoint, const sc_core::sc_time& local)
            : endpoint_(endpoint), local_(local), use_(endpoint.atc_) {}
        ~Passage() { endpoint_.end(*this); }
        Passage(const Passage&) = delete;
        Passage& operator=(const Passage&) = delete;

    private:
        friend class AtsEndpoint;
        AtsEndpoint& endpoint_;
        const sc_core::sc_time& local_;
        Atc::Use use_;
    };

    enum class Access : uint8_t { Read, Write };
    /// Whether a page that is not there is asked for.
    enum class PageRequests : uint8_t { No, Yes };

    /// Makes an Untranslated identity and address those of a Translated access, good for the 4 KiB page
    /// of the address as long as `passage` lives.  False: it is not allowed, or nobody answers.
    /// `delay` is the master's local time.
    bool translate(Passage& passage, StreamIn& who, uint64_t& address, Access access,
                   PageRequests page_requests, sc_core::sc_time& delay);

    /// This PASID of the requester is not used any more: forgets its translations, and where pages
    /// were asked for with it says so by a Stop Marker.  Never waits.
    void stop(arch::StreamId requester, arch::SubstreamId pasid);

    /// Every invalidation is answered with this and does nothing; none: as it should be.  A test's way
    /// to an endpoint that hangs (TimedOut) or does not know the request (UnsupportedRequest).
    std::optional<arch::InvalidateStatus> answer_invalidations_with;

    const Atc& cache() const { return atc_; }

private:
    /// A page request that waits for its response.
    struct PageWait {
        arch::StreamId requester;
        std::optional<arch::PrgStatus> status;
        sc_core::sc_event answered;
    };
    using Pasid = std::pair<uint32_t, uint32_t>;  ///< requester, PASID

    AtcOwner owner_of(const StreamIn& who) const;
    AtcNeed need_of(const StreamIn& who, Access access) const;
    bool send(AtsExtension& message, sc_core::sc_time& delay);
    std::optional<AtcTranslation> find_or_ask(const AtcOwner& owner, uint64_t address, AtcNeed need,
                                              sc_core::sc_time& delay);
    std::optional<AtcTranslation> ask(const AtcOwner& owner, uint64_t address, AtcNeed need,
                                      sc_core::sc_time& delay, bool& is_void);
    void end(Passage& passage);

    // ats_endpoint_pages.cpp
    bool request_page(const AtcOwner& owner, uint64_t address, AtcNeed need,
                      sc_core::sc_time& delay);
    bool wait_for_credit();
    uint16_t free_index();
    void send_stop_markers();
    void respond(const arch::PrgResponse& response);
    void end_page_requests();

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    arch::InvalidateStatus invalidate(const arch::InvalidateRequest& request);
    void ats_disabled() override { atc_.clear(); }
    void page_requests_reset() override { end_page_requests(); }

    PciFunction& function_;
    const AtsEndpointParams params_;
    Atc atc_;
    sc_core::sc_event passage_ended_;
    sc_core::sc_time latest_end_;  ///< of accesses that run ahead in local time

    std::map<uint16_t, PageWait*> page_waits_;  ///< by PRG index
    unsigned next_index_ = 0;
    sc_core::sc_event credit_;
    std::set<Pasid> pasids_with_requests_;
    std::deque<Pasid> stopped_;
    sc_core::sc_event stop_work_;
};

}  // namespace smmu
