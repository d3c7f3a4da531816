// The host of the VMM test program: two guests in turn on one CPU, an emulated device for each.
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/port/aarch64/cache.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/firmware.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/vmm/scheduler.h"
#include "tests/model/vmm_program/layout.h"

extern "C" const uint64_t guest_image[], guest_image_end[];

namespace smmu::sw {
namespace {

using namespace test::vmm;

constexpr uint64_t image_ipa = 0x4000'0000, image_size = 0x8'0000;
constexpr uint64_t image_pa(unsigned n) { return 0x4060'0000 + n * 0x10'0000; }
constexpr uint64_t tables_pa = 0x4080'0000, tables_size = 0x20'0000;

Results& results() { return *reinterpret_cast<Results*>(results_address); }

/// Its interrupt is a level: high from the doorbell until the guest says that it has seen it often enough.
class TestDevice final : public vmm::VirtualDevice {
public:
    void create(uint32_t id, Script script, vmm::VgicLine line) {
        id_ = id;
        script_ = script;
        line_ = line;
    }
    uint64_t read(uint64_t offset, unsigned) override {
        switch (offset) {
            case reg_id: return id_;
            case reg_minus_id: return uint64_t{0} - id_;
            case reg_status: return unseen_ != 0;
            case reg_script: return static_cast<uint64_t>(script_);
        }
        return 0;
    }
    void write(uint64_t offset, unsigned, uint64_t value) override {
        switch (offset) {
            case reg_tick: return log_tick(value);
            case reg_doorbell: return raise(unseen_ + value);
            case reg_status: return raise(unseen_ - (unseen_ != 0 && value == 1 ? 1 : 0));
        }
    }

private:
    void raise(uint64_t unseen) {
        unseen_ = unseen;
        line_.set(unseen != 0);
    }
    void log_tick(uint64_t value) {
        if (value >> 32 != id_) ++results().guest[id_ - 1].foreign_ticks;
        if (results().tick_count < most_ticks) results().tick_of[results().tick_count++] = id_;
    }

    uint32_t id_ = 0;
    Script script_ = Script::Busy;
    uint64_t unseen_ = 0;
    vmm::VgicLine line_{};
};

Arena arena;
vmm::MemoryRegion regions[guests];
vmm::Vm vms[guests];
TestDevice devices[guests];

bool create(unsigned n, Script script) {
    auto* to = reinterpret_cast<volatile uint64_t*>(image_pa(n));
    for (const uint64_t* from = guest_image; from < guest_image_end; ++from) *to++ = *from;
    aarch64::clean_and_invalidate(image_pa(n), image_size);
    aarch64::invalidate_instructions();
    regions[n] = {image_ipa, image_pa(n), image_size, vmm::MemoryKind::Ram};
    const auto vmid = static_cast<uint16_t>(n + 1);
    if (!vms[n].create(arena, {vmid, {&regions[n], 1}, image_ipa})) return false;
    devices[n].create(n + 1, script, {vms[n].interrupts(), device_irq});
    return vms[n].add_device(device_ipa, 0x1000, devices[n]);
}

/// Counts that a guest gives back in one word each, 16 bits.
void keep(GuestResult& result, const vmm::VmExit& exit) {
    result.ended = exit.why == vmm::Stop::NextJob;
    result.stop = static_cast<uint64_t>(exit.why);
    result.syndrome = exit.error.syndrome;
    result.pc = exit.error.pc;
    result.ipa = exit.error.ipa;
    result.ticks = exit.result[0] & 0xFFFF;
    result.doorbells = exit.result[0] >> 16 & 0xFFFF;
    result.sgis = exit.result[0] >> 32 & 0xFFFF;
    result.latest = exit.result[0] >> 48;
    result.wrong = exit.result[1];
}

constexpr uint64_t longest_microseconds = 20'000;

/// Until each has come to its end, whichever.
int in_turn(Script first, Script second, uint64_t slice_microseconds) {
    vmm::RoundRobin turns;
    if (!create(0, first) || !create(1, second)) return 1;
    if (!turns.add(vms[0]) || !turns.add(vms[1])) return 1;
    for (unsigned ended = 0; ended < guests; ++ended) {
        const vmm::RoundRobin::Stopped stopped =
            turns.run(longest_microseconds, slice_microseconds);
        if (stopped.vm == nullptr) return 2;
        keep(results().guest[stopped.vm - vms], stopped.exit);
    }
    return 0;
}

/// The second guest begins later than the first, and has the CPU to itself.
int in_the_middle() {
    constexpr uint64_t pause_microseconds = 1000;
    if (!create(0, Script::StopsInHandler)) return 1;
    const vmm::VmExit interrupted = vms[0].run(longest_microseconds);
    if (interrupted.why != vmm::Stop::NextJob || (interrupted.result[0] & 0xFFFF) != 1) return 2;
    aarch64::gic::sleep_until(aarch64::now() + aarch64::ticks(pause_microseconds));
    if (!create(1, Script::Held)) return 1;
    keep(results().guest[1], vms[1].run(longest_microseconds));
    keep(results().guest[0], vms[0].run(longest_microseconds));
    return 0;
}

}  // namespace

int aarch64::firmware_main(uint64_t which, uint64_t) {
    auto* const tables = reinterpret_cast<volatile uint8_t*>(tables_pa);
    arena = Arena{Region{tables_pa, tables, tables_size}, Coherency::Coherent};
    switch (static_cast<Case>(which)) {
        case Case::InTurn: return in_turn(Script::Busy, Script::Sleepy, 20);
        case Case::BothSleep: return in_turn(Script::Sleepy, Script::Sleepy, 1000);
        case Case::InTheMiddle: return in_the_middle();
        case Case::WithDriver: return in_turn(Script::Driver, Script::Sleepy, 1000);
        case Case::OneMisbehaves: return in_turn(Script::Pair, Script::Busy, 20);
    }
    if (const int failed = in_the_middle()) return failed;  // started as firmware: x0 is the RSDP
    for (const GuestResult& guest : results().guest)
        if (guest.ended != 1 || guest.wrong != 0) return 3;
    return 0;
}

}  // namespace smmu::sw
