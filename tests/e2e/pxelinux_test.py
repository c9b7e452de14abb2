#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: PXELINUX in its two kinds for BIOS, started by SeaBIOS's iPXE ROM, and Syslinux for UEFI
search for their configuration, read others that it includes, which end anywhere in a block, show
its menu and boot Linux, which hashes what its initrd carries.
"""

import os
import pathlib
import random
import shutil
import subprocess

from appliance import Appliance, config_text, sha256
from lab import run
from netboot_guest import Guest, GuestLab, check_host_can_boot_guests, config_search
from suite import check, check_equal, main, program_under_test
from wire_log import WireLog

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = "/usr/lib/syslinux/modules"
# Folder of boot files -> firmware, loader, its modules, the first of them, MAC, address.
LOADERS = {
    "pxelinux": ("bios", "/usr/lib/PXELINUX/pxelinux.0", "bios", "ldlinux.c32",
                 "52:54:00:99:00:0a", "10.99.0.10"),
    "lpxelinux": ("bios", "/usr/lib/PXELINUX/lpxelinux.0", "bios", "ldlinux.c32",
                  "52:54:00:99:00:0b", "10.99.0.11"),
    "syslinux-efi": ("uefi", "/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi", "efi64", "ldlinux.e64",
                     "52:54:00:99:00:0e", "10.99.0.14"),
}
MENU_MODULES = ("menu.c32", "libutil.c32")
PAYLOAD_BYTES = 4_000_077
BLKSIZE = 1408
# An empty file is none to PXELINUX: it leaves when the OACK says so.
INCLUDED = {f"{size}.cfg": size for size in (1, BLKSIZE - 1, BLKSIZE, BLKSIZE + 1)}
CONFIG = "".join(f"INCLUDE {name}\n" for name in INCLUDED) + """\
UI menu.c32
TIMEOUT 1
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  APPEND initrd=initrd.img console=ttyS0 no_timer_check
"""
RESERVATIONS = "".join(
    f"        - {{mac: \"{mac}\", address: {address}, "
    f"boot: {{file: {folder}/{pathlib.Path(loader).name}}}}}\n"
    for folder, (_, loader, _, _, mac, address) in LOADERS.items())
DHCP = f"dhcp:\n  subnets:\n    - subnet: 10.99.0.0/24\n      reservations:\n{RESERVATIONS}"


def make_linux(folder):
    """Kernel and initrd of the demonstration, with a payload of this test's own. Returns its
    hash."""
    demo = pathlib.Path(os.environ.get("STENTOR_CACHE", "/var/cache/stentor")) / "demo"
    run(ROOT / "deploy/demo/images.sh", demo, seconds=400)
    shutil.copy(demo / "vmlinuz", folder)
    root = folder / "root"
    root.mkdir()
    with open(demo / "initrd.img", "rb") as packed:
        subprocess.run(["cpio", "--quiet", "-id"], check=True, stdin=packed, cwd=root)
    (root / "payload.bin").write_bytes(random.Random("payload").randbytes(PAYLOAD_BYTES))
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with open(folder / "initrd.img", "wb") as packed:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], check=True, cwd=root,
                       input=names.encode(), stdout=packed)
    return sha256(root / "payload.bin")


def write_boot_files(images, linux):
    for folder, (_, loader, modules, first_module, *_) in LOADERS.items():
        (images / folder / "pxelinux.cfg").mkdir(parents=True)
        (images / folder / "pxelinux.cfg/default").write_text(CONFIG)
        for name, size in INCLUDED.items():
            (images / folder / name).write_text("# nothing\n" * (size // 10) + "\n" * (size % 10))
        shutil.copy(loader, images / folder)
        for name in (first_module, *MENU_MODULES):
            shutil.copy(f"{MODULES}/{modules}/{name}", images / folder)
        for name in ("vmlinuz", "initrd.img"):
            os.link(linux / name, images / folder / name)


def linux_boots(guest, payload_hash):
    guest.wait_for("Linux version [0-9]")
    found = guest.wait_for(r"stentor-demo: sha256 ([0-9a-f]{64})\s")
    check_equal(found[1], payload_hash, "what Linux hashed of its payload")
    guest.wait_for_end()


def all_that_was_asked_for_was_served(wire, images, name):
    _, loader, _, first_module, mac, address = LOADERS[name]
    misses = [f"{name}/pxelinux.cfg/{part}" for part in config_search(mac, address)]
    expected = [f"{name}/{file}" for file in (pathlib.Path(loader).name, first_module)] + misses + [
        f"{name}/{file}" for file in ("pxelinux.cfg/default", *INCLUDED, *MENU_MODULES, "vmlinuz",
                                      "initrd.img")]
    check_equal(wire.paths(address), expected, f"what {name} asked for")
    for transfer in wire.transfers:
        if transfer.client != address:
            continue
        if transfer.path in misses:
            check_equal(transfer.error[:1], (1,), f"the answer to {transfer.path}")
            continue
        check(arrived(transfer), f"not complete: {transfer}")
        check_equal(transfer.sha256(), sha256(images / transfer.path),
                    f"SHA-256 of {transfer.path} on the wire")


def arrived(transfer):
    """A loader may start Linux so soon after the last block that its ACK never leaves the card."""
    return not transfer.error and transfer.short and transfer.acked >= transfer.blocks - 1


def counted_as_on_the_wire(stentord, wire):
    stentord.stop()
    counters = stentord.counters()
    missed = sum(bool(transfer.error) for transfer in wire.transfers)
    check_equal(missed, 10 * len(LOADERS), "requests in vain")
    check_equal(counters["refused file_not_found"], missed, "refused file_not_found")
    # A transfer whose last ACK is missing is counted when its last block was sent often enough.
    acked = sum(transfer.complete() for transfer in wire.transfers)
    completed = counters["transfers_completed"]
    check(acked <= completed <= len(wire.transfers) - missed,
          f"{acked} transfers were acknowledged to the end, and {completed} counted as completed")
    check_equal(counters.get("transfers_given_up", 0), 0, "transfers_given_up")


def group(program):
    check_host_can_boot_guests(*(row[1] for row in LOADERS.values()), f"{MODULES}/bios/ldlinux.c32")
    with GuestLab() as lab:
        images = lab.folder / "images"
        payload_hash = make_linux(lab.folder)
        write_boot_files(images, lab.folder)
        with (Appliance(lab, program, config_text(images, dhcp=DHCP)) as stentord,
              WireLog(lab) as wire):
            for name, (firmware, _, _, _, mac, _) in LOADERS.items():
                with Guest(lab, firmware, mac) as guest:
                    yield f"{name} boots Linux", lambda: linux_boots(guest, payload_hash)
                yield (f"{name} got all that it asked for",
                       lambda: all_that_was_asked_for_was_served(wire, images, name))
            yield "all is counted", lambda: counted_as_on_the_wire(stentord, wire)


if __name__ == "__main__":
    main([group(program_under_test())])
