# The qtest protocol over its socket, as a client meets it: requests, time, interrupts, and how a session ends.
import os
import signal
import socket
import subprocess
import unittest

from qtest import PROGRAM, Failed, Qtest

SMMU_VP = os.environ.get("SMMU_VP", "build/bin/smmu-vp")

RAM = 0x40000000
SMMU = 0x09050000
GICD = 0x08000000
UART = 0x09000000


class Requests(unittest.TestCase):
    def setUp(self):
        self.machine = Qtest("-m", "64")
        self.addCleanup(self.machine.quit)

    def test_values_and_bytes_of_ram(self):
        m = self.machine
        self.assertEqual(m.endianness(), "little")
        m.writeq(RAM, 0x0123456789ABCDEF)
        self.assertEqual(m.read(RAM, 8), bytes.fromhex("efcdab8967452301"))
        self.assertEqual((m.readb(RAM), m.readw(RAM), m.readl(RAM), m.readq(RAM)),
                         (0xEF, 0xCDEF, 0x89ABCDEF, 0x0123456789ABCDEF))
        m.writeb(RAM + 1, 0x11)
        m.writew(RAM + 2, 0x3322)
        m.writel(RAM + 4, 0x77665544)
        self.assertEqual(m.b64read(RAM, 8), bytes.fromhex("ef11223344556677"))
        m.b64write(RAM + 5, b"any bytes")
        m.memset(RAM + 8, 3, 0x5A)
        self.assertEqual(m.read(RAM + 5, 9), b"any\x5A\x5A\x5Ates")

    def test_a_megabyte_at_once(self):
        data = os.urandom(1 << 20)
        self.machine.b64write(RAM + 3, data)
        self.assertEqual(self.machine.read(RAM + 3, 1 << 20), data)

    def test_requests_may_be_sent_ahead_of_their_answers(self):
        self.machine.send(b"".join(b"readb 0x4000%04x\n" % i for i in range(1000)))
        self.assertEqual([self.machine.receive() for _ in range(1000)], ["OK 0x0000000000000000"] * 1000)

    def test_a_line_may_come_in_pieces(self):
        for piece in b"endi", b"anne", b"ss\nendian":
            self.machine.send(piece)
        self.assertEqual(self.machine.receive(), "OK little")
        self.machine.send(b"ness\r\n")
        self.assertEqual(self.machine.receive(), "OK little")

    def test_a_device_sees_one_access_of_the_size_asked_for(self):
        """A priority byte of the GIC leaves its neighbours alone; the SMMU takes 4 and 8 bytes and nothing else."""
        m = self.machine
        m.writel(GICD + 0x400 + 40, 0x11111111 << 3)
        m.writeb(GICD + 0x400 + 41, 0xA8)
        m.write(GICD + 0x400 + 42, b"\xB0")
        self.assertEqual(m.readl(GICD + 0x400 + 40), 0x88B0A888)
        low, high = m.readl(SMMU), m.readl(SMMU + 4)
        self.assertEqual(m.readq(SMMU), high << 32 | low)
        self.assertEqual(m.read(SMMU, 8), m.read(SMMU, 4) + m.read(SMMU + 4, 4))
        self.assertEqual((m.read(SMMU, 1), m.read(SMMU, 2)), (b"\0", b"\0\0"))

    def test_longer_accesses_to_a_device_are_words(self):
        m = self.machine
        words = b"".join(m.read(SMMU + at, 4) for at in range(0, 32, 4))
        self.assertEqual(m.read(SMMU, 32), words)
        self.assertEqual(m.read(SMMU, 29), words[:28] + b"\0")  # a byte is what no register gives

    def test_time_moves_with_what_happens_and_when_told(self):
        m = self.machine
        start = m.clock_step(1)
        self.assertEqual(m.clock_step(1000), start + 1000)
        self.assertEqual(m.clock_set(1000000), 1000000)
        m.readl(SMMU)
        after = m.clock_step(1) - 1
        self.assertGreater(after, 1000000)
        with self.assertRaisesRegex(Failed, "^the clock is already at %d$" % (after + 1)):
            m.clock_set(5)
        with self.assertRaisesRegex(Failed, "^nothing will happen at any later time$"):
            m.clock_step()
        with self.assertRaisesRegex(Failed, "^the clock ends at "):
            m.clock_step(1 << 63)
        self.assertEqual(m.clock_step(10**12), after + 1 + 10**12)

    def test_inputs_of_the_gic_can_be_set_and_watched(self):
        m = self.machine
        m.set_irq_in("gic", 20, 1)
        m.irq_intercept_in("gic")
        m.irq_intercept_in("/machine/gic")  # once more is no mistake
        self.assertEqual(m.take_irqs(), [])
        m.set_irq_in("/machine/gic", 20, 1)
        self.assertEqual(m.take_irqs(), [])
        m.set_irq_in("gic", 20, 0)
        m.set_irq_in("gic", 127, -1)
        self.assertEqual(m.take_irqs(), [("lower", 20), ("raise", 127)])
        self.assertEqual(m.readl(GICD + 0x200 + 4 * 4), 1 << 31)  # INTID 32 + 127 is pending
        with self.assertRaisesRegex(Failed, "^IRQ intercept already enabled$"):
            m.irq_intercept_out("smmu")

    def test_the_uart_prints(self):
        for letter in b"It prints\n":
            self.machine.writel(UART, letter)
        self.machine.quit()
        self.assertEqual(self.machine.out, "It prints\n")


class End(unittest.TestCase):
    def test_sigterm_is_success_also_while_a_request_comes_in(self):
        machine = Qtest("-m", "64")
        machine.send(b"read 0x40000000 ")
        machine.process.send_signal(signal.SIGTERM)
        self.assertEqual(machine.wait(), 0)
        self.assertEqual((machine.out, machine.err), ("", ""))

    def test_it_ends_when_the_client_hangs_up(self):
        for last in b"", b"endianness\n", b"half a li":
            machine = Qtest("-m", "64")
            machine.endianness()
            machine.send(last)
            machine.close()
            self.assertEqual(machine.process.wait(50), 0)
            machine.quit()
            self.assertEqual(machine.err, "")

    def test_it_ends_when_the_answer_finds_no_reader(self):
        machine = Qtest("-m", "64")
        machine.send(b"read 0x40000000 0x1000000\n" * 3)
        machine.close()
        self.assertEqual(machine.process.wait(50), 0)
        machine.quit()

    def test_with_two_sockets_it_ends_when_both_are_closed(self):
        machine = Qtest("-m", "64", monitor=True)
        machine.qmp.execute("qmp_capabilities")
        machine.qmp.close()
        self.assertEqual(machine.endianness(), "little")
        machine.close()
        self.assertEqual(machine.process.wait(50), 0)
        machine.quit()

    def test_nobody_listens(self):
        for arguments in (["-qtest", "unix:/nonexistent/s"],
                          ["-chardev", "socket,id=c,path=/nonexistent/s", "-mon", "c,mode=control"]):
            ended = subprocess.run([PROGRAM] + arguments, capture_output=True, text=True, timeout=50)
            self.assertEqual(ended.returncode, 2)
            self.assertEqual(ended.stderr, "smmu-vp: cannot connect to /nonexistent/s: No such file or directory; "
                                           "the client must listen there first\n")

    def test_smmu_vp_itself_is_the_same_program(self):
        with Qtest("-m", "64", program=SMMU_VP) as machine:
            self.assertEqual(machine.endianness(), "little")
            self.assertEqual(machine.quit(), 0)
        for program in SMMU_VP, PROGRAM:
            said = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=50).stdout
            self.assertIn("smmu-vp-system-aarch64 -qtest unix:PATH", said)

    def test_without_a_machine_only_the_sockets_work(self):
        with Qtest("-machine", "none", monitor=True) as machine:
            self.assertEqual(machine.endianness(), "little")
            self.assertEqual(machine.readl(SMMU), 0)
            machine.qmp.execute("qmp_capabilities")
            self.assertEqual(machine.qmp.execute("query-machines")["return"][0]["name"], "virt")
            self.assertEqual(machine.quit(), 0)


if __name__ == "__main__":
    unittest.main()
