# DMA through bypass, stage 1, stage 2 and both; configuration and translations change, and are seen after invalidation.
import unittest

from bench import ENGINE_STREAM, STREAM, SmmuTest
from smmu import GBPA, cfgi_all, cfgi_cd, tlbi_nh_all, tlbi_nh_va, tlbi_nsnh_all, tlbi_s12_vmall, tlbi_s2_ipa, sync
from tables import ABORT, BYPASS, s1_leaf, s2_leaf, ste


class Translation(SmmuTest):
    def test_without_smmuen_dma_passes_unless_gbpa_aborts_it(self):
        self.assertEqual(self.device.dma(self.buffer), self.device.GOOD)
        self.smmu.write(GBPA, 1 << 31 | 1 << 20 | 0x1000)
        self.assertEqual(self.smmu.read(GBPA), 1 << 20 | 0x1000)
        self.assertEqual(self.device.dma(self.buffer), self.device.DMA_FAILED)

    def test_bypass_and_abort_streams(self):
        self.smmu.enable()
        self.smmu.set_ste(STREAM, ste(BYPASS))
        self.assert_good(self.buffer, self.buffer, 64)
        self.smmu.set_ste(STREAM, ste(ABORT))
        self.assertEqual(self.device.dma(self.buffer), self.device.DMA_FAILED)
        self.assertEqual(self.smmu.events(), [])

    def test_stage1_maps_pages_and_blocks(self):
        self.smmu.enable()
        table = self.stage1()
        table.map(0x10000, self.buffer + 0x1000, s1_leaf())
        table.map(0x40200000, 0x43E00000, s1_leaf(), level=2)
        self.assert_good(0x10010, self.buffer + 0x1010, 32)
        self.assert_good(0x40234560, 0x43E34560, 32)
        self.assertEqual(self.machine.read(self.buffer, 0x1000), bytes(0x1000))

    def test_stage2_maps_what_the_device_sends(self):
        self.smmu.enable()
        table = self.stage2()
        table.map(0x10000, self.buffer, s2_leaf())
        table.map(0x8040000000, self.buffer + 0x1000, s2_leaf())  # in the second of the two start tables
        self.assert_good(0x10010, self.buffer + 0x10)
        self.assert_good(0x8040000020, self.buffer + 0x1020)

    def test_both_stages_one_behind_the_other(self):
        self.smmu.enable()
        first, second = self.nested()
        first.map(0x10000, 0x2000000000, s1_leaf())
        second.map(0x2000000000, self.buffer, s2_leaf())
        self.assert_good(0x10018, self.buffer + 0x18, 40)

    def test_a_dma_over_pages_that_lie_apart(self):
        self.smmu.enable()
        table = self.stage1()
        for page, at in enumerate((0x3000, 0x0000, 0x2000)):
            table.map(0x10000 + 0x1000 * page, self.buffer + at, s1_leaf())
        self.machine.write(self.buffer + 0x3FF0, bytes(range(16)))
        self.machine.write(self.buffer, bytes(range(16, 32)))
        self.smmu.set_ste(ENGINE_STREAM, self.machine.read(self.smmu.stream_table + 64 * STREAM, 64))
        self.assertEqual(self.engine.copy(0x10FF0, 0x12000, 32), self.engine.HALTED)
        self.assertEqual(self.machine.read(self.buffer + 0x2000, 32), bytes(range(32)))
        self.assertEqual(self.smmu.events(), [])

    def test_each_stream_has_its_own_translation(self):
        self.smmu.enable()
        self.stage1(STREAM).map(0x10000, self.buffer, s1_leaf())
        self.stage1(ENGINE_STREAM, asid=2).map(0x10000, self.buffer + 0x1000, s1_leaf())
        self.assert_good(0x10000, self.buffer, 8)
        self.assertEqual(self.engine.copy(0x10000, 0x10800, 8), self.engine.HALTED)
        self.assertEqual(self.machine.read(self.buffer + 0x800, 8), bytes(8))
        self.machine.write(self.buffer + 0x1000, b"of the 2")
        self.assertEqual(self.engine.copy(0x10000, 0x10800, 8), self.engine.HALTED)
        self.assertEqual(self.machine.read(self.buffer + 0x1800, 8), b"of the 2")


class Invalidation(SmmuTest):
    """An old translation holds until it is invalidated, as a driver that forgets to would see; the new one holds after."""

    def setUp(self):
        super().setUp()
        self.smmu.enable()

    def move_stage1(self, *commands):
        table = self.stage1()
        table.map(0x10000, self.buffer, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        table.map(0x10000, self.buffer + 0x1000, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        self.smmu.send(*commands, sync())
        self.assert_good(0x10000, self.buffer + 0x1000)

    def test_by_address(self):
        self.move_stage1(tlbi_nh_va(1, 1, 0x10000))

    def test_by_vmid(self):
        self.move_stage1(tlbi_nh_all(1))

    def test_everything(self):
        self.move_stage1(tlbi_nsnh_all())

    def move_stage2(self, *commands):
        table = self.stage2()
        table.map(0x10000, self.buffer, s2_leaf())
        self.assert_good(0x10000, self.buffer)
        table.map(0x10000, self.buffer + 0x1000, s2_leaf())
        self.assert_good(0x10000, self.buffer)
        self.smmu.send(*commands, sync())
        self.assert_good(0x10000, self.buffer + 0x1000)

    def test_by_ipa(self):
        self.move_stage2(tlbi_s2_ipa(1, 0x10000))

    def test_all_of_a_vm(self):
        self.move_stage2(tlbi_s12_vmall(1))

    def test_a_nested_translation_needs_both(self):
        first, second = self.nested()
        first.map(0x10000, 0x2000000000, s1_leaf())
        second.map(0x2000000000, self.buffer, s2_leaf())
        self.assert_good(0x10000, self.buffer)
        second.map(0x2000000000, self.buffer + 0x1000, s2_leaf())
        self.smmu.send(tlbi_s2_ipa(1, 0x2000000000), sync(), tlbi_nh_all(1), sync())
        self.assert_good(0x10000, self.buffer + 0x1000)

    def test_unmapped_is_unmapped_for_good(self):
        table = self.stage1()
        table.map(0x10000, self.buffer, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        table.unmap(0x10000)
        self.smmu.send(tlbi_nh_va(1, 1, 0x10000), sync())
        self.machine.memset(self.buffer, 4, 0)
        self.assert_event(0x10000, 0x0000000800000010, 0x0000020000000000, 0x10000, 0)
        self.assertEqual(self.machine.read(self.buffer, 4), bytes(4))

    def test_a_cd_that_is_replaced(self):
        table = self.stage1()
        table.map(0x10000, self.buffer, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        at = self.machine.readq(self.smmu.stream_table + 64 * STREAM) & 0x00FFFFFFFFFFFFC0
        self.machine.memset(at, 64, 0)
        self.assert_good(0x10000, self.buffer)
        self.smmu.send(cfgi_cd(STREAM), tlbi_nsnh_all(), sync())
        self.assert_event(0x10000, 0x000000080000000A, 0, 0, 0)

    def test_an_ste_that_is_replaced(self):
        self.smmu.set_ste(STREAM, ste(BYPASS))
        self.assert_good(self.buffer, self.buffer)
        self.machine.memset(self.smmu.stream_table + 64 * STREAM, 64, 0)
        self.assert_good(self.buffer, self.buffer)
        self.smmu.send(cfgi_all(), sync())
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)


if __name__ == "__main__":
    unittest.main()
