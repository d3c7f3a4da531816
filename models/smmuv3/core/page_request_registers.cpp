// Offsets and guards of the PRI queue's registers.  Arm IHI 0070 G.b, 6.3.33 to 6.3.36, 6.3.97,
// 6.3.98.
#include "smmuv3/core/page_request_registers.h"

#include "smmuv3/core/register_words.h"

namespace smmu::core {

using namespace arch;

bool PageRequestRegisters::read(uint32_t offset, uint32_t& value) const {
    if (!features_.has_pri()) return false;
    switch (offset) {
        case PriqBase::offset:
        case PriqBase::offset + 4: value = half_of(is_.base.raw(), offset); return true;
        case PriqIrqCfg0::offset:
        case PriqIrqCfg0::offset + 4: value = half_of(is_.irq_cfg0.raw(), offset); return true;
        case PriqIrqCfg1::offset: value = is_.irq_cfg1.raw(); return true;
        case PriqIrqCfg2::offset: value = is_.irq_cfg2.raw(); return true;
        case PriqProd::offset:
            value = (is_.prod.raw() & ~index_bits) | queue().prod.raw;
            return true;
        case PriqCons::offset: value = is_.cons.raw(); return true;
        default: return false;
    }
}

void PageRequestRegisters::write(uint32_t offset, uint32_t value, Writable writable) {
    if (!features_.has_pri()) return;
    const bool msi = writable.interrupt && features_.msi;
    switch (offset) {
        case PriqBase::offset:
        case PriqBase::offset + 4:
            if (writable.queue) write_half(is_.base, offset, value, queue_base_bits(features_));
            return;
        case PriqIrqCfg0::offset:
        case PriqIrqCfg0::offset + 4:
            if (msi) write_half(is_.irq_cfg0, offset, value, msi_address_bits(features_));
            return;
        case PriqIrqCfg1::offset:
            if (msi) is_.irq_cfg1 = from_raw<PriqIrqCfg1>(value);
            return;
        case PriqIrqCfg2::offset:
            if (msi)
                is_.irq_cfg2 = from_raw<PriqIrqCfg2>(value & (0x8000'0000 | msi_attribute_bits));
            return;
        case PriqProd::offset:
            if (writable.queue) is_.prod = from_raw<PriqProd>(value & (overflow_bit | index_bits));
            return;
        case PriqCons::offset:
            is_.cons = from_raw<PriqCons>(value & (overflow_bit | index_bits));
            return;
        default: return;
    }
}

QueueState PageRequestRegisters::queue() const {
    constexpr unsigned entry_log2 = 4;
    return queue_state(is_.base[PriqBase::ADDR], is_.base[PriqBase::LOG2SIZE],
                       features_.page_request_queue_log2, entry_log2, is_.prod[PriqProd::WR],
                       is_.cons[PriqCons::RD]);
}

Msi PageRequestRegisters::msi() const {
    return make_msi(is_.irq_cfg0[PriqIrqCfg0::ADDR], is_.irq_cfg1.raw(),
                    is_.irq_cfg2[PriqIrqCfg2::MemAttr], is_.irq_cfg2[PriqIrqCfg2::SH], features_);
}

}  // namespace smmu::core
