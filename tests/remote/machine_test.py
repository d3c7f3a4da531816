# The machine that a client finds: RAM, PCI, interrupts, what is in RAM at the start, and DMA of several devices.
import os
import struct
import subprocess
import tempfile
import unittest

from bench import STREAM
from pci import ECAM, IommuTestdev, TestEngine
from qtest import Qtest
from smmu import (BASE, CMD_SYNC_OUT, CMDQ_PROD, CR0, EVENTQ_SPI, IDR1, IDR5, SMMUEN, STRTAB_BASE, STRTAB_BASE_CFG, Memory,
                  Smmu, sync)
from tables import BYPASS, ste

RAM = 0x40000000
GICD = 0x08000000
SMMU_VP = os.environ.get("SMMU_VP", "build/bin/smmu-vp")


class Board(unittest.TestCase):
    def test_ram_is_as_large_as_asked_for(self):
        for arguments, megabytes in ((), 512), (("-m", "1"), 1), (("-m", "3G"), 3072):
            with Qtest(*arguments) as machine:
                last = RAM + (megabytes << 20) - 8
                machine.writeq(last, 0x1122334455667788)
                self.assertEqual(machine.readq(last), 0x1122334455667788)
                machine.writeq(last + 8, 0x55)
                self.assertEqual(machine.readq(last + 8), 0)

    def test_parameters_reach_the_smmu(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "c.json")
            with open(config, "w", encoding="utf-8") as file:
                file.write('{"smmu": {"stream_id_bits": 10}}')
            with Qtest("--config", config, "--set", "smmu.output_address_bits=40") as machine:
                self.assertEqual(machine.readl(BASE + IDR1) & 0x3F, 10)
                self.assertEqual(machine.readl(BASE + IDR5) & 7, 0b010)

    def test_bus_0_holds_a_host_bridge_and_what_was_asked_for(self):
        with Qtest("-device", "iommu-testdev,addr=1f.0", "-device", "smmu-test-engine", "-device",
                   "iommu-testdev,addr=2", "-device", "iommu-testdev") as machine:
            found = {}
            for function in range(256):
                value = machine.readl(ECAM + (function << 12))
                if value != 0xFFFFFFFF:
                    found[function >> 3, function & 7] = value
            self.assertEqual(found, {(0, 0): 0x00081B36, (1, 0): 0xFF8013B5, (2, 0): 0x00051B36, (3, 0): 0x00051B36,
                                     (31, 0): 0x00051B36})
            self.assertEqual(machine.readl(ECAM + (1 << 20)), 0xFFFFFFFF)  # bus 1
            self.assertEqual(machine.readq(ECAM + (4 << 15)), (1 << 64) - 1)

    def test_functions_of_one_device(self):
        with Qtest("-device", "iommu-testdev,addr=2.0", "-device", "iommu-testdev,addr=2.3") as machine:
            self.assertEqual(machine.readb(ECAM + (0x10 << 12) + 0x0E), 0x80)  # Header Type: multi-function
            self.assertEqual(machine.readl(ECAM + (0x13 << 12)), 0x00051B36)

    def test_a_function_answers_where_its_bar_is_and_only_when_enabled(self):
        with Qtest("-device", "iommu-testdev") as machine:
            config = ECAM + (8 << 12)
            machine.writel(config + 0x10, 0xFFFFFFFF)
            self.assertEqual(machine.readl(config + 0x10), 0xFFFFF000)  # 4 KiB
            machine.writel(config + 0x10, 0x20000000)
            self.assertEqual(machine.readl(0x20000010), 0xFFFFFFFF)
            machine.writew(config + 0x04, 0b010)
            self.assertEqual(machine.readl(0x20000010), 0xFFFFFFFF)  # RESULT: idle
            machine.writel(0x20000014, 1)
            self.assertEqual(machine.readl(0x20000010), 0xFFFFFFFE)  # armed
            self.assertEqual(machine.readl(0x20001010), 0xFFFFFFFF)

    def test_an_event_is_pending_in_the_gic(self):
        with Qtest("-device", "iommu-testdev") as machine:
            smmu = Smmu(machine, Memory(machine))
            machine.writel(GICD + 0xC00 + 4 * ((32 + EVENTQ_SPI) // 16), 0b10 << 2 * ((32 + EVENTQ_SPI) % 16))  # edge
            smmu.enable()
            machine.irq_intercept_in("gic")
            IommuTestdev(machine, 1).dma(RAM)
            self.assertEqual(machine.take_irqs(), [("raise", EVENTQ_SPI), ("lower", EVENTQ_SPI)])
            pending = machine.readl(GICD + 0x200 + 4 * ((32 + EVENTQ_SPI) // 32))
            self.assertEqual(pending, 1 << (32 + EVENTQ_SPI) % 32)

    def test_the_probe_window_counts_walks(self):
        with Qtest("-device", "iommu-testdev") as machine:
            smmu = Smmu(machine, Memory(machine))
            smmu.enable()
            smmu.set_ste(STREAM, ste(BYPASS))
            IommuTestdev(machine, 1).dma(RAM)
            machine.writeq(0x0C100008, 1)  # snapshot
            self.assertEqual(machine.read(0x0C100000, 8), b"SMPROBE0")
            self.assertEqual(machine.readq(0x0C100130), 1)  # reads of STEs


class Devices(unittest.TestCase):
    def test_several_devices_make_dma_under_their_own_stream(self):
        with Qtest("-m", "64", "-device", "iommu-testdev", "-device", "iommu-testdev,addr=5", "-device",
                   "smmu-test-engine,addr=7") as machine:
            memory = Memory(machine)
            smmu = Smmu(machine, memory)
            smmu.enable()
            buffer = memory.take(0x1000)
            first, second, engine = IommuTestdev(machine, 1), IommuTestdev(machine, 5), TestEngine(machine, 7)
            engine.identify(stream=0x08)  # does not count: the function's own is taken
            self.assertEqual(first.dma(buffer), first.DMA_FAILED)
            self.assertEqual(second.dma(buffer), second.DMA_FAILED)
            self.assertEqual(engine.load(buffer), engine.ERROR)
            self.assertEqual([record[0] for record in smmu.events()],
                             [0x0000000800000004, 0x0000002800000004, 0x0000003800000004])
            smmu.set_ste(0x28, ste(BYPASS))
            self.assertEqual(second.dma(buffer, length=0x800), second.GOOD)
            self.assertEqual(first.dma(buffer), first.DMA_FAILED)

    def test_the_results_of_the_iommu_testdev(self):
        with Qtest("-m", "64", "-device", "iommu-testdev") as machine:
            device = IommuTestdev(machine, 1)
            self.assertEqual(device.read(0x10), device.IDLE)
            device.read(0x00)
            self.assertEqual(device.read(0x10), device.NOT_ARMED)
            self.assertEqual(device.dma(RAM, length=0), device.BAD_LENGTH)
            self.assertEqual(device.dma(RAM, RAM + 0x1000), device.MISMATCH)
            self.assertEqual(device.dma(RAM, 0x7000000000), device.READ_BACK_FAILED)
            self.assertEqual(device.dma(0x7000000000, RAM), device.DMA_FAILED)

    def test_what_a_request_has_started_is_done_when_its_answer_comes(self):
        """RAM is read without time, and so are the IRQ lines that came: neither gives the machine a chance to catch up."""
        with Qtest("-m", "64", "-device", "smmu-test-engine") as machine:
            engine = TestEngine(machine, 1)
            machine.b64write(RAM, b"x" * 0x1000)
            for register, value in ((0x28, RAM), (0x30, RAM + 0xFFF), (0x38, 1), (0x40, RAM + 0x1000)):
                engine.write64(register, value)
            engine.write(0x00, engine.MEMCPY)
            self.assertEqual(machine.b64read(RAM + 0x1000, 0x1000), b"x" * 0x1000)
            smmu = Smmu(machine, Memory(machine))
            smmu.enable()
            machine.irq_intercept_out("smmu")
            machine.write(smmu.commands_at + 16 * 3, struct.pack("<2Q", *sync(signal=1)))
            smmu.write(CMDQ_PROD, 4)
            self.assertEqual(machine.take_irqs(), [("raise", CMD_SYNC_OUT), ("lower", CMD_SYNC_OUT)])

    def test_a_dma_that_takes_long_is_busy_first_and_done_later(self):
        """A request leaves a millisecond to what it has started; a copy of 1 MiB takes longer."""
        with Qtest("-device", "smmu-test-engine", "--set", "interconnect.ram_latency=1000") as machine:
            engine = TestEngine(machine, 1)
            machine.b64write(RAM, b"from here" + b"." * 0x100000)
            self.assertEqual(engine.copy(RAM, RAM + 0x1000000, 0x100000), engine.MEMCPY)
            before = machine.clock_step(1)
            self.assertEqual(engine.read(0), engine.MEMCPY)
            self.assertLessEqual(machine.clock_step(1) - before, 2100000)
            machine.clock_step(100000000)
            self.assertEqual(engine.read(0), engine.HALTED)
            self.assertEqual(machine.read(RAM + 0x1000000, 9), b"from here")


class Snapshot(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def test_images_are_in_ram_before_the_first_request(self):
        one = self.file("one@home", b"first image")
        two = self.file("two", b"SECOND")
        with Qtest("-m", "64", "--ram", one + "@0x40000100", "--ram=%s@1073742086" % two, "-ram",
                   two + "@0x43fffffa") as machine:
            self.assertEqual(machine.read(0x400000FF, 14), b"\0first SECOND\0")  # the later one wins
            self.assertEqual(machine.read(0x43FFFFF8, 8), b"\0\0SECOND")

    def test_a_snapshot_of_one_machine_starts_another(self):
        """Tables, queues and registers of a running SMMU: memory from the image, registers written again."""
        with Qtest("-m", "64", "-device", "iommu-testdev") as machine:
            smmu = Smmu(machine, Memory(machine))
            smmu.enable()
            smmu.set_ste(STREAM, ste(BYPASS))
            image = self.file("ram", b"".join(machine.b64read(RAM + at, 1 << 24) for at in range(0, 1 << 26, 1 << 24)))
        with Qtest("-m", "64", "-device", "iommu-testdev", "--ram", image + "@0x40000000") as machine:
            machine.writeq(BASE + STRTAB_BASE, smmu.stream_table)
            machine.writel(BASE + STRTAB_BASE_CFG, 8)
            machine.writel(BASE + CR0, SMMUEN)
            device = IommuTestdev(machine, 1)
            self.assertEqual(device.dma(RAM + 0x3000000), device.GOOD)

    def run_firmware(self, *arguments):
        ended = subprocess.run([SMMU_VP, "run", *arguments], capture_output=True, text=True, timeout=50)
        return ended.returncode, ended.stderr

    def test_firmware_finds_an_image_too(self):
        # movz x2, #0x4800, lsl #16; ldrb w1, [x2, #1]; movz x0, #1; movk w0, #0xc200, lsl #16; smc #0
        code = self.file("code", b"".join(word.to_bytes(4, "little") for word in (
            0xD2A90002, 0x39400441, 0xD2800020, 0x72B84000, 0xD4000003)))
        image = self.file("image", bytes([1, 77]))
        status, said = self.run_firmware("--firmware", code, "--ram", image + "@0x48000000")
        if "built without a CPU" in said:
            self.skipTest("needs a CPU")
        self.assertEqual((status, said), (77, ""))
        self.assertEqual(self.run_firmware("--firmware", code, "--ram", image + "@0x60000000"),
                         (2, "smmu-vp: --ram %s@0x60000000: its 2 bytes are not inside RAM, which is 0x40000000 to "
                             "0x5fffffff\n" % image))
        self.assertEqual(self.run_firmware("--firmware", code, "--ram", image + "@0x43ffffff"),
                         (2, "smmu-vp: --ram %s@0x43ffffff lies over the ACPI tables: give tables with --iort\n" % image))


if __name__ == "__main__":
    unittest.main()
