# QMP over its socket: what QEMU's test library says when it starts and ends a machine.
import unittest

from qtest import Qtest


class QmpSocket(unittest.TestCase):
    def setUp(self):
        self.machine = Qtest("-m", "64", monitor=True)
        self.addCleanup(self.machine.quit)
        self.qmp = self.machine.qmp

    def test_greeting_negotiation_machines(self):
        self.assertEqual(self.qmp.greeting, {"QMP": {"version": {"qemu": {"micro": 0, "minor": 1, "major": 11},
                                                                 "package": ""}, "capabilities": []}})
        self.assertEqual(self.qmp.execute("qmp_capabilities", id=7), {"return": {}, "id": 7})
        self.assertIn("virt", [machine["name"] for machine in self.qmp.execute("query-machines")["return"]])

    def test_both_sockets_are_served_in_turn(self):
        self.qmp.execute("qmp_capabilities")
        for _ in range(20):
            self.assertEqual(self.machine.endianness(), "little")
            self.assertIn("return", self.qmp.execute("query-machines"))

    def test_mistakes_are_errors(self):
        self.assertEqual(self.qmp.execute("query-machines")["error"]["class"], "CommandNotFound")
        self.qmp.execute("qmp_capabilities")
        for wrong in "nonsense\n", "[1]\n", '{"execute": 5}\n', "{}\n", '{"execute": "device_add"}\n', '{"a": ]}\n':
            self.qmp.send(wrong)
            self.assertIn("desc", self.qmp.receive()["error"], wrong)
        self.assertIn("return", self.qmp.execute("query-machines"))

    def test_quit_ends_the_program(self):
        self.qmp.execute("qmp_capabilities")
        self.assertEqual(self.qmp.execute("quit"), {"return": {}})
        self.assertEqual(self.machine.process.wait(50), 0)
        self.assertEqual(self.machine.receive(), "")


if __name__ == "__main__":
    unittest.main()
