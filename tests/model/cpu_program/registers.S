// System registers as functions: read_<name>() and write_<name>(value).
    .text

    .macro reader name, register
    .section .text.read_\name, "ax"
    .global read_\name
read_\name:
    mrs     x0, \register
    ret
    .endm

    .macro writer name, register
    .section .text.write_\name, "ax"
    .global write_\name
write_\name:
    msr     \register, x0
    isb
    ret
    .endm

    .irp register, CurrentEL, midr_el1, mpidr_el1, ctr_el0, cntpct_el0, cntvct_el0, cntfrq_el0
    reader  \register, \register
    .endr

    .irp register, esr_el1, far_el1, elr_el1, spsr_el1, esr_el2, far_el2, hpfar_el2, elr_el2, spsr_el2
    reader  \register, \register
    writer  \register, \register
    .endr

    .irp register, hcr_el2, vttbr_el2, vtcr_el2, sctlr_el1, tcr_el1, mair_el1, ttbr0_el1, daif
    reader  \register, \register
    writer  \register, \register
    .endr

    .irp register, vpidr_el2, vmpidr_el2, cntv_ctl_el0, cntv_tval_el0, cnthp_ctl_el2, cnthp_tval_el2
    reader  \register, \register
    writer  \register, \register
    .endr

    .irp register, cnthctl_el2, cntkctl_el1, cntvoff_el2, cntp_ctl_el0, cntp_cval_el0, cntp_tval_el0
    reader  \register, \register
    writer  \register, \register
    .endr

    reader  icc_iar1_el1, s3_0_c12_c12_0
    writer  icc_eoir1_el1, s3_0_c12_c12_1
    writer  icc_pmr_el1, s3_0_c4_c6_0
    writer  icc_igrpen1_el1, s3_0_c12_c12_7
    writer  icc_ctlr_el1, s3_0_c12_c12_4
    writer  ich_hcr_el2, s3_4_c12_c11_0
    reader  ich_lr0_el2, s3_4_c12_c12_0
    writer  ich_lr0_el2, s3_4_c12_c12_0
