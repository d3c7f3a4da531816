// Page requests: records, overflow and the answers that the SMMU gives by itself.  Words are typed
// from Arm IHI 0070 G.b, 8.
#include "smmuv3/core/page_requests.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::PageRequest;
using arch::PrgStatus;
using core::PageRequestOutcome;
using core::Recorded;

// CR0: SMMUEN, PRIQEN, EVENTQEN, CMDQEN; and without PRIQEN.
constexpr uint32_t queue_enabled = 0b1111, queue_disabled = 0b1101;

class PageRequests : public Bench {
protected:
    static constexpr uint64_t queue = 0x2000'0000;  ///< of four records

    PageRequests() {
        features.ats = features.pri = true;
        disable();
        write(arch::PriqBase::offset, queue | 2);
        while_disabled(arch::Cr2::offset, 0b1010);  // REC_CFG_ATS, RECINVSID
        write(arch::Cr0::offset, queue_enabled);
    }

    // Word 0: StreamID 31:0, SubstreamID 51:32, Priv 58, X 59, R 60, W 61, Last 62, SSV 63.
    static constexpr uint64_t R = uint64_t{1} << 60, W = uint64_t{1} << 61;
    static constexpr uint64_t Last = uint64_t{1} << 62, SSV = uint64_t{1} << 63;
    static constexpr uint64_t X = uint64_t{1} << 59, Priv = uint64_t{1} << 58;
    static constexpr uint64_t page = 0x1234'5678'9000 | 0x1A5;  ///< with PRGIndex 0x1A5
    static PageRequest request(uint64_t bits) { return {{bits | stream.value, page}}; }
    static constexpr uint64_t pasid = SSV | uint64_t{0x54321} << 32;

    PageRequestOutcome take(uint64_t bits) {
        memory.log.clear();
        recorded = Recording{};
        return core::record_page_request(registers, view(), request(bits), memory, recorded);
    }
    uint32_t prod() const {
        return static_cast<uint32_t>(registers.read(arch::PriqProd::offset, 4));
    }
    void set_cons(uint32_t value) { write(arch::PriqCons::offset, value); }
    void set_last_only() {
        const uint32_t irq_ctrl = static_cast<uint32_t>(registers.read(arch::IrqCtrl::offset, 4));
        write(arch::IrqCtrl::offset, 0);
        write(arch::PriqIrqCfg2::offset, 0x8000'0000);
        write(arch::IrqCtrl::offset, irq_ctrl);
    }
    void fill() {
        for (int i = 0; i < 4; ++i) EXPECT_FALSE(take(R).response);
    }

    static void expect_response(const PageRequestOutcome& o, PrgStatus status, bool with_pasid) {
        ASSERT_TRUE(o.response);
        EXPECT_EQ(o.response->status, status);
        EXPECT_EQ(o.response->stream, stream);
        EXPECT_EQ(o.response->prg_index, 0x1A5);
        EXPECT_EQ(o.response->substream_valid, with_pasid);
        EXPECT_EQ(o.response->substream.value, with_pasid ? 0x54321u : 0u);
    }
    static void expect_dropped(const PageRequestOutcome& o) {
        EXPECT_EQ(o.recorded, Recorded::Overflow);
        EXPECT_FALSE(o.response);
    }
};

TEST_F(PageRequests, PRI_01_RecordsAsSoftwareReadsThem) {
    take(pasid | R | W | X | Priv | Last);
    EXPECT_EQ(memory.word(queue), 0xFC05'4321'0000'0042);
    EXPECT_EQ(memory.word(queue + 8), 0x1234'5678'91A5u);
    // Without a PASID there is no X, no Priv and no SubstreamID.
    take(R | X | Priv | uint64_t{0x54321} << 32);
    EXPECT_EQ(memory.word(queue + 16), 0x1000'0000'0000'0042);
}

TEST_F(PageRequests, PRI_01_WithoutSubstreamsThereIsNoPasid) {
    features.substream_id_bits = 0;
    take(pasid | R | X | Priv);
    EXPECT_EQ(memory.word(queue), 0x1000'0000'0000'0042);
}

TEST_F(PageRequests, PRI_02_AppendedAndInterruptedWhenTheQueueFills) {
    PageRequestOutcome o = take(R);
    EXPECT_EQ(o.recorded, Recorded::FirstWritten);
    EXPECT_TRUE(o.interrupts);
    EXPECT_FALSE(o.response);
    EXPECT_EQ(prod(), 1u);
    EXPECT_EQ(memory.log.at(0).address, queue);
    EXPECT_EQ(memory.log.at(0).size, 16u);
    o = take(R | Last);
    EXPECT_EQ(o.recorded, Recorded::Written);
    EXPECT_FALSE(o.interrupts);
    EXPECT_EQ(memory.log.at(0).address, queue + 16);
}

TEST_F(PageRequests, PRI_02_LastOnlyInterruptsForLast) {
    set_last_only();
    EXPECT_FALSE(take(R).interrupts);
    EXPECT_TRUE(take(R | Last).interrupts);
    EXPECT_TRUE(take(pasid | Last).interrupts) << "a Stop Marker has Last";
}

TEST_F(PageRequests, PRI_03_QUEUE_08_OverflowKeepsTheQueueClosedUntilItIsAcknowledged) {
    fill();
    expect_dropped(take(R));
    EXPECT_EQ(prod(), 0x8000'0004) << "OVFLG, and the index with its wrap bit";
    set_cons(4);  // empty, but OVACKFLG is 0
    expect_dropped(take(R));
    EXPECT_EQ(prod(), 0x8000'0004);
    set_cons(0x8000'0004);
    EXPECT_EQ(take(R).recorded, Recorded::FirstWritten);
    EXPECT_EQ(memory.log.at(0).address, queue);
}

TEST_F(PageRequests, PRI_04_PRI_14_LastRequestsWithoutPasidAreToldToTryAgain) {
    fill();
    expect_response(take(R | Last), PrgStatus::Success, false);
    expect_response(take(W | Last), PrgStatus::Success, false);
    expect_dropped(take(R));
    EXPECT_TRUE(memory.log.empty()) << "no STE is read";
}

TEST_F(PageRequests, PRI_05_WithPasidPpsDecides) {
    put(stream, Ste{});
    fill();
    expect_response(take(pasid | R | Last), PrgStatus::Success, true);
    EXPECT_TRUE(memory.log.empty());

    features.pasid_in_responses = false;  // IDR3.PPS = 0
    Context c(memory);
    attach(c);
    expect_response(take(pasid | R | Last), PrgStatus::Success, false);
    EXPECT_EQ(memory.count(Purpose::Ste), 1u);
    c.ste.set(Ste::PPAR, true);
    attach(c);
    expect_response(take(pasid | R | Last), PrgStatus::Success, true);
}

TEST_F(PageRequests, PRI_06_WithoutAnSteThereIsFailure) {
    features.pasid_in_responses = false;
    fill();
    put(stream, Ste{});
    expect_response(take(pasid | R | Last), PrgStatus::ResponseFailure, false);
    EXPECT_EQ(event()[arch::Event::Id], EventId::C_BAD_STE);
    memory.abort_at(ste_address(stream));
    expect_response(take(pasid | R | Last), PrgStatus::ResponseFailure, false);
    EXPECT_EQ(event()[arch::Event::Id], EventId::F_STE_FETCH);
    while_disabled(arch::Cr2::offset, 0b0010);
    write(arch::Cr0::offset, queue_enabled);
    expect_response(take(pasid | R | Last), PrgStatus::ResponseFailure, false);
    EXPECT_TRUE(recorded.events.empty());
}

TEST_F(PageRequests, PRI_06_BadStreamIdNeedsBothBitsToBeRecorded) {
    features.pasid_in_responses = false;
    fill();
    PageRequest r = request(pasid | R | Last);
    r.set(PageRequest::StreamID, 0x123);
    for (const uint32_t cr2 : {0b0000u, 0b0010u, 0b1000u, 0b1010u}) {
        while_disabled(arch::Cr2::offset, cr2);
        write(arch::Cr0::offset, queue_enabled);
        recorded = Recording{};
        const auto o = core::record_page_request(registers, view(), r, memory, recorded);
        EXPECT_EQ(o.response->status, PrgStatus::ResponseFailure);
        EXPECT_EQ(recorded.events.size(), cr2 == 0b1010u ? 1u : 0u);
    }
}

TEST_F(PageRequests, PRI_07_StopMarkersAreQueuedAndNeverAnswered) {
    take(pasid | Last);
    EXPECT_EQ(memory.word(queue), 0xC005'4321'0000'0042);
    set_cons(1);
    fill();
    expect_dropped(take(pasid | Last));
    EXPECT_EQ(prod() >> 31, 1u) << "like any message it starts an overflow";
    write(arch::Cr0::offset, queue_disabled);
    EXPECT_FALSE(take(pasid | Last).response);
    // The same without a PASID is an ordinary request.
    expect_response(take(Last), PrgStatus::ResponseFailure, false);
}

TEST_F(PageRequests, PRI_08_REG_17_QueueNotEnabledEveryRequestFails) {
    for (const uint32_t cr0 : {0b1101u, 0b1110u}) {  // PRIQEN = 0; SMMUEN = 0
        write(arch::Cr0::offset, cr0);
        for (const uint64_t bits : {R, R | Last, pasid | R, pasid | R | Last}) {
            const PageRequestOutcome o = take(bits);
            EXPECT_EQ(o.recorded, Recorded::Lost);
            EXPECT_FALSE(o.interrupts);
            expect_response(o, PrgStatus::ResponseFailure, false);
        }
        EXPECT_EQ(prod(), 0u);
    }
    // The last had PRIQEN without SMMUEN: acknowledged as it stands, and the registers are guarded.
    EXPECT_EQ(registers.read(arch::Cr0Ack::offset, 4), 0b1110u);
    write(arch::PriqBase::offset, 0);
    EXPECT_EQ(registers.read(arch::PriqBase::offset, 8), queue | 2);
}

TEST_F(PageRequests, PRI_09_GERR_04_AbortedWriteIsAGlobalErrorAndAFailure) {
    memory.abort_at(queue);
    const PageRequestOutcome o = take(pasid | R);
    EXPECT_EQ(o.recorded, Recorded::Aborted);
    EXPECT_FALSE(o.interrupts);
    expect_response(o, PrgStatus::ResponseFailure, false);
    EXPECT_EQ(registers.read(arch::Gerror::offset, 4), 1u << 3);
    EXPECT_EQ(prod(), 0u);
    memory.repair(queue);
    expect_response(take(R), PrgStatus::ResponseFailure, false);  // PRI-08: the error is active
    write(arch::Gerrorn::offset, 1u << 3);
    EXPECT_EQ(take(R).recorded, Recorded::FirstWritten);
}

TEST_F(PageRequests, PRI_10_QueuedWhateverTheSteSays) {
    put(stream, Ste{});
    EXPECT_EQ(take(R | Last).recorded, Recorded::FirstWritten);
    EXPECT_EQ(memory.count(Purpose::Ste), 0u);
}

TEST_F(PageRequests, PRI_13_IRQ_04_LastOnlyInterruptsForWhatOverflowDropsAndForNothingElse) {
    set_last_only();
    fill();
    EXPECT_TRUE(take(R | Last).interrupts);
    EXPECT_FALSE(take(R).interrupts);
    write(arch::Cr0::offset, queue_disabled);
    EXPECT_FALSE(take(R | Last).interrupts);
}

}  // namespace
}  // namespace smmu::test
