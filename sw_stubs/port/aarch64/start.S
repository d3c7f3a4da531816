// From reset to C++: EL2 Non-secure, x0 = RSDP address, x1 = end of the ACPI region, MMU off.

        .section .text.start, "ax"
        .global _start
_start:
        mov     x19, x0
        mov     x20, x1
        adrp    x2, __stack_top
        mov     sp, x2
        adrp    x2, el2_vectors
        add     x2, x2, :lo12:el2_vectors
        msr     vbar_el2, x2

        adrp    x2, __bss_start                 // both ends are 16-byte aligned
        add     x2, x2, :lo12:__bss_start
        adrp    x3, __bss_end
        add     x3, x3, :lo12:__bss_end
1:      cmp     x2, x3
        b.hs    2f
        stp     xzr, xzr, [x2], #16
        b       1b

2:      mov     x0, x19
        mov     x1, x20
        b       start_firmware                  // start.cpp; does not return
