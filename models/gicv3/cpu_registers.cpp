// Encodings, traps and routing of the GIC's system registers.
#include "gicv3/cpu_registers.h"

#include <utility>

namespace smmu::gic {

namespace {

constexpr uint64_t hcr_fmo = 1 << 3, hcr_imo = 1 << 4;

/// What makes an access at EL1 one of the guest's own, and what makes it trap to EL2.
struct Kind {
    uint64_t virtual_if;  ///< bits of HCR_EL2
    uint32_t traps_if;    ///< bits of ICH_HCR_EL2
};
constexpr Kind group1{hcr_imo, ich_hcr::tall1};
constexpr Kind common{hcr_imo | hcr_fmo, ich_hcr::tc};
constexpr Kind deactivation{hcr_imo | hcr_fmo, ich_hcr::tc | ich_hcr::tdir};

class Router {
public:
    Router(SystemRegisters& cpu, CpuInterface& physical, VirtualInterface& guest)
        : cpu_(&cpu), physical_(&physical), guest_(&guest) {}

    IccRegisters& at(const Kind& kind) const {
        const RegisterAccess now = cpu_->state();
        if (now.el == 1 && (now.hcr_el2 & kind.virtual_if) != 0) return *guest_;
        return *physical_;
    }
    RegisterPermission check(const Kind& kind, const RegisterAccess& access) const {
        const bool trapped = access.el == 1 && (guest_->read_hcr() & kind.traps_if) != 0;
        return trapped ? RegisterPermission::TrapToEl2 : RegisterPermission::Allowed;
    }
    /// A guest's SGIs are its hypervisor's to send: they trap whenever its interrupts are virtual.
    RegisterPermission check_sgi(const RegisterAccess& access) const {
        if (access.el == 1 && (access.hcr_el2 & common.virtual_if) != 0)
            return RegisterPermission::TrapToEl2;
        return check(common, access);
    }

    using Read = uint64_t (*)(IccRegisters&);
    using Write = void (*)(IccRegisters&, uint64_t);
    struct Encoding {
        uint8_t crn, crm, op2;
    };
    void add(const char* name, Encoding at_encoding, const Kind& kind, Read read, Write write) {
        const Router router = *this;
        SystemRegister definition{
            name,
            3,
            0,
            at_encoding.crn,
            at_encoding.crm,
            at_encoding.op2,
            {},
            {},
            [router, &kind](const RegisterAccess& access) { return router.check(kind, access); }};
        if (read) definition.read = [router, &kind, read] { return read(router.at(kind)); };
        if (write)
            definition.write = [router, &kind, write](uint64_t value) {
                write(router.at(kind), value);
            };
        cpu_->add(std::move(definition));
    }

private:
    SystemRegisters* cpu_;
    CpuInterface* physical_;
    VirtualInterface* guest_;
};

constexpr const char* list_register_names[most_list_registers] = {
    "ICH_LR0_EL2",  "ICH_LR1_EL2",  "ICH_LR2_EL2",  "ICH_LR3_EL2", "ICH_LR4_EL2",  "ICH_LR5_EL2",
    "ICH_LR6_EL2",  "ICH_LR7_EL2",  "ICH_LR8_EL2",  "ICH_LR9_EL2", "ICH_LR10_EL2", "ICH_LR11_EL2",
    "ICH_LR12_EL2", "ICH_LR13_EL2", "ICH_LR14_EL2", "ICH_LR15_EL2"};

}  // namespace

void add_icc_registers(SystemRegisters& cpu, CpuInterface& physical, VirtualInterface& guest) {
    using R = IccRegisters;
    Router router(cpu, physical, guest);
    router.add(
        "ICC_IAR1_EL1", {12, 12, 0}, group1, [](R& r) { return r.read_iar1(); }, nullptr);
    router.add("ICC_EOIR1_EL1", {12, 12, 1}, group1, nullptr,
               [](R& r, uint64_t value) { r.write_eoir1(value); });
    router.add(
        "ICC_HPPIR1_EL1", {12, 12, 2}, group1, [](R& r) { return r.read_hppir1(); }, nullptr);
    router.add(
        "ICC_BPR1_EL1", {12, 12, 3}, group1, [](R& r) { return r.read_bpr1(); },
        [](R& r, uint64_t value) { r.write_bpr1(value); });
    router.add(
        "ICC_IGRPEN1_EL1", {12, 12, 7}, group1, [](R& r) { return r.read_igrpen1(); },
        [](R& r, uint64_t value) { r.write_igrpen1(value); });
    router.add(
        "ICC_AP1R0_EL1", {12, 9, 0}, group1, [](R& r) { return r.read_ap1r0(); },
        [](R& r, uint64_t value) { r.write_ap1r0(value); });
    router.add(
        "ICC_CTLR_EL1", {12, 12, 4}, common, [](R& r) { return r.read_ctlr(); },
        [](R& r, uint64_t value) { r.write_ctlr(value); });
    router.add(
        "ICC_RPR_EL1", {12, 11, 3}, common, [](R& r) { return r.read_rpr(); }, nullptr);
    router.add(
        "ICC_PMR_EL1", {4, 6, 0}, common, [](R& r) { return r.read_pmr(); },
        [](R& r, uint64_t value) { r.write_pmr(value); });
    router.add("ICC_DIR_EL1", {12, 11, 1}, deactivation, nullptr,
               [](R& r, uint64_t value) { r.write_dir(value); });

    cpu.add({"ICC_SGI1R_EL1",
             3,
             0,
             12,
             11,
             5,
             {},
             [&physical](uint64_t value) { physical.write_sgi1r(value); },
             [router](const RegisterAccess& access) { return router.check_sgi(access); }});

    // The system register interface cannot be switched off: SRE, DFB, DIB (and Enable at EL2) are
    // RAO/WI.
    cpu.add({"ICC_SRE_EL1", 3, 0, 12, 12, 5, [] { return 0x7; }, [](uint64_t) {}, {}});
    cpu.add({"ICC_SRE_EL2", 3, 4, 12, 9, 5, [] { return 0xF; }, [](uint64_t) {}, {}});
}

void add_ich_registers(SystemRegisters& cpu, VirtualInterface& guest) {
    using Read = decltype(SystemRegister::read);
    using Write = decltype(SystemRegister::write);
    const auto el2 = [&cpu](const char* name, uint8_t crm, uint8_t op2, Read read, Write write) {
        cpu.add({name, 3, 4, 12, crm, op2, std::move(read), std::move(write), {}});
    };
    VirtualInterface* const g = &guest;
    el2(
        "ICH_AP0R0_EL2", 8, 0, [g] { return g->read_ap0r0(); },
        [g](uint64_t value) { g->write_ap0r0(value); });
    el2(
        "ICH_AP1R0_EL2", 9, 0, [g] { return g->read_ap1r0(); },
        [g](uint64_t value) { g->write_ap1r0(value); });
    el2(
        "ICH_HCR_EL2", 11, 0, [g] { return g->read_hcr(); },
        [g](uint64_t value) { g->write_hcr(value); });
    el2("ICH_VTR_EL2", 11, 1, [g] { return g->read_vtr(); }, {});
    el2("ICH_MISR_EL2", 11, 2, [g] { return g->read_misr(); }, {});
    el2("ICH_EISR_EL2", 11, 3, [g] { return g->read_eisr(); }, {});
    el2("ICH_ELRSR_EL2", 11, 5, [g] { return g->read_elrsr(); }, {});
    el2(
        "ICH_VMCR_EL2", 11, 7, [g] { return g->read_vmcr(); },
        [g](uint64_t value) { g->write_vmcr(value); });
    for (unsigned n = 0; n < guest.list_registers(); ++n)
        el2(
            list_register_names[n], static_cast<uint8_t>(12 + n / 8), static_cast<uint8_t>(n % 8),
            [g, n] { return g->read_lr(n); }, [g, n](uint64_t value) { g->write_lr(n, value); });
}

}  // namespace smmu::gic
