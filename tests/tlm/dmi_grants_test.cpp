// What is granted by direct memory pointers, and what invalidations withdraw of it: beside a list of
// single pages that does the same slowly.
#include "smmuv3/dmi_grants.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace smmu::test {
namespace {

using core::TlbScope;
using core::Translation;
using Ranges = std::vector<std::pair<uint64_t, uint64_t>>;

constexpr uint64_t bytes = 4096;

Translation page(uint64_t n, uint64_t output, uint16_t asid = 1, uint8_t leaf_shift = 12) {
    Translation t;
    t.tag.vmid = arch::Vmid{7};
    t.tag.asid = arch::Asid{asid};
    t.tag.stage1 = t.tag.stage2 = true;
    t.input = n * bytes;
    t.output = output * bytes;
    t.shift = 12;
    t.leaf_shift = leaf_shift;
    return t;
}

core::CachedRun run_of(std::vector<Translation> pages) {
    core::CachedRun run;
    run.first = pages.front().input;
    run.last = pages.back().input + bytes - 1;
    run.output = pages.front().output;
    run.pages = std::move(pages);
    return run;
}

void add(DmiGrants& grants, const std::vector<Translation>& pages) {
    grants.add(run_of(pages), {0, ~uint64_t{0}});
}

TlbScope of_addresses(uint64_t first, uint64_t last) {
    TlbScope s;
    s.vmid = arch::Vmid{7};
    s.by_address = true;
    s.first = first;
    s.last = last;
    return s;
}
TlbScope of_asid(uint16_t asid) {
    TlbScope s;
    s.vmid = arch::Vmid{7};
    s.by_asid = true;
    s.asid = arch::Asid{asid};
    return s;
}

Ranges plain(const std::vector<DmiGrants::Range>& ranges) {
    Ranges result;
    for (const auto& r : ranges) result.emplace_back(r.first, r.last);
    return result;
}
Ranges pages(uint64_t first, uint64_t last) { return {{first * bytes, last * bytes + bytes - 1}}; }

TEST(DmiGrants, APageIsTakenOutOfTheMiddleAndItsNeighboursStay) {
    DmiGrants grants;
    add(grants, {page(2, 102), page(3, 103), page(4, 104)});
    EXPECT_EQ(plain(grants.take(of_addresses(3 * bytes + 8, 3 * bytes + 8))), pages(3, 3));
    EXPECT_TRUE(plain(grants.take(of_addresses(3 * bytes, 3 * bytes))).empty());
    EXPECT_EQ(plain(grants.take_output(104 * bytes, 104 * bytes)), pages(4, 4));
    EXPECT_EQ(plain(grants.take_all()), pages(2, 2));
    EXPECT_TRUE(grants.empty());
}

TEST(DmiGrants, PagesOfABlockGoTogether) {
    DmiGrants grants;
    for (uint64_t n = 0; n < 8; ++n) add(grants, {page(n, 100 + n, 1, 14)});
    EXPECT_EQ(plain(grants.take(of_addresses(5 * bytes, 5 * bytes))), pages(4, 7));
    EXPECT_EQ(plain(grants.take_all()), pages(0, 3));
}

TEST(DmiGrants, OnlyThePartThatWasGrantedIsWithdrawn) {
    DmiGrants grants;
    grants.add(run_of({page(1, 101), page(2, 102), page(3, 103)}), {2 * bytes, 3 * bytes - 1});
    EXPECT_EQ(plain(grants.take_all()), pages(2, 2));
}

TEST(DmiGrants, DoWhatAListOfPagesDoes) {
    std::mt19937 dice(11);
    const auto below = [&](uint32_t n) { return dice() % n; };
    DmiGrants grants;
    std::map<uint64_t, Translation> list;
    const auto take = [&](auto which) {
        Ranges taken;
        for (auto at = list.begin(); at != list.end();) {
            if (!which(at->second)) {
                ++at;
                continue;
            }
            const uint64_t last = at->first + bytes - 1;
            if (!taken.empty() && taken.back().second + 1 == at->first)
                taken.back().second = last;
            else
                taken.emplace_back(at->first, last);
            at = list.erase(at);
        }
        return taken;
    };
    for (unsigned step = 0; step < 20000; ++step) {
        const uint64_t n = below(64);
        switch (below(5)) {
            case 0: {
                const TlbScope s = of_addresses(n * bytes, (n + below(4)) * bytes);
                ASSERT_EQ(plain(grants.take(s)),
                          take([&](const Translation& t) { return is_in(t, s); }));
                break;
            }
            case 1: {
                if (below(8) != 0) break;
                const TlbScope s = of_asid(static_cast<uint16_t>(below(3)));
                ASSERT_EQ(plain(grants.take(s)),
                          take([&](const Translation& t) { return is_in(t, s); }));
                break;
            }
            case 2: {
                const uint64_t first = (1000 + n) * bytes + 100, last = first + below(3) * bytes;
                ASSERT_EQ(plain(grants.take_output(first, last)), take([&](const Translation& t) {
                              return t.output <= last && t.output + bytes - 1 >= first;
                          }));
                break;
            }
            default: {
                const uint64_t distance = below(4) == 0 ? 2000 : 1000;
                const auto asid = static_cast<uint16_t>(n / 24);
                std::vector<Translation> run;
                for (uint64_t i = n, end = n + 1 + below(6); i < end; ++i)
                    run.push_back(page(i, distance + i, asid, i / 32 % 2 == 0 ? 12 : 14));
                add(grants, run);
                for (const Translation& t : run) list[t.input] = t;
            }
        }
        ASSERT_EQ(grants.empty(), list.empty());
    }
    EXPECT_EQ(plain(grants.take_all()), take([](const Translation&) { return true; }));
}

}  // namespace
}  // namespace smmu::test
