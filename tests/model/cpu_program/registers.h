// The functions of registers.S.
#pragma once
#include <stdint.h>

extern "C" {
uint64_t read_CurrentEL();
uint64_t read_ctr_el0();
uint64_t read_cntpct_el0();
uint64_t read_cntvct_el0();
uint64_t read_cntfrq_el0();

uint64_t read_esr_el1();
uint64_t read_far_el1();
uint64_t read_elr_el1();
void write_elr_el1(uint64_t value);
uint64_t read_spsr_el1();
uint64_t read_esr_el2();
uint64_t read_far_el2();
uint64_t read_hpfar_el2();
uint64_t read_elr_el2();
void write_elr_el2(uint64_t value);
uint64_t read_spsr_el2();

uint64_t read_midr_el1();
uint64_t read_mpidr_el1();
void write_vpidr_el2(uint64_t value);
void write_vmpidr_el2(uint64_t value);

uint64_t read_hcr_el2();
void write_hcr_el2(uint64_t value);
void write_vttbr_el2(uint64_t value);
void write_vtcr_el2(uint64_t value);
uint64_t read_sctlr_el1();
void write_sctlr_el1(uint64_t value);
void write_tcr_el1(uint64_t value);
void write_mair_el1(uint64_t value);
void write_ttbr0_el1(uint64_t value);
void write_daif(uint64_t value);

void write_cnthctl_el2(uint64_t value);
void write_cntvoff_el2(uint64_t value);
uint64_t read_cntp_ctl_el0();
void write_cntp_ctl_el0(uint64_t value);
uint64_t read_cntp_cval_el0();
void write_cntp_cval_el0(uint64_t value);
void write_cntp_tval_el0(uint64_t value);
void write_cntv_ctl_el0(uint64_t value);
void write_cntv_tval_el0(uint64_t value);
void write_cnthp_ctl_el2(uint64_t value);
void write_cnthp_tval_el2(uint64_t value);

uint64_t read_icc_iar1_el1();
void write_icc_eoir1_el1(uint64_t value);
void write_icc_pmr_el1(uint64_t value);
void write_icc_igrpen1_el1(uint64_t value);
void write_icc_ctlr_el1(uint64_t value);
void write_ich_hcr_el2(uint64_t value);
uint64_t read_ich_lr0_el2();
void write_ich_lr0_el2(uint64_t value);
}
