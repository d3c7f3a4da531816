// The guest's first instructions, its vectors, and the watch over its general purpose registers.

        .section .text.start, "ax"
        .global _start
_start:
        adrp    x2, __stack_top
        mov     sp, x2
        adrp    x2, vectors
        add     x2, x2, :lo12:vectors
        msr     vbar_el1, x2
        b       start_guest                     // .bss is zero: the image is fresh

        .macro  crash
        .balign 0x80
        mrs     x1, esr_el1
        mrs     x2, elr_el1
        mrs     x3, far_el1
        mov     x0, #5                          // Hypercall::Crash
        hvc     #0
        b       .
        .endm

        .section .text.vectors, "ax"
        .balign 0x800
vectors:
        .rept 5
        crash
        .endr
        .balign 0x80                            // IRQ, with SP_EL1
        b       interrupt
        .rept 10
        crash
        .endr

interrupt:                                      // not nested: ELR_EL1 and SPSR_EL1 stay
        sub     sp, sp, #176
        stp     x0, x1, [sp]
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x30, [sp, #144]
        bl      guest_interrupt
        ldp     x18, x30, [sp, #144]
        ldp     x16, x17, [sp, #128]
        ldp     x14, x15, [sp, #112]
        ldp     x12, x13, [sp, #96]
        ldp     x10, x11, [sp, #80]
        ldp     x8, x9, [sp, #64]
        ldp     x6, x7, [sp, #48]
        ldp     x4, x5, [sp, #32]
        ldp     x2, x3, [sp, #16]
        ldp     x0, x1, [sp]
        add     sp, sp, #176
        eret

        .text
        .global hold_registers
hold_registers:                                 // x0 = seed, x1 = counter, x2 = target, x3 = sleep?
        stp     x29, x30, [sp, #-96]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        .irp    n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28
        add     x\n, x0, #\n
        .endr
1:      msr     daifset, #2                     // nothing comes between the look and the sleep
        ldr     x30, [x1]
        cmp     x30, x2
        b.hs    3f
        cbz     x3, 2f
        wfi
2:      msr     daifclr, #2
        isb
        b       1b
3:      msr     daifclr, #2
        mov     x30, #0
        .irp    n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28
        add     x29, x0, #\n
        cmp     x\n, x29
        cinc    x30, x30, ne
        .endr
        mov     x0, x30
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     x29, x30, [sp], #96
        ret
