// The root complex: which identity and attributes reach the TBU, and what a function gets back.
#include "pcie/root_complex.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tests/support/sim_test.h"

namespace smmu {
namespace {

/// Stands for the TBU: notes what arrived and writes an "out" half.
struct Tbu : sc_core::sc_module {
    tlm_utils::simple_target_socket<Tbu, 32> in{"in"};
    StreamIn seen;
    unsigned calls = 0;

    explicit Tbu(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &Tbu::transport);
        in.register_transport_dbg(this, &Tbu::debug);
        in.register_get_direct_mem_ptr(this, &Tbu::dmi);
    }
    void look(tlm::tlm_generic_payload& payload) {
        ++calls;
        auto* const extension = payload.get_extension<StreamExtension>();
        seen = extension->in;
        extension->out.trace_key = 99;
    }
    void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        look(payload);
        delay += sc_core::sc_time(3.0, sc_core::SC_NS);
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    }
    unsigned debug(tlm::tlm_generic_payload& payload) { return look(payload), 4; }
    bool dmi(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
        look(payload);
        dmi.set_start_address(0x1000);
        dmi.set_end_address(0x1FFF);
        dmi.allow_read();
        return true;
    }
};

struct Function : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Function, 32> dma{"dma"};
    sc_dt::uint64 withdrawn_from = 0;

    explicit Function(sc_core::sc_module_name name) : sc_module(name) {
        dma.register_invalidate_direct_mem_ptr(this, &Function::withdrawn);
        payload.set_extension(&extension);
        payload.set_command(tlm::TLM_READ_COMMAND);
        payload.set_address(0x1234);
        payload.set_data_ptr(data);
        payload.set_data_length(4);
        payload.set_streaming_width(4);
    }
    ~Function() override { payload.clear_extension(&extension); }
    void withdrawn(sc_dt::uint64 first, sc_dt::uint64) { withdrawn_from = first; }

    tlm::tlm_response_status send(const StreamIn& in) {
        extension.in = in;
        dma->b_transport(payload, delay);
        return payload.get_response_status();
    }

    uint8_t data[4] = {};
    StreamExtension extension;
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;
};

StreamIn requester(uint32_t rid) {
    StreamIn in;
    in.stream = {rid};
    in.substream = {5};
    in.substream_valid = true;
    in.no_snoop = true;
    return in;
}

struct Bench {
    explicit Bench(const RootComplexParams& params = {virt::root_complex1}) : root("root", params) {
        first.dma.bind(root.functions);
        second.dma.bind(root.functions);
        root.dma.bind(tbu.in);
    }
    RootComplex root;
    Function first{"first"}, second{"second"};
    Tbu tbu{"tbu"};
};

class RootComplexTest : public test::SimTest {};

TEST_F(RootComplexTest, RequesterIdBecomesStreamIdAndComesBack) {
    Bench b;
    simulate([&] {
        EXPECT_EQ(b.second.send(requester(0x28)), tlm::TLM_COMMAND_ERROR_RESPONSE)
            << "passed unchanged";
        EXPECT_EQ(b.tbu.seen.stream.value, 0x128u);
        EXPECT_EQ(b.tbu.seen.substream.value, 5u);
        EXPECT_TRUE(b.tbu.seen.substream_valid);
        EXPECT_TRUE(b.tbu.seen.no_snoop);
        EXPECT_EQ(b.second.extension.in.stream.value, 0x28u);
        EXPECT_EQ(b.second.extension.out.trace_key, 99u) << "what the TBU wrote stays";
        EXPECT_EQ(b.second.delay, sc_core::sc_time(3.0, sc_core::SC_NS));
    });
}

TEST_F(RootComplexTest, SilentFunctionsAreInnerShareable) {
    Bench b;
    simulate([&] {
        b.first.send(requester(0));
        EXPECT_TRUE(arch::is_coherent(b.tbu.seen.attributes));
        EXPECT_EQ(b.tbu.seen.attributes,
                  arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner));
        EXPECT_EQ(b.first.extension.in.attributes, arch::default_attributes);
    });
}

TEST_F(RootComplexTest, StatedAttributesAreKept) {
    Bench b;
    simulate([&] {
        StreamIn in = requester(0);
        in.attributes = arch::device(arch::MemoryType::Device_nGnRE);
        b.first.send(in);
        EXPECT_EQ(b.tbu.seen.attributes, in.attributes);
    });
}

TEST_F(RootComplexTest, WithoutDacsNothingIsAdded) {
    Bench b({virt::root_complex0, true, false});
    simulate([&] {
        b.first.send(requester(1));
        EXPECT_EQ(b.tbu.seen.attributes, arch::default_attributes);
        EXPECT_EQ(b.tbu.seen.stream.value, 1u);
    });
}

TEST_F(RootComplexTest, WithoutACoherentPathNothingIsAdded) {
    Bench b({virt::root_complex0, false, true});
    simulate([&] {
        b.first.send(requester(1));
        EXPECT_EQ(b.tbu.seen.attributes, arch::default_attributes);
    });
}

TEST_F(RootComplexTest, ARequesterThatIsNotMappedGoesNowhere) {
    Bench b;
    simulate([&] {
        EXPECT_EQ(b.first.send(requester(0xFF)), tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_EQ(b.tbu.calls, 1u);
        EXPECT_EQ(b.first.send(requester(0x100)), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(b.first.extension.in.stream.value, 0x100u);
        b.first.payload.clear_extension(&b.first.extension);
        b.first.dma->b_transport(b.first.payload, b.first.delay);
        EXPECT_EQ(b.first.payload.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(b.first.dma->transport_dbg(b.first.payload), 0u);
        EXPECT_EQ(b.tbu.calls, 1u);
    });
}

TEST_F(RootComplexTest, DebugAndDmiCarryTheSameIdentity) {
    Bench b;
    simulate([&] {
        b.first.extension.in = requester(7);
        EXPECT_EQ(b.first.dma->transport_dbg(b.first.payload), 4u);
        EXPECT_EQ(b.tbu.seen.stream.value, 0x107u);

        b.tbu.seen = {};
        tlm::tlm_dmi dmi;
        EXPECT_TRUE(b.first.dma->get_direct_mem_ptr(b.first.payload, dmi));
        EXPECT_EQ(b.tbu.seen.stream.value, 0x107u);
        EXPECT_EQ(dmi.get_end_address(), 0x1FFFu);
        EXPECT_EQ(b.first.extension.in.stream.value, 7u);

        b.first.extension.in = requester(0x100);
        EXPECT_FALSE(b.first.dma->get_direct_mem_ptr(b.first.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), 0x1234u);
        EXPECT_EQ(dmi.get_end_address(), 0x1234u);
    });
}

TEST_F(RootComplexTest, WithdrawnDmiReachesEveryFunction) {
    Bench b;
    simulate([&] {
        b.tbu.in->invalidate_direct_mem_ptr(0x4000, 0x4FFF);
        EXPECT_EQ(b.first.withdrawn_from, 0x4000u);
        EXPECT_EQ(b.second.withdrawn_from, 0x4000u);
    });
}

}  // namespace
}  // namespace smmu
