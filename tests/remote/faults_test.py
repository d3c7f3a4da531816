# Each event that the SMMU records, provoked; the 32 bytes of its record, typed from Arm IHI 0070 G.b, 7.3.
#
# Word 0: event number, SSV (bit 11), SubstreamID[31:12], StreamID[63:32].  Word 1, bits from 64 on: PnU 97, InD 98,
# RnW 99, S2 103, CLASS[105:104] (0 CD, 1 TT, 2 IN).  Word 2: InputAddr.  Word 3: IPA or FetchAddr.
import unittest

from bench import ENGINE_STREAM, STREAM, UNMAPPED, SmmuTest
from smmu import STRTAB_BASE, STRTAB_BASE_CFG
from tables import BYPASS, S1, S2, PageTable, cd, s1_leaf, s2_leaf, ste

IN = 0x0000020000000000
S2_IN = 0x0000028000000000
S2_TT = 0x0000018000000000
S2_CD = 0x0000008000000000


class Configuration(SmmuTest):
    def test_c_bad_streamid(self):
        self.smmu.write(STRTAB_BASE_CFG, 3)  # streams 0 to 7; enable() would make it 8
        self.smmu.enable()
        self.smmu.set_cr0(0)
        self.smmu.write(STRTAB_BASE_CFG, 3)
        self.smmu.set_cr0(0b1101)
        self.assert_event(self.buffer, 0x0000000800000002, 0, 0, 0)

    def test_f_ste_fetch(self):
        self.smmu.enable()
        self.smmu.set_cr0(0)
        self.smmu.write64(STRTAB_BASE, UNMAPPED)
        self.smmu.set_cr0(0b1101)
        self.assert_event(self.buffer, 0x0000000800000003, 0, 0, 0x0000000700000200)

    def test_c_bad_ste(self):
        self.smmu.enable()
        self.smmu.set_ste(STREAM, ste(BYPASS, v=0))
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)
        self.smmu.set_ste(STREAM, ste(S2, s2ttb=self.memory.take(0x2000, 0x2000), s2t0sz=40))
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)

    def test_c_bad_substreamid(self):
        self.smmu.enable()
        self.stage1(ENGINE_STREAM).map(0x10000, self.buffer, s1_leaf())
        self.engine.identify(ENGINE_STREAM, substream=5)
        self.assertEqual(self.engine.load(0x10000), self.engine.ERROR)
        self.assert_record(0x0000001000005008, 0, 0, 0)

    def test_f_cd_fetch(self):
        self.smmu.enable()
        self.smmu.set_ste(STREAM, ste(S1, UNMAPPED))
        self.assert_event(self.buffer, 0x0000000800000009, 0, 0, 0x0000000700000000)

    def test_c_bad_cd(self):
        self.smmu.enable()
        table = self.memory.take(0x1000)
        for illegal in cd(table, v=0), cd(table, t0sz=40), cd(1 << 44):
            self.write_cd(illegal)
            self.assert_event(self.buffer, 0x000000080000000A, 0, 0, 0)


class Stage1(SmmuTest):
    def setUp(self):
        super().setUp()
        self.smmu.enable()
        self.table = self.stage1()

    def test_f_walk_eabt(self):
        self.machine.writeq(self.table.entry(0x10000, level=2), UNMAPPED | 0b11)
        self.assert_event(0x10020, 0x000000080000000B, 0x0000010000000000, 0x10020, 0x0000000700000080)

    def test_f_translation_at_each_level(self):
        self.table.entry(0x10000)
        for address in 0x10000, 0x200000, 0x40000000:
            self.assert_event(address, 0x0000000800000010, IN, address, 0)

    def test_f_translation_beyond_the_input_size(self):
        self.assert_event(0x8000000000, 0x0000000800000010, IN, 0x8000000000, 0)

    def test_f_addr_size(self):
        self.table.map(0x10000, 1 << 44, s1_leaf())
        self.assert_event(0x10123, 0x0000000800000011, IN, 0x10123, 0)

    def test_f_access(self):
        self.table.map(0x10000, self.buffer, s1_leaf(af=0))
        self.assert_event(0x10000, 0x0000000800000012, IN, 0x10000, 0)

    def test_f_permission(self):
        self.table.map(0x10000, self.buffer, s1_leaf(ap=0b11))
        self.assert_event(0x10000, 0x0000000800000013, IN, 0x10000, 0)

    def test_what_the_access_was_is_in_the_record(self):
        table = self.stage1(ENGINE_STREAM, asid=2)
        table.map(0x10000, self.buffer, s1_leaf(xn=1))
        engine = self.engine
        cases = (
            (0x20000, 0, 0x0000001000000010, 0x0000020800000000),  # RnW
            (0x20000, engine.PRIVILEGED, 0x0000001000000010, 0x0000020A00000000),  # and PnU
            (0x20000, engine.INSTRUCTION, 0x0000001000000010, 0x0000020C00000000),  # and InD
            (0x10000, engine.INSTRUCTION, 0x0000001000000013, 0x0000020C00000000),  # UXN
        )
        for address, read, word0, word1 in cases:
            self.assertEqual(engine.load(address, read), engine.ERROR)
            self.assertEqual(engine.error_address(), address)
            self.assert_record(word0, word1, address, 0)
        self.assertEqual(engine.load(0x10000), engine.HALTED)

    def test_cd_a_and_r_decide_how_a_fault_ends(self):
        self.stage1(a=0)
        self.assertEqual(self.device.dma(0x10000, self.buffer), self.device.MISMATCH)  # RAZ/WI
        self.assert_record(0x0000000800000010, IN, 0x10000, 0)
        self.stage1(r=0)
        self.assertEqual(self.device.dma(0x10000), self.device.DMA_FAILED)
        self.assertEqual(self.smmu.events(), [])


class Stage2(SmmuTest):
    def setUp(self):
        super().setUp()
        self.smmu.enable()

    def test_f_translation(self):
        self.stage2()
        self.assert_event(0x10123, 0x0000000800000010, S2_IN, 0x10123, 0x10000)

    def test_f_addr_size(self):
        self.stage2().map(0x10000, 1 << 44, s2_leaf())
        self.assert_event(0x10000, 0x0000000800000011, S2_IN, 0x10000, 0x10000)

    def test_f_access(self):
        self.stage2().map(0x10000, self.buffer, s2_leaf(af=0))
        self.assert_event(0x10000, 0x0000000800000012, S2_IN, 0x10000, 0x10000)

    def test_f_permission(self):
        self.stage2().map(0x10000, self.buffer, s2_leaf(s2ap=0b01))
        self.assert_event(0x10000, 0x0000000800000013, S2_IN, 0x10000, 0x10000)

    def test_f_walk_eabt(self):
        self.machine.writeq(self.stage2().entry(0x10000, level=2), UNMAPPED | 0b11)
        self.assert_event(0x10000, 0x000000080000000B, S2_IN, 0x10000, 0x0000000700000080)

    def test_nothing_is_recorded_without_s2r(self):
        self.stage2(s2r=0)
        self.assertEqual(self.device.dma(0x10000), self.device.DMA_FAILED)
        self.assertEqual(self.smmu.events(), [])


class Nested(SmmuTest):
    def setUp(self):
        super().setUp()
        self.smmu.enable()

    def test_the_output_of_stage1_meets_the_fault(self):
        first, _ = self.nested()
        first.map(0x10000, 0x2000000000, s1_leaf())
        self.assert_event(0x10123, 0x0000000800000010, S2_IN, 0x10123, 0x2000000000)

    def test_a_table_of_stage1_meets_the_fault(self):
        first, second = self.nested()
        self.machine.writeq(first.entry(0x10000, level=2), 0x2000000000 | 0b11)
        self.assert_event(0x10123, 0x0000000800000010, S2_TT, 0x10123, 0x2000000000)

    def test_the_cd_meets_the_fault(self):
        self.nested(mapped=False)
        self.assert_event(0x10123, 0x0000000800000010, S2_CD, 0x10123, self.cd_at & ~0xFFF)

    def test_a_fault_of_stage1_is_told_as_without_stage2(self):
        self.nested()
        self.assert_event(0x10123, 0x0000000800000010, IN, 0x10123, 0)


if __name__ == "__main__":
    unittest.main()
