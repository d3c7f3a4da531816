// ATS messages through a root complex: identities both ways, and what goes nowhere.
#include "tests/model/pci_bench.h"

namespace smmu {
namespace {

using arch::AtsStatus;
using arch::InvalidateStatus;
using arch::PageRequest;

/// Either end of the messages: sends them, and notes what arrives.
struct AtsEnd : sc_core::sc_module {
    tlm_utils::simple_initiator_socket_optional<AtsEnd, 32> out{"out"};
    tlm_utils::simple_target_socket_optional<AtsEnd, 32> in{"in"};
    std::vector<AtsExtension> seen;

    explicit AtsEnd(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &AtsEnd::transport);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        auto* const message = p.get_extension<AtsExtension>();
        seen.push_back(*message);
        message->completion = {AtsStatus::Success, {{{0x9000'0001}}}, false};
        message->invalidated = InvalidateStatus::Success;
        message->responded = true;
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    tlm::tlm_response_status send(AtsExtension& message) {
        tlm::tlm_generic_payload p;
        carry(p, message);
        sc_core::sc_time delay;
        out->b_transport(p, delay);
        p.clear_extension(&message);
        return p.get_response_status();
    }
    AtsExtension ask(uint32_t requester, bool with_pasid = false) {
        AtsExtension message(AtsMessage::TranslationRequest);
        message.request.stream = {requester};
        message.request.substream_valid = with_pasid;
        EXPECT_EQ(send(message), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(message.request.stream.value, requester) << "it gets its own identity back";
        return message;
    }
    tlm::tlm_response_status ask_page(uint32_t requester) {
        AtsExtension message(AtsMessage::PageRequest);
        message.page.set(PageRequest::StreamID, requester);
        return send(message);
    }
    InvalidateStatus invalidate(uint32_t stream) {
        AtsExtension message(AtsMessage::InvalidateRequest);
        message.invalidation.stream = {stream};
        EXPECT_EQ(send(message), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(message.invalidation.stream.value, stream);
        return message.invalidated;
    }
    bool respond(uint32_t stream) {
        AtsExtension message(AtsMessage::PrgResponse);
        message.response.stream = {stream};
        EXPECT_EQ(send(message), tlm::TLM_OK_RESPONSE);
        return message.responded;
    }
};

PciFunctionParams ats_card() {
    PciFunctionParams p = test::pci_card(1);
    p.ats.present = true;
    p.pri.capacity = 8;
    p.pasid.width = 4;
    return p;
}

/// Two functions, 3.0 and 4.0, with StreamIDs 0x118 and 0x120.
struct AtsRoot : test::PciBench {
    PciFunction first{ats_card()}, second{ats_card()};
    test::PciMaster dma1{"dma1"}, dma2{"dma2"};
    AtsEnd endpoint1{"endpoint1"}, endpoint2{"endpoint2"}, smmu{"smmu"};

    AtsRoot() {
        connect(first, {3}, dma1, endpoint1);
        connect(second, {4}, dma2, endpoint2);
        root.ats.bind(smmu.in);
        smmu.out.bind(root.ats_inv);
    }
    void connect(PciFunction& function, PciSlot slot, test::PciMaster& dma, AtsEnd& endpoint) {
        PciLink& link = root.add(function, slot);
        dma.out.bind(link.dma);
        endpoint.out.bind(link.ats);
        link.ats_inv.bind(endpoint.in);
    }
    static void enable(PciFunction& function) {
        function.write_config(0x04, 2, 0x4);
        function.write_config(0x106, 2, 0x8000);
        function.write_config(0x114, 2, 1);
    }
};

class RootComplexAtsTest : public test::SimTest {};

TEST_F(RootComplexAtsTest, IdentitiesAreMappedBothWays) {
    AtsRoot b;
    simulate([&] {
        AtsRoot::enable(b.first);
        AtsRoot::enable(b.second);
        EXPECT_EQ(b.endpoint1.ask(0x18).completion.entry.word[0], 0x9000'0001u);
        EXPECT_EQ(b.endpoint2.ask_page(0x20), tlm::TLM_OK_RESPONSE);
        ASSERT_EQ(b.smmu.seen.size(), 2u);
        EXPECT_EQ(b.smmu.seen[0].request.stream.value, 0x118u);
        EXPECT_EQ(b.smmu.seen[1].page[PageRequest::StreamID], 0x120u);

        EXPECT_EQ(b.smmu.invalidate(0x120), InvalidateStatus::Success);
        EXPECT_TRUE(b.smmu.respond(0x118));
        ASSERT_EQ(b.endpoint2.seen.size(), 1u);
        EXPECT_EQ(b.endpoint2.seen[0].invalidation.stream.value, 0x20u);
        ASSERT_EQ(b.endpoint1.seen.size(), 1u);
        EXPECT_EQ(b.endpoint1.seen[0].response.stream.value, 0x18u);
    });
}

TEST_F(RootComplexAtsTest, AnIdOfAnEmptySlotBelongsToWhoUsesIt) {
    AtsRoot b;
    simulate([&] {
        AtsRoot::enable(b.first);
        AtsRoot::enable(b.second);
        EXPECT_EQ(b.smmu.invalidate(0x130), InvalidateStatus::UnsupportedRequest);
        b.endpoint2.ask(0x30);
        EXPECT_EQ(b.smmu.invalidate(0x130), InvalidateStatus::Success);
        EXPECT_EQ(b.endpoint2.seen.back().invalidation.stream.value, 0x30u);
        b.endpoint2.ask(0x18);
        EXPECT_EQ(b.smmu.invalidate(0x118), InvalidateStatus::Success);
        EXPECT_EQ(b.endpoint1.seen.size(), 1u) << "but that of a function is the function's";
    });
}

TEST_F(RootComplexAtsTest, ConfigurationSpaceDecides) {
    AtsRoot b;
    simulate([&] {
        const auto status = [&b](bool with_pasid = false) {
            return b.endpoint1.ask(0x18, with_pasid).completion.status;
        };
        b.first.write_config(0x04, 2, 0x4);
        EXPECT_EQ(status(), AtsStatus::UnsupportedRequest) << "ATS is off";
        EXPECT_EQ(b.endpoint1.ask_page(0x18), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(b.smmu.invalidate(0x118), InvalidateStatus::UnsupportedRequest);
        b.first.write_config(0x106, 2, 0x8000);
        EXPECT_EQ(status(), AtsStatus::Success);
        EXPECT_EQ(status(true), AtsStatus::UnsupportedRequest) << "PASIDs are off";
        b.first.write_config(0x126, 2, 1);
        EXPECT_EQ(status(true), AtsStatus::Success);
        b.first.write_config(0x04, 2, 0);
        EXPECT_EQ(status(), AtsStatus::UnsupportedRequest) << "no bus master";
        EXPECT_EQ(b.smmu.seen.size(), 2u) << "what is refused does not reach the SMMU";
    });
}

TEST_F(RootComplexAtsTest, TranslatedTrafficNeedsAts) {
    AtsRoot b;
    simulate([&] {
        b.first.write_config(0x04, 2, 0x4);
        uint32_t data = 0;
        b.dma1.extension.in.stream = {0x18};
        b.dma1.extension.in.address_type = AddressType::Translated;
        b.dma1.prepare(tlm::TLM_WRITE_COMMAND, 0x1000, &data, 4);
        EXPECT_EQ(b.dma1.send(), tlm::TLM_GENERIC_ERROR_RESPONSE);
        uint64_t value = 0;
        EXPECT_EQ(b.dma1.debug(tlm::TLM_READ_COMMAND, 0x1000, value, 4), 0u);
        b.first.write_config(0x106, 2, 0x8000);
        b.dma1.prepare(tlm::TLM_WRITE_COMMAND, 0x1000, &data, 4);
        EXPECT_EQ(b.dma1.send(), tlm::TLM_OK_RESPONSE);
        ASSERT_EQ(b.tbu.seen.size(), 1u);
        EXPECT_EQ(b.tbu.seen[0].who.address_type, AddressType::Translated);
    });
}

TEST_F(RootComplexAtsTest, StreamsOfOthersAreNobodys) {
    AtsRoot b;
    simulate([&] {
        AtsRoot::enable(b.first);
        for (const uint32_t stream : {0x18u, 0xFFu, 0x200u}) {
            EXPECT_EQ(b.smmu.invalidate(stream), InvalidateStatus::Nobody) << stream;
            EXPECT_FALSE(b.smmu.respond(stream)) << stream;
        }
        EXPECT_TRUE(b.endpoint1.seen.empty());
        EXPECT_EQ(b.endpoint1.ask(0x100).completion.status, AtsStatus::UnsupportedRequest)
            << "a requester ID that is not mapped";
        AtsExtension wrong_way(AtsMessage::TranslationRequest);
        EXPECT_EQ(b.smmu.send(wrong_way), tlm::TLM_GENERIC_ERROR_RESPONSE);
        AtsExtension wrong_way_too(AtsMessage::InvalidateRequest);
        EXPECT_EQ(b.endpoint1.send(wrong_way_too), tlm::TLM_GENERIC_ERROR_RESPONSE);
    });
}

}  // namespace
}  // namespace smmu
