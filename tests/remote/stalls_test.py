# Stalls as a driver behind the sockets sees them: a transaction waits, and everybody else goes on.
import unittest

from bench import ENGINE_STREAM, STREAM, SmmuTest
from tables import s1_leaf

S = 1 << 44  # of word 0 of a CD: faults stall
STALL = 1 << 31  # of word 1 of a record; STAG[15:0] below it
IN, RNW = 0x0000020000000000, 0x0000000800000000
RETRY, ABORT = 1 << 12, 1 << 13  # Ac, Ab of CMD_RESUME


def resume(stream, stag, how):
    return 0x44 | how | stream << 32, stag


def stall_term(stream):
    return 0x45 | stream << 32, 0


class Stalls(SmmuTest):
    def setUp(self):
        super().setUp()
        self.smmu.enable()
        self.table = self.stage1(ENGINE_STREAM, more=(S, 0, 0, 0))
        self.stage1(STREAM, asid=2).map(0x10000, self.buffer, s1_leaf())
        self.table.entry(0x10000)

    def stalled(self, frame=0):
        """Frame's load of 0x10000 stalls; the STAG of its record."""
        self.engine.identify(ENGINE_STREAM, frame=frame)
        self.assertEqual(self.engine.load(0x10000, frame=frame), self.engine.SUM64, "it is under way")
        (record,) = self.smmu.events()
        self.assertEqual(record[0], 0x0000001000000010)
        self.assertEqual(record[1] & ~0xFFFF, STALL | RNW | IN)
        self.assertEqual(record[2], 0x10000)
        return record[1] & 0xFFFF

    def state(self, frame=0):
        return self.engine.read(0x80 * frame)

    def test_registers_and_other_streams_go_on(self):
        stag = self.stalled()
        self.assert_good(0x10000, self.buffer)
        self.smmu.invalidate_all()  # CMD_SYNC does not wait for it
        self.assertEqual(self.smmu.read(0x060), 0)  # GERROR
        self.assertEqual(self.state(), self.engine.SUM64)
        self.smmu.send(resume(ENGINE_STREAM, stag, ABORT))
        self.assertEqual(self.state(), self.engine.ERROR)

    def test_retry_after_the_page_was_mapped(self):
        stag = self.stalled()
        self.table.map(0x10000, self.buffer, s1_leaf())
        self.smmu.send(resume(ENGINE_STREAM, stag, RETRY))
        self.assertEqual(self.state(), self.engine.HALTED)
        self.assertEqual(self.smmu.events(), [])

    def test_the_stag_decides_who_goes_on(self):
        first, second = self.stalled(0), self.stalled(1)
        self.assertNotEqual(first, second)
        self.smmu.send(resume(ENGINE_STREAM, second, ABORT))
        self.assertEqual(self.state(0), self.engine.SUM64)
        self.assertEqual(self.state(1), self.engine.ERROR)
        self.smmu.send(stall_term(ENGINE_STREAM))
        self.assertEqual(self.state(0), self.engine.ERROR)

    def test_disabling_the_smmu_ends_all(self):
        self.stalled()
        self.smmu.set_cr0(0b1100)
        self.assertEqual(self.state(), self.engine.ERROR)


if __name__ == "__main__":
    unittest.main()
