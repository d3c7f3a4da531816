# What QEMU's own test of its iommu-testdev does to a machine, register by register: options, PCI enumeration, tables at
# its addresses (both stages share theirs), its untidy bits, and the DMA that must succeed.
import struct
import unittest

from pci import ECAM
from qtest import Qtest
from smmu import BASE, CMDQ_BASE, CMDQ_CONS, CMDQ_PROD, CR0, CR1, EVENTQ_BASE, EVENTQ_CONS, EVENTQ_PROD, GBPA
from smmu import STRTAB_BASE, STRTAB_BASE_CFG
from tables import NESTED, S1, S2

IOVA = 0x8080604567  # not aligned
OUTPUT = 0x4ECBA000
TABLES = 0x4E4D0000, 0x4E4D1000, 0x4E4D2000, 0x4E4D3000  # levels 0 to 3, of either stage
STREAM_TABLE = 0x4E179000
CD = STREAM_TABLE - 0x40
COMMANDS, EVENTS = 0x4E16B000, 0x4E170000  # the first is not aligned to its 16 KiB
TABLE = 0x8000000000000003  # NSTable, which stage 2 ignores
READ_WRITE_S1 = 0x0400000000000763  # of stage 1; of stage 2 it allows reads only, with a reserved MemAttr
READ_WRITE_S2 = 0x04000000000007E3


class QemusOwnTest(unittest.TestCase):
    def setUp(self):
        self.machine = Qtest("-machine", "virt,acpi=off,gic-version=3,iommu=smmuv3", "-smp", "1", "-m", "512", "-cpu",
                             "max", "-net", "none", "-device", "iommu-testdev", monitor=True)
        self.addCleanup(self.machine.quit)
        self.machine.qmp.execute("qmp_capabilities")

    def find_device(self):
        """Looks at every slot, sizes and places BAR 0, and enables the function; returns its requester ID."""
        m = self.machine
        for function in range(256):
            config = ECAM + (function << 12)
            if m.readw(config) == 0xFFFF or (m.readw(config), m.readw(config + 2)) != (0x1B36, 0x0005):
                continue
            m.writew(config + 4, m.readw(config + 4) | 0b111)
            m.writel(config + 0x10, 0xFFFFFFFF)
            size = -(m.readl(config + 0x10) & ~0xF) & 0xFFFFFFFF
            self.bar = (0x10000000 + size - 1) & ~(size - 1)
            m.writel(config + 0x10, self.bar)
            return function
        self.fail("no iommu-testdev")

    def map(self, address, leaf):
        for level in range(3):
            self.machine.writeq(TABLES[level] + 8 * (address >> (39 - 9 * level) & 0x1FF), TABLES[level + 1] | TABLE)
        self.machine.writeq(TABLES[3] + 8 * (address >> 12 & 0x1FF), leaf)

    def build(self, config, stream):
        m = self.machine
        m.write(STREAM_TABLE + 64 * stream, struct.pack(
            "<8Q", 1 | config << 1 | CD, 0, 0x14 << 32 | 2 << 38 | 5 << 48 | 1 << 51, TABLES[0], 0, 0, 0, 0))
        m.write(CD, struct.pack(
            "<8Q", 0x10 | 1 << 30 | 1 << 31 | 4 << 32 | 1 << 41 | 1 << 45 | 1 << 46 | 0x1E20 << 48, TABLES[0] | 1, 1, 0,
            0, 0, 0, 0))
        for level, table in enumerate(TABLES):  # stage 2 of the descriptors of stage 1
            at = table + 8 * (IOVA >> (39 - 9 * level) & 0x1FF)
            self.map(at, at & ~0xFFF | READ_WRITE_S1)
        self.map(OUTPUT, OUTPUT | READ_WRITE_S2)
        self.map(CD, CD & ~0xFFF | READ_WRITE_S1)
        self.map(IOVA, OUTPUT | (READ_WRITE_S2 if config == S2 else READ_WRITE_S1))

    def program(self):
        m = self.machine
        m.writel(BASE + GBPA, 0x80000000)
        m.writel(BASE + CR0, 0)
        m.writel(BASE + CR1, 0x0D75)
        m.writeq(BASE + CMDQ_BASE, COMMANDS | 0x0A)
        m.writel(BASE + CMDQ_CONS, 0)
        m.writel(BASE + CMDQ_PROD, 0)
        m.writeq(BASE + EVENTQ_BASE, EVENTS | 0x0A)
        m.writel(BASE + EVENTQ_PROD, 0)
        m.writel(BASE + EVENTQ_CONS, 0)
        m.writel(BASE + STRTAB_BASE_CFG, 5)
        m.writeq(BASE + STRTAB_BASE, STREAM_TABLE)
        m.writel(BASE + CR0, 0xD)

    def run_dma(self):
        m = self.machine
        for register, value in ((0x04, IOVA & 0xFFFFFFFF), (0x08, IOVA >> 32), (0x1C, OUTPUT | 0x567), (0x20, 0),
                                (0x0C, 4), (0x18, 1 << 1), (0x14, 1)):
            m.writel(self.bar + register, value)
        self.assertEqual(m.readl(self.bar + 0x10), 0xFFFFFFFE)
        m.readl(self.bar)
        return m.readl(self.bar + 0x10)

    def check(self, config):
        stream = self.find_device()
        self.assertEqual(stream, 8)
        self.build(config, stream)
        self.program()
        self.assertEqual(self.run_dma(), 0)
        self.assertEqual(self.machine.read(OUTPUT + 0x566, 6), bytes.fromhex("007856341200"))
        self.assertEqual(self.machine.readl(BASE + EVENTQ_PROD), 0)

    def test_stage1(self):
        self.check(S1)

    def test_stage2(self):
        self.check(S2)

    def test_nested(self):
        self.check(NESTED)


if __name__ == "__main__":
    unittest.main()
