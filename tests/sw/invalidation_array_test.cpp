// The invalidation array: the sequence of Linux's own test of it.
#include "sw_stubs/driver/invalidation_array.h"

#include <gtest/gtest.h>

#include <vector>

using namespace smmu;
using namespace smmu::sw;

namespace {

using Numbers = std::vector<uint32_t>;

struct Contents {
    Numbers ids, users, ssids;
    bool operator==(const Contents& o) const {
        return ids == o.ids && users == o.users && ssids == o.ssids;
    }
};
std::ostream& operator<<(std::ostream& out, const Contents& c) {
    return out << ::testing::PrintToString(c.ids) << ::testing::PrintToString(c.users)
               << ::testing::PrintToString(c.ssids);
}
Contents contents(const InvalidationArray& a) {
    Contents c;
    for (unsigned i = 0; i < a.size(); ++i) {
        c.ids.push_back(a[i].id);
        c.users.push_back(a[i].users);
        c.ssids.push_back(a[i].ssid);
    }
    return c;
}
template <size_t N>
InvalidationArray array_of(const Tag (&tags)[N]) {
    return {tags, N};
}
void no_one(const Tag&) {}

/// Case 25, step by step.
TEST(InvalidationArray, NEST_16_3_01_NEST_19_25_Case25_InvsTest) {
    const auto a =
        array_of({ats_tag(nullptr, {3}), s1_clear_tag(nullptr, {1}), s2_tag(nullptr, {1})});
    const auto b = array_of({s2_tag(nullptr, {1}), ats_tag(nullptr, {5}), ats_tag(nullptr, {4})});
    const auto c = array_of({s2_tag(nullptr, {1}), ats_tag(nullptr, {5}), ats_tag(nullptr, {6})});
    InvalidationArray array;

    ASSERT_TRUE(array.merge(a));
    EXPECT_EQ(contents(array), (Contents{{1, 1, 3}, {1, 1, 1}, {0, 0, 0}})) << "step 1";
    ASSERT_TRUE(array.merge(b));
    // A VMID's two entries are two types: S2Vmid 1, S2VmidS1Clear 1.
    EXPECT_EQ(contents(array), (Contents{{1, 1, 3, 4, 5}, {2, 1, 1, 1, 1}, {0, 0, 0, 0, 0}}));
    array.unref(b, no_one);
    EXPECT_EQ(contents(array), (Contents{{1, 1, 3}, {1, 1, 1}, {0, 0, 0}})) << "step 3";
    EXPECT_EQ(array.trash(), 0u) << "what was at the end is gone";
    ASSERT_TRUE(array.merge(c));
    EXPECT_EQ(contents(array), (Contents{{1, 1, 3, 5, 6}, {2, 1, 1, 1, 1}, {0, 0, 0, 0, 0}}));
    array.unref(a, no_one);
    EXPECT_EQ(contents(array), (Contents{{1, 1, 3, 5, 6}, {1, 0, 0, 1, 1}, {0, 0, 0, 0, 0}}));
    EXPECT_EQ(array.trash(), 2u) << "step 5";
    EXPECT_TRUE(array.purge());
    EXPECT_EQ(contents(array), (Contents{{1, 5, 6}, {1, 1, 1}, {0, 0, 0}})) << "step 6";
    EXPECT_FALSE(array.purge());
    array.unref(c, no_one);
    EXPECT_EQ(array.size(), 0u) << "step 7";

    const auto d =
        array_of({ats_tag(nullptr, {12}, 1), ats_tag(nullptr, {10}, 3), ats_tag(nullptr, {10}, 1)});
    const auto e =
        array_of({ats_tag(nullptr, {10}, 2), ats_tag(nullptr, {10}, 3), ats_tag(nullptr, {12}, 2)});
    ASSERT_TRUE(array.merge(d));
    EXPECT_EQ(contents(array), (Contents{{10, 10, 12}, {1, 1, 1}, {1, 3, 1}})) << "step 8";
    ASSERT_TRUE(array.merge(e));
    EXPECT_EQ(contents(array), (Contents{{10, 10, 10, 12, 12}, {1, 1, 2, 1, 1}, {1, 2, 3, 1, 2}}));
    array.unref(e, no_one);
    EXPECT_EQ(contents(array), (Contents{{10, 10, 10, 12}, {1, 0, 1, 1}, {1, 2, 3, 1}}));
    EXPECT_EQ(array.trash(), 1u) << "step 10";
    EXPECT_TRUE(array.purge());
    EXPECT_EQ(contents(array), (Contents{{10, 10, 12}, {1, 1, 1}, {1, 3, 1}})) << "step 11";
}

TEST(InvalidationArray, NEST_16_3_01_MergeDropsTrashAndCanBringItBack) {
    InvalidationArray array;
    const auto a = array_of({s2_tag(nullptr, {1}), s2_tag(nullptr, {2})});
    const auto one = array_of({s2_tag(nullptr, {1})});
    const auto three = array_of({s2_tag(nullptr, {3})});
    ASSERT_TRUE(array.merge(a));
    array.unref(one, no_one);
    InvalidationArray again = array;
    ASSERT_TRUE(array.merge(three));
    EXPECT_EQ(contents(array), (Contents{{2, 3}, {1, 1}, {0, 0}}));
    ASSERT_TRUE(again.merge(one));
    EXPECT_EQ(contents(again), (Contents{{1, 2}, {1, 1}, {0, 0}}));
}

TEST(InvalidationArray, NEST_16_3_01_UnrefTellsWhoHasNoUsersLeft) {
    InvalidationArray array;
    const auto a = array_of({s2_tag(nullptr, {1}), ats_tag(nullptr, {5})});
    const auto b = array_of({s2_tag(nullptr, {1})});
    ASSERT_TRUE(array.merge(a));
    ASSERT_TRUE(array.merge(b));
    Numbers gone;
    array.unref(a, [&](const Tag& t) { gone.push_back(t.id); });
    EXPECT_EQ(gone, (Numbers{5}));
    array.unref(b, [&](const Tag& t) { gone.push_back(t.id); });
    EXPECT_EQ(gone, (Numbers{5, 1}));
}

TEST(InvalidationArray, AMergeThatDoesNotFitChangesNothing) {
    InvalidationArray array;
    for (uint32_t i = 0; i < InvalidationArray::most; ++i)
        ASSERT_TRUE(array.merge(array_of({ats_tag(nullptr, {i})})));
    const Contents before = contents(array);
    EXPECT_FALSE(array.merge(array_of({s2_tag(nullptr, {1}), ats_tag(nullptr, {0})})));
    EXPECT_EQ(contents(array), before);
    EXPECT_TRUE(array.merge(array_of({ats_tag(nullptr, {0})}))) << "one that is there";
}

}  // namespace
