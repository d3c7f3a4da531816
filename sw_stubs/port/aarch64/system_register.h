// System registers of the CPU by their encoding.  Arm ARM D19.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64 {

/// One register: `Hcr::write(Hcr::read() | ...)`.  The numbers are those of MRS and MSR.
template <unsigned Op0, unsigned Op1, unsigned CRn, unsigned CRm, unsigned Op2>
struct SystemRegister {
    static uint64_t read() {
        uint64_t value;
        asm volatile("mrs %0, s%c1_%c2_c%c3_c%c4_%c5"
                     : "=r"(value)
                     : "i"(Op0), "i"(Op1), "i"(CRn), "i"(CRm), "i"(Op2)
                     : "memory");
        return value;
    }
    static void write(uint64_t value) {
        asm volatile("msr s%c1_%c2_c%c3_c%c4_%c5, %0"
                     :
                     : "r"(value), "i"(Op0), "i"(Op1), "i"(CRn), "i"(CRm), "i"(Op2)
                     : "memory");
    }
};

// --- Identification ---------------------------------------------------------------------------
using MIDR_EL1 = SystemRegister<3, 0, 0, 0, 0>;
using MPIDR_EL1 = SystemRegister<3, 0, 0, 0, 5>;
using CTR_EL0 = SystemRegister<3, 3, 0, 0, 1>;

// --- EL1 ------------------------------------------------------------------------------------------
using SCTLR_EL1 = SystemRegister<3, 0, 1, 0, 0>;
using CPACR_EL1 = SystemRegister<3, 0, 1, 0, 2>;
using TTBR0_EL1 = SystemRegister<3, 0, 2, 0, 0>;
using TTBR1_EL1 = SystemRegister<3, 0, 2, 0, 1>;
using TCR_EL1 = SystemRegister<3, 0, 2, 0, 2>;
using SPSR_EL1 = SystemRegister<3, 0, 4, 0, 0>;
using ELR_EL1 = SystemRegister<3, 0, 4, 0, 1>;
using SP_EL0 = SystemRegister<3, 0, 4, 1, 0>;
using ESR_EL1 = SystemRegister<3, 0, 5, 2, 0>;
using FAR_EL1 = SystemRegister<3, 0, 6, 0, 0>;
using PAR_EL1 = SystemRegister<3, 0, 7, 4, 0>;
using AFSR0_EL1 = SystemRegister<3, 0, 5, 1, 0>;
using AFSR1_EL1 = SystemRegister<3, 0, 5, 1, 1>;
using MAIR_EL1 = SystemRegister<3, 0, 10, 2, 0>;
using AMAIR_EL1 = SystemRegister<3, 0, 10, 3, 0>;
using VBAR_EL1 = SystemRegister<3, 0, 12, 0, 0>;
using CONTEXTIDR_EL1 = SystemRegister<3, 0, 13, 0, 1>;
using TPIDR_EL1 = SystemRegister<3, 0, 13, 0, 4>;
using TPIDR_EL0 = SystemRegister<3, 3, 13, 0, 2>;
using TPIDRRO_EL0 = SystemRegister<3, 3, 13, 0, 3>;
using CSSELR_EL1 = SystemRegister<3, 2, 0, 0, 0>;
using MDSCR_EL1 = SystemRegister<2, 0, 0, 2, 2>;
using CNTKCTL_EL1 = SystemRegister<3, 0, 14, 1, 0>;

// --- EL2 ------------------------------------------------------------------------------------------
using VPIDR_EL2 = SystemRegister<3, 4, 0, 0, 0>;
using VMPIDR_EL2 = SystemRegister<3, 4, 0, 0, 5>;
using SCTLR_EL2 = SystemRegister<3, 4, 1, 0, 0>;
using HCR_EL2 = SystemRegister<3, 4, 1, 1, 0>;
using CPTR_EL2 = SystemRegister<3, 4, 1, 1, 2>;
using TTBR0_EL2 = SystemRegister<3, 4, 2, 0, 0>;
using TCR_EL2 = SystemRegister<3, 4, 2, 0, 2>;
using VTTBR_EL2 = SystemRegister<3, 4, 2, 1, 0>;
using VTCR_EL2 = SystemRegister<3, 4, 2, 1, 2>;
using ELR_EL2 = SystemRegister<3, 4, 4, 0, 1>;
using SP_EL1 = SystemRegister<3, 4, 4, 1, 0>;
using ESR_EL2 = SystemRegister<3, 4, 5, 2, 0>;
using FAR_EL2 = SystemRegister<3, 4, 6, 0, 0>;
using HPFAR_EL2 = SystemRegister<3, 4, 6, 0, 4>;
using MAIR_EL2 = SystemRegister<3, 4, 10, 2, 0>;
using VBAR_EL2 = SystemRegister<3, 4, 12, 0, 0>;
using CNTVOFF_EL2 = SystemRegister<3, 4, 14, 0, 3>;
using CNTHCTL_EL2 = SystemRegister<3, 4, 14, 1, 0>;
using ICH_AP0R0_EL2 = SystemRegister<3, 4, 12, 8, 0>;
using ICH_AP1R0_EL2 = SystemRegister<3, 4, 12, 9, 0>;
using ICH_HCR_EL2 = SystemRegister<3, 4, 12, 11, 0>;
using ICH_VTR_EL2 = SystemRegister<3, 4, 12, 11, 1>;
using ICH_VMCR_EL2 = SystemRegister<3, 4, 12, 11, 7>;
template <unsigned N>
using ICH_LR_EL2 = SystemRegister<3, 4, 12, 12 + N / 8, N % 8>;

// --- Interrupt controller and timer ---------------------------------------------------------------
using ICC_PMR_EL1 = SystemRegister<3, 0, 4, 6, 0>;
using ICC_DIR_EL1 = SystemRegister<3, 0, 12, 11, 1>;
using ICC_SGI1R_EL1 = SystemRegister<3, 0, 12, 11, 5>;
using ICC_IAR1_EL1 = SystemRegister<3, 0, 12, 12, 0>;
using ICC_EOIR1_EL1 = SystemRegister<3, 0, 12, 12, 1>;
using ICC_CTLR_EL1 = SystemRegister<3, 0, 12, 12, 4>;
using ICC_IGRPEN1_EL1 = SystemRegister<3, 0, 12, 12, 7>;
using ICC_SRE_EL1 = SystemRegister<3, 0, 12, 12, 5>;
using ICC_SRE_EL2 = SystemRegister<3, 4, 12, 9, 5>;
using CNTFRQ_EL0 = SystemRegister<3, 3, 14, 0, 0>;
using CNTPCT_EL0 = SystemRegister<3, 3, 14, 0, 1>;
using CNTVCT_EL0 = SystemRegister<3, 3, 14, 0, 2>;
using CNTV_CTL_EL0 = SystemRegister<3, 3, 14, 3, 1>;
using CNTV_CVAL_EL0 = SystemRegister<3, 3, 14, 3, 2>;
using CNTHP_CTL_EL2 = SystemRegister<3, 4, 14, 2, 1>;
using CNTHP_CVAL_EL2 = SystemRegister<3, 4, 14, 2, 2>;

}  // namespace smmu::sw::aarch64
