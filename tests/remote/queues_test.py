# The queues as software and the SMMU hand them to each other: interrupts, overflow, errors and the way out of them.
import struct
import unittest

from bench import STREAM, UNMAPPED, SmmuTest
from smmu import (BASE, CMD_SYNC_OUT, CMDQ_BASE, CMDQ_CONS, CMDQ_PROD, EVENTQ_BASE, EVENTQ_CONS, EVENTQ_OUT, EVENTQ_PROD,
                  GERROR, GERROR_OUT, GERRORN, IRQ_CTRL, cfgi_all, sync, tlbi_nsnh_all)
from tables import BYPASS, ste

OVERFLOW = 1 << 31
CMDQ_ERR, EVENTQ_ABT_ERR = 1 << 0, 1 << 2
ERR_ILLEGAL, ERR_ABORT = 0x01000000, 0x02000000  # CMDQ_CONS.ERR[30:24]
WITHOUT_STE = (0x0000000800000004, 0, 0, 0)  # C_BAD_STE of the device's stream


def pulse(number):
    return [("raise", number), ("lower", number)]


class EventQueue(SmmuTest):
    QUEUES = {"eventq_log2": 2}

    def setUp(self):
        super().setUp()
        self.smmu.enable()
        self.machine.irq_intercept_out("smmu")

    def fault(self, times=1):
        for _ in range(times):
            self.assertEqual(self.device.dma(self.buffer), self.device.DMA_FAILED)

    def test_only_the_first_record_of_an_empty_queue_interrupts(self):
        self.fault()
        self.assertEqual(self.machine.take_irqs(), pulse(EVENTQ_OUT))
        self.fault()
        self.assertEqual(self.machine.take_irqs(), [])
        self.assert_record_count(2)
        self.fault()
        self.assertEqual(self.machine.take_irqs(), pulse(EVENTQ_OUT))

    def assert_record_count(self, count):
        self.assertEqual(self.smmu.events(), [WITHOUT_STE] * count)

    def test_without_its_enable_there_is_no_interrupt(self):
        self.smmu.write(IRQ_CTRL, 0)
        self.fault()
        self.assertEqual(self.machine.take_irqs(), [])
        self.assert_record_count(1)

    def test_full_then_overflow_then_acknowledged(self):
        self.fault(4)
        self.assertEqual(self.smmu.read(EVENTQ_PROD), 4)  # full: the wrap bit differs
        self.fault()
        self.assertEqual(self.smmu.read(EVENTQ_PROD), OVERFLOW | 4)
        self.fault()
        self.assertEqual(self.smmu.read(EVENTQ_PROD), OVERFLOW | 4)
        self.assert_record_count(4)
        self.assertEqual(self.smmu.read(EVENTQ_CONS), OVERFLOW | 4)
        self.fault(5)  # a second overflow toggles the flag back
        self.assertEqual(self.smmu.read(EVENTQ_PROD), 0)
        self.assert_record_count(4)
        self.fault()
        self.assert_record_count(1)

    def test_space_without_an_acknowledge_is_used(self):
        self.fault(5)
        self.smmu.write(EVENTQ_CONS, 2)
        self.fault(2)
        self.assertEqual(self.smmu.read(EVENTQ_PROD), OVERFLOW | 6)

    def test_disabled_it_loses_records_and_does_not_overflow(self):
        self.smmu.set_cr0(0b1001)
        self.fault(6)
        self.smmu.set_cr0(0b1101)
        self.assertEqual(self.smmu.read(EVENTQ_PROD), 0)
        self.fault()
        self.assert_record_count(1)

    def test_a_queue_where_nobody_answers(self):
        self.smmu.set_cr0(0b1001)
        self.smmu.write64(EVENTQ_BASE, UNMAPPED | 2)
        self.smmu.set_cr0(0b1101)
        self.fault()
        self.assertEqual(self.smmu.read(GERROR), EVENTQ_ABT_ERR)
        self.assertEqual(self.machine.take_irqs(), pulse(GERROR_OUT))
        self.fault(6)  # lost, and no overflow while the error is not acknowledged
        self.assertEqual(self.smmu.read(EVENTQ_PROD) & OVERFLOW, 0)
        self.smmu.set_cr0(0b1001)
        self.smmu.write64(EVENTQ_BASE, self.smmu.events_at | 2)
        self.smmu.write(EVENTQ_PROD, 0)
        self.smmu.write(GERRORN, EVENTQ_ABT_ERR)
        self.smmu.set_cr0(0b1101)
        self.fault()
        self.assert_record_count(1)


class CommandQueue(SmmuTest):
    QUEUES = {"cmdq_log2": 2}

    def setUp(self):
        super().setUp()
        self.smmu.enable()
        self.machine.irq_intercept_out("smmu")

    def test_it_goes_round_and_round(self):
        for _ in range(3):
            self.smmu.send(cfgi_all(), tlbi_nsnh_all(), sync(), sync())
        self.assertEqual(self.smmu.read(GERROR), 0)

    def test_sync_interrupts_when_asked_to(self):
        self.smmu.send(sync())
        self.assertEqual(self.machine.take_irqs(), [])
        self.smmu.send(sync(signal=1))
        self.assertEqual(self.machine.take_irqs(), pulse(CMD_SYNC_OUT))

    def test_an_illegal_command_stops_the_queue_until_it_is_replaced(self):
        at = self.smmu.read(CMDQ_PROD)
        self.assertEqual(at, 3)
        self.smmu.put((0xFF, 0))
        self.assertEqual(self.smmu.read(CMDQ_CONS), ERR_ILLEGAL | at)
        self.assertEqual(self.smmu.read(GERROR), CMDQ_ERR)
        self.assertEqual(self.machine.take_irqs(), pulse(GERROR_OUT))

        self.smmu.put(sync(signal=1))  # is not consumed, nor interrupts
        self.assertEqual(self.smmu.read(CMDQ_CONS), ERR_ILLEGAL | at)
        self.assertEqual(self.machine.take_irqs(), [])

        self.machine.write(self.smmu.commands_at + 16 * at, struct.pack("<2Q", *cfgi_all()))
        self.smmu.write(GERRORN, CMDQ_ERR)
        self.assertEqual(self.machine.take_irqs(), pulse(CMD_SYNC_OUT))
        self.assertEqual(self.smmu.read(CMDQ_CONS) & 0xFFFFF, self.smmu.read(CMDQ_PROD))
        self.assertEqual(self.smmu.read(GERROR) ^ self.smmu.read(GERRORN), 0)
        self.smmu.set_ste(STREAM, ste(BYPASS))
        self.assert_good(self.buffer, self.buffer)

    def test_each_kind_of_illegal_command(self):
        for words in ((0x00, 0), (0x03 | 1 << 10, 0), (0x46 | 0b11 << 12, 0), (0xFF, 0)):
            active = self.smmu.read(GERROR)
            at = self.smmu.read(CMDQ_PROD)
            self.smmu.put(words)
            self.assertEqual(self.smmu.read(CMDQ_CONS), ERR_ILLEGAL | at, words)
            self.assertEqual(self.smmu.read(GERROR), active ^ CMDQ_ERR)
            self.machine.write(self.smmu.commands_at + 16 * (at & 3), struct.pack("<2Q", *sync()))
            self.smmu.write(GERRORN, active ^ CMDQ_ERR)
            self.assertEqual(self.smmu.read(CMDQ_CONS) & 0xFFFFF, self.smmu.read(CMDQ_PROD), words)

    def test_a_queue_where_nobody_answers(self):
        self.smmu.set_cr0(0b0101)
        self.smmu.write64(CMDQ_BASE, UNMAPPED | 2)
        self.smmu.write(CMDQ_PROD, 0)
        self.smmu.write(CMDQ_CONS, 0)
        self.smmu.set_cr0(0b1101)
        self.smmu.write(CMDQ_PROD, 1)
        self.assertEqual(self.smmu.read(CMDQ_CONS), ERR_ABORT)
        self.assertEqual(self.smmu.read(GERROR), CMDQ_ERR)

    def test_prod_written_together_with_cons_is_one_access(self):
        at = self.smmu.read(CMDQ_PROD)
        self.machine.write(self.smmu.commands_at + 16 * at, struct.pack("<2Q", *sync()))
        self.machine.writeq(BASE + CMDQ_PROD, at + 1)  # CONS, the high word, is not writable while enabled
        self.assertEqual(self.machine.readq(BASE + CMDQ_PROD), (at + 1) << 32 | (at + 1))


if __name__ == "__main__":
    unittest.main()
