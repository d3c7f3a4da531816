// A pass-through that watches one hop: the TLM-2.0 base protocol (IEEE 1666, 14 and 15) and the
// promises of docs/tlm-contract.md that show on a hop.
//
// It allocates nothing, so that it may stay in place while allocations are counted.
#pragma once
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <systemc>
#include <vector>

namespace smmu::test {

/// All of a payload that must be on its return as it was on its way in.
struct PayloadShape {
    static constexpr unsigned slots = 32;

    tlm::tlm_command command;
    uint64_t address;
    const unsigned char *data, *enables;
    unsigned length, enables_length, streaming_width;
    uint64_t written = 0, enabled = 0;  ///< hashes of write data and byte enables
    std::array<const tlm::tlm_extension_base*, slots> extensions{};

    explicit PayloadShape(tlm::tlm_generic_payload& p)
        : command(p.get_command()),
          address(p.get_address()),
          data(p.get_data_ptr()),
          enables(p.get_byte_enable_ptr()),
          length(p.get_data_length()),
          enables_length(p.get_byte_enable_length()),
          streaming_width(p.get_streaming_width()) {
        if (p.is_write()) written = hash(data, length);
        if (enables) enabled = hash(enables, enables_length);
        EXPECT_LE(tlm::max_num_extensions(), slots) << "the checker compares " << slots;
        for (unsigned i = 0; i < tlm::max_num_extensions() && i < slots; ++i)
            extensions[i] = p.get_extension(i);
    }

    static uint64_t hash(const unsigned char* bytes, unsigned n) {
        uint64_t h = 0xCBF2'9CE4'8422'2325;
        for (unsigned i = 0; i < n; ++i) h = (h ^ bytes[i]) * 0x100'0000'01B3;
        return h;
    }
};

inline void expect_same(const PayloadShape& before, tlm::tlm_generic_payload& p, const char* hop) {
    const PayloadShape after(p);
    EXPECT_EQ(before.command, after.command) << hop;
    EXPECT_EQ(before.address, after.address) << hop << ": the address is not restored";
    EXPECT_EQ(before.data, after.data) << hop;
    EXPECT_EQ(before.length, after.length) << hop;
    EXPECT_EQ(before.enables, after.enables) << hop;
    EXPECT_EQ(before.enables_length, after.enables_length) << hop;
    EXPECT_EQ(before.streaming_width, after.streaming_width) << hop;
    EXPECT_EQ(before.written, after.written) << hop << ": write data were changed";
    EXPECT_EQ(before.enabled, after.enabled) << hop << ": byte enables were changed";
    EXPECT_EQ(before.extensions, after.extensions) << hop << ": extensions came or went";
}

class ProtocolChecker : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<ProtocolChecker, 32> in{"in"};
    tlm_utils::simple_initiator_socket<ProtocolChecker, 32> out{"out"};

    explicit ProtocolChecker(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &ProtocolChecker::b_transport);
        in.register_get_direct_mem_ptr(this, &ProtocolChecker::get_direct_mem_ptr);
        in.register_transport_dbg(this, &ProtocolChecker::transport_dbg);
        out.register_invalidate_direct_mem_ptr(this, &ProtocolChecker::invalidate);
        in.register_nb_transport_fw(this, &ProtocolChecker::nb_transport_fw);
        out.register_nb_transport_bw(this, &ProtocolChecker::nb_transport_bw);
    }

private:
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        expect_well_formed(p);
        const PayloadShape before(p);
        const sc_core::sc_time arrival = sc_core::sc_time_stamp() + delay;
        const sc_core::sc_time now = sc_core::sc_time_stamp(), given = delay;
        out->b_transport(p, delay);
        expect_same(before, p, name());
        EXPECT_NE(p.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE) << name();
        EXPECT_GE(sc_core::sc_time_stamp() + delay, arrival) << name() << ": local time went back";
        if (now == sc_core::sc_time_stamp()) {
            EXPECT_GE(delay, given) << name() << ": the delay is not relative";
        }
    }

    // --- Four phases

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& t) {
        const sc_core::sc_time given = t;
        if (phase == tlm::BEGIN_REQ) {
            expect_well_formed(p);
            EXPECT_TRUE(p.has_mm()) << name();
            EXPECT_GT(p.get_ref_count(), 0) << name();
            EXPECT_EQ(requesting_, nullptr) << name() << ": two requests at a time";
            EXPECT_EQ(on_the_way_.count(&p), 0u) << name();
            requesting_ = &p;
            on_the_way_.emplace(&p, PayloadShape(p));
        } else {
            EXPECT_EQ(phase, tlm::END_RESP) << name();
            EXPECT_EQ(responding_, &p) << name();
            end(p);
        }
        const tlm::tlm_phase sent = phase;
        const tlm::tlm_sync_enum status = out->nb_transport_fw(p, phase, t);
        EXPECT_GE(t, given) << name() << ": the delay went back";
        if (sent == tlm::END_RESP) return status;
        if (status == tlm::TLM_COMPLETED) {
            requesting_ = nullptr;
            responding_ = &p;
            begin_response(p);
            end(p);
        } else if (status == tlm::TLM_UPDATED) {
            requesting_ = nullptr;
            EXPECT_TRUE(phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) << name();
            if (phase == tlm::BEGIN_RESP) begin_response(p);
        }
        return status;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& t) {
        const bool is_response = phase == tlm::BEGIN_RESP;
        if (is_response) {
            if (requesting_ == &p) requesting_ = nullptr;
            begin_response(p);
        } else {
            EXPECT_EQ(phase, tlm::END_REQ) << name();
            EXPECT_EQ(requesting_, &p) << name();
            requesting_ = nullptr;
        }
        const tlm::tlm_sync_enum status = in->nb_transport_bw(p, phase, t);
        if (is_response && (status == tlm::TLM_COMPLETED || phase == tlm::END_RESP)) {
            EXPECT_EQ(responding_, &p) << name();
            end(p);
        }
        return status;
    }

    void begin_response(tlm::tlm_generic_payload& p) {
        EXPECT_TRUE(responding_ == nullptr || responding_ == &p)
            << name() << ": two responses at a time";
        responding_ = &p;
        const auto before = on_the_way_.find(&p);
        ASSERT_NE(before, on_the_way_.end()) << name() << ": a response without a request";
        EXPECT_NE(p.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE) << name();
        // In AT the address is the interconnect's until the response has come.
        PayloadShape now(p);
        now.extensions = before->second.extensions;
        EXPECT_EQ(before->second.command, now.command) << name();
        EXPECT_EQ(before->second.data, now.data) << name();
        EXPECT_EQ(before->second.length, now.length) << name();
        EXPECT_EQ(before->second.streaming_width, now.streaming_width) << name();
        EXPECT_EQ(before->second.written, now.written) << name() << ": write data were changed";
        EXPECT_EQ(before->second.address, now.address) << name() << ": the address is not restored";
    }

    void end(tlm::tlm_generic_payload& p) {
        responding_ = nullptr;
        on_the_way_.erase(&p);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
        const PayloadShape before(p);
        const auto delta = sc_core::sc_delta_count();
        const bool granted = out->get_direct_mem_ptr(p, dmi);
        expect_same(before, p, name());
        EXPECT_EQ(delta, sc_core::sc_delta_count()) << name() << ": time passed";
        EXPECT_LE(dmi.get_start_address(), p.get_address()) << name();
        EXPECT_GE(dmi.get_end_address(), p.get_address()) << name();
        return granted;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload& p) {
        const PayloadShape before(p);
        const auto delta = sc_core::sc_delta_count();
        const unsigned moved = out->transport_dbg(p);
        expect_same(before, p, name());
        EXPECT_EQ(delta, sc_core::sc_delta_count()) << name() << ": time passed";
        EXPECT_LE(moved, p.get_data_length()) << name();
        return moved;
    }

    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
        EXPECT_LE(first, last) << name();
        in->invalidate_direct_mem_ptr(first, last);
    }

    void expect_well_formed(tlm::tlm_generic_payload& p) {
        if (p.get_command() != tlm::TLM_IGNORE_COMMAND) {
            EXPECT_NE(p.get_data_ptr(), nullptr) << name();
            EXPECT_NE(p.get_data_length(), 0u) << name();
        }
        EXPECT_NE(p.get_streaming_width(), 0u) << name();
        EXPECT_EQ(p.get_byte_enable_ptr() != nullptr, p.get_byte_enable_length() != 0) << name();
        EXPECT_FALSE(p.is_dmi_allowed()) << name();
        EXPECT_EQ(p.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE) << name();
        EXPECT_EQ(p.get_gp_option(), tlm::TLM_MIN_PAYLOAD) << name();
    }

    tlm::tlm_generic_payload *requesting_ = nullptr, *responding_ = nullptr;
    std::map<tlm::tlm_generic_payload*, PayloadShape> on_the_way_;
};

/// Binds sockets to each other with a checker between.
class Checkers {
public:
    template <class From, class To>
    void connect(From& from, To& to, const char* name) {
        checkers_.push_back(std::make_unique<ProtocolChecker>(sc_core::sc_gen_unique_name(name)));
        from.bind(checkers_.back()->in);
        checkers_.back()->out.bind(to);
    }

private:
    std::vector<std::unique_ptr<ProtocolChecker>> checkers_;
};

}  // namespace smmu::test
