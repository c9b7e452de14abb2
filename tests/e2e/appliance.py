# SPDX-License-Identifier: BSD-3-Clause
"""stentord inside a lab: its config, its boot files, its log, its start and its end."""

import hashlib
import random
import signal
import subprocess
import time

from lab import NETWORK, POOL, SERVER
from suite import Failure, check, wait_for

# Name and bytes. None is a multiple of a usual block size; the last has more than 65,535 blocks of
# 512 bytes.
FILES = {"pxelinux.0": 26_579, "linux": 3_000_001, "initrd/root.img": 33_554_432 + 512 * 300 + 77}
ROUTER = "10.99.0.254"
RESERVED_MAC = "52:54:00:99:00:09"
RESERVED_ADDRESS = "10.99.0.9"

PORT = """\
  - name: boot0
    device: {device}
    networks:
      - {{address: {server}/24, mtu: 1500}}
"""
DHCP = f"""\
dhcp:
  lease-time: {{default: 10s, min: 10s, max: 1h}}
  subnets:
    - subnet: {NETWORK}
      pools: [{POOL}]
      options: {{routers: [{ROUTER}], domain-name-servers: [10.99.0.253]}}
      reservations:
        - {{mac: "{RESERVED_MAC}", address: {RESERVED_ADDRESS}, hostname: node9}}
boot:
  rules:
    - {{file: pxelinux.0}}
"""


def config_text(images, ports=None, dhcp=DHCP, hugepages="none", cores="auto", tftp="",
                leases="durability: memory", control="socket: none"):
    ports = ports or PORT.format(device="interface:srv0", server=SERVER)
    return (f"workers: {{hugepages: {hugepages}, cores: {cores}}}\nports:\n{ports}{dhcp}"
            f"images: {{root: {images}}}\ntftp: {{{tftp}}}\nleases: {{{leases}}}\n"
            f"control: {{{control}}}\n")


def write_images(folder, names=("pxelinux.0", "linux")):
    """Boot files of bytes that look random and are always the same; returns name -> SHA-256."""
    hashes = {}
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.Random(name).randbytes(FILES[name]))
        hashes[name] = sha256(path)
    return hashes


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# How `interface:` comes to each driver: name -> what stentord is started by. XDP sockets lock all
# frames in memory (8 MiB here), packet sockets their rings (4 MiB): a limit between the two, as a
# service or a container may have, is a real reason to fall back.
LOCKED_BYTES_MAX = 6 << 20
BACKENDS = {"AF_XDP": [],
            "AF_PACKET": ["setpriv", "--bounding-set=-ipc_lock", "prlimit",
                          f"--memlock={LOCKED_BYTES_MAX}"]}


class Appliance:
    """One stentord process. `with` starts it, waits until it serves, and ends it."""

    def __init__(self, lab, program, text=None, arguments=None, name="stentord", wrapper=(),
                 namespace=None):
        self.lab = lab
        self.namespace = namespace or lab.srv
        self.log_path = lab.folder / f"{name}.log"
        self.command = [*wrapper, program]
        if text is not None:
            config = lab.folder / f"{name}.yaml"
            config.write_text(text)
            self.command += ["--config", config]
        self.command += arguments or []
        self.process = None

    def start(self):
        with open(self.log_path, "w") as log:
            self.process = self.lab.start(self.namespace, *self.command, stdout=log,
                                          stderr=subprocess.STDOUT)
        return self

    def wait_until_serving(self):
        wait_for(lambda: self.ended() or self.logged("serving,"), 60, "stentord is serving")
        check(not self.ended(), f"stentord ended with {self.process.returncode}:\n{self.log()}")
        return self

    def __enter__(self):
        return self.start().wait_until_serving()

    def __exit__(self, *_):
        try:
            if not self.ended():
                self.stop()
        finally:
            print("        " + "\n        ".join(self.log().splitlines()[-12:]), flush=True)

    def ended(self):
        return self.process.poll() is not None

    def wait_for_end(self, seconds=30):
        """The exit status of a stentord that is to end by itself."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failure(f"stentord should have ended; instead it ran:\n{self.log()}") from None

    def log(self):
        return self.log_path.read_text(errors="replace")

    def logged(self, text):
        return text in self.log()

    def stop(self, with_signal=signal.SIGTERM):
        """Returns exit status and seconds until the end. Transfers that live are cut off."""
        begun = time.monotonic()
        self.process.send_signal(with_signal)
        try:
            wait_for(lambda: self.ended() or self.logged("it ends with the last transfer"), 1, "")
        except Failure:
            pass
        if not self.ended():
            self.process.send_signal(with_signal)
        try:
            status = self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            check(False, f"stentord did not end within 20 s of {with_signal.name}:\n{self.log()}")
        return status, time.monotonic() - begun

    def counters(self):
        """What the last line of the log says, after the end: name -> number."""
        last = self.log().rstrip().splitlines()[-1]
        check("stopping on" in last and "; " in last, f"the last log line has no counters: {last}")
        pairs = (row.rsplit(" ", 1) for row in last.split("; ", 1)[1].split(", "))
        return {name: int(number) for name, number in pairs}


def serving(lab, program, backend="AF_XDP", **how):
    """An appliance with the usual config, and the boot files that it serves."""
    return Appliance(lab, program, config_text(lab.folder / "images", **how),
                     wrapper=BACKENDS[backend])


def check_backend(appliance, backend):
    check(appliance.logged(f"is served through {backend}"),
          f"{backend} was to serve, but the log says:\n{appliance.log()}")
