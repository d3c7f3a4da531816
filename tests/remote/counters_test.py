# Counter groups (Arm IHI 0070 G.b, 10): what DMA of two devices makes them count, and an overflow at the GIC.
import unittest

from bench import ENGINE_STREAM, STREAM, SmmuTest
from tables import BYPASS, s1_leaf, ste

PAGE0 = 0x0C080000
PAGE1 = PAGE0 + 0x10000  # counters, OVS
EVTYPER, SMR, CNTENSET0, INTENSET0 = 0x400, 0xA00, 0xC00, 0xC40
CFGR, CR, CEID0, IRQ_CTRL, IRQ_CTRLACK = 0xE00, 0xE04, 0xE20, 0xE50, 0xE54
OVSCLR0 = 0xC80
OVERFLOW_SPI = 78
TRANSACTIONS, TLB_MISSES, CONFIG_MISSES, WALKS, CONFIG_ACCESSES = 1, 2, 3, 4, 5


class Counters(SmmuTest):
    def count(self, counter, event, stream):
        self.machine.writel(PAGE0 + EVTYPER + 4 * counter, event)
        self.machine.writel(PAGE0 + SMR + 4 * counter, stream)
        self.machine.writeq(PAGE1 + 8 * counter, 0)
        self.machine.writeq(PAGE0 + CNTENSET0, 1 << counter)
        self.machine.writel(PAGE0 + CR, 1)

    def counted(self, counter):
        return self.machine.readq(PAGE1 + 8 * counter)

    def test_what_is_there(self):
        self.assertEqual(self.machine.readl(PAGE0 + CFGR), 0x00703F0F)  # 16 counters of 64 bits in page 1
        self.assertEqual(self.machine.readq(PAGE0 + CEID0), 0xFF)

    def test_each_device_counts_for_itself(self):
        self.smmu.enable()
        self.stage1().map(0x10000, self.buffer, s1_leaf())
        self.smmu.set_ste(ENGINE_STREAM, ste(BYPASS))
        for event in range(TRANSACTIONS, CONFIG_ACCESSES + 1):
            self.count(event, event, STREAM)
            self.count(8 + event, event, ENGINE_STREAM)
        self.assert_good(0x10000, self.buffer)
        first = [self.counted(n) for n in range(1, 6)]
        self.assertGreaterEqual(first[0], 1)
        self.assertEqual(first[1:], [1, 1, 3, 2])  # one walk of three levels; STE and CD
        self.assert_good(0x10000, self.buffer)
        self.assertEqual([self.counted(n) for n in range(2, 6)], first[1:])
        self.assertEqual(self.counted(1), 2 * first[0])
        self.assertEqual([self.counted(n) for n in range(9, 14)], [0] * 5)

        self.assertEqual(self.engine.copy(self.buffer, self.buffer + 0x2000, 256), self.engine.HALTED)
        self.assertEqual([self.counted(n) for n in range(9, 14)], [8, 0, 1, 0, 1])  # 4 beats read, 4 written
        self.assertEqual(self.counted(1), 2 * first[0])

    def test_an_overflow_is_an_edge_at_the_gic(self):
        self.machine.irq_intercept_in("gic")
        self.count(0, TRANSACTIONS, STREAM)
        self.machine.writeq(PAGE1, (1 << 64) - 1)
        self.machine.writeq(PAGE0 + INTENSET0, 1)
        self.machine.writel(PAGE0 + IRQ_CTRL, 1)
        self.assertEqual(self.machine.readl(PAGE0 + IRQ_CTRLACK), 1)
        self.assertEqual(self.device.dma(self.buffer), self.device.GOOD)
        self.machine.clock_step(100)
        self.assertEqual(self.machine.take_irqs(), [("raise", OVERFLOW_SPI), ("lower", OVERFLOW_SPI)])
        self.assertEqual(self.machine.readq(PAGE1 + OVSCLR0), 1)


if __name__ == "__main__":
    unittest.main()
