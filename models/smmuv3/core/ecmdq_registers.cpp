// Control pages, guards and the handshake of each queue.  Arm IHI 0070 G.b, 3.5.6.2, 3.5.6.3.
#include "smmuv3/core/ecmdq_registers.h"

#include <algorithm>

#include "smmuv3/core/register_words.h"

namespace smmu::core {

using namespace arch;

namespace {

constexpr uint32_t prod_bits = 0x8080'0000 | index_bits;  // EN, ERRACK, WR
constexpr uint32_t cons_bits = 0x0780'0000 | index_bits;  // ERR_REASON, ERR, RD

}  // namespace

EcmdqRegisters::EcmdqRegisters(const Features& features)
    : features_(features),
      queues_(features.ecmdq ? size_t{1} << (features.ecmdq_pages_log2 + features.ecmdq_queues_log2)
                             : 0) {}

void EcmdqRegisters::reset() { std::fill(queues_.begin(), queues_.end(), Queue{}); }

uint64_t EcmdqRegisters::first_page() const {
    return register_pages_size + uint64_t{features_.ecmdq_page} * register_page_size;
}

bool EcmdqRegisters::find(uint32_t offset, Place& place) const {
    if (queues_.empty() || offset < first_page()) return false;
    const uint64_t stride = ecmdq_stride(idr6(features_));
    const uint64_t at = offset - first_page();
    place = {static_cast<unsigned>(at / stride), static_cast<uint32_t>(at % stride)};
    return at / stride < queues_.size() && place.offset < EcmdqCons::offset + 4;
}

/// CMDQ_CONTROL_PAGE_{BASE, CFG, STATUS}<n>.
bool EcmdqRegisters::read_page_information(uint32_t offset, uint32_t& value) const {
    if (queues_.empty() || offset < CmdqControlPageBase::offset) return false;
    const uint32_t page = (offset - CmdqControlPageBase::offset) / control_page_stride;
    if (page >> features_.ecmdq_pages_log2 != 0) return false;
    CmdqControlPageBase base{};
    base.set(CmdqControlPageBase::CMDQ_CONTROL_PAGE_PRESET, true)
        .set(CmdqControlPageBase::CMDQGS, 0b01)
        .set(CmdqControlPageBase::ADDR, first_page() + uint64_t{page} * register_page_size);
    switch (offset - page * control_page_stride) {
        case CmdqControlPageBase::offset:
        case CmdqControlPageBase::offset + 4: value = half_of(base.raw(), offset); return true;
        case CmdqControlPageCfg::offset:
            value = CmdqControlPageCfg{}.set(CmdqControlPageCfg::EN, true).raw();
            return true;
        case CmdqControlPageStatus::offset:
            value = CmdqControlPageStatus{}.set(CmdqControlPageStatus::ENACK, true).raw();
            return true;
        default: return false;
    }
}

bool EcmdqRegisters::read(uint32_t offset, uint32_t& value) const {
    if (read_page_information(offset, value)) return true;
    Place at{};
    if (!find(offset, at)) return false;
    const Queue& q = queues_[at.queue];
    switch (at.offset) {
        case EcmdqProd::offset: value = q.prod.raw(); return true;
        case EcmdqCons::offset:
            value = (q.cons.raw() & ~index_bits) | queue(at.queue).cons.raw;
            return true;
        default: value = half_of(q.base.raw(), at.offset); return true;
    }
}

bool EcmdqRegisters::write(uint32_t offset, uint32_t value) {
    Place at{};
    if (!find(offset, at)) return false;
    Queue& q = queues_[at.queue];
    switch (at.offset) {
        case EcmdqProd::offset:
            if (!q.is_changing()) q.prod = from_raw<EcmdqProd>(value & prod_bits);
            return true;
        case EcmdqCons::offset:
            if (q.is_disabled()) q.cons = from_raw<EcmdqCons>(value & cons_bits);
            return false;
        default:
            if (q.is_disabled()) write_half(q.base, at.offset, value, queue_base_bits(features_));
            return false;
    }
}

bool EcmdqRegisters::consumes(unsigned n) const {
    const Queue& q = queues_[n];
    return q.prod[EcmdqProd::EN] && q.cons[EcmdqCons::ENACK] &&
           q.prod[EcmdqProd::ERRACK] == q.cons[EcmdqCons::ERR];
}

bool EcmdqRegisters::all_disabled() const {
    return std::all_of(queues_.begin(), queues_.end(),
                       [](const Queue& q) { return q.is_disabled(); });
}

QueueState EcmdqRegisters::queue(unsigned n) const {
    constexpr unsigned entry_log2 = 4;
    const Queue& q = queues_[n];
    return queue_state(q.base[EcmdqBase::ADDR], q.base[EcmdqBase::LOG2SIZE],
                       features_.command_queue_log2, entry_log2, q.prod[EcmdqProd::WR],
                       q.cons[EcmdqCons::RD]);
}

void EcmdqRegisters::acknowledge_enable() {
    for (Queue& q : queues_) q.cons.set(EcmdqCons::ENACK, q.prod[EcmdqProd::EN]);
}

void EcmdqRegisters::raise_error(unsigned n, CommandError why) {
    EcmdqCons& cons = queues_[n].cons;
    cons.set(EcmdqCons::ERR_REASON, why);
    cons.set(EcmdqCons::ERR, !cons[EcmdqCons::ERR]);
}

}  // namespace smmu::core
