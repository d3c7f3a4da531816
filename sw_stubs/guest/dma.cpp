// Programs a test engine frame and waits for it.
#include "sw_stubs/guest/dma.h"

#include "boards/test_engine_frame.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/mmio.h"
#include "sw_stubs/port/port.h"

namespace smmu::sw::guest {

using namespace aarch64;
using namespace test_engine;

Outcome copy(uint64_t frame, const Transfer& transfer) {
    constexpr uint64_t bytewise = 1, longest_microseconds = 10'000;
    store32(frame + user::uctrl, transfer.snoop == Snoop::Declined ? uctrl_no_snoop : 0);
    store32(frame + user::attributes, 0);  // the default: write-back, shareable
    store64(frame + user::begin, transfer.source);
    store64(frame + user::end, transfer.source + transfer.size - 1);
    store64(frame + user::stride, bytewise);
    store64(frame + user::destination, transfer.destination);
    port::dma_barrier();  // the data is there before the doorbell rings
    store32(frame + user::cmd, static_cast<uint32_t>(Command::MEMCPY));

    const uint64_t deadline = CNTVCT_EL0::read() + ticks(longest_microseconds);
    uint32_t state = load32(frame + user::cmd);
    while (state == static_cast<uint32_t>(Command::MEMCPY)) {
        if (CNTVCT_EL0::read() >= deadline) return Outcome::NeverEnded;
        gic::take_pending();  // the SMMU may wait for the guest
        port::relax();
        state = load32(frame + user::cmd);
    }
    port::dma_barrier();  // what the device wrote is read after this
    return state == static_cast<uint32_t>(Command::HALTED) ? Outcome::Done : Outcome::Failed;
}

}  // namespace smmu::sw::guest
