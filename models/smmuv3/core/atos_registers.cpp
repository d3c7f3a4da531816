// Where the registers are, and what RUN guards.  Arm IHI 0070 G.b, 6.3.37 to 6.3.44.
#include "smmuv3/core/atos_registers.h"

#include "smmuv3/core/register_words.h"

namespace smmu::core {

using namespace arch;

namespace {

constexpr uint64_t addr_bits = ~low_mask(6);  // ADDR, TYPE, PnU, RnW, InD, HTTUI

/// Both groups are laid out alike.
constexpr uint32_t vatos_distance = vatos.ctrl - gatos.ctrl;
static_assert(vatos.sid - gatos.sid == vatos_distance && vatos.par - gatos.par == vatos_distance &&
              vatos.addr - gatos.addr == vatos_distance);

}  // namespace

bool AtosRegisters::find(uint32_t offset, Place& place) const {
    const auto is_in_group = [](uint64_t at) { return at >= gatos.ctrl && at < gatos.par + 8; };
    if (features_.atos && is_in_group(offset)) {
        place = {AtosInterface::Gatos, offset};
        return true;
    }
    const uint64_t page = vatos_page(idr2(features_));
    if (!features_.has_vatos() || offset < page + vatos_distance) return false;
    place = {AtosInterface::Vatos, static_cast<uint32_t>(offset - page - vatos_distance)};
    return is_in_group(place.offset);
}

bool AtosRegisters::read(uint32_t offset, uint32_t& value) const {
    if (features_.has_vatos() && offset == VatosSel::offset) {
        value = vatos_sel_.raw();
        return true;
    }
    Place at{};
    if (!find(offset, at)) return false;
    const Group& group = of(at.group);
    const uint64_t words[] = {group.ctrl.word[0], group.sid.word[0], group.addr.word[0],
                              group.par.word[0]};
    value = half_of(words[(at.offset - gatos.ctrl) / 8], at.offset);
    return true;
}

uint64_t AtosRegisters::sid_bits() const {
    const unsigned substream = features_.substream_id_bits;
    const uint64_t valid = substream != 0 ? uint64_t{1} << 52 : 0;
    return low_mask(features_.stream_id_bits) | low_mask(substream) << 32 | valid;
}

bool AtosRegisters::write(uint32_t offset, uint32_t value, bool smmu_enabled) {
    if (features_.has_vatos() && offset == VatosSel::offset) {
        if (!runs(AtosInterface::Vatos))
            vatos_sel_ = from_raw<VatosSel>(value & (features_.wide_vmid ? 0xFFFF : 0xFF));
        return false;
    }
    Place at{};
    if (!find(offset, at) || runs(at.group)) return false;
    Group& group = of(at.group);
    if (at.offset == gatos.ctrl) {
        group.ctrl.set(AtosCtrl::RUN, smmu_enabled && from_raw<AtosCtrl>(value)[AtosCtrl::RUN]);
        return runs(at.group);
    }
    if (at.offset >= gatos.sid && at.offset < gatos.addr)
        write_half(group.sid, at.offset, value, sid_bits());
    if (at.offset >= gatos.addr && at.offset < gatos.par)
        write_half(group.addr, at.offset, value, addr_bits);
    return false;
}

void AtosRegisters::complete(AtosInterface i, AtosPar par) {
    of(i).par = par;
    of(i).ctrl.set(AtosCtrl::RUN, false);
}

}  // namespace smmu::core
