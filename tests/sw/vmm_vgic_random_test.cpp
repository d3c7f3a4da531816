// The guest's interrupt controller on the model of the hardware, at random: nothing is lost, nothing
// is invented, whatever the guest nests and however few list registers there are.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "gicv3/virtual_interface.h"
#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {
namespace {

constexpr uint32_t first = 32, count = 12;  // the even ones are edges, the odd ones levels
constexpr uint32_t spurious = 1023;
constexpr bool is_edge(uint32_t intid) { return intid % 2 == 0; }

class Machine {
public:
    Machine(unsigned seed, bool split) : random_(seed), split_(split) {
        gicd_.write(0x0, 4, 2);
        for (uint32_t intid = first; intid < first + count; ++intid) {
            const uint64_t bit = uint64_t{1} << (intid - 32);
            gicd_.write(0x84, 4, gicd_.read(0x84, 4) | bit);
            gicd_.write(0x400 + intid, 1, ((intid - first) * 5 % count + 1) << 4);
            if (is_edge(intid)) {
                const uint64_t config = 0xC00 + intid / 16 * 4;
                gicd_.write(config, 4, gicd_.read(config, 4) | uint64_t{2} << intid % 16 * 2);
            }
            gicd_.write(0x104, 4, bit);
        }
        cpu_.write_pmr(0xF8);
        cpu_.write_igrpen1(1);
        cpu_.write_bpr1(3 + seed % 3);
        cpu_.write_ctlr(split ? 2 : 0);
        ich_.vmcr = cpu_.read_vmcr();
    }

    /// The host: inputs change while the guest stands still.
    void drive() {
        const uint32_t intid = first + pick(count);
        Line& line = lines_[intid - first];
        if (is_edge(intid)) {
            gic_.pulse(intid);
            line.expected = true;
        } else {
            line.level = !line.level;
            gic_.set_level(intid, line.level);
        }
    }

    /// The guest for a while: takes what it is offered and ends what it runs, innermost first.
    void stay(unsigned steps) {
        gic_.fill(ich_);
        load();
        uint32_t trapped = spurious;
        for (unsigned i = 0; i < steps && !cpu_.needs_maintenance() && trapped == spurious; ++i)
            if (cpu_.signals() && pick(3) != 0)
                take();
            else if (!running_.empty() && pick(6) == 0)
                end();
            else if (!dropped_.empty() && pick(4) == 0)
                trapped = deactivate();
        save();
        gic_.take_back(ich_);
        gic_.deactivate(trapped);
    }

    /// Until the guest has nothing more to do; levels are low by then.
    void drain() {
        for (uint32_t intid = first; intid < first + count; ++intid)
            if (!is_edge(intid)) gic_.set_level(intid, lines_[intid - first].level = false);
        for (unsigned i = 0; i < 200; ++i) stay(20);
        EXPECT_TRUE(running_.empty());
        EXPECT_TRUE(dropped_.empty());
        EXPECT_FALSE(gic_.has_pending());
        EXPECT_EQ(gicd_.read(0x304, 4), 0u);
        for (const Line& line : lines_) EXPECT_FALSE(line.expected);
    }
    uint64_t taken() const { return taken_; }
    size_t deepest() const { return deepest_; }

private:
    struct Line {
        bool level = false;
        bool expected = false;  ///< an edge that nobody has taken
    };

    void take() {
        const auto intid = static_cast<uint32_t>(cpu_.read_iar1());
        ASSERT_NE(intid, spurious);
        Line& line = lines_.at(intid - first);
        EXPECT_TRUE(is_edge(intid) ? line.expected : line.level) << intid;
        line.expected = false;
        running_.push_back(intid);
        deepest_ = std::max(deepest_, running_.size() + dropped_.size());
        ++taken_;
    }
    void end() {
        cpu_.write_eoir1(running_.back());
        if (split_) dropped_.push_back(running_.back());
        running_.pop_back();
    }
    /// In any order; what the hypervisor traps.
    uint32_t deactivate() {
        const auto which = dropped_.begin() + pick(static_cast<uint32_t>(dropped_.size()));
        const uint32_t intid = *which;
        dropped_.erase(which);
        const bool traps = (cpu_.read_hcr() & gic::ich_hcr::tdir) != 0;
        if (!traps) cpu_.write_dir(intid);
        return traps ? intid : spurious;
    }
    void load() {
        cpu_.write_vmcr(ich_.vmcr);
        cpu_.write_ap1r0(ich_.ap1r0);
        for (unsigned n = 0; n < IchRegisters::list_registers; ++n) cpu_.write_lr(n, ich_.lr[n]);
        cpu_.write_hcr(ich_.hcr);
    }
    void save() {
        ich_.hcr = cpu_.read_hcr();
        ich_.vmcr = cpu_.read_vmcr();
        ich_.ap1r0 = cpu_.read_ap1r0();
        for (unsigned n = 0; n < IchRegisters::list_registers; ++n) ich_.lr[n] = cpu_.read_lr(n);
    }
    uint32_t pick(uint32_t below) { return static_cast<uint32_t>(random_() % below); }

    std::mt19937 random_;
    Vgic gic_;
    VgicDistributor gicd_{gic_};
    IchRegisters ich_;
    gic::VirtualInterface cpu_{IchRegisters::list_registers, {[](uint32_t) {}, [] {}}};
    std::array<Line, count> lines_{};
    const bool split_;               // EOImode
    std::vector<uint32_t> running_;  // taken, priority not dropped
    std::vector<uint32_t> dropped_;  // priority dropped, not deactivated
    uint64_t taken_ = 0;
    size_t deepest_ = 0;
};

class VgicRandomTest : public ::testing::TestWithParam<bool> {};

TEST_P(VgicRandomTest, NothingIsLostAndNothingInvented) {
    uint64_t taken = 0;
    size_t deepest = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        Machine machine(seed, GetParam());
        for (unsigned i = 0; i < 2000; ++i) {
            machine.drive();
            if (i % 3 == 0) machine.stay(8);
        }
        machine.drain();
        taken += machine.taken();
        deepest = std::max(deepest, machine.deepest());
    }
    EXPECT_GT(taken, 5'000u);
    EXPECT_GT(deepest, 4u);  // more than there are list registers
}
INSTANTIATE_TEST_SUITE_P(EoiMode, VgicRandomTest, ::testing::Bool());

}  // namespace
}  // namespace smmu::sw::vmm
