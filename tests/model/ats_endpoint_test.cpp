// An endpoint's ATS logic against a host that a test can hold up and interrupt.
#include "pcie/ats_endpoint.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <functional>

#include "tests/support/sim_test.h"

namespace smmu {
namespace {

using arch::AtsStatus;
using arch::InvalidateStatus;

const sc_core::sc_time ns{1.0, sc_core::SC_NS};

struct Host : sc_core::sc_module {
    tlm_utils::simple_target_socket<Host, 32> ats{"ats"};
    tlm_utils::simple_initiator_socket<Host, 32> ats_inv{"ats_inv"};
    std::vector<arch::TranslationRequest> asked;
    std::vector<arch::PageRequest> pages;
    uint64_t entry = 0x9000'0003;  ///< of the next completion
    AtsStatus status = AtsStatus::Success;
    std::function<void()> on_request;  ///< before the completion; may wait()
    bool takes_pages = true;

    explicit Host(sc_core::sc_module_name name) : sc_module(name) {
        ats.register_b_transport(this, &Host::transport);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        auto* const message = p.get_extension<AtsExtension>();
        EXPECT_EQ(p.get_command(), tlm::TLM_IGNORE_COMMAND);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
        if (message->message == AtsMessage::PageRequest) {
            pages.push_back(message->page);
            if (!takes_pages) p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return;
        }
        asked.push_back(message->request);
        const arch::TranslationEntry answer{{{entry}}};
        if (on_request) on_request();
        message->completion = {status, answer, false};
    }
    void send(AtsExtension& message) {
        tlm::tlm_generic_payload p;
        carry(p, message);
        sc_core::sc_time delay;
        ats_inv->b_transport(p, delay);
        p.clear_extension(&message);
        EXPECT_TRUE(p.is_response_ok());
    }
    InvalidateStatus invalidate(uint64_t first, uint64_t last) {
        AtsExtension message(AtsMessage::InvalidateRequest);
        message.invalidation = {{8}, {0}, false, false, first, last};
        send(message);
        return message.invalidated;
    }
    void respond(uint16_t index, arch::PrgStatus code) {
        AtsExtension message(AtsMessage::PrgResponse);
        message.response = {{8}, {0}, false, index, code};
        send(message);
        EXPECT_TRUE(message.responded);
    }
};

PciFunctionParams card() {
    PciFunctionParams p;
    p.vendor = 0xABCD;
    p.kind = PciKind::RootComplexEndpoint;
    p.ats.present = true;
    p.pri.capacity = 1024;
    p.pasid.width = 8;
    return p;
}

struct EndpointBench {
    PciFunction function{card()};
    AtsEndpoint endpoint{"endpoint", function, {}};
    Host host{"host"};

    EndpointBench() {
        endpoint.ats.bind(host.ats);
        host.ats_inv.bind(endpoint.ats_inv);
        function.write_config(0x106, 2, 0x8000);
        function.write_config(0x11C, 4, 600);
        function.write_config(0x114, 2, 1);
    }
    /// Where an access would go; none: nowhere.
    std::optional<uint64_t> go(uint64_t address, AtsEndpoint::PageRequests pages = no_pages) {
        sc_core::sc_time delay;
        AtsEndpoint::Passage passage(endpoint, delay);
        StreamIn who;
        who.stream = {8};
        if (!endpoint.translate(passage, who, address, AtsEndpoint::Access::Write, pages, delay))
            return std::nullopt;
        EXPECT_EQ(who.address_type, AddressType::Translated);
        return address;
    }
    static constexpr auto no_pages = AtsEndpoint::PageRequests::No;
    static constexpr auto with_pages = AtsEndpoint::PageRequests::Yes;
};

class AtsEndpointTest : public test::SimTest {};

TEST_F(AtsEndpointTest, AnAnswerThatAnInvalidationOvertookIsAskedForAgain) {
    EndpointBench b;
    simulate([&] {
        b.host.on_request = [&] {  // the old answer is made; then the page changes
            b.host.on_request = nullptr;
            b.host.entry = 0xA000'0003;
            EXPECT_EQ(b.host.invalidate(0x1000, 0x1FFF), InvalidateStatus::Success);
        };
        EXPECT_EQ(b.go(0x1234), 0xA000'0234u);
        EXPECT_EQ(b.host.asked.size(), 2u);
        EXPECT_EQ(b.go(0x1FF0), 0xA000'0FF0u);
        EXPECT_EQ(b.host.asked.size(), 2u) << "the second answer is kept";
    });
}

TEST_F(AtsEndpointTest, AnInvalidationElsewhereLeavesItGood) {
    EndpointBench b;
    simulate([&] {
        b.host.on_request = [&] { b.host.invalidate(0x2000, 0x2FFF); };
        EXPECT_EQ(b.go(0x1234), 0x9000'0234u);
        EXPECT_EQ(b.host.asked.size(), 1u);
    });
}

TEST_F(AtsEndpointTest, AtsThatIsSwitchedOffMeanwhileIsTheEnd) {
    EndpointBench b;
    simulate([&] {
        b.host.on_request = [&] { b.function.write_config(0x106, 2, 0); };
        EXPECT_EQ(b.go(0x1234), std::nullopt);
        EXPECT_EQ(b.host.asked.size(), 1u);
        EXPECT_EQ(b.endpoint.cache().size(), 0u);
    });
}

TEST_F(AtsEndpointTest, RequestsAreAlignedToTheSmallestTranslation) {
    EndpointBench b;
    simulate([&] {
        b.function.write_config(0x106, 2, 0x8004);  // 64 KiB
        b.host.entry = 0x9000'7803;                 // 64 KiB
        EXPECT_EQ(b.go(0x5'1234), 0x9000'1234u);
        ASSERT_EQ(b.host.asked.size(), 1u);
        EXPECT_EQ(b.host.asked[0].address, 0x5'0000u);
        b.host.entry = 0x9000'0003;
        EXPECT_EQ(b.go(0x6'1234), std::nullopt) << "4 KiB do not hold for the address";
        EXPECT_EQ(b.go(0x6'0234), 0x9000'0234u);
    });
}

TEST_F(AtsEndpointTest, WhatIsNotASuccessIsTheEndOfTheAccess) {
    EndpointBench b;
    simulate([&] {
        for (const AtsStatus s : {AtsStatus::UnsupportedRequest, AtsStatus::CompleterAbort}) {
            b.host.status = s;
            EXPECT_EQ(b.go(0x1000, EndpointBench::with_pages), std::nullopt);
        }
        EXPECT_TRUE(b.host.pages.empty()) << "there is no page to ask for";
    });
}

TEST_F(AtsEndpointTest, WithoutAHostNothingTranslates) {
    PciFunction function(card());
    AtsEndpoint endpoint("endpoint", function, {});
    function.write_config(0x106, 2, 0x8000);
    simulate([&] {
        sc_core::sc_time delay;
        AtsEndpoint::Passage passage(endpoint, delay);
        StreamIn who;
        uint64_t address = 0x1000;
        EXPECT_FALSE(endpoint.translate(passage, who, address, AtsEndpoint::Access::Read,
                                        EndpointBench::no_pages, delay));
        EXPECT_EQ(address, 0x1000u);
        EXPECT_EQ(who.address_type, AddressType::Untranslated);
    });
}

TEST_F(AtsEndpointTest, APageRequestThatIsRefusedOnItsWayIsTheEnd) {
    EndpointBench b;
    simulate([&] {
        b.host.entry = 0;
        b.host.takes_pages = false;
        EXPECT_EQ(b.go(0x1000, EndpointBench::with_pages), std::nullopt);
        b.function.write_config(0x114, 2, 0);
        EXPECT_EQ(b.function.read_config(0x116, 2) & 0x100, 0x100u) << "nothing is outstanding";
    });
}

/// More accesses than there are groups: 512 wait for responses, the others for a group.
TEST_F(AtsEndpointTest, EveryOutstandingGroupHasAnIndexOfItsOwn) {
    EndpointBench b;
    simulate([&] {
        b.host.entry = 0;
        unsigned ended = 0;
        for (unsigned n = 0; n < 520; ++n)
            sc_core::sc_spawn([&b, &ended, n] {
                b.go(n * 0x1000, EndpointBench::with_pages);
                ++ended;
            });
        sc_core::wait(10 * ns);
        ASSERT_EQ(b.host.pages.size(), 512u);
        std::vector<bool> used(512);
        for (const arch::PageRequest& page : b.host.pages) {
            const unsigned index = page[arch::PageRequest::PRGIndex];
            EXPECT_FALSE(used.at(index)) << index;
            used.at(index) = true;
        }
        b.host.respond(300, arch::PrgStatus::InvalidRequest);
        sc_core::wait(10 * ns);
        ASSERT_EQ(b.host.pages.size(), 513u);
        EXPECT_EQ(b.host.pages.back()[arch::PageRequest::PRGIndex], 300u);
        b.host.respond(0, arch::PrgStatus::ResponseFailure);
        sc_core::wait(10 * ns);
        EXPECT_EQ(ended, 520u);
    });
}

TEST_F(AtsEndpointTest, InvalidationsOfPasidsThatItDoesNotHaveAreUnsupported) {
    EndpointBench b;
    simulate([&] {
        AtsExtension message(AtsMessage::InvalidateRequest);
        message.invalidation = {{8}, {1}, true, false, 0, ~uint64_t{0}};
        b.host.send(message);
        EXPECT_EQ(message.invalidated, InvalidateStatus::UnsupportedRequest) << "not enabled";
        b.function.write_config(0x126, 2, 1);
        b.host.send(message);
        EXPECT_EQ(message.invalidated, InvalidateStatus::Success);
        message.invalidation.substream = {0x100};
        b.host.send(message);
        EXPECT_EQ(message.invalidated, InvalidateStatus::UnsupportedRequest) << "8 bits";
    });
}

}  // namespace
}  // namespace smmu
