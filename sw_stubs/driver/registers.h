// Access to the SMMU's registers by their types: a register knows its offset, so it cannot be
// written elsewhere.
#pragma once
#include "smmuv3/arch/regs.h"
#include "sw_stubs/port/port.h"

namespace smmu::sw {

/// How often something that the SMMU must do is looked at before the driver gives up.
constexpr unsigned poll_limit = 1'000'000;

/// Calls `done` until it is true, giving the SMMU time in between.  False when it never was.
template <class Condition>
bool poll(Condition done) {
    for (unsigned i = 0; i < poll_limit; ++i) {
        if (done()) return true;
        port::relax();
    }
    return false;
}

/// Where the registers of page 1 are: an old model has them in page 0.
enum class PageOne : uint8_t { OwnPage, InPageZero };

class Registers {
public:
    Registers() = default;
    explicit Registers(uint64_t base, PageOne one = PageOne::OwnPage) : base_(base), one_(one) {}

    template <class R>
    R read() const {
        if constexpr (sizeof(typename R::raw_type) == 8)
            return R{{{port::mmio_read64(address<R>())}}};
        else
            return R{{{port::mmio_read32(address<R>())}}};
    }
    template <class R>
    void write(R value) const {
        if constexpr (sizeof(typename R::raw_type) == 8)
            port::mmio_write64(address<R>(), value.raw());
        else
            port::mmio_write32(address<R>(), value.raw());
    }
    /// Writes a control register and waits until its acknowledge register shows the same.
    template <class Ack, class R>
    bool write_and_wait(R value) const {
        write(value);
        return poll([&] { return read<Ack>().raw() == value.raw(); });
    }

private:
    template <class R>
    uint64_t address() const {
        const bool moved = one_ == PageOne::InPageZero && R::offset >= arch::register_page_size;
        return base_ + R::offset - (moved ? arch::register_page_size : 0);
    }

    uint64_t base_ = 0;
    PageOne one_ = PageOne::OwnPage;
};

}  // namespace smmu::sw
