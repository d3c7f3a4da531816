// A guest of the VMM test program: a timer, an emulated device, an interrupt to itself, and a look at
// every register that another guest might have left.
#include "boards/virt.h"
#include "sw_stubs/guest/mmu.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/mmio.h"
#include "sw_stubs/vmm/hypercall.h"
#include "tests/model/vmm_program/layout.h"

extern "C" {
/// Fills registers with values made of `seed` and waits until `*counter` is `target` or more;
/// how many registers have changed meanwhile.  guest_start.S.
uint64_t hold_registers(uint64_t seed, volatile uint64_t* counter, uint64_t target, bool sleeps);
[[noreturn]] void start_guest();
void guest_interrupt();
}

namespace smmu::test::vmm {
namespace {

using namespace sw::aarch64;

volatile uint64_t ticks_seen = 0, doorbells_seen = 0, sgis_seen = 0, wrong = 0;
uint64_t id = 0, period = 0, last_tick = rounds, latest = 0;
Script script = Script::Busy;

template <class Register>
void check(uint64_t value) {
    if (Register::read() != value) wrong = wrong + 1;
}

/// Registers that nothing else uses here, as different as the guests are.
template <class... Register>
struct Marked {
    static void write(uint64_t seed) { (Register::write(seed++ << 12), ...); }
    static void check_all(uint64_t seed) { (check<Register>(seed++ << 12), ...); }
};
using Marks = Marked<TPIDR_EL0, TPIDRRO_EL0, TPIDR_EL1, TTBR1_EL1, CONTEXTIDR_EL1, FAR_EL1, SP_EL0>;

void enable(uint64_t frame, uint32_t intid) {
    const uint64_t word = frame + intid / 32 * 4;
    store32(word + 0x80, load32(word + 0x80) | 1u << intid % 32);  // group 1
    store32(word + 0x100, 1u << intid % 32);
}

void enable_interrupts() {
    constexpr uint64_t sgi_page = virt::gicr.base + 0x1'0000;
    store32(virt::gicd.base, 0x12);      // EnableGrp1, ARE
    store32(virt::gicr.base + 0x14, 0);  // GICR_WAKER
    enable(sgi_page, self_sgi);
    enable(sgi_page, virt::cntv_ppi);
    enable(virt::gicd.base, device_irq);
    ICC_PMR_EL1::write(0xF0);
    ICC_IGRPEN1_EL1::write(1);
    CNTV_CVAL_EL0::write(CNTVCT_EL0::read() + period);
    CNTV_CTL_EL0::write(1);
    asm volatile("msr daifclr, #2; isb" ::: "memory");
}

int64_t load_signed_byte(uint64_t address) {
    int64_t value;
    asm volatile("ldrsb %x0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

void take_doorbell() {
    if (load32(device_ipa + reg_status) != 1) wrong = wrong + 1;
    store32(device_ipa + reg_status, 1);
    doorbells_seen = doorbells_seen + 1;
}

void hold(volatile uint64_t& counter, uint64_t target) {
    wrong =
        wrong + hold_registers(id << 40 | target << 32, &counter, target, script == Script::Sleepy);
}

void report() {
    register uint64_t x0 asm("x0") = static_cast<uint64_t>(sw::vmm::Hypercall::NextJob);
    register uint64_t x1 asm("x1") =
        ticks_seen | doorbells_seen << 16 | sgis_seen << 32 | latest << 48;
    register uint64_t x2 asm("x2") = wrong;
    asm volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "x3", "x4", "memory");
}

void take_tick() {
    const uint64_t late = CNTVCT_EL0::read() - CNTV_CVAL_EL0::read();
    if (late > latest) latest = late > 0xFFFF ? 0xFFFF : late;
    ticks_seen = ticks_seen + 1;
    store64(device_ipa + reg_tick, id << 32 | ticks_seen);
    CNTV_CVAL_EL0::write(CNTV_CVAL_EL0::read() + period);
    if (ticks_seen == last_tick) CNTV_CTL_EL0::write(0);
    if (ticks_seen == 1 && script == Script::StopsInHandler) report();
}

void all_rounds() {
    for (uint64_t round = 1; round <= rounds; ++round) {
        hold(ticks_seen, round);
        store32(device_ipa + reg_doorbell, 1);
        hold(doorbells_seen, round);
        ICC_SGI1R_EL1::write(uint64_t{self_sgi} << 24 | 1);
        hold(sgis_seen, round);
    }
}

/// All by asking: nothing interrupts.
void by_driver() {
    const auto on_doorbell = [](void*) { take_doorbell(); };
    gic::enable();
    if (!gic::connect(device_irq, gic::Trigger::Level, {on_doorbell, nullptr})) wrong = wrong + 1;
    for (uint64_t round = 1; round <= rounds; ++round) {
        const auto seen = [](const void* wanted) {
            return doorbells_seen == *static_cast<const uint64_t*>(wanted);
        };
        const auto never = [](const void*) { return false; };
        store32(device_ipa + reg_doorbell, 1);
        if (!gic::wait(seen, &round, 1000)) wrong = wrong + 1;
        const uint64_t before = CNTVCT_EL0::read();
        if (gic::wait(never, nullptr, 50)) wrong = wrong + 1;
        if (CNTVCT_EL0::read() - before < ticks(50)) wrong = wrong + 1;
        ticks_seen = ticks_seen + 1;
    }
}

/// Between the doorbell and the last interrupt nothing but an EOI leads to the host.
void held_line() {
    hold(ticks_seen, 1);
    store32(device_ipa + reg_doorbell, held_for);
    hold(doorbells_seen, held_for);
}

}  // namespace
}  // namespace smmu::test::vmm

using namespace smmu::test::vmm;

void guest_interrupt() {
    const uint64_t intid = ICC_IAR1_EL1::read();
    switch (intid) {
        case smmu::virt::cntv_ppi: take_tick(); break;
        case device_irq: take_doorbell(); break;
        case self_sgi: sgis_seen = sgis_seen + 1; break;
        default: wrong = wrong + 1;
    }
    ICC_EOIR1_EL1::write(intid);
    isb();
}

void start_guest() {
    const uint64_t start = CNTVCT_EL0::read();
    smmu::sw::guest::enable_mmu();
    id = load32(device_ipa + reg_id);
    script = static_cast<Script>(load64(device_ipa + reg_script));
    if (load_signed_byte(device_ipa + reg_minus_id) != -static_cast<int64_t>(id)) wrong = wrong + 1;
    if (script == Script::Pair)
        asm volatile("ldp x4, x5, [%0]" : : "r"(device_ipa) : "x4", "x5", "memory");
    period = 1500 + 500 * id;
    if (script == Script::Held) last_tick = 1;
    Marks::write(id << 8);
    if (script == Script::Driver) {
        by_driver();
    } else {
        enable_interrupts();
        script == Script::Held ? held_line() : all_rounds();
    }
    asm volatile("msr daifset, #2" ::: "memory");
    if (CNTVCT_EL0::read() - start < last_tick * period) wrong = wrong + 1;
    if (script == Script::Held && start > ticks(100)) wrong = wrong + 1;  // its time began with it
    Marks::check_all(id << 8);
    report();
    for (;;) wait_for_interrupt();
}
