// The steps of a guest that does anything at all.
#include "sw_stubs/guest/misbehave.h"

#include "boards/test_engine_frame.h"
#include "boards/virt.h"
#include "sw_stubs/driver/ste.h"
#include "sw_stubs/guest/hostile.h"
#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/mmio.h"

namespace smmu::sw::guest {

using namespace aarch64;
using namespace arch;

namespace {

/// Only what nothing else needs is overwritten.
class Playground final : public vmm::GuestMemory {
public:
    static constexpr bool holds(uint64_t ipa, size_t size) {
        return ipa >= playground_ipa && size <= playground_size &&
               ipa - playground_ipa <= playground_size - size;
    }
    bool read(uint64_t, void*, size_t) override { return false; }
    bool write(uint64_t ipa, const void* from, size_t size) override {
        if (!holds(ipa, size)) return false;
        const auto* const words = static_cast<const uint64_t*>(from);
        for (size_t i = 0; i < size / 8; ++i) store64(ipa + 8 * i, words[i]);
        return true;
    }
};

/// Registers that trap.
class Trapped final : public vmm::VirtualDevice {
public:
    explicit Trapped(const virt::Range& range) : range_(range) {}
    uint64_t read(uint64_t offset, unsigned size) override {
        const uint64_t at = range_.base + offset;
        uint64_t value = 0;
        if (offset + size > range_.size) return 0;
        if (size == 1) asm volatile("ldrb %w0, [%1]" : "=r"(value) : "r"(at) : "memory");
        if (size == 2) asm volatile("ldrh %w0, [%1]" : "=r"(value) : "r"(at) : "memory");
        if (size == 4) value = load32(at);
        if (size == 8) value = load64(at);
        return value;
    }
    void write(uint64_t offset, unsigned size, uint64_t value) override {
        const uint64_t at = range_.base + offset;
        if (offset + size > range_.size) return;
        if (size == 1) asm volatile("strb %w0, [%1]" : : "r"(value), "r"(at) : "memory");
        if (size == 2) asm volatile("strh %w0, [%1]" : : "r"(value), "r"(at) : "memory");
        if (size == 4) store32(at, static_cast<uint32_t>(value));
        if (size == 8) store64(at, value);
    }

private:
    virt::Range range_;
};

/// As a guest that means well would, so that there is something to spoil.
void configure(const Ste& entry, StreamId stream) {
    constexpr uint64_t streams = playground_ipa, commands = playground_ipa + 0x1000,
                       events = playground_ipa + 0x2000, requests = playground_ipa + 0x3000;
    const Registers r{virt::smmu.base};
    r.write(Cr0{});
    r.write(CmdqProd{});
    r.write(CmdqCons{});
    r.write(EventqProd{});
    r.write(EventqCons{});
    r.write(PriqProd{});
    r.write(PriqCons{});
    r.write(Gerrorn{{{r.read<Gerror>().raw()}}});
    for (unsigned i = 0; i < Ste::words; ++i)
        store64(streams + stream.value * sizeof(Ste) + 8 * i, entry.word[i]);
    r.write(StrtabBase{}.set(StrtabBase::ADDR, streams));
    r.write(StrtabBaseCfg{}.set(StrtabBaseCfg::LOG2SIZE, uint8_t{6}));
    r.write(CmdqBase{}.set(CmdqBase::ADDR, commands).set(CmdqBase::LOG2SIZE, uint8_t{8}));
    r.write(EventqBase{}.set(EventqBase::ADDR, events).set(EventqBase::LOG2SIZE, uint8_t{7}));
    r.write(PriqBase{}.set(PriqBase::ADDR, requests).set(PriqBase::LOG2SIZE, uint8_t{8}));
    r.write(Cr0{}
                .set(Cr0::SMMUEN, true)
                .set(Cr0::CMDQEN, true)
                .set(Cr0::EVENTQEN, true)
                .set(Cr0::PRIQEN, true));
}

/// Waits until the frame is idle, at most so long.
bool idle_within(uint64_t frame, uint64_t microseconds) {
    using namespace test_engine;
    const uint64_t deadline = CNTVCT_EL0::read() + ticks(microseconds);
    for (;;) {
        const uint32_t state = load32(frame + user::cmd);
        const bool busy = state >= static_cast<uint32_t>(test_engine::Command::MEMCPY) &&
                          state <= static_cast<uint32_t>(test_engine::Command::SUM64);
        if (!busy || CNTVCT_EL0::read() >= deadline) return !busy;
    }
}

/// Where the host keeps its tables, and the memory of both guests; as IPAs they are nobody's.
uint64_t anybodys_memory(Hostile& hostile) {
    constexpr uint64_t after_the_image = 0x0800'0000;
    return virt::ram.base + after_the_image +
           (hostile.below(virt::ram.size - after_the_image) & ~uint64_t{7});
}

/// A command of a few bytes with any attributes.  Where its own SMMU lets the device wait, the guest
/// switches that off.
Outcome try_dma(Hostile& hostile, uint64_t first_frame) {
    using namespace test_engine;
    constexpr uint64_t long_enough = 20, longest_microseconds = 10'000;
    const uint64_t number = hostile.one_in(4) ? hostile.below(8) : 0;
    const uint64_t frame = first_frame + number * frame_size;
    const auto place = [&] {
        if (hostile.one_in(2)) return word_iova;
        return hostile.one_in(2) ? hostile.address(8) : anybodys_memory(hostile);
    };
    const uint64_t from = place();
    store32(frame + user::uctrl, static_cast<uint32_t>(hostile.any()));
    store32(frame + user::attributes, hostile.one_in(2) ? 0 : static_cast<uint32_t>(hostile.any()));
    store32(frame + user::seed, seed_ascending);
    store64(frame + user::msiaddress, hostile.pick({0, 0, 1, hostile.address(4)}));
    store64(frame + user::begin, from);
    store64(frame + user::end, from + hostile.pick({7, 63}));
    store64(frame + user::stride, hostile.pick({1, 8}));
    store64(frame + user::destination, place());
    dsb();
    store32(frame + user::cmd, static_cast<uint32_t>(hostile.pick({2, 2, 3, 4})));
    if (!idle_within(frame, long_enough)) {
        Registers{virt::smmu.base}.write(Cr0{});
        if (!idle_within(frame, longest_microseconds)) return Outcome::NeverEnded;
    }
    const auto halted = static_cast<uint32_t>(test_engine::Command::HALTED);
    return load32(frame + user::cmd) == halted ? Outcome::Done : Outcome::Failed;
}

/// A call that no guest may make, or a text that is not in its memory.  Refused?
bool try_call(Hostile& hostile) {
    constexpr uint64_t beyond = uint64_t{1} << 40, unknown = 16;
    const bool print = hostile.one_in(2);
    const auto call = print ? static_cast<uint64_t>(vmm::Hypercall::Print)
                            : hostile.pick({0, 2, 3, unknown + hostile.below(1 << 20)});
    const bool long_text = hostile.one_in(2);
    const uint64_t address = long_text ? playground_ipa : beyond | hostile.any();
    const uint64_t length = long_text ? vmm::longest_text + 1 + hostile.below(1 << 20) : 1;
    const vmm::Answer answer = call_host_with(call, address, length);
    return answer == (print ? vmm::Answer::BadAddress : vmm::Answer::UnknownCall);
}

void poke_interrupt_controller(Hostile& hostile) {
    Trapped gic(hostile.one_in(2) ? virt::gicd : virt::gicr);
    const uint64_t offset = hostile.below(hostile.one_in(2) ? 0x1000 : 0x2'0000) & ~uint64_t{7};
    const auto size = static_cast<unsigned>(hostile.pick({4, 8}));
    if (hostile.one_in(3))
        gic.read(offset, size);
    else
        gic.write(offset, size, hostile.any());
    if (hostile.one_in(4)) ICC_SGI1R_EL1::write(hostile.any());
}

}  // namespace

JobResult misbehave(const DeviceSpace& space, const Mischief& mischief) {
    Hostile hostile(mischief.seed, playground_ipa, playground_log2size, mischief.stream.value);
    Playground memory;
    Trapped smmu(virt::smmu);
    JobResult result;
    for (uint64_t i = 0; i < mischief.steps; ++i) {
        if (hostile.one_in(8)) {
            const Ats ats = hostile.one_in(2) ? Ats::On : Ats::Off;
            configure(hostile.one_in(4) ? bypass_ste() : space.entry(ats), mischief.stream);
        }
        if (hostile.one_in(6)) hostile.scribble(memory);
        for (unsigned n = 0; n < 4; ++n) hostile.access(smmu);
        const Outcome outcome = try_dma(hostile, mischief.frame);
        if (outcome == Outcome::Done) ++result.first;
        if (outcome == Outcome::NeverEnded) ++result.second;
        if (hostile.one_in(4)) poke_interrupt_controller(hostile);
        if (hostile.one_in(4) && !try_call(hostile)) ++result.second;
    }
    return result;
}

}  // namespace smmu::sw::guest
