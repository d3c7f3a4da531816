# Structures in memory as software writes them: bit positions are those of Arm IHI 0070 G.b (STE 5.2, CD 5.4) and of
# the Arm ARM (VMSAv8-64 descriptors with 4 KiB pages, D8.3).
import struct

# STE.Config
ABORT, BYPASS, S1, S2, NESTED = 0b000, 0b100, 0b101, 0b110, 0b111

# MAIR attributes that the CDs below hold, by AttrIndx
NORMAL, NON_CACHEABLE, DEVICE = 0, 1, 2
MAIR = 0xFF | 0x44 << 8 | 0x00 << 16  # write-back; Non-cacheable; Device-nGnRnE


def ste(config, cd=0, s2ttb=0, vmid=1, v=1, s2ps=0b100, s2t0sz=24, s2sl0=1, s2r=1, more=(0, 0, 0, 0)):
    """64 bytes.  Stage 2: 40-bit IPAs from level 1 (two tables side by side), 44-bit output, faults recorded.
    `more` is ORed to words 0 to 3."""
    word0 = v << 0 | config << 1 | cd  # V, Config[3:1], S1ContextPtr[55:6]
    word1 = (0b01 << 2 | 0b01 << 4 | 0b11 << 6  # S1CIR, S1COR write-back, S1CSH Inner Shareable
             | 0b01 << 44)  # SHCFG[45:44] as it comes in
    word2 = (vmid  # S2VMID[15:0]
             | s2t0sz << 32 | s2sl0 << 38 | 0b01 << 40 | 0b01 << 42 | 0b11 << 44  # S2T0SZ S2SL0 S2IR0 S2OR0 S2SH0
             | s2ps << 48 | 1 << 51 | s2r << 58)  # S2PS S2AA64 S2R
    words = [word0, word1, word2, s2ttb, 0, 0, 0, 0]  # S2TTB[55:4]
    for i, bits in enumerate(more):
        words[i] |= bits
    return struct.pack("<8Q", *words)


def cd(ttb, asid=1, v=1, ips=0b100, t0sz=25, mair=MAIR, a=1, r=1, more=(0, 0, 0, 0)):
    """64 bytes: one half of 39-bit VAs from level 1, 44-bit output; faults abort (A) and are recorded (R)."""
    word0 = (t0sz | 0b01 << 8 | 0b01 << 10 | 0b11 << 12  # T0SZ[5:0] IR0 OR0 SH0
             | 1 << 30 | v << 31 | ips << 32 | 1 << 41  # EPD1 V IPS AA64
             | r << 45 | a << 46 | asid << 48)  # R A ASID
    words = [word0, ttb, 0, mair, 0, 0, 0, 0]  # TTB0[55:4]
    for i, bits in enumerate(more):
        words[i] |= bits
    return struct.pack("<8Q", *words)


def s1_leaf(attr=NORMAL, ap=0b01, af=1, sh=0b11, xn=0):
    """Bits of a stage 1 leaf.  AP[2:1]: 0b01 read and write for all, 0b11 read for all, 0b00 privileged only."""
    return attr << 2 | ap << 6 | sh << 8 | af << 10 | 1 << 11 | xn << 54  # AttrIndx AP SH AF nG UXN


def s2_leaf(memattr=0b1111, s2ap=0b11, af=1, sh=0b11):
    """Bits of a stage 2 leaf.  S2AP: bit 0 read, bit 1 write; MemAttr 0b1111: write-back."""
    return memattr << 2 | s2ap << 6 | sh << 8 | af << 10


class PageTable:
    """Four KiB pages, walks from level 1; `tables` side by side at the start (stage 2: two for 40 bits)."""

    def __init__(self, machine, memory, tables=1, table_bits=0):
        self.machine = machine
        self.memory = memory
        self.table_bits = table_bits  # ORed into table descriptors
        self.base = memory.take(0x1000 * tables, 0x1000 * tables)

    def entry(self, address, level=3):
        """Where the descriptor for `address` lies; makes the tables above it."""
        table = self.base
        index = address >> 30  # level 1: beyond 9 bits where tables stand side by side
        for above in range(1, level):
            at = table + 8 * index
            descriptor = self.machine.readq(at)
            if descriptor & 1 == 0:
                descriptor = self.memory.take(0x1000) | 0b11 | self.table_bits
                self.machine.writeq(at, descriptor)
            table = descriptor & 0x0000FFFFFFFFF000
            index = address >> (39 - 9 * (above + 1)) & 0x1FF
        return table + 8 * index

    def map(self, address, output, bits, level=3):
        """Level 3: a page; level 2: a block of 2 MiB."""
        self.machine.writeq(self.entry(address, level), output | bits | (0b11 if level == 3 else 0b01))

    def map_identity(self, first, size, bits):
        for address in range(first & ~0xFFF, first + size, 0x1000):
            self.map(address, address, bits)

    def unmap(self, address):
        self.machine.writeq(self.entry(address), 0)
