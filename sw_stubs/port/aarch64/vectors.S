// Exception vectors of EL2.  Arm ARM D1.3.1.
//
// What a guest does leads back to whoever entered it (vmm/world_switch.S).  The host itself runs with interrupts
// masked and expects no exception: any other vector ends in a register dump (exceptions.cpp).

        .macro  unexpected vector
        .balign 0x80
        sub     sp, sp, #288
        stp     x0, x1, [sp, #0]
        mov     x0, #\vector
        b       dump_and_exit
        .endm

        .macro  from_guest kind
        .balign 0x80
        stp     x0, x1, [sp, #-16]!
        mov     x0, #\kind
        b       leave_guest
        .endm

        .section .text.vectors, "ax"
        .global el2_vectors
        .balign 0x800
el2_vectors:
        unexpected 0                            // EL2 with SP_EL0: synchronous, IRQ, FIQ, SError
        unexpected 1
        unexpected 2
        unexpected 3
        unexpected 4                            // EL2 with SP_EL2
        unexpected 5
        unexpected 6
        unexpected 7
        from_guest 0                            // AArch64 below EL2; the numbers are vmm::Exit
        from_guest 1
        from_guest 2
        from_guest 3
        unexpected 12                           // AArch32 below EL2
        unexpected 13
        unexpected 14
        unexpected 15

dump_and_exit:                                  // x0 = vector, x0 and x1 are saved
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        stp     x26, x27, [sp, #208]
        stp     x28, x29, [sp, #224]
        add     x1, sp, #288                    // the stack pointer as it was
        stp     x30, x1, [sp, #240]
        mov     x1, sp
        b       unexpected_exception            // exceptions.cpp; does not return
