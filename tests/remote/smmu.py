# The SMMU as a driver sees it: registers (Arm IHI 0070 G.b, 6.3), command queue (4), event queue (7).
import struct

BASE = 0x09050000

IDR0, IDR1, IDR5 = 0x000, 0x004, 0x014
CR0, CR0ACK, CR1, CR2, GBPA = 0x020, 0x024, 0x028, 0x02C, 0x044
IRQ_CTRL, IRQ_CTRLACK, GERROR, GERRORN = 0x050, 0x054, 0x060, 0x064
STRTAB_BASE, STRTAB_BASE_CFG = 0x080, 0x088
CMDQ_BASE, CMDQ_PROD, CMDQ_CONS = 0x090, 0x098, 0x09C
EVENTQ_BASE = 0x0A0
EVENTQ_PROD, EVENTQ_CONS = 0x100A8, 0x100AC  # page 1

SMMUEN, EVENTQEN, CMDQEN = 1 << 0, 1 << 2, 1 << 3

# Outputs, as irq_intercept_out numbers them, and the inputs of the GIC that they reach
EVENTQ_OUT, CMD_SYNC_OUT, GERROR_OUT = 0, 2, 3
EVENTQ_SPI, CMD_SYNC_SPI, GERROR_SPI = 74, 76, 77


# --- Commands: 16 bytes as two words

def cfgi_ste(stream, leaf=1):
    return 0x03 | stream << 32, leaf


def cfgi_all():
    return 0x04, 31  # Range


def cfgi_cd(stream, substream=0):
    return 0x05 | substream << 12 | stream << 32, 1


def cfgi_cd_all(stream):
    return 0x06 | stream << 32, 0


def tlbi_nh_all(vmid):
    return 0x10 | vmid << 32, 0


def tlbi_nh_va(vmid, asid, address):
    return 0x12 | vmid << 32 | asid << 48, address & ~0xFFF | 1


def tlbi_s12_vmall(vmid):
    return 0x28 | vmid << 32, 0


def tlbi_s2_ipa(vmid, address):
    return 0x2A | vmid << 32, address & ~0xFFF | 1


def tlbi_nsnh_all():
    return 0x30, 0


def sync(signal=0):
    return 0x46 | signal << 12, 0  # CS: 1 asks for an interrupt


class Memory:
    """Hands out zeroed RAM."""

    def __init__(self, machine, base=0x41000000):
        self.machine = machine
        self.next = base

    def take(self, size, align=0x1000):
        address = (self.next + align - 1) & ~(align - 1)
        self.next = address + size
        self.machine.memset(address, size, 0)
        return address


class Smmu:
    """A linear Stream table of 256 entries, queues of 2^cmdq_log2 and 2^eventq_log2 entries."""

    def __init__(self, machine, memory, cmdq_log2=8, eventq_log2=7):
        self.machine = machine
        self.cmdq_log2, self.eventq_log2 = cmdq_log2, eventq_log2
        self.stream_table = memory.take(256 * 64, 256 * 64)
        self.commands_at = memory.take(16 << cmdq_log2, 16 << cmdq_log2)
        self.events_at = memory.take(32 << eventq_log2, 32 << eventq_log2)

    def read(self, register):
        return self.machine.readl(BASE + register)

    def write(self, register, value):
        self.machine.writel(BASE + register, value)

    def write64(self, register, value):
        self.machine.writeq(BASE + register, value)

    def enable(self):
        """Tables and queues write-back Inner Shareable; bad StreamIDs recorded; interrupts on."""
        self.write(CR1, 0xD75)
        self.write(CR2, 1 << 1)  # RECINVSID
        self.write64(STRTAB_BASE, self.stream_table)
        self.write(STRTAB_BASE_CFG, 8)
        self.write64(CMDQ_BASE, self.commands_at | self.cmdq_log2)
        self.write64(EVENTQ_BASE, self.events_at | self.eventq_log2)
        for index in CMDQ_PROD, CMDQ_CONS, EVENTQ_PROD, EVENTQ_CONS:
            self.write(index, 0)
        self.write(IRQ_CTRL, 0b101)
        self.set_cr0(CMDQEN | EVENTQEN)
        self.send(cfgi_all(), tlbi_nsnh_all(), sync())
        self.set_cr0(CMDQEN | EVENTQEN | SMMUEN)

    def set_cr0(self, value):
        self.write(CR0, value)
        if self.read(CR0ACK) != value:
            raise AssertionError("CR0ACK is %#x, not %#x" % (self.read(CR0ACK), value))

    def set_ste(self, stream, entry):
        """Writes it and drops what is cached of it."""
        self.machine.write(self.stream_table + 64 * stream, entry)
        self.send(cfgi_ste(stream), sync())

    def put(self, command):
        """Puts a command into the queue and says so; does not look what becomes of it."""
        mask = (2 << self.cmdq_log2) - 1
        index = self.read(CMDQ_PROD)
        slot = index & (mask >> 1)
        self.machine.write(self.commands_at + 16 * slot, struct.pack("<2Q", *command))
        self.write(CMDQ_PROD, (index + 1) & mask)

    def send(self, *commands):
        """The same, and all of them must be consumed."""
        for command in commands:
            self.put(command)
        cons, prod = self.read(CMDQ_CONS), self.read(CMDQ_PROD)
        if cons & 0xFFFFF != prod:
            raise AssertionError("CMDQ_CONS is %#x, CMDQ_PROD %#x" % (cons, prod))

    def invalidate_all(self):
        self.send(cfgi_all(), tlbi_nsnh_all(), sync())

    def events(self):
        """Takes all records out of the queue: four 64-bit words each."""
        mask = (2 << self.eventq_log2) - 1
        index = self.read(EVENTQ_CONS) & mask
        taken = []
        while index != self.read(EVENTQ_PROD) & mask:
            slot = index & (mask >> 1)
            taken.append(struct.unpack("<4Q", self.machine.read(self.events_at + 32 * slot, 32)))
            index = (index + 1) & mask
        overflow = self.read(EVENTQ_PROD) & 1 << 31
        self.write(EVENTQ_CONS, index | overflow)
        return taken
