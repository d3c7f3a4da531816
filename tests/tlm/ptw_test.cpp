// What the SMMU does on socket `ptw` beside reading: messages and descriptor updates, as a memory or
// interconnect sees them.  Arm IHI 0070 G.b, 3.13, 3.18, 4.7.3.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using namespace arch;

constexpr uint64_t doorbell = 0xC0'0000;

// --- MSIs

struct TlmMsi : SimTest, SmmuBench {
    /// CMD_SYNC with CS = 0b01, typed from 4.7.3: MSH [23:22], MSIAttr [27:24], MSIData [63:32].
    static Command sync(uint64_t address, uint32_t data) {
        return {{{uint64_t{data} << 32 | 0xF << 24 | 3 << 22 | 0x1046, address}}};
    }
    void send(const Command& command) {
        push(command);
        ring();
        EXPECT_TRUE(consumed());
    }
    /// Events interrupt by message.
    void use_event_messages() {
        EXPECT_TRUE(cpu.write(StreamIn{}, 0xB0, doorbell).ok());          // EVENTQ_IRQ_CFG0
        EXPECT_TRUE(cpu.write(StreamIn{}, 0xB8, uint32_t{0xE0E0}).ok());  // EVENTQ_IRQ_CFG1
    }
    void fault() {
        uint32_t data = 0;
        device.read(of_stream(5), 0, data);  // its STE is not valid
    }
    void slow_doorbell(sc_core::sc_time time) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (p.get_address() == doorbell) sc_core::wait(time);
        };
    }
};

TEST_F(TlmMsi, IsAWriteOfFourBytesOfNoStream) {
    simulate([&] {
        start();
        ram.remembers = true;
        send(sync(doorbell + 4, 0xCAFE'1234));
        sc_core::wait(10 * ns);
        const Ram::Seen& last = ram.seen.back();
        EXPECT_TRUE(last.write);
        EXPECT_EQ(last.port, ptw_port());
        EXPECT_EQ(last.address, doorbell + 4);
        EXPECT_EQ(last.length, 4u);
        EXPECT_EQ(last.in.stream.value, 0u);
        EXPECT_EQ(last.out.attributes, normal(write_back, write_back, Shareability::Inner));
        EXPECT_EQ(ram.get<uint64_t>(doorbell), 0xCAFE'1234'0000'0000u) << "little-endian, no more";
    });
}

/// 4.7.3: compared with zero as it is, then cut to OAS.
TEST_F(TlmMsi, AnAddressBeyondTheOutputSizeIsCut) {
    simulate([&] {
        start();
        ram.put(0, uint64_t{0});
        send(sync(uint64_t{1} << 44, 0xCAFE));
        sc_core::wait(10 * ns);
        EXPECT_EQ(ram.get<uint64_t>(0), 0xCAFEu);
    });
}

/// 3.18.1: software that has disabled an interrupt gets no more of its messages.
TEST_F(TlmMsi, IrqCtrlAckWaitsForAMessageOnItsWay) {
    simulate([&] {
        use_event_messages();
        start();
        slow_doorbell(100 * ns);
        fault();
        sc_core::wait(10 * ns);
        write(IrqCtrl{});
        sc_core::wait(10 * ns);
        EXPECT_NE(peek<IrqCtrlAck>(), 0u);
        EXPECT_EQ(ram.get<uint32_t>(doorbell), 0u);
        control(Cr0{}.set(Cr0::SMMUEN, true));
        EXPECT_NE(peek<IrqCtrlAck>(), 0u) << "other registers go on";
        sc_core::wait(100 * ns);
        EXPECT_EQ(ram.get<uint32_t>(doorbell), 0xE0E0u);
        EXPECT_EQ(peek<IrqCtrlAck>(), 0u);
    });
}

TEST_F(TlmMsi, ResetDuringAMessageLeavesNoError) {
    simulate([&] {
        use_event_messages();
        start();
        slow_doorbell(100 * ns);
        ram.fail(doorbell, 4);
        fault();
        sc_core::wait(10 * ns);
        reset_n = false;
        sc_core::wait(ns);
        reset_n = true;
        sc_core::wait(200 * ns);
        EXPECT_EQ(peek<Gerror>(), 0u);
        start();
        fault();
        EXPECT_TRUE(next_event());
    });
}

// --- Descriptor updates

struct TlmHttu : SimTest, NestedBench {
    static Params params() {
        Params p;
        p.features.httu = 2;
        return p;
    }
    static constexpr uint64_t AF = 1 << 10, dirty = 1 << 7, DBM = uint64_t{1} << 51;
    static constexpr uint64_t clean_page = (stage1_page & ~AF) | dirty | DBM;  ///< AP[2] is 1

    TlmHttu() : NestedBench(params()) {
        ram.put(cd, make_cd(stage1, asid).set(Cd::HA, true).set(Cd::HD, true));
        map_page(0, clean_page);
    }
    uint64_t leaf_at() { return stage1.descriptor(va); }
    uint64_t leaf() { return ram.get<uint64_t>(leaf_at()); }
    Device::Result read_page() {
        uint64_t data = 0;
        return device.read(of_stream(stream), va, data);
    }
    /// Calls `then` for the update of the leaf, which is what carries an AtomicExtension.
    void on_update(std::function<void(tlm::tlm_generic_payload&, AtomicExtension&)> then) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (auto* const atomic = p.get_extension<AtomicExtension>()) then(p, *atomic);
        };
    }
};

TEST_F(TlmHttu, AnUpdateIsOneIgnoreCommandWithAnAtomicExtension) {
    simulate([&] {
        start();
        const uint64_t before = leaf();
        unsigned updates = 0;
        on_update([&](tlm::tlm_generic_payload& p, AtomicExtension& atomic) {
            ++updates;
            EXPECT_EQ(p.get_command(), tlm::TLM_IGNORE_COMMAND);
            EXPECT_EQ(p.get_address(), leaf_at());
            EXPECT_EQ(p.get_data_length(), 8u);
            EXPECT_EQ(p.get_byte_enable_ptr(), nullptr);
            uint64_t desired = 0;
            std::memcpy(&desired, p.get_data_ptr(), 8);
            EXPECT_EQ(desired, before | AF);
            EXPECT_EQ(atomic.expected, before);
            EXPECT_FALSE(atomic.handled);
            const auto* const who = p.get_extension<StreamExtension>();
            ASSERT_NE(who, nullptr);
            EXPECT_EQ(who->in.stream.value, stream);
        });
        EXPECT_TRUE(read_page().ok());
        EXPECT_TRUE(read_page().ok());
        EXPECT_EQ(updates, 1u);
        EXPECT_EQ(leaf(), before | AF);
    });
}

/// However a page is cached for reads, its first write reaches its descriptor before it is forwarded.
TEST_F(TlmHttu, TheFirstWriteMakesAPageDirtyAlthoughReadsHit) {
    simulate([&] {
        start();
        EXPECT_TRUE(read_page().ok());
        EXPECT_TRUE(read_page().ok());
        EXPECT_EQ(leaf() & dirty, dirty);
        uint64_t data = 1;
        const auto write_page = [&] { return device.write(of_stream(stream), va, data).ok(); };
        bool was_dirty = false;
        ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == data_page(0)) was_dirty = (leaf() & dirty) == 0;
        };
        EXPECT_TRUE(write_page());
        EXPECT_TRUE(was_dirty);
        const unsigned misses = counter.misses;
        EXPECT_TRUE(write_page());
        EXPECT_EQ(counter.misses, misses);
    });
}

TEST_F(TlmHttu, AChangeBySoftwareMeanwhileIsNotLost) {
    simulate([&] {
        start();
        ram.put(data_page(3), uint64_t{0x3333});
        unsigned updates = 0;
        on_update([&](tlm::tlm_generic_payload&, AtomicExtension&) {
            if (updates++ == 0) map_page(0, clean_page & ~DBM);  // another leaf, ...
            if (updates == 2) stage1.map(va, data_page(3) + map::guest, clean_page);
        });
        uint64_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        EXPECT_EQ(data, 0x3333u) << "the walk starts again until the leaf is still there";
        EXPECT_EQ(updates, 3u);
        EXPECT_EQ(leaf(), (data_page(3) + map::guest) | clean_page | AF | 0b11);
    });
}

/// Whatever memory says: not handled, or not OK, is an abort of the walk.
TEST_F(TlmHttu, AnErrorResponseAbortsTheWalk) {
    simulate([&] {
        start();
        on_update([&](tlm::tlm_generic_payload&, AtomicExtension&) { ram.fail(leaf_at(), 8); });
        EXPECT_EQ(read_page().response, tlm::TLM_GENERIC_ERROR_RESPONSE);
        ram.repair();
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::Id], EventId::F_WALK_EABT);
        EXPECT_EQ((*event)[Event::FetchAddr], leaf_at());
        EXPECT_EQ(leaf() & AF, 0u);
    });
}

}  // namespace smmu::test
