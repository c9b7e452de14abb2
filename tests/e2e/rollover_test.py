#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: block numbers, which have 16 bits, roll over with each boot loader: twice with iPXE, GRUB
for BIOS and for UEFI, and OVMF with a window of 4, once with PXELINUX and Syslinux. A limit of
their class makes the blocks short, and what comes after the last that rolls over is looked at by
whoever has loaded it.
"""

import os
import random
import shutil

from appliance import Appliance, config_text, sha256
from grub_test import BIOS_MODULES, UEFI_IMAGE, UEFI_MODULES
from lab import run
from netboot_guest import OVMF_WINDOWSIZE, Guest, GuestLab, check_host_can_boot_guests
from pxelinux_test import MODULES, linux_boots, make_linux
from suite import check, check_equal, main, program_under_test, wait_for
from wire_log import WireLog

BLKSIZE = 512
BLOCKS_ROLLED_ONCE, BLOCKS_ROLLED_TWICE = 65_540, 131_080
PXELINUX = "/usr/lib/PXELINUX/pxelinux.0"
SYSLINUX = "/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi"
IMAGE, INITRD = "rolled.img", "rolled.initrd"
IPXE_FETCHED = "e2e: iPXE has fetched it"
# Guest -> firmware, MAC, boot file.
GUESTS = {
    "iPXE and PXELINUX": ("bios", "52:54:00:99:00:0a", "boot.ipxe"),
    "GRUB for BIOS": ("bios", "52:54:00:99:00:0b", "grub/i386-pc/core.0"),
    "OVMF and GRUB": ("uefi", "52:54:00:99:00:0e", "grubnetx64.efi"),
    "Syslinux for UEFI": ("uefi", "52:54:00:99:00:0f", "syslinux-efi/syslinux.efi"),
}
IPXE_SCRIPT = f"""\
#!ipxe
imgfetch {IMAGE} && echo {IPXE_FETCHED} && imgfree || exit
set 210:string pxelinux/
chain pxelinux/pxelinux.0
"""
GRUB_CONFIG = f"""\
serial --unit=0 --speed=115200
terminal_output serial
hashsum --hash sha256 /{IMAGE}
halt
"""
SYSLINUX_CONFIG = f"""\
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  APPEND initrd={INITRD} console=ttyS0 no_timer_check
"""
DHCP = """\
dhcp:
  classes: [{name: short-blocks, match: {mac: "52:54:00:99:00:*"}, tftp: {blksize-max: 512}}]
  subnets:
    - subnet: 10.99.0.0/24
      reservations:
""" + "".join(f"        - {{mac: \"{mac}\", address: 10.99.0.{int(mac[-2:], 16)}, "
              f"boot: {{file: {file}}}}}\n" for _, mac, file in GUESTS.values())


def write_boot_files(images, linux):
    images.mkdir()
    (images / "boot.ipxe").write_text(IPXE_SCRIPT)
    for modules in (BIOS_MODULES, UEFI_MODULES):
        run("grub-mknetdir", f"--net-directory={images}", "--subdir=grub", "-d", modules)
    (images / "grub/grub.cfg").write_text(GRUB_CONFIG)
    shutil.copy(UEFI_IMAGE, images)
    os.truncate(images / os.path.basename(UEFI_IMAGE), BLOCKS_ROLLED_TWICE * BLKSIZE)
    for folder, loader, modules, first_module in (("pxelinux", PXELINUX, "bios", "ldlinux.c32"),
                                                  ("syslinux-efi", SYSLINUX, "efi64",
                                                   "ldlinux.e64")):
        (images / folder / "pxelinux.cfg").mkdir(parents=True)
        (images / folder / "pxelinux.cfg/default").write_text(SYSLINUX_CONFIG)
        shutil.copy(loader, images / folder)
        shutil.copy(f"{MODULES}/{modules}/{first_module}", images / folder)
        os.link(linux / "vmlinuz", images / folder / "vmlinuz")
        # Linux skips zeros before an archive: what it unpacks came after they rolled over.
        with open(images / folder / INITRD, "wb") as file:
            file.truncate(BLOCKS_ROLLED_ONCE * BLKSIZE)
            file.seek(0, os.SEEK_END)
            file.write((linux / "initrd.img").read_bytes())
    content = random.Random(IMAGE).randbytes(BLOCKS_ROLLED_TWICE * BLKSIZE + 1)
    (images / IMAGE).write_bytes(content)


def grub_hashes_it(guest, images):
    found = guest.wait_for(rf"([0-9a-f]{{64}}) +/{IMAGE}")
    check_equal(found[1], sha256(images / IMAGE), "what GRUB hashed")
    guest.wait_for_end()


def what_passed_the_wire_is_right(wire, images):
    def rolled(blocks):
        return [transfer for transfer in wire.transfers if transfer.blocks >= blocks]
    twice = sorted(transfer.path.lstrip("/") for transfer in rolled(BLOCKS_ROLLED_TWICE))
    check_equal(twice, ["grubnetx64.efi"] + [IMAGE] * 3, "what rolled over twice")
    once = {transfer.path for transfer in rolled(BLOCKS_ROLLED_ONCE)}
    check({f"pxelinux/{INITRD}", f"syslinux-efi/{INITRD}"} <= once, f"what rolled over: {once}")
    for transfer in rolled(BLOCKS_ROLLED_ONCE):
        wait_for(lambda: transfer.acked >= transfer.blocks - 1, 5,
                 f"{transfer.path} is acknowledged to its end")
        check_equal(transfer.granted["blksize"], str(BLKSIZE), f"blksize of {transfer.path}")
        check_equal(transfer.sha256(), sha256(images / transfer.path.lstrip("/")),
                    f"SHA-256 of {transfer.path} on the wire")
    windows = {transfer.path: transfer.granted.get("windowsize")
               for transfer in rolled(BLOCKS_ROLLED_TWICE)}
    check_equal(windows["grubnetx64.efi"], str(OVMF_WINDOWSIZE), "windowsize of OVMF")


def nobody_was_given_up(stentord):
    stentord.stop()
    check_equal(stentord.counters().get("transfers_given_up", 0), 0, "transfers_given_up")


def group(program):
    check_host_can_boot_guests(UEFI_IMAGE, PXELINUX, SYSLINUX)
    with GuestLab() as lab:
        images = lab.folder / "images"
        payload_hash = make_linux(lab.folder)
        write_boot_files(images, lab.folder)
        with (Appliance(lab, program, config_text(images, dhcp=DHCP)) as stentord,
              WireLog(lab) as wire):
            def guest_of(name):
                firmware, mac, _ = GUESTS[name]
                return Guest(lab, firmware, mac)
            with guest_of("iPXE and PXELINUX") as guest:
                yield "iPXE fetches it", lambda: guest.wait_for(IPXE_FETCHED)
                yield ("PXELINUX boots Linux by what comes last",
                       lambda: linux_boots(guest, payload_hash))
            for name in ("GRUB for BIOS", "OVMF and GRUB"):
                with guest_of(name) as guest:
                    yield f"{name} fetch and hash it", lambda: grub_hashes_it(guest, images)
            with guest_of("Syslinux for UEFI") as guest:
                yield ("Syslinux for UEFI boots Linux by what comes last",
                       lambda: linux_boots(guest, payload_hash))
            yield ("what passed the wire is right",
                   lambda: what_passed_the_wire_is_right(wire, images))
            yield "nobody was given up", lambda: nobody_was_given_up(stentord)


if __name__ == "__main__":
    main([group(program_under_test())])
