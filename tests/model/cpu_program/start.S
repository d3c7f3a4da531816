// Entry, exception vectors and the way into and out of the guest.  RAM is zero at the start: no .bss loop.
    .section .text.start, "ax"
    .global _start
_start:
    adrp    x2, __stack_el2
    mov     sp, x2
    adrp    x2, __stack_el1
    msr     sp_el1, x2
    adr     x2, vectors
    msr     vbar_el2, x2
    msr     vbar_el1, x2
    bl      run_case                // (case, argument) -> status
    mov     x1, x0
    movz    x0, #0xC200, lsl #16
    movk    x0, #0x0001
    smc     #0
1:  b       1b

    .macro vector offset
    .balign 0x80
    sub     sp, sp, #256
    stp     x0, x1, [sp]
    mov     x0, #\offset
    b       save_and_call
    .endm

    .balign 0x800
vectors:
    .irp offset, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    vector \offset
    .endr
    .irp offset, 0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780
    vector \offset
    .endr

save_and_call:
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x30, [sp, #144]
    mov     x1, sp
    bl      on_exception            // (vector, frame) -> leave the guest?
    cbnz    x0, leave_guest
    ldp     x18, x30, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #256
    eret

// Runs a function at EL1 until the guest leaves by HVC #0xFFFF.
    .global run_at_el1
run_at_el1:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    adrp    x1, __stack_el1
    msr     sp_el1, x1
    msr     elr_el2, x0
    mov     x1, #0x3C5              // EL1h, interrupts masked
    msr     spsr_el2, x1
    adr     x30, guest_returned
    eret
guest_returned:
    hvc     #0xFFFF
leave_guest:
    add     sp, sp, #256
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret
