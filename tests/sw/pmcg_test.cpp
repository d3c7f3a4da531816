// The driver of counter groups, on the model's registers.
#include "sw_stubs/driver/pmcg.h"

#include <gtest/gtest.h>

#include "smmuv3/core/pmcg.h"
#include "sw_stubs/port/host/machine.h"

using namespace smmu;
using sw::Pmcg;
using sw::StreamFilter;

namespace {

constexpr uint64_t page0 = 0x0C08'0000, page1 = 0x0D00'0000;

/// Pages 0 and 1 of a group, at addresses that have nothing to do with each other.  Updates complete at
/// once, unless it `hangs`.
class Machine final : public sw::host::Machine {
public:
    explicit Machine(core::CounterGroup& group) : group_(group) {}
    bool hangs = false;

    uint32_t read32(uint64_t at) override {
        return static_cast<uint32_t>(group_.read(offset(at), 4));
    }
    uint64_t read64(uint64_t at) override { return group_.read(offset(at), 8); }
    void write32(uint64_t at, uint32_t value) override { write(at, 4, value); }
    void write64(uint64_t at, uint64_t value) override { write(at, 8, value); }

private:
    static uint32_t offset(uint64_t at) {
        return static_cast<uint32_t>(at < page1 ? at - page0 : at - page1 + arch::pmcg_page_size);
    }
    void write(uint64_t at, unsigned bytes, uint64_t value) {
        group_.write(offset(at), bytes, value);
        if (!hangs) group_.acknowledge_interrupt_enable();
    }
    core::CounterGroup& group_;
};

struct PmcgDriver : ::testing::Test {
    explicit PmcgDriver(const core::PmcgFeatures& features = {}) : can(features) {}

    void happens(arch::PmcgEvent event, uint32_t stream, unsigned times = 1) {
        for (unsigned i = 0; i < times; ++i)
            interrupts += group.count(event, arch::StreamId{stream});
    }

    core::PmcgFeatures can;
    core::Features smmu;
    core::CounterGroup group{can, smmu};
    Machine machine{group};
    sw::host::Running running{machine};
    Pmcg pmcg{page0, page1};
    unsigned interrupts = 0;
    using Event = arch::PmcgEvent;
};

TEST_F(PmcgDriver, FindsWhatIsThere) {
    EXPECT_EQ(pmcg.counters(), 16u);
    EXPECT_EQ(pmcg.counter_bits(), 64u);
    EXPECT_TRUE(pmcg.can_count(Event::ConfigAccess));
    EXPECT_FALSE(pmcg.can_count(Event::TranslationRequest));
    EXPECT_FALSE(pmcg.set_up(16, Event::Transaction, StreamFilter::all()));
    EXPECT_FALSE(pmcg.set_up(0, Event::TranslationRequest, StreamFilter::all()));
}

TEST_F(PmcgDriver, CountsBetweenStartAndStop) {
    ASSERT_TRUE(pmcg.reset());
    ASSERT_TRUE(pmcg.set_up(2, Event::TlbMiss, StreamFilter::only({7}), 100));
    happens(Event::TlbMiss, 7);
    pmcg.start(1 << 2);
    happens(Event::TlbMiss, 7, 3);
    happens(Event::TlbMiss, 8);
    happens(Event::ConfigMiss, 7);
    EXPECT_EQ(pmcg.read(2), 103u);
    pmcg.stop(1 << 2);
    happens(Event::TlbMiss, 7);
    EXPECT_EQ(pmcg.read(2), 103u);
}

TEST_F(PmcgDriver, FiltersSpansOfStreams) {
    ASSERT_TRUE(pmcg.reset());
    EXPECT_TRUE(pmcg.set_up(0, Event::Transaction, StreamFilter::all()));
    EXPECT_TRUE(pmcg.set_up(1, Event::Transaction, StreamFilter::span({0x123}, 8)));
    EXPECT_TRUE(pmcg.set_up(2, Event::Transaction, StreamFilter::span({0x123}, 1)));
    pmcg.start(7);
    for (const uint32_t stream : {0x0FFu, 0x100u, 0x122u, 0x123u, 0x124u, 0x1FFu, 0x200u})
        happens(Event::Transaction, stream);
    EXPECT_EQ(pmcg.read(0), 7u);
    EXPECT_EQ(pmcg.read(1), 5u);
    EXPECT_EQ(pmcg.read(2), 2u);
}

TEST_F(PmcgDriver, IsToldOfOverflows) {
    ASSERT_TRUE(pmcg.reset());
    pmcg.set_up(5, Event::Transaction, StreamFilter::all(), ~uint64_t{0});
    ASSERT_TRUE(pmcg.enable_interrupt(1 << 5));
    pmcg.start(1 << 5);
    happens(Event::Transaction, 1, 3);
    EXPECT_EQ(interrupts, 1u);
    EXPECT_EQ(pmcg.take_overflows(), 1u << 5);
    EXPECT_EQ(pmcg.take_overflows(), 0u);
    EXPECT_EQ(pmcg.read(5), 2u);
    ASSERT_TRUE(pmcg.reset());
    happens(Event::Transaction, 1);
    EXPECT_EQ(pmcg.read(5), 2u);
}

TEST_F(PmcgDriver, AGroupThatDoesNotAcknowledgeIsNoHang) {
    ASSERT_TRUE(pmcg.reset());
    machine.hangs = true;
    EXPECT_FALSE(pmcg.enable_interrupt(1));
}

/// Small counters in page 0, with one filter for all.
struct PmcgDriverSmall : PmcgDriver {
    static core::PmcgFeatures small() {
        core::PmcgFeatures f;
        f.counters = 4;
        f.counter_bits = 32;
        f.counter_page = f.msi = f.capture = false;
        f.one_filter = true;
        return f;
    }
    PmcgDriverSmall() : PmcgDriver(small()) {}
};

TEST_F(PmcgDriverSmall, CountsTheSameWay) {
    ASSERT_TRUE(pmcg.reset());
    EXPECT_EQ(pmcg.counters(), 4u);
    EXPECT_EQ(pmcg.counter_bits(), 32u);
    EXPECT_TRUE(pmcg.set_up(0, Event::WalkAccess, StreamFilter::only({9})));
    EXPECT_TRUE(pmcg.set_up(3, Event::Transaction, StreamFilter::only({9}), 0xFFFF'FFFE));
    pmcg.start(9);
    happens(Event::Transaction, 9, 3);
    happens(Event::Transaction, 8);
    happens(Event::WalkAccess, 9, 24);
    EXPECT_EQ(pmcg.read(3), 1u);
    EXPECT_EQ(pmcg.read(0), 24u);
    EXPECT_EQ(pmcg.take_overflows(), 1u << 3);
}

}  // namespace
