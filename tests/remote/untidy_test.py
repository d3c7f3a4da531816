# Software that does not do as it was told: bits that should be zero, sizes that are too large, addresses that are not
# aligned.  What the architecture ignores or clamps must be ignored or clamped, and nothing may end the machine.
import unittest

from bench import ENGINE_STREAM, STREAM, SmmuTest
from smmu import (BASE, CMDQ_BASE, CMDQ_CONS, CMDQ_PROD, CR1, EVENTQ_BASE, EVENTQ_CONS, EVENTQ_PROD, GERROR, GERRORN,
                  STRTAB_BASE, STRTAB_BASE_CFG, sync)
from tables import BYPASS, DEVICE, NESTED, S1, S2, PageTable, cd, s1_leaf, s2_leaf, ste

IN = 0x0000020000000000
S2_IN = 0x0000028000000000
ALL = (1 << 64) - 1


class Bases(SmmuTest):
    def test_low_bits_of_bases_below_the_size_are_ignored(self):
        write64 = self.smmu.write64
        self.smmu.write64 = lambda register, value: write64(
            register, value | {CMDQ_BASE: 0xFE0, EVENTQ_BASE: 0xFE0, STRTAB_BASE: 0x3FC0}.get(register, 0))
        self.smmu.enable()
        self.assertEqual(self.machine.readq(BASE + STRTAB_BASE), self.smmu.stream_table | 0x3FC0)
        self.smmu.set_ste(STREAM, ste(BYPASS))
        self.assert_good(self.buffer, self.buffer)
        self.smmu.set_ste(STREAM, ste(BYPASS, v=0))
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)

    def test_low_bits_of_table_bases_are_ignored(self):
        self.smmu.enable()
        first = PageTable(self.machine, self.memory)
        self.write_cd(cd(first.base | 0xFF0))
        first.map(0x10000, self.buffer, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        second = PageTable(self.machine, self.memory, tables=2)
        self.smmu.set_ste(STREAM, ste(S2, s2ttb=second.base | 0x1FF0))
        second.map(0x10000, self.buffer, s2_leaf())
        self.assert_good(0x10000, self.buffer)

    def test_queues_larger_than_they_may_be_count_as_the_largest(self):
        self.smmu.enable()
        self.smmu.set_cr0(0)
        self.smmu.commands_at, self.smmu.events_at = 0x42800000, 0x43000000  # aligned to 8 and 16 MiB
        self.smmu.write64(CMDQ_BASE, 0x42800000 | 31)
        self.smmu.write64(EVENTQ_BASE, 0x43000000 | 31)
        self.smmu.write(CMDQ_PROD, 0x7FFFF)  # the last entry of 2^19
        self.smmu.write(CMDQ_CONS, 0x7FFFF)
        self.smmu.set_cr0(0b1101)
        self.smmu.cmdq_log2 = 19
        self.smmu.send(sync(), sync())
        self.assertEqual(self.smmu.read(CMDQ_CONS), 0x80001)
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)

    def test_a_stream_table_without_end(self):
        self.smmu.enable()
        self.smmu.set_cr0(0)
        self.smmu.write(STRTAB_BASE_CFG, 0x3F)
        self.smmu.set_cr0(0b1101)
        self.assert_event(self.buffer, 0x0000000800000003, 0, 0, 0x200)  # the base is aligned to 0


class Registers(SmmuTest):
    def test_event_queue_indexes_at_their_page_0_offsets_are_ignored(self):
        self.smmu.enable()
        for offset in 0x0A8, 0x0AC:
            self.smmu.write(offset, 0x80000005)
            self.assertEqual(self.smmu.read(offset), 0)
        self.assertEqual((self.smmu.read(EVENTQ_PROD), self.smmu.read(EVENTQ_CONS)), (0, 0))
        self.assert_event(self.buffer, 0x0000000800000004, 0, 0, 0)
        self.assertEqual(self.smmu.read(0x0A8), 0)

    def test_what_is_guarded_stays_as_it_is_while_enabled(self):
        self.smmu.enable()
        for register, value in ((STRTAB_BASE_CFG, 8), (CR1, 0xD75), (CMDQ_CONS, 3), (EVENTQ_PROD, 0)):
            self.smmu.write(register, 0x7)
            self.assertEqual(self.smmu.read(register), value, hex(register))
        for register, value in ((STRTAB_BASE, self.smmu.stream_table), (CMDQ_BASE, self.smmu.commands_at | 8),
                                (EVENTQ_BASE, self.smmu.events_at | 7)):
            self.smmu.write64(register, 0x40000000)
            self.assertEqual(self.machine.readq(BASE + register), value, hex(register))

    def test_accesses_that_no_register_takes(self):
        self.smmu.enable()
        for size in 1, 2:
            self.machine.write(BASE + CMDQ_PROD, b"\xFF" * size)
        self.machine.writel(BASE + CMDQ_PROD + 2, 0xFFFFFFFF)
        self.assertEqual(self.smmu.read(CMDQ_PROD), 3)
        self.assertEqual((self.machine.readb(BASE), self.machine.readw(BASE)), (0, 0))
        self.assertEqual((self.machine.readl(BASE + 2), self.machine.readq(BASE + 4)), (0, 0))

    def test_every_register_takes_every_bit(self):
        """All ones, then zeros, into all of both pages; afterwards the SMMU is set up as ever."""
        for value in b"\xFF", b"\x00":
            self.machine.write(BASE, value * 0x20000)
        self.smmu.set_cr0(0)
        self.smmu.write(GERRORN, self.smmu.read(GERROR))  # what the ones made of the queues
        self.smmu.enable()
        self.smmu.events()
        self.smmu.set_ste(STREAM, ste(BYPASS))
        self.assert_good(self.buffer, self.buffer)

    def test_a_command_index_that_means_nothing(self):
        self.smmu.enable()
        self.smmu.write(CMDQ_PROD, 0xFFFFFFFF)
        self.assertEqual(self.smmu.read(GERROR), 1)  # a command of zeros is illegal
        self.smmu.set_cr0(0b0101)
        self.smmu.write(CMDQ_PROD, 0)
        self.smmu.write(CMDQ_CONS, 0)
        self.smmu.write(GERRORN, 1)
        self.smmu.set_cr0(0b1101)
        self.smmu.send(sync())


class Descriptors(SmmuTest):
    """What a descriptor does not define, or what only absent features use, may hold anything."""

    def setUp(self):
        super().setUp()
        self.smmu.enable()

    def test_bits_of_table_descriptors_that_mean_nothing(self):
        ignored = 0x07F0000000000FFC  # 58:52 and 11:2
        first = PageTable(self.machine, self.memory, table_bits=ignored)
        self.write_cd(cd(first.base))
        first.map(0x10000, self.buffer, s1_leaf())
        self.assert_good(0x10000, self.buffer)
        second = PageTable(self.machine, self.memory, tables=2, table_bits=0xFFF0000000000FFC)
        self.smmu.set_ste(STREAM, ste(S2, s2ttb=second.base))
        second.map(0x10000, self.buffer, s2_leaf())
        self.assert_good(0x10000, self.buffer)

    def test_bits_of_leaves_that_mean_nothing(self):
        self.stage1().map(0x10000, self.buffer, s1_leaf() | 0xF780000000000000)  # 63:60 and 58:55
        self.assert_good(0x10000, self.buffer)
        self.stage2().map(0x10000, self.buffer, s2_leaf() | 0xF780000000000800)  # and 11
        self.assert_good(0x10000, self.buffer)

    def test_fields_of_stes_and_cds_for_what_is_not_there(self):
        table = PageTable(self.machine, self.memory)
        table.map(0x10000, self.buffer, s1_leaf())
        at = self.memory.take(64)
        self.machine.write(at, cd(table.base)[:32] + b"\xFF" * 32)
        software = 0xF << 20 | 0xF << 13  # SW_RESERVED, CONT
        entry = ste(S1, at, more=(0, software, ALL & ~0xFFFF, ALL))  # S2* without stage 2
        self.smmu.set_ste(STREAM, entry[:32] + b"\xFF" * 32)
        self.assert_good(0x10000, self.buffer)
        self.smmu.set_ste(STREAM, ste(BYPASS, cd=0x00FFFFFFFFFFFFC0, more=(0xF << 60 | 0x3 << 4, software | 3, ALL, ALL)))
        self.assert_good(self.buffer, self.buffer)

    def test_output_sizes_above_oas_count_as_oas(self):
        for size in 0b101, 0b110, 0b111:
            table = self.stage1(ips=size)
            table.map(0x10000, self.buffer, s1_leaf())
            table.map(0x11000, 1 << 44, s1_leaf())
            self.assert_good(0x10000, self.buffer)
            self.assert_event(0x11000, 0x0000000800000011, IN, 0x11000, 0)
            self.smmu.invalidate_all()
            table = self.stage2(s2ps=size)
            table.map(0x10000, self.buffer, s2_leaf())
            table.map(0x11000, 1 << 44, s2_leaf())
            self.assert_good(0x10000, self.buffer)
            self.assert_event(0x11000, 0x0000000800000011, S2_IN, 0x11000, 0x11000)
            self.smmu.invalidate_all()


class Attributes(SmmuTest):
    """Memory types decide how data travels, never which data arrives."""

    def setUp(self):
        super().setUp()
        self.smmu.enable()

    def test_unaligned_dma_to_device_memory(self):
        self.machine.write(self.buffer, bytes(range(64)))
        self.stage1(ENGINE_STREAM).map(0x10000, self.buffer, s1_leaf(DEVICE))
        self.assertEqual(self.engine.copy(0x10003, 0x10101, 7), self.engine.HALTED)
        self.assertEqual(self.machine.read(self.buffer + 0x100, 9), bytes([0, 3, 4, 5, 6, 7, 8, 9, 0]))
        self.stage2(ENGINE_STREAM, vmid=2).map(0x10000, self.buffer, s2_leaf(memattr=0b0000))
        self.assertEqual(self.engine.copy(0x10005, 0x10202, 7), self.engine.HALTED)
        self.assertEqual(self.machine.read(self.buffer + 0x200, 10), bytes([0, 0, 5, 6, 7, 8, 9, 10, 11, 0]))
        self.assertEqual(self.smmu.events(), [])

    def test_every_mair_byte(self):
        table = PageTable(self.machine, self.memory)
        at = self.memory.take(64)
        for index in range(8):
            table.map(0x10000 + 0x1000 * index, self.buffer, s1_leaf(index))
        self.smmu.set_ste(STREAM, ste(S1, at))
        for first in range(0, 256, 8):
            mair = sum((first + index) << 8 * index for index in range(8))
            self.machine.write(at, cd(table.base, mair=mair))
            self.smmu.invalidate_all()
            for index in range(8):
                self.assert_good(0x10000 + 0x1000 * index, self.buffer)

    def test_every_stage2_memattr_with_and_without_fwb(self):
        for fwb in 0, 1:
            second = PageTable(self.machine, self.memory, tables=2)
            self.smmu.set_ste(STREAM, ste(S2, s2ttb=second.base, more=(0, fwb << 25)))
            for memattr in range(16):
                for sh in range(4):
                    page = 0x1000 * (memattr * 4 + sh)
                    second.map(page, self.buffer, s2_leaf(memattr=memattr, sh=sh))
                    self.assert_good(page, self.buffer)

    def test_reserved_types_of_nested_tables_and_of_the_cd(self):
        second = PageTable(self.machine, self.memory, tables=2)
        for block in range(0x40000000, 0x44000000, 0x200000):
            second.map(block, block, s2_leaf(memattr=0b0100, sh=0b01), level=2)
        first = PageTable(self.machine, self.memory)
        first.map(0x10000, self.buffer, s1_leaf(3, sh=0b01))  # AttrIndx 3: MAIR byte 0
        at = self.memory.take(64)
        self.machine.write(at, cd(first.base))
        self.smmu.set_ste(STREAM, ste(NESTED, at, second.base, more=(0, 0b01 << 6)))
        self.assert_good(0x10000, self.buffer)


if __name__ == "__main__":
    unittest.main()
