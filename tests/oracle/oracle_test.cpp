// A million accesses, in worlds where everything occurs that is expected to occur.
//
// The seeds are fixed: what is missing today is missing on every machine.
#include <gtest/gtest.h>

#include "run.h"
#include "sensitivity.h"

namespace smmu::differential {
namespace {

struct Expected {
    const char* group;
    std::vector<const char*> kinds;
};

void expect_all(const Statistics& statistics, const std::vector<Expected>& expected) {
    for (const Expected& e : expected)
        for (const char* kind : e.kinds)
            EXPECT_NE(statistics.of(e.group, kind), 0u)
                << e.group << ": " << kind << " never occurred";
}

void expect_agreement(const Statistics& statistics) {
    for (const Failure& f : statistics.failures) ADD_FAILURE() << f.text;
}

const std::vector<Expected> outcomes = {
    {"outcome", {"forward", "abort", "RAZ/WI", "stall"}},
    {"config",
     {"no STE", "abort", "bypass", "bypass by S1DSS", "stage 1 EL1", "stage 1 EL2",
      "stage 1 EL2-E2H", "stage 2", "stage 2, stage 1 bypassed by S1DSS", "nested",
      "with SubstreamID"}},
    {"forwarded",
     {"bypass", "bypass by S1DSS", "stage 1 EL1", "stage 1 EL2", "stage 1 EL2-E2H", "stage 2",
      "stage 2, stage 1 bypassed by S1DSS", "nested", "to more than 48 bits", "with S2FWB",
      "as Device"}},
    {"stage 1",
     {"4K level 1", "4K level 2", "4K level 3", "16K level 2", "16K level 3", "64K level 1",
      "64K level 2", "64K level 3", "TTB1 or EL2 high"}},
    {"stage 2",
     {"4K level 1", "4K level 2", "4K level 3", "16K level 2", "16K level 3", "64K level 1",
      "64K level 2", "64K level 3"}},
};

const std::vector<Expected> events = {
    {"event",
     {"none",
      "C_BAD_STREAMID",
      "F_STE_FETCH",
      "C_BAD_STE",
      "C_BAD_SUBSTREAMID",
      "F_STREAM_DISABLED",
      "F_CD_FETCH",
      "C_BAD_CD",
      "F_WALK_EABT S1 TT",
      "F_WALK_EABT S2 CD",
      "F_WALK_EABT S2 TT",
      "F_WALK_EABT S2 IN",
      "F_TRANSLATION S1 IN",
      "F_TRANSLATION S2 CD",
      "F_TRANSLATION S2 TT",
      "F_TRANSLATION S2 IN",
      "F_ADDR_SIZE S1 IN",
      "F_ADDR_SIZE S2 CD",
      "F_ADDR_SIZE S2 TT",
      "F_ADDR_SIZE S2 IN",
      "F_ACCESS S1 IN",
      "F_ACCESS S2 CD",
      "F_ACCESS S2 TT",
      "F_ACCESS S2 IN",
      "F_PERMISSION S1 IN",
      "F_PERMISSION S2 CD",
      "F_PERMISSION S2 TT",
      "F_PERMISSION S2 IN",
      "F_TRANSLATION not recorded",
      "F_ADDR_SIZE not recorded",
      "F_ACCESS not recorded",
      "F_PERMISSION not recorded"}},
};

const std::vector<Expected> stalls_and_updates = {
    {"stalled",
     {"F_TRANSLATION S1 IN", "F_TRANSLATION S2 CD", "F_TRANSLATION S2 TT", "F_TRANSLATION S2 IN",
      "F_ADDR_SIZE S1 IN", "F_ADDR_SIZE S2 IN", "F_ACCESS S1 IN", "F_ACCESS S2 CD",
      "F_ACCESS S2 TT", "F_ACCESS S2 IN", "F_PERMISSION S1 IN", "F_PERMISSION S2 CD",
      "F_PERMISSION S2 TT", "F_PERMISSION S2 IN", "goes on waiting", "is retried", "aborts",
      "is RAZ/WI", "command refused"}},
    {"updated",
     {"stage 1", "stage 2", "stage 2 of a table's page", "stage 2 of a CD's page",
      "though the access faulted"}},
};

/// What needs features that few worlds have.  More than 48 bits from 4K or 16K: LPA2.
const std::vector<Expected> rare = {
    {"nested",
     {"4K on 4K", "4K on 16K", "4K on 64K", "16K on 4K", "16K on 16K", "16K on 64K", "64K on 4K",
      "64K on 16K", "64K on 64K", "52 bits of IPA from 4K", "52 bits of IPA from 16K",
      "52 bits of IPA from 64K", "52 bits of PA from 4K", "52 bits of PA from 16K",
      "52 bits of PA from 64K"}},
    {"config", {"SMMUEN = 0"}},
    {"stage 1",
     {"4K level 0", "16K level 1", "4K from level -1", "4K from level 0", "4K from level 1",
      "4K from level 2", "4K from level 3", "16K from level 0", "16K from level 1",
      "16K from level 2", "16K from level 3", "64K from level 1", "64K from level 2",
      "64K from level 3"}},
    {"stage 2",
     {"4K level 0", "16K level 1", "4K from level -1", "4K from level 0", "4K from level 1",
      "4K from level 2", "4K from level 3", "16K from level 0", "16K from level 1",
      "16K from level 2", "16K from level 3", "64K from level 1", "64K from level 2",
      "64K from level 3"}},
    {"fetched", {"from Device memory"}},
    {"MemAttr with S2FWB",
     {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"}},
    {"MemAttr without S2FWB",
     {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"}},
};

class OracleCold : public ::testing::TestWithParam<unsigned> {};

TEST_P(OracleCold, TheModelAgreesWithNothingCached) {
    Plan plan;
    plan.kind = Kind::Cold;
    plan.seed = uint64_t{GetParam()} << 32;
    plan.accesses = 200'000;
    Statistics statistics;
    run(plan, statistics);
    expect_agreement(statistics);
    expect_all(statistics, outcomes);
    expect_all(statistics, events);
    expect_all(statistics, stalls_and_updates);
    expect_all(statistics, rare);
    for (const oracle::ChoiceRow& c : oracle::choices)
        EXPECT_NE(statistics.of("choice met", c.rule), 0u) << c.rule << " was never met";
    for (const std::string& bit : sensitive_bits())
        EXPECT_NE(statistics.of("decided by", bit), 0u) << bit << " never decided anything";
}
INSTANTIATE_TEST_SUITE_P(Shard, OracleCold, ::testing::Range(0u, 4u));

class OracleWarm : public ::testing::TestWithParam<unsigned> {};

TEST_P(OracleWarm, TheModelAgreesWithCachesThatSoftwareInvalidates) {
    Plan plan;
    plan.kind = Kind::Warm;
    plan.seed = uint64_t{GetParam()} << 32;
    plan.accesses = 100'000;
    Statistics statistics;
    run(plan, statistics);
    expect_agreement(statistics);
    expect_all(statistics, outcomes);
    expect_all(statistics, events);
    expect_all(statistics, stalls_and_updates);
    expect_all(
        statistics,
        {{"cached",
          {"translation hit", "configuration hit", "shorter walk", "outcome of before the change"}},
         {"software",
          {"change made visible at once", "change made visible later", "SMMUEN changed",
           "nothing promised"}}});
    // Most of it must be comparable, and much of it cached, for the comparison to mean anything.
    EXPECT_GT(statistics.compared, plan.accesses * 8 / 10);
    EXPECT_GT(statistics.of("cached", "translation hit"), plan.accesses / 25);
}
INSTANTIATE_TEST_SUITE_P(Shard, OracleWarm, ::testing::Range(0u, 4u));

TEST(OracleRun, OneSeedIsOneWorld) {
    for (const Kind kind : {Kind::Cold, Kind::Warm}) {
        Plan plan;
        plan.kind = kind;
        plan.seed = 7;
        Statistics first, second;
        run(plan, first);
        run(plan, second);
        EXPECT_EQ(first.of("outcome", "forward"), second.of("outcome", "forward"));
        EXPECT_EQ(first.of("event", "none"), second.of("event", "none"));
        EXPECT_EQ(first.of("cached", "translation hit"), second.of("cached", "translation hit"));
    }
}

}  // namespace
}  // namespace smmu::differential
