# PCI functions as boot firmware and a driver see them: configuration space, and the two devices that make DMA.
ECAM = 0x4010000000
WINDOW = 0x10000000  # of the BARs


class Function:
    """Of a slot of bus 0; its BAR 0 is placed behind those of the slots before it, and the function enabled."""

    VENDOR_DEVICE = None

    def __init__(self, machine, device, function=0):
        self.machine = machine
        self.requester_id = device << 3 | function
        self.config = ECAM + (self.requester_id << 12)
        self.bar0 = WINDOW + (self.requester_id << 20)
        found = machine.readl(self.config)
        if found != self.VENDOR_DEVICE:
            raise AssertionError("slot %#x holds %#x" % (device, found))
        machine.writel(self.config + 0x10, self.bar0)
        machine.writew(self.config + 0x04, 0b110)  # Command: Memory Space, Bus Master

    def read(self, register):
        return self.machine.readl(self.bar0 + register)

    def write(self, register, value):
        self.machine.writel(self.bar0 + register, value)

    def write64(self, register, value):
        self.machine.writeq(self.bar0 + register, value)


class IommuTestdev(Function):
    """Writes 0x12345678 again and again through the SMMU, and reads it back around the SMMU."""

    VENDOR_DEVICE = 0x00051B36
    GOOD, IDLE, BUSY = 0, 0xFFFFFFFF, 0xFFFFFFFE
    BAD_LENGTH, DMA_FAILED, READ_BACK_FAILED, MISMATCH, NOT_ARMED, BAD_ATTRIBUTES = range(0xDEAD0001, 0xDEAD0007)

    def dma(self, iova, expected_at=None, length=4):
        """The result; `expected_at`: the physical address where the bytes must arrive (default: iova)."""
        physical = iova if expected_at is None else expected_at
        for register, value in ((0x04, iova & 0xFFFFFFFF), (0x08, iova >> 32), (0x0C, length),
                                (0x1C, physical & 0xFFFFFFFF), (0x20, physical >> 32), (0x18, 1 << 1), (0x14, 1)):
            self.write(register, value)
        self.read(0x00)  # runs it
        return self.read(0x10)


class TestEngine(Function):
    """Frame 0 of Arm's SMMUv3TestEngine, unless another is named."""

    VENDOR_DEVICE = 0xFF8013B5
    HALTED, MEMCPY, RAND48, SUM64 = 1, 2, 3, 4
    ERROR, FRAME_MISCONFIGURED = 0xFFFFFFFF, 0xFFFFFFFE
    PRIVILEGED = 1 << 8  # PnU of a half of the attributes word
    INSTRUCTION = 1 << 10  # InD
    NO_SUBSTREAM = 0xFFFFFFFF

    def identify(self, stream=None, substream=NO_SUBSTREAM, frame=0):
        """What the frame's DMA says of itself; `stream` counts with requester=frame only."""
        if stream is not None:
            self.write(0x10008 + 0x80 * frame, stream)
        self.write(0x1000C + 0x80 * frame, substream)

    def run(self, command, begin, end, stride, destination=0, attributes=0, frame=0):
        """What `cmd` reads afterwards: HALTED where all went well."""
        user = 0x80 * frame
        self.write(user + 0x20, attributes)
        self.write(user + 0x24, 0)  # seed: ascending
        self.write64(user + 0x28, begin)
        self.write64(user + 0x30, end)
        self.write64(user + 0x38, stride)
        self.write64(user + 0x40, destination)
        self.write(user + 0x00, command)
        return self.read(user + 0x00)

    def copy(self, source, destination, length, read=0, write=0, frame=0):
        return self.run(self.MEMCPY, source, source + length - 1, 1, destination, read | write << 16, frame)

    def load(self, address, read=0, frame=0):
        """Reads the eight bytes at an aligned address, and writes nothing."""
        return self.run(self.SUM64, address, address + 7, 8, 0, read, frame)

    def error_address(self, frame=0):
        return self.machine.readq(self.bar0 + 0x80 * frame + 0x50)
