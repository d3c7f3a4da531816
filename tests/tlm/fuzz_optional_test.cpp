// Everything optional is there: endpoints, page requests, lookups and control pages say anything, and
// the answer is the architecture's.
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tests/tlm/fuzz_moves.h"
#include "tlm_sockets/ats_extension.h"

namespace smmu::test {
namespace {

/// Asks anything, and takes every invalidation, some too late.
class Endpoint : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Endpoint, 32> ats{"ats"};
    tlm_utils::simple_target_socket<Endpoint, 32> ats_inv{"ats_inv"};

    explicit Endpoint(sc_core::sc_module_name name) : sc_module(name) {
        ats_inv.register_b_transport(this, &Endpoint::take);
    }
    tlm::tlm_response_status ask(AtsExtension& message) {
        tlm::tlm_generic_payload p;
        p.set_command(tlm::TLM_IGNORE_COMMAND);
        p.set_extension(&message);
        sc_core::sc_time delay;
        ats->b_transport(p, delay);
        p.clear_extension(&message);
        return p.get_response_status();
    }
    unsigned invalidations = 0, responses = 0;

private:
    void take(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        auto* const message = p.get_extension<AtsExtension>();
        ASSERT_NE(message, nullptr);
        if (message->message == AtsMessage::InvalidateRequest) {
            constexpr arch::InvalidateStatus status[] = {
                arch::InvalidateStatus::Success, arch::InvalidateStatus::UnsupportedRequest,
                arch::InvalidateStatus::TimedOut, arch::InvalidateStatus::Nobody};
            message->invalidated = status[++invalidations % 4];
        } else {
            EXPECT_EQ(message->message, AtsMessage::PrgResponse);
            message->responded = ++responses % 2 == 0;
        }
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct TlmFuzzOptional : TlmFuzz {
    static Params params() {
        Params p;
        core::Features& f = p.features;
        f.ats = f.pri = f.atos = f.vatos = f.ecmdq = f.sev = true;
        f.vatos_page = 0;
        f.ecmdq_page = 1;
        f.httu = 2;
        return p;
    }
    TlmFuzzOptional() : TlmFuzz(31, params()) {
        endpoint.ats.bind(smmu.ats[0]);
        smmu.ats_inv[0].bind(endpoint.ats_inv);
    }

    uint64_t optional_offset() {
        // PRI queue, GATOS, VATOS_SEL; the VATOS page; eight ECMDQs.
        constexpr uint32_t registers[] = {0xC0,    0xD0,    0xD8,    0xDC,   0x100C8, 0x100CC,
                                          0x100,   0x108,   0x110,   0x118,  0x180,   0x20A00,
                                          0x20A08, 0x20A10, 0x20A18, 0x4000, 0x4008,  0x190};
        const uint64_t queue = 0x3'0000 + 0x2000 * random.below(8) + 4 * random.below(5);
        return random.one_in(3) ? queue : random.of(registers);
    }
    void optional_register() {
        ++cases;
        const uint64_t value = random_value();
        const uint64_t offset = optional_offset();
        if (random.one_in(2)) {
            EXPECT_TRUE(cpu.write(StreamIn{}, offset & ~uint64_t{7}, value).ok());
        } else {
            EXPECT_TRUE(cpu.write(StreamIn{}, offset, static_cast<uint32_t>(value)).ok());
        }
    }
    void message() {
        ++cases;
        constexpr AtsMessage kinds[] = {AtsMessage::TranslationRequest, AtsMessage::PageRequest,
                                        AtsMessage::InvalidateRequest, AtsMessage::PrgResponse};
        AtsExtension m(random.of(kinds));
        const StreamIn who = random_identity();
        m.request.stream = who.stream;
        m.request.substream = who.substream;
        m.request.substream_valid = who.substream_valid;
        m.request.address = random_address();
        m.request.no_write = random.one_in(2);
        m.request.execute = random.one_in(2);
        m.request.units = static_cast<uint8_t>(random.bits());
        m.page = {{random.bits(), random.bits()}};
        if (random.one_in(2)) m.page.set(arch::PageRequest::StreamID, stream);
        const bool goes_this_way =
            m.message == AtsMessage::TranslationRequest || m.message == AtsMessage::PageRequest;
        EXPECT_EQ(endpoint.ask(m),
                  goes_this_way ? tlm::TLM_OK_RESPONSE : tlm::TLM_GENERIC_ERROR_RESPONSE);
        if (m.message != AtsMessage::TranslationRequest) return;
        using E = arch::TranslationEntry;
        const arch::TranslationEntry e = m.completion.entry;
        EXPECT_FALSE(e[E::U] || e[E::N] || e[E::Global]);
        if (m.completion.status == arch::AtsStatus::Success)
            ++granted;
        else
            EXPECT_EQ(e.word[0], 0u);
    }
    void translated_access() {
        ++cases;
        StreamIn who = random_identity();
        who.address_type = AddressType::Translated;
        uint64_t data = random.bits();
        if (random.one_in(2))
            device.write(who, random_address(), data);
        else
            device.read(who, random_address(), data);
    }
    void ats_command() {
        push(Command{{{0x40 | random.bits() << 32 | (random.bits() & 0xFFFF'F800),
                       (random.bits() & ~uint64_t{0x3F}) | random.below(54)}}});
        push(Command{{{0x41 | uint64_t{stream} << 32, random.below(3) << 12 | random.below(512)}}});
        push(sync_command(random.one_in(2) ? arch::CompletionSignal::Sev
                                           : arch::CompletionSignal::None));
        ring();
    }

    Endpoint endpoint{"endpoint"};
    unsigned granted = 0;
};

TEST_F(TlmFuzzOptional, IsAnsweredAsTheArchitectureSays) {
    simulate([&] {
        start();
        put_ste(stream,
                ram.get<arch::Ste>(map::stream_table + 64 * stream).set(arch::Ste::EATS, 1));
        while (cases < 20'000) {
            switch (random.below(8)) {
                case 0:
                case 1: optional_register(); break;
                case 2:
                case 3:
                case 4: message(); break;
                case 5: translated_access(); break;
                case 6: ats_command(); break;
                default: access();
            }
            if (random.one_in(8)) pause(20);
            if (random.one_in(200)) {  // a driver starts again, over whatever is there
                end_stalls();
                start();
                write(arch::Gerrorn{{{read<arch::Gerror>().raw()}}});
                control(
                    all_on().set(arch::Cr0::PRIQEN, true).set(arch::Cr0::ATSCHK, random.one_in(2)));
            }
        }
        EXPECT_GT(granted, 100u);
        EXPECT_GT(endpoint.invalidations, 20u);
        EXPECT_GT(endpoint.responses, 20u);
        end_stalls();
    });
}

}  // namespace
}  // namespace smmu::test
