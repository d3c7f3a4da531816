# What a client or a user gets wrong: a FAIL line and the session goes on, or one sentence and exit status 2.
import os
import subprocess
import tempfile
import unittest

from qtest import PROGRAM, Failed, Qtest

RAM = 0x40000000
HOLE = 0x08100000
MOST = 16 << 20


class Session(unittest.TestCase):
    def setUp(self):
        self.machine = Qtest("-m", "64", "-device", "iommu-testdev")
        self.addCleanup(self.machine.quit)

    def refused(self, line):
        with self.assertRaises(Failed) as caught:
            self.machine.ask(line)
        return str(caught.exception)

    def test_malformed_requests(self):
        for line in ("", " ", "\t", "readl", "readl x", "readl 0x", "readl 1 2", "writel 1", "writel 1 2 3", "write 1 2",
                     "write 1 2 zz", "write 1 2 0x0", "b64write 1 2 !", "memset 1", "READL 0", "clock_step now",
                     "set_irq_in gic unnamed-gpio-in 128 1", "set_irq_in cpu unnamed-gpio-in 1 1", "irq_intercept_in cpu",
                     "irq_intercept_out gic", "module_load a b", "\0\1\2", "readl 0x1ffffffffffffffff"):
            self.assertNotEqual(self.refused(line), "", line)
            self.assertEqual(self.machine.endianness(), "little")

    def test_bytes_that_are_no_text(self):
        self.machine.send(bytes(range(128, 256)) + b"\n")
        self.assertEqual(self.machine.lines.readline()[:22], b"FAIL unknown command '")
        self.assertEqual(self.machine.endianness(), "little")

    def test_too_much_at_once(self):
        most = "SIZE is at most 16777216 bytes in one request"
        for line in ("read %#x %#x" % (RAM, MOST + 1), "read 0 0xffffffffffffffff", "b64read 0 0x8000000000000000",
                     "memset %#x %#x 0" % (RAM, MOST + 1), "write 0 0x100000000 0x00"):
            self.assertEqual(self.refused(line), most)
        self.assertEqual(self.refused("read 0xffffffffffffff00 0x101"),
                         "ADDR and SIZE run over the end of the address space")
        self.assertEqual(len(self.machine.b64read(RAM, MOST)), MOST)

    def test_a_line_without_end(self):
        for _ in range(2):
            for _ in range(33):
                self.machine.send(b"x" * (1 << 20))
            self.machine.send(b"\n")
            self.assertEqual(self.machine.receive(), "FAIL the line is longer than 33554560 characters")
        self.assertEqual(self.machine.endianness(), "little")

    def test_where_nobody_answers_reads_are_zero_and_writes_do_nothing(self):
        m = self.machine
        for address in 0, HOLE, RAM + (64 << 20), 0x7000000000, (1 << 64) - 16:
            m.write(address, b"\xFF" * 16)
            self.assertEqual(m.read(address, 16), bytes(16), hex(address))
            self.assertEqual((m.readb(address), m.readw(address), m.readl(address), m.readq(address)), (0, 0, 0, 0))

    def test_over_the_edges_of_ram(self):
        m = self.machine
        m.write(RAM - 8, b"\x11" * 16)
        self.assertEqual(m.read(RAM - 8, 16), b"\0" * 8 + b"\x11" * 8)
        m.writeq(RAM - 4, 0x2222222222222222)
        self.assertEqual(m.readq(RAM - 4), 0x2222222200000000)
        end = RAM + (64 << 20)
        m.write(end - 8, b"\x33" * 16)
        self.assertEqual(m.read(end - 8, 16), b"\x33" * 8 + b"\0" * 8)
        m.writeq(end - 4, 0x4444444444444444)
        self.assertEqual(m.readq(end - 4), 0x0000000044444444)

    def test_misaligned_and_odd_accesses_to_every_device(self):
        m = self.machine
        m.writel(0x4010008010, 0x10000000)  # BAR 0 of the iommu-testdev
        m.writew(0x4010008004, 2)
        for base in (0x08000000, 0x080A0000, 0x09000000, 0x09050000, 0x0C100000, 0x10000000, 0x4010000000, 0x4010008000):
            for size in 1, 2, 3, 4, 5, 7, 8, 9, 16, 64:
                for offset in 0, 1, 2, 3, 4:
                    m.read(base + offset, size)
                    m.write(base + 0x40 + offset, b"\0" * size)
        self.assertEqual(m.endianness(), "little")
        self.assertEqual(m.quit(), 0)
        self.assertEqual(m.err, "")


class CommandLine(unittest.TestCase):
    def refused(self, *arguments):
        ended = subprocess.run([PROGRAM, "-qtest", "unix:/nonexistent/s", *arguments], capture_output=True, text=True,
                               timeout=50)
        self.assertEqual(ended.returncode, 2, arguments)
        self.assertEqual(ended.stdout, "")
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
        return ended.stderr

    def test_bad_values(self):
        cases = (
            (("-m", "none"), "smmu-vp: -m is from 1 to 261120 MiB, not none\n"),
            (("-machine", "q35"), "smmu-vp: -machine is virt or none, not q35\n"),
            (("-device", "virtio-net-pci"), "smmu-vp: -device is iommu-testdev or smmu-test-engine, not virtio-net-pci\n"),
            (("-device", "iommu-testdev,addr=0"), None),
            (("-device", "iommu-testdev,addr=1", "-device", "iommu-testdev,addr=1"), None),
            (("-device", "iommu-testdev,addr=2.1"), None),
            (("-device", "iommu-testdev") * 32, "smmu-vp: -device: the bus has no free slot for one more\n"),
            (("--set", "smmu.frob=1"), None),
            (("--config", "none.json"), "smmu-vp: cannot read none.json: No such file or directory\n"),
            (("disk.img",), "smmu-vp: there is a word too many on the command line: disk.img\n"),
        )
        for arguments, sentence in cases:
            said = self.refused(*arguments)
            if sentence:
                self.assertEqual(said, sentence)

    def test_slots_that_cannot_be(self):
        self.assertIn("slot 0.0 is taken", self.refused("-device", "iommu-testdev,addr=0"))
        self.assertIn("slot 1.0 is taken",
                      self.refused("-device", "iommu-testdev,addr=1", "-device", "iommu-testdev,addr=1"))
        self.assertIn("slot 2.1 cannot be found", self.refused("-device", "iommu-testdev,addr=2.1"))

    def test_ram_images(self):
        with tempfile.TemporaryDirectory() as folder:
            image, empty = os.path.join(folder, "image"), os.path.join(folder, "empty")
            with open(image, "wb") as file:
                file.write(b"\1" * 16)
            open(empty, "wb").close()
            outside = "smmu-vp: --ram %s: its 16 bytes are not inside RAM, which is 0x40000000 to 0x43ffffff\n"
            for given in image + "@0x3ffffff8", image + "@0x43fffff8", image + "@0", image + "@0xfffffffffffffff8":
                self.assertEqual(self.refused("-m", "64", "--ram", given), outside % given)
            for given in image, image + "@", image + "@here", "@0x40000000", image + "@0x40000000z":
                self.assertEqual(self.refused("--ram", given), "smmu-vp: --ram takes FILE@ADDR, not %s\n" % given)
            self.assertEqual(self.refused("--ram", empty + "@0x40000000"),
                             "smmu-vp: --ram %s@0x40000000: the file is empty\n" % empty)
            self.assertEqual(self.refused("--ram", "/nonexistent@0x40000000"),
                             "smmu-vp: --ram: cannot read /nonexistent: No such file or directory\n")


if __name__ == "__main__":
    unittest.main()
