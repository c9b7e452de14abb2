# SPDX-License-Identifier: BSD-3-Clause
"""QEMU guests that boot from the network of a lab: firmware, console, and the lab that has a place
for them.

    srv (srv0: stentord) ---- (cli0) bridge (TAP) ---- guest

Everything that they exchange passes cli0, where a WireLog reads it. The machines are emulated as a
whole (-accel tcg): the host needs no /dev/kvm.
"""

import os
import re
import shutil
import socket
import uuid

from lab import Lab, end, run
from suite import Failure, Skip, check, wait_for

BRIDGE = "br0"
UUID = "b8945908-d6a6-41a9-611d-74a6ab80b83d"
OVMF = "/usr/share/OVMF"
OVMF_BLKSIZE, OVMF_WINDOWSIZE = 1468, 4  # what it asks for
MEMORY_MIB = 512
BOOT_SECONDS_MAX = 150  # on a machine that compiles something else; 20 are usual
ESCAPES = re.compile(r"\x1b\[[0-9;=?]*[A-Za-z]")


def check_host_can_boot_guests(*files):
    """Raises Skip where the emulator, or one of these files, is missing."""
    missing = [name for name in ("qemu-system-x86_64", "grub-mknetdir", "cpio")
               if not shutil.which(name)]
    missing += [path for path in (f"{OVMF}/OVMF_CODE_4M.fd", "/dev/net/tun", *files)
                if not os.path.exists(path)]
    if missing:
        raise Skip(f"no {', '.join(missing)}: deploy/install-packages.sh test demo")


def config_search(mac, address):
    """By what GRUB and PXELINUX look for a configuration of the guest's own: its UUID, as option 97
    has it; its MAC; its address, 0A63000B, with one digit fewer each time."""
    digits = socket.inet_aton(address).hex().upper()
    return [str(uuid.UUID(bytes=uuid.UUID(UUID).bytes_le)), f"01-{mac.replace(':', '-')}",
            *(digits[:length] for length in range(len(digits), 0, -1))]


def end_in_a_block_of_ovmf(path, place):
    """Lengthens a program by zeros, which UEFI does not load, to a whole number of blocks and
    `place` bytes: 0, or beside it."""
    blocks = path.stat().st_size // OVMF_BLKSIZE + 1
    os.truncate(path, blocks * OVMF_BLKSIZE + place)


class GuestLab(Lab):
    """A lab with a bridge behind cli0, for guests to join."""

    def _make(self):
        super()._make()
        run("ip", "-n", self.cli, "link", "add", BRIDGE, "type", "bridge", "stp_state", "0",
            "forward_delay", "0", "mcast_snooping", "0")
        run("ip", "-n", self.cli, "link", "set", "cli0", "master", BRIDGE)
        run("ip", "-n", self.cli, "link", "set", BRIDGE, "up")

    def make_tap(self, name):
        run("ip", "-n", self.cli, "tuntap", "add", name, "mode", "tap")
        run("ip", "-n", self.cli, "link", "set", name, "master", BRIDGE)
        run("ip", "-n", self.cli, "link", "set", name, "up")

    def remove_tap(self, name):
        run("ip", "-n", self.cli, "link", "delete", name, ok=False)


class Guest:
    """One machine. `with` switches it on, and off again."""

    def __init__(self, lab, firmware, mac):
        """firmware: bios (SeaBIOS with the iPXE ROM of its network card) or uefi (OVMF)."""
        self.lab, self.firmware, self.mac = lab, firmware, mac
        self.folder = lab.folder / f"guest-{mac.replace(':', '')}"
        self.console_path = self.folder / "console"
        self.process = None

    def __enter__(self):
        self.folder.mkdir()
        self.console_path.touch()
        self.tap = f"tap{self.mac.replace(':', '')[-6:]}"
        self.lab.make_tap(self.tap)
        with open(self.folder / "qemu.log", "w") as log:
            self.process = self.lab.start_client(*self._machine(), stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        end(self.process)
        self.lab.remove_tap(self.tap)

    def _machine(self):
        nic = f"virtio-net-pci,netdev=n0,mac={self.mac},bootindex=1"
        common = ("qemu-system-x86_64", "-accel", "tcg", "-smp", 1, "-m", MEMORY_MIB, "-uuid",
                  UUID, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
                  "-serial", f"file:{self.console_path}", "-netdev",
                  f"tap,id=n0,ifname={self.tap},script=no,downscript=no,vnet_hdr=off")
        if self.firmware == "bios":
            # graphics=off makes SeaBIOS, and what writes through it, use the serial port.
            return (*common, "-machine", "pc,graphics=off", "-device", nic)
        shutil.copy(f"{OVMF}/OVMF_VARS_4M.fd", self.folder / "vars.fd")
        # An empty romfile takes iPXE out of the way: OVMF boots with its own network stack.
        return (*common, "-machine", "q35", "-device", f"{nic},romfile=", "-drive",
                f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd", "-drive",
                f"if=pflash,unit=1,format=raw,file={self.folder}/vars.fd")

    def console(self):
        """Without colours, cursor moves and blank lines."""
        text = ESCAPES.sub("", self.console_path.read_text(errors="replace"))
        return "\n".join(line for line in re.split(r"[\r\n\0]+", text) if line.strip())

    def wait_for(self, pattern, seconds=BOOT_SECONDS_MAX):
        """Until the console shows it; returns the match."""
        def look():
            # In this order: what it shows last it shows before it ends.
            has_ended = self.ended()
            return re.search(pattern, self.console()) or has_ended
        try:
            found = wait_for(look, seconds, f"the console shows `{pattern}`")
            check(found is not True, f"QEMU ended before the console showed `{pattern}`: " +
                  (self.folder / "qemu.log").read_text())
        except Failure as failure:
            raise Failure(f"{failure}; its last lines:\n" +
                          "\n".join(self.console().splitlines()[-25:])) from None
        return found

    def ended(self):
        return self.process.poll() is not None

    def wait_for_end(self, seconds=BOOT_SECONDS_MAX):
        """Until the guest has switched itself off."""
        wait_for(self.ended, seconds, "the guest switches itself off")
