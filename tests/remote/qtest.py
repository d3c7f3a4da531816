# Starts the platform as QEMU's test library does, and drives it over its sockets: the qtest protocol and QMP.
import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile

PROGRAM = os.environ.get("SMMU_VP_SYSTEM", "build/bin/smmu-vp-system-aarch64")
TIMEOUT = 50  # seconds until a program that does not connect or answer counts as hung


class Failed(Exception):
    """A request was answered with FAIL; the text is the reason."""


class Qtest:
    """The machine, driven: `with Qtest("-m", "64") as machine: ...`."""

    def __init__(self, *arguments, monitor=False, program=PROGRAM):
        self.folder = tempfile.mkdtemp(prefix="qtest-")
        self.irqs = []  # what IRQ lines said, in order: ("raise", 42)
        self.qmp = None
        listeners = [self.listen("qtest")]
        command = [program, "-qtest", "unix:" + self.path("qtest"), "-qtest-log", "/dev/null"]
        if monitor:
            listeners.append(self.listen("qmp"))
            command += ["-chardev", "socket,path=%s,id=char0" % self.path("qmp"),
                        "-mon", "chardev=char0,mode=control"]
        command += ["-display", "none", "-audio", "none", *arguments, "-accel", "qtest"]
        self.out, self.err = "", ""  # what the program has printed, once it has ended
        with open(self.path("out"), "wb") as out, open(self.path("err"), "wb") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err)
        connected = [self.accept(listener) for listener in listeners]
        self.socket = connected[0]
        self.lines = self.socket.makefile("rb")
        if monitor:
            self.qmp = Qmp(connected[1])

    def path(self, name):
        return os.path.join(self.folder, name)

    def listen(self, name):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.path(name))
        listener.listen(1)
        listener.settimeout(0.1)
        return listener

    def accept(self, listener):
        """The program's connection; a program that ends instead is an error."""
        for _ in range(10 * TIMEOUT):
            try:
                connected = listener.accept()[0]
            except socket.timeout:
                if self.process.poll() is None:
                    continue
                break
            listener.close()
            connected.settimeout(TIMEOUT)
            return connected
        raise ConnectionError("the program has not connected; its status is %s" % self.process.poll())

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.quit()

    def quit(self):
        """As QEMU's test library ends it; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        """Exit status of a program that ends by itself."""
        status = self.process.wait(TIMEOUT)
        self.close()
        if not os.path.isdir(self.folder):
            return status  # asked again
        for name in "out", "err":
            with open(self.path(name), encoding="utf-8", errors="replace") as file:
                setattr(self, name, file.read())
        shutil.rmtree(self.folder, ignore_errors=True)
        return status

    def close(self):
        """Hangs up."""
        self.lines.close()
        self.socket.close()
        if self.qmp:
            self.qmp.close()

    # --- Lines

    def send(self, line):
        self.socket.sendall(line if isinstance(line, bytes) else line.encode() + b"\n")

    def receive(self):
        """The next line, whatever it says; "" when the program has closed the socket."""
        return self.lines.readline().decode().rstrip("\n")

    def ask(self, line):
        """Sends a request; returns the words behind OK, or raises Failed."""
        self.send(line)
        while True:
            kind, _, rest = self.receive().partition(" ")
            if kind == "OK":
                return rest
            if kind == "FAIL":
                raise Failed(rest)
            if kind != "IRQ":
                raise ConnectionError("not an answer: %r" % (kind + " " + rest))
            what, number = rest.split()
            self.irqs.append((what, int(number)))

    # --- Requests

    def endianness(self):
        return self.ask("endianness")

    def readb(self, address):
        return int(self.ask("readb %#x" % address), 0)

    def readw(self, address):
        return int(self.ask("readw %#x" % address), 0)

    def readl(self, address):
        return int(self.ask("readl %#x" % address), 0)

    def readq(self, address):
        return int(self.ask("readq %#x" % address), 0)

    def writeb(self, address, value):
        self.ask("writeb %#x %#x" % (address, value))

    def writew(self, address, value):
        self.ask("writew %#x %#x" % (address, value))

    def writel(self, address, value):
        self.ask("writel %#x %#x" % (address, value))

    def writeq(self, address, value):
        self.ask("writeq %#x %#x" % (address, value))

    def read(self, address, size):
        return bytes.fromhex(self.ask("read %#x %#x" % (address, size))[2:])

    def write(self, address, data):
        self.ask("write %#x %#x 0x%s" % (address, len(data), data.hex()))

    def b64read(self, address, size):
        return base64.b64decode(self.ask("b64read %#x %#x" % (address, size)))

    def b64write(self, address, data):
        self.ask("b64write %#x %#x %s" % (address, len(data), base64.b64encode(data).decode()))

    def memset(self, address, size, value):
        self.ask("memset %#x %#x %#x" % (address, size, value))

    def clock_step(self, ns=None):
        return int(self.ask("clock_step" if ns is None else "clock_step %d" % ns))

    def clock_set(self, ns):
        return int(self.ask("clock_set %d" % ns))

    def irq_intercept_in(self, device):
        self.ask("irq_intercept_in " + device)

    def irq_intercept_out(self, device):
        self.ask("irq_intercept_out " + device)

    def set_irq_in(self, device, number, level):
        self.ask("set_irq_in %s unnamed-gpio-in %d %d" % (device, number, level))

    def take_irqs(self):
        """What IRQ lines said since the last call."""
        taken, self.irqs = self.irqs, []
        return taken


class Qmp:
    """The client's end of a QMP socket."""

    def __init__(self, connected):
        self.socket = connected
        self.file = connected.makefile("r", encoding="utf-8")
        self.greeting = self.receive()

    def close(self):
        self.file.close()
        self.socket.close()

    def receive(self):
        line = self.file.readline()
        return json.loads(line) if line else None

    def send(self, text):
        self.socket.sendall(text.encode())

    def execute(self, command, **more):
        self.send(json.dumps({"execute": command, **more}))
        return self.receive()
