# ATS and page requests of the test engine, from configuration space to the record in the PRI queue.
import struct
import unittest

from bench import ENGINE_STREAM, SmmuTest
from smmu import CMDQEN, EVENTQEN, SMMUEN, IRQ_CTRL, sync, tlbi_nsnh_all
from tables import S1, cd, PageTable, s1_leaf, ste

PRIQ_BASE, PRIQ_PROD, PRIQ_CONS = 0x0C0, 0x100C8, 0x100CC
PRIQEN, ATSCHK = 1 << 1, 1 << 4
PRIQ_OUT = 1
EATS = 1 << 28  # full ATS, of word 1 of an STE
ATS_CONTROL, PRI_CONTROL, PRI_ALLOCATION = 0x106, 0x114, 0x11C
ATS_ENABLE, PRI_ENABLE = 1 << 8, 1 << 9  # of a frame's pctrl
SUCCESS, INVALID = 2, 1


def atc_inv(stream, address, log2pages=0):
    return 0x40 | stream << 32, address & ~0xFFF | log2pages


def pri_resp(request, code):
    return 0x41 | (request[0] & 0xFFFFFFFF) << 32, request[1] & 0x1FF | code << 12


class Ats(SmmuTest):
    def setUp(self):
        super().setUp()
        self.smmu.enable()
        self.queue = self.memory.take(16 << 3, 16 << 3)
        self.smmu.write64(PRIQ_BASE, self.queue | 3)
        self.smmu.write(IRQ_CTRL, 0b111)
        self.smmu.set_cr0(CMDQEN | EVENTQEN | SMMUEN | PRIQEN | ATSCHK)
        self.table = PageTable(self.machine, self.memory)
        at = self.memory.take(64)
        self.machine.write(at, cd(self.table.base))
        self.smmu.set_ste(ENGINE_STREAM, ste(S1, at, more=(0, EATS, 0, 0)))
        config = self.engine.config
        self.machine.writew(config + ATS_CONTROL, 0x8000)
        self.machine.writel(config + PRI_ALLOCATION, 8)
        self.machine.writew(config + PRI_CONTROL, 1)
        self.machine.irq_intercept_out("smmu")

    def use(self, bits):
        self.engine.write(0x10000, bits)

    def page_requests(self):
        taken = []
        index = self.smmu.read(PRIQ_CONS)
        while index != self.smmu.read(PRIQ_PROD):
            taken.append(struct.unpack("<2Q", self.machine.read(self.queue + 16 * (index & 7), 16)))
            index = (index + 1) & 15
        self.smmu.write(PRIQ_CONS, index)
        return taken

    def test_the_engine_keeps_its_translation_until_it_is_told(self):
        self.use(ATS_ENABLE)
        self.table.map(0x10000, self.buffer, s1_leaf())
        self.table.map(0x11000, self.buffer + 0x1000, s1_leaf())
        self.machine.write(self.buffer, b"of the 1")
        self.machine.write(self.buffer + 0x2000, b"of the 2")
        self.assertEqual(self.engine.copy(0x10000, 0x11000, 8), self.engine.HALTED)
        self.table.map(0x10000, self.buffer + 0x2000, s1_leaf())
        self.smmu.send(tlbi_nsnh_all(), sync())
        self.assertEqual(self.engine.copy(0x10000, 0x11100, 8), self.engine.HALTED)
        self.smmu.send(atc_inv(ENGINE_STREAM, 0x10000), sync())
        self.assertEqual(self.engine.copy(0x10000, 0x11200, 8), self.engine.HALTED)
        for at, text in ((0x1000, b"of the 1"), (0x1100, b"of the 1"), (0x1200, b"of the 2")):
            self.assertEqual(self.machine.read(self.buffer + at, 8), text)
        self.assertEqual(self.smmu.events(), [])

    def test_a_page_is_brought_in_on_request(self):
        self.use(ATS_ENABLE | PRI_ENABLE)
        self.machine.write(self.buffer, struct.pack("<Q", 0x1234))
        self.assertEqual(self.engine.load(0x10000), self.engine.SUM64, "busy: it waits for its page")
        self.assertEqual(self.machine.take_irqs(), [("raise", PRIQ_OUT), ("lower", PRIQ_OUT)])
        request, = self.page_requests()
        self.assertEqual(request, (0x5 << 60 | ENGINE_STREAM, 0x10000))
        self.table.map(0x10000, self.buffer, s1_leaf())
        self.smmu.send(pri_resp(request, SUCCESS))
        self.assertEqual(self.engine.read(0x00), self.engine.HALTED)
        self.assertEqual(self.machine.readq(self.engine.bar0 + 0x48), 0x1234)

    def test_a_page_that_cannot_be_had_is_an_error(self):
        self.use(ATS_ENABLE | PRI_ENABLE)
        self.assertEqual(self.engine.load(0x10000), self.engine.SUM64)
        self.smmu.send(pri_resp(self.page_requests()[0], INVALID))
        self.assertEqual(self.engine.read(0x00), self.engine.ERROR)
        self.assertEqual(self.engine.error_address(), 0x10000)
        self.use(ATS_ENABLE)
        self.assertEqual(self.engine.load(0x10000), self.engine.ERROR)
        self.assertEqual(self.page_requests(), [])
        self.assertEqual(self.smmu.events(), [])


if __name__ == "__main__":
    unittest.main()
