// What a driver does all day: loads, arithmetic, branches, a store each ten instructions and a
// register access each hundred.  Addresses: tests/perf/cpu_loop.h.
    .equ    device,  0x09000000
    .equ    done,    4
    .equ    mailbox, 0x40010000
    .equ    times,   0
    .equ    left,    8
    .equ    data,    0x1000

    .section .text.start, "ax"
    .global _start
_start:
    wfi                             // until there is work: the interrupt itself stays masked
    bl      work
    mov     x20, #device
    str     w0, [x20, #done]
    b       _start

    .balign 64
work:
    mov     x20, #mailbox
    mov     x21, #device
    add     x22, x20, #data
    ldr     x0, [x20, #times]
    mov     x3, #0
outer:                              // 100 instructions: 8, 10 times 9, 2
    ldr     w9, [x21]               // the register
    add     x3, x3, x9
    ror     x3, x3, #3
    and     x11, x3, #0xFF8
    add     x12, x22, x11           // somewhere in a page
    lsr     x13, x3, #5
    eor     x3, x3, x13
    mov     x10, #10
inner:
    ldr     x4, [x12]
    cbz     x12, failed             // never
    eor     x3, x3, x4
    add     x3, x3, x10
    ror     x5, x3, #7
    add     x4, x4, x5
    str     x4, [x12], #8
    subs    x10, x10, #1
    b.ne    inner
    sub     x0, x0, #1
    cbnz    x0, outer
    stp     x3, x4, [x20, #left]    // what the registers hold
    stp     x5, x9, [x20, #left + 16]
    stp     x10, x11, [x20, #left + 32]
    stp     x12, x13, [x20, #left + 48]
failed:
    ret
