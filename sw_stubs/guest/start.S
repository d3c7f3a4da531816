// The guest's first instructions, and its exception vectors: EL1, MMU off, addresses are IPAs.

        .section .text.start, "ax"
        .global _start
_start:
        adrp    x2, __stack_top
        mov     sp, x2
        adrp    x2, guest_vectors
        add     x2, x2, :lo12:guest_vectors
        msr     vbar_el1, x2

        adrp    x2, __bss_start
        add     x2, x2, :lo12:__bss_start
        adrp    x3, __bss_end
        add     x3, x3, :lo12:__bss_end
1:      cmp     x2, x3
        b.hs    start_guest                     // main.cpp; does not return
        stp     xzr, xzr, [x2], #16
        b       1b

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
guest_vectors:                                  // a guest that makes no mistakes needs none of them
        .rept 16
        crash
        .endr
