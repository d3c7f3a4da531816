// How a counter group counts: enables, overflow, capture.  Arm IHI 0070 G.b, 10.2, 10.3.
#include "tests/core/pmcg_bench.h"

namespace smmu::test {
namespace {

using namespace pmcg;

class Pmcg : public PmcgBench {};

// --- Enables

TEST_F(Pmcg, PMCG_03_CountsOnlyWithBothEnables) {
    put(EVTYPER, 1);
    put(SMR, 8);
    happens(1);
    EXPECT_EQ(counter(0), 0u) << "neither";
    put(CR, 1);
    happens(1);
    EXPECT_EQ(counter(0), 0u) << "CR.E alone";
    put(CR, 0);
    put(CNTENSET0, 1);
    happens(1);
    EXPECT_EQ(counter(0), 0u) << "CNTEN alone";
    put(CR, 1);
    happens(1);
    happens(1);
    EXPECT_EQ(counter(0), 2u);
    put(CNTENCLR0, 1);
    happens(1);
    put(CNTENSET0, 1);
    put(CR, 0);
    happens(1);
    EXPECT_EQ(counter(0), 2u) << "and keeps its value without either";
}

TEST_F(Pmcg, PMCG_04_CountsTheEventThatItIsSetTo) {
    features.ats = true;
    build();
    for (uint32_t event = 1; event <= 7; ++event) set_up(event, event, 8);
    enable();
    for (uint32_t event = 1; event <= 7; ++event)
        for (uint32_t times = 0; times < event; ++times) happens(event);
    for (uint32_t event = 1; event <= 7; ++event) EXPECT_EQ(counter(event), event) << event;
}

TEST_F(Pmcg, PMCG_04_WhatCeidDoesNotShowCountsNothing) {
    EXPECT_EQ(get64(CEID0), 0x3Fu);  // no ATS
    set_up(0, 6, 8);
    set_up(1, 7, 8);
    set_up(2, 8, 8);
    set_up(3, 0xFFFF, 8);
    enable();
    for (uint32_t event = 1; event <= 7; ++event) happens(event);
    group->count_cycles(100);
    for (unsigned n = 0; n < 4; ++n) EXPECT_EQ(counter(n), 0u) << n;
    features.ats = true;
    build();
    EXPECT_EQ(get64(CEID0), 0xFFu);
}

TEST_F(Pmcg, AllCountersOfOneEventCount) {
    for (unsigned n : {0u, 7u, 15u}) set_up(n, 1, 8);
    enable();
    happens(1);
    for (unsigned n : {0u, 7u, 15u}) EXPECT_EQ(counter(n), 1u) << n;
}

// --- Overflow

class PmcgSize : public PmcgBench, public ::testing::WithParamInterface<unsigned> {};

TEST_P(PmcgSize, PMCG_02_PMCG_11_ACounterWrapsAtItsSizeAndGoesOn) {
    can.counter_bits = GetParam();
    build();
    const uint64_t most = GetParam() == 64 ? ~uint64_t{0} : (uint64_t{1} << GetParam()) - 1;
    EXPECT_EQ(get(CFGR) >> 8 & 0x3F, GetParam() - 1);
    set_up(3, 1, 8);
    set_counter(3, ~uint64_t{0});
    EXPECT_EQ(counter(3), most) << "bits above its size are RES0";
    EXPECT_EQ(get64(OVSSET0), 0u);
    enable();
    happens(1);
    EXPECT_EQ(counter(3), 0u);
    EXPECT_EQ(get64(OVSSET0), 8u);
    EXPECT_EQ(get64(OVSCLR0), 8u);
    happens(1);
    EXPECT_EQ(counter(3), 1u);
    EXPECT_EQ(counter(2), 0u) << "no carry into another";
    EXPECT_EQ(counter(4), 0u);
}
INSTANTIATE_TEST_SUITE_P(All, PmcgSize, ::testing::Values(32u, 36u, 40u, 44u, 48u, 64u));

TEST_F(Pmcg, OnlyTheSizesOfCfgrCanBeBuilt) {
    for (unsigned bits = 0; bits <= 65; ++bits) {
        can.counter_bits = bits;
        const bool valid =
            bits == 32 || bits == 36 || bits == 40 || bits == 44 || bits == 48 || bits == 64;
        EXPECT_EQ(core::refuse(can) == nullptr, valid) << bits;
    }
    can.counter_bits = 64;
    for (const unsigned count : {0u, 65u}) {
        can.counters = count;
        EXPECT_NE(core::refuse(can), nullptr) << count;
    }
}

TEST_F(Pmcg, PMCG_11_AnOverflowInterruptsThoughItsBitIsSetAlready) {
    set_up(0, 1, 8);
    enable();
    enable_interrupt(1);
    put64(OVSSET0, 1);
    set_counter(0, ~uint64_t{0});
    EXPECT_TRUE(happens(1));
    EXPECT_EQ(get64(OVSSET0), 1u);
}

TEST_F(Pmcg, PMCG_11_SoftwareSetsAndClearsOvsWithoutAnInterrupt) {
    can.counters = 4;
    build();
    put64(OVSSET0, ~uint64_t{0});
    EXPECT_EQ(get64(OVSSET0), 0xFu);
    put64(OVSCLR0, 0x5);
    EXPECT_EQ(get64(OVSCLR0), 0xAu);
}

TEST_F(Pmcg, PMCG_12_InterruptsWithIntenAndIrqen) {
    set_up(0, 1, 8);
    set_up(1, 1, 8);
    enable();
    const auto overflow = [&] {
        set_counter(0, ~uint64_t{0});
        return happens(1);
    };
    EXPECT_FALSE(overflow()) << "neither";
    put64(INTENSET0, 1);
    EXPECT_FALSE(overflow()) << "INTEN alone";
    put64(INTENCLR0, 1);
    put(IRQ_CTRL, 1);
    group->acknowledge_interrupt_enable();
    EXPECT_FALSE(overflow()) << "IRQEN alone";
    put64(INTENSET0, 2);
    EXPECT_FALSE(overflow()) << "INTEN of another counter";
    put64(INTENSET0, 1);
    EXPECT_TRUE(overflow());
    EXPECT_FALSE(happens(1)) << "an increment is no overflow";
    put(IRQ_CTRL, 0);
    EXPECT_FALSE(overflow()) << "also before the Update is complete";
}

TEST_F(Pmcg, CyclesOverflowInTheMiddleOfACount) {
    set_up(0, 0, 0);
    set_up(1, 0, 0);
    enable();
    enable_interrupt(1);
    EXPECT_EQ(group->cycles_to_overflow(), ~uint64_t{0});
    set_counter(0, ~uint64_t{0} - 9);
    EXPECT_EQ(group->cycles_to_overflow(), 10u);
    EXPECT_FALSE(group->count_cycles(9));
    EXPECT_EQ(group->cycles_to_overflow(), 1u);
    EXPECT_TRUE(group->count_cycles(4));
    EXPECT_EQ(counter(0), 3u);
    EXPECT_EQ(get64(OVSSET0), 1u);
    put(CR, 0);
    EXPECT_EQ(group->cycles_to_overflow(), ~uint64_t{0}) << "nobody counts";
}

// --- Capture

TEST_F(Pmcg, PMCG_13_SoftwareCapturesAllCountersAtOnce) {
    set_up(0, 1, 8);
    enable();
    set_counter(0, 41);
    set_counter(15, 7);
    happens(1);
    put(CAPR, 1);
    happens(1);
    EXPECT_EQ(captured(0), 42u);
    EXPECT_EQ(captured(15), 7u) << "also those that do not count";
    EXPECT_EQ(counter(0), 43u);
    put(CAPR, 0);
    EXPECT_EQ(captured(0), 42u);
    EXPECT_EQ(get(CAPR), 0u) << "write-only";
    group->write(SVR, 8, 99);
    EXPECT_EQ(captured(0), 42u) << "read-only";
}

TEST_F(Pmcg, PMCG_13_AnOverflowCapturesValuesOfAfterIt) {
    set_up(0, 1, 8, OVFCAP);
    set_up(1, 1, 8);
    enable();
    set_counter(0, ~uint64_t{0});
    set_counter(1, 10);
    happens(1);
    EXPECT_EQ(captured(0), 0u);
    EXPECT_EQ(captured(1), 11u);
    set_counter(1, ~uint64_t{0});
    happens(1);
    EXPECT_EQ(captured(1), 11u) << "counter 1 has no OVFCAP";
    EXPECT_EQ(captured(0), 0u);
}

TEST_F(Pmcg, PMCG_13_WithoutCaptureItsRegistersAreReserved) {
    can.capture = false;
    build();
    EXPECT_EQ(get(CFGR) >> 22 & 1, 0u);
    set_up(0, 1, 8, OVFCAP);
    EXPECT_EQ(get(EVTYPER), 1u);
    enable();
    set_counter(0, 5);
    put(CAPR, 1);
    EXPECT_EQ(captured(0), 0u);
    set_counter(0, ~uint64_t{0});
    set_counter(1, 3);
    happens(1);
    EXPECT_EQ(captured(1), 0u);
}

}  // namespace
}  // namespace smmu::test
