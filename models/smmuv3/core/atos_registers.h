// Registers of address translation operations: the groups GATOS and VATOS, VATOS_SEL.  Arm IHI 0070
// G.b, 6.3.37 to 6.3.44, 6.3.99 to 6.3.102.
#pragma once
#include "smmuv3/arch/atos.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/features.h"

namespace smmu::core {

enum class AtosInterface : uint8_t { Gatos, Vatos };

class AtosRegisters {
public:
    explicit AtosRegisters(const Features& features) : features_(features) {}
    void reset() { groups_[0] = groups_[1] = Group{}, vatos_sel_ = {}; }

    /// One word, at an offset from page 0.  False if the offset is not one of theirs.
    bool read(uint32_t offset, uint32_t& value) const;
    /// True if an operation starts by it.  Nothing of a group can be written while its RUN is 1.
    bool write(uint32_t offset, uint32_t value, bool smmu_enabled);

    bool runs(AtosInterface i) const { return of(i).ctrl[arch::AtosCtrl::RUN]; }
    arch::AtosSid sid(AtosInterface i) const { return of(i).sid; }
    arch::AtosAddr addr(AtosInterface i) const { return of(i).addr; }
    arch::Vmid vatos_vmid() const { return arch::Vmid{vatos_sel_[arch::VatosSel::VMID]}; }
    /// PAR, then RUN = 0.
    void complete(AtosInterface i, arch::AtosPar par);

private:
    struct Group {
        arch::AtosCtrl ctrl;
        arch::AtosSid sid;
        arch::AtosAddr addr;
        arch::AtosPar par;
    };
    struct Place {
        AtosInterface group;
        uint32_t offset;  ///< as in gatos
    };
    bool find(uint32_t offset, Place& place) const;
    const Group& of(AtosInterface i) const { return groups_[static_cast<unsigned>(i)]; }
    Group& of(AtosInterface i) { return groups_[static_cast<unsigned>(i)]; }
    uint64_t sid_bits() const;

    const Features& features_;
    Group groups_[2]{};
    arch::VatosSel vatos_sel_{};
};

}  // namespace smmu::core
