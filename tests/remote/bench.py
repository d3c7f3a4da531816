# What the tests of the SMMU have in common: the machine with its SMMU on, and two devices that make DMA.
import unittest

from pci import IommuTestdev, TestEngine
from qtest import Qtest
from smmu import Memory, Smmu
from tables import NESTED, S1, S2, PageTable, cd, s1_leaf, s2_leaf, ste

STREAM = 0x08  # of the iommu-testdev: slot 1
ENGINE_STREAM = 0x10  # of frame 0 of the test engine, as these tests set it
UNMAPPED = 0x700000000  # nobody answers here


class SmmuTest(unittest.TestCase):
    """64 MiB of RAM; everything that a test allocates is zero."""

    ARGUMENTS = ()
    QUEUES = {}

    def setUp(self):
        self.machine = Qtest("-m", "64", "-device", "iommu-testdev", "-device",
                             "smmu-test-engine,requester=frame", *self.ARGUMENTS)
        self.addCleanup(self.end)
        self.memory = Memory(self.machine)
        self.smmu = Smmu(self.machine, self.memory, **self.QUEUES)
        self.device = IommuTestdev(self.machine, 1)
        self.engine = TestEngine(self.machine, 2)
        self.engine.identify(ENGINE_STREAM)
        self.buffer = self.memory.take(0x4000)

    def end(self):
        """Whatever the test did, the program lives, ends well and has nothing to complain about."""
        self.assertIsNone(self.machine.process.poll(), "the program has ended by itself")
        self.assertEqual(self.machine.quit(), 0)
        self.assertEqual(self.machine.err, "")

    # --- Streams

    def stage1(self, stream=STREAM, **fields):
        """Gives the stream a stage 1 with an empty table; `fields` go to the CD."""
        table = PageTable(self.machine, self.memory)
        self.write_cd(cd(table.base, **fields), stream)
        return table

    def write_cd(self, descriptor, stream=STREAM):
        at = self.memory.take(64)
        self.machine.write(at, descriptor)
        self.smmu.set_ste(stream, ste(S1, at))

    def stage2(self, stream=STREAM, **fields):
        table = PageTable(self.machine, self.memory, tables=2)
        self.smmu.set_ste(stream, ste(S2, s2ttb=table.base, **fields))
        return table

    def nested(self, stream=STREAM, mapped=True):
        """Both stages; `mapped`: stage 2 maps all RAM, so that the tables of stage 1 are found."""
        second = PageTable(self.machine, self.memory, tables=2)
        if mapped:
            for block in range(0x40000000, 0x44000000, 0x200000):
                second.map(block, block, s2_leaf(), level=2)
        first = PageTable(self.machine, self.memory)
        self.cd_at = self.memory.take(64)
        self.machine.write(self.cd_at, cd(first.base))
        self.smmu.set_ste(stream, ste(NESTED, self.cd_at, second.base))
        return first, second

    # --- What came of it

    def assert_written(self, at, length):
        pattern = bytes.fromhex("78563412") * (length // 4 + 1)
        self.assertEqual(self.machine.read(at, length), pattern[:length])

    def assert_good(self, iova, at, length=4):
        """DMA to `iova` arrives at `at`, and nothing is recorded."""
        self.machine.memset(at, length, 0)
        self.assertEqual(self.device.dma(iova, at, length), self.device.GOOD)
        self.assert_written(at, length)
        self.assertEqual(self.smmu.events(), [])

    def assert_event(self, iova, *words):
        """DMA to `iova` fails, and the only record is this: four 64-bit words."""
        self.assertEqual(self.device.dma(iova), self.device.DMA_FAILED)
        self.assert_record(*words)

    def assert_record(self, *words):
        seen = [tuple("%#018x" % word for word in record) for record in self.smmu.events()]
        self.assertEqual(seen, [tuple("%#018x" % word for word in words)])
