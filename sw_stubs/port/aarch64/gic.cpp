// GICv3 distributor, redistributor and CPU interface.  Arm IHI 0069 H, 12.
#include "sw_stubs/port/aarch64/gic.h"

#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic_level.h"
#include "sw_stubs/port/aarch64/mmio.h"

namespace smmu::sw::aarch64::gic {
namespace {

// The registers of SPIs in the distributor and of PPIs in the redistributor's SGI page lie at the same offsets.
constexpr uint64_t ctlr = 0x0000, waker = 0x0014;
constexpr uint64_t igroupr = 0x0080, isenabler = 0x0100, ipriorityr = 0x0400, icfgr = 0x0C00;
constexpr uint64_t isactiver = 0x0300, icactiver = 0x0380;
constexpr uint64_t irouter = 0x6000;
constexpr uint64_t redistributor = virt::gicr.base, sgi_page = virt::gicr.base + 0x1'0000;
constexpr uint32_t first_ppi = 16, first_spi = 32, none_pending = 1020;

struct Connection {
    uint32_t intid = 0;
    Handler handler;
    EndedBy ended_by = EndedBy::Host;
};
Connection connections[8] = {};
unsigned connected = 0;

void set_bits(uint64_t address, uint32_t bits) { store32(address, load32(address) | bits); }

/// Who ends it.
EndedBy dispatch(uint32_t intid) {
    EndedBy ended_by = EndedBy::Host;
    for (unsigned i = 0; i < connected; ++i) {
        const Connection& c = connections[i];
        if (c.intid != intid) continue;
        if (c.handler.call != nullptr) c.handler.call(c.handler.context);
        ended_by = c.ended_by;
    }
    return ended_by;
}

}  // namespace

void enable() {
    constexpr uint32_t affinity_routing = 1 << 4, enable_group1 = 1 << 1;
    store32(virt::gicd.base + ctlr, affinity_routing);
    store32(virt::gicd.base + ctlr, affinity_routing | enable_group1);

    constexpr uint32_t processor_sleep = 1 << 1, children_asleep = 1 << 2;
    store32(redistributor + waker, load32(redistributor + waker) & ~processor_sleep);
    for (unsigned i = 0; i < 1000 && (load32(redistributor + waker) & children_asleep) != 0; ++i) {
    }

    level::prepare();
    ICC_PMR_EL1::write(0xFF);
    ICC_CTLR_EL1::write(1 << 1);  // EOImode: EOIR1 drops the priority, DIR deactivates
    ICC_IGRPEN1_EL1::write(1);
    isb();
    connect(level::timer_ppi(), Trigger::Level, {level::stop_timer, nullptr});
}

bool connect(uint32_t intid, Trigger trigger, Handler handler, EndedBy ended_by) {
    const bool shared_or_private = intid >= first_ppi && intid < none_pending;
    if (!shared_or_private || connected == sizeof connections / sizeof connections[0]) return false;
    connections[connected++] = {intid, handler, ended_by};

    const uint64_t frame = intid < first_spi ? sgi_page : virt::gicd.base;
    const uint32_t bit = uint32_t{1} << (intid % 32);
    set_bits(frame + igroupr + intid / 32 * 4, bit);
    const uint64_t priority = frame + ipriorityr + intid / 4 * 4;
    const unsigned shift = intid % 4 * 8;
    store32(priority, (load32(priority) & ~(0xFFu << shift)) | 0x80u << shift);
    if (trigger == Trigger::Edge) set_bits(frame + icfgr + intid / 16 * 4, 2u << (intid % 16 * 2));
    if (intid >= first_spi)
        store64(virt::gicd.base + irouter + intid * 8, MPIDR_EL1::read() & 0xFF'00FF'FFFF);
    store32(frame + isenabler + intid / 32 * 4, bit);
    dsb();
    return true;
}

unsigned take_pending() {
    for (unsigned taken = 0;; ++taken) {
        const auto intid = static_cast<uint32_t>(ICC_IAR1_EL1::read() & 0xFF'FFFF);
        if (intid >= none_pending) return taken;
        const EndedBy ended_by = dispatch(intid);
        ICC_EOIR1_EL1::write(intid);
        if (ended_by == EndedBy::Host) ICC_DIR_EL1::write(intid);
        isb();
    }
}

void set_active(uint32_t ppi, bool active) {
    store32(sgi_page + (active ? isactiver : icactiver), uint32_t{1} << ppi);
    dsb();
}

void set_alarm(uint64_t count) {
    level::set_timer(count);
    isb();
}

void sleep_until(uint64_t count) {
    set_alarm(count);
    wait_for_interrupt();
    take_pending();
}

bool wait(bool (*done)(const void* context), const void* context, uint64_t microseconds) {
    const uint64_t deadline = level::counter() + ticks(microseconds);
    take_pending();
    for (;;) {
        if (done(context)) return true;
        if (level::counter() >= deadline) return false;
        sleep_until(deadline);  // nothing else may wake us
    }
}

}  // namespace smmu::sw::aarch64::gic
