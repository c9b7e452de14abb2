#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: GRUB, as Debian packages it for UEFI and for BIOS, boots over TFTP in a guest, fetches its
modules and its configuration, and hashes a kernel, an initrd, and files that end anywhere in a
block. With BIOS it leaves a file that it has begun unread for longer than 30 s, and holds back its
ACKs meanwhile.
"""

import os
import random
import shutil

from appliance import Appliance, config_text, sha256
from lab import run
from netboot_guest import (OVMF_BLKSIZE, OVMF_WINDOWSIZE, Guest, GuestLab,
                           check_host_can_boot_guests, config_search, end_in_a_block_of_ovmf)
from suite import check, check_equal, main, program_under_test
from wire_log import WireLog

UEFI_IMAGE = "/usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"
BIOS_MODULES = "/usr/lib/grub/i386-pc"
UEFI_MODULES = "/usr/lib/grub/x86_64-efi"
BIOS_MAC, UEFI_MAC = "52:54:00:99:00:0b", "52:54:00:99:00:0e"
BIOS_ADDRESS, UEFI_ADDRESS = "10.99.0.11", "10.99.0.14"
HELD_SECTORS = 4000
HELD_SECONDS = 31
BLKSIZE = 1024
EDGES = {f"{size}.bytes": size for size in (0, 1, BLKSIZE - 1, BLKSIZE, BLKSIZE + 1)}
NOT_FOUND, CLOSED = 1, 0  # codes of errors, the server's and GRUB's
FILES = {"kernel": 14_000_001, "initrd": 20_000_077, "held.img": HELD_SECTORS * 512, **EDGES}
# loopback opens a file and reads nothing of it. The guest with UEFI has no part in that: Debian's
# image measures files for a TPM, for which it reads each as a whole when it is opened.
CONFIG = f"""\
serial --unit=0 --speed=115200
terminal_output serial
echo "e2e: grub.cfg on $grub_platform"
hashsum --hash sha256 /kernel
for file in {" ".join(EDGES)}; do hashsum --hash sha256 /$file; done
if [ "$grub_platform" = pc ]; then loopback held /held.img; fi
hashsum --hash sha256 /initrd
if [ "$grub_platform" = pc ]; then
  sleep {HELD_SECONDS}
  hashsum --hash sha256 (held)0+{HELD_SECTORS}
fi
echo "e2e: end"
halt
"""
DHCP = f"""\
dhcp:
  subnets:
    - subnet: 10.99.0.0/24
      reservations:
        - {{mac: "{BIOS_MAC}", address: {BIOS_ADDRESS}, boot: {{file: grub/i386-pc/core.0}}}}
        - {{mac: "{UEFI_MAC}", address: {UEFI_ADDRESS}, boot: {{file: grubnetx64.efi}}}}
"""


def write_boot_files(images):
    images.mkdir()
    for modules in (BIOS_MODULES, UEFI_MODULES):
        run("grub-mknetdir", f"--net-directory={images}", "--subdir=grub", "-d", modules)
    shutil.copy(UEFI_IMAGE, images)
    end_in_a_block_of_ovmf(images / os.path.basename(UEFI_IMAGE), 0)
    (images / "grub/grub.cfg").write_text(CONFIG)
    for name, size in FILES.items():
        (images / name).write_bytes(random.Random(name).randbytes(size))


def check_hash(guest, shown_as, path):
    found = guest.wait_for(rf"([0-9a-f]{{64}}) +{shown_as}\s")
    check_equal(found[1], sha256(path), f"what GRUB hashed of {path.name}")


def kernel_and_initrd_are_right(guest, platform, images):
    guest.wait_for(f"e2e: grub.cfg on {platform}")
    for name in ("kernel", *EDGES, "initrd"):
        check_hash(guest, f"/{name}", images / name)


def unread_file_is_right(guest, wire, images):
    check_hash(guest, rf"\(held\)0\+{HELD_SECTORS}", images / "held.img")
    transfer, = wire.of("/held.img")
    check(transfer.silence > HELD_SECONDS - 1, f"GRUB was silent for {transfer.silence:.1f} s only")
    check(transfer.again > 0, "no block was sent again in that time")


def comes_to_its_end(guest):
    guest.wait_for(r"e2e: end")
    guest.wait_for_end()


def is_closed_at_its_end(transfer, path):
    """GRUB knows from the OACK when it has every byte. If the last block is an empty one, it may
    close the file before that comes."""
    return transfer.error[:1] == (CLOSED,) and path.stat().st_size % BLKSIZE == 0


def what_passed_the_wire_is_right(wire, images):
    """GRUB asks for blocks of BLKSIZE bytes and the size, OVMF for windows too, and they get that
    and no more."""
    for transfer in wire.transfers:
        if transfer.error[:1] == (NOT_FOUND,):
            continue
        path = images / transfer.path.lstrip("/")
        check(transfer.complete() or is_closed_at_its_end(transfer, path),
              f"not complete: {transfer}")
        check_equal(transfer.sha256(), sha256(path), f"SHA-256 of {transfer.path} on the wire")
        check_equal(list(transfer.granted), list(transfer.asked), f"options of {transfer.path}")
        check_equal(transfer.granted["blksize"], transfer.asked["blksize"],
                    f"blksize of {transfer.path}")
        if "tsize" in transfer.asked:
            check_equal(int(transfer.granted["tsize"]), path.stat().st_size,
                        f"tsize of {transfer.path}")
    asked = {transfer.asked["blksize"] for transfer in wire.of("/kernel")}
    check_equal(asked, {str(BLKSIZE)}, "the blksize that GRUB asks for")
    firmware = wire.of("grubnetx64.efi")[-1].granted
    check_equal((firmware["blksize"], firmware["windowsize"]),
                (str(OVMF_BLKSIZE), str(OVMF_WINDOWSIZE)), "blksize and windowsize of OVMF")


def with_error(wire, code):
    return [transfer for transfer in wire.transfers if transfer.error[:1] == (code,)]


def search_is_answered(wire):
    """GRUB's normal.mod looks for a configuration of the machine's own before the one for all."""
    expected = [f"/grub/grub.cfg-{part}" for part in config_search(BIOS_MAC, BIOS_ADDRESS)]
    missed = [transfer.path for transfer in with_error(wire, NOT_FOUND)]
    check_equal(missed, expected, "what GRUB asked for in vain")


def counted_as_on_the_wire(stentord, wire):
    stentord.stop()
    counters = stentord.counters()
    missed, closed = len(with_error(wire, NOT_FOUND)), len(with_error(wire, CLOSED))
    check_equal(counters["transfers_completed"], len(wire.transfers) - missed - closed,
                "transfers_completed")
    check_equal(counters["refused file_not_found"], missed, "refused file_not_found")
    check_equal(counters.get("transfers_ended_by_client", 0), closed, "transfers_ended_by_client")
    check_equal(counters.get("transfers_given_up", 0), 0, "transfers_given_up")


def group(program):
    check_host_can_boot_guests(UEFI_IMAGE, f"{BIOS_MODULES}/pxeboot.img")
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_boot_files(images)
        with (Appliance(lab, program, config_text(images, dhcp=DHCP)) as stentord,
              WireLog(lab) as wire):
            with Guest(lab, "uefi", UEFI_MAC) as guest:
                yield ("GRUB for UEFI boots, kernel and initrd are right",
                       lambda: kernel_and_initrd_are_right(guest, "efi", images))
                yield "GRUB for UEFI comes to its end", lambda: comes_to_its_end(guest)
            with Guest(lab, "bios", BIOS_MAC) as guest:
                yield ("GRUB for BIOS boots, kernel and initrd are right",
                       lambda: kernel_and_initrd_are_right(guest, "pc", images))
                yield (f"a file left unread for {HELD_SECONDS} s is right",
                       lambda: unread_file_is_right(guest, wire, images))
                yield "GRUB for BIOS comes to its end", lambda: comes_to_its_end(guest)
            yield ("what passed the wire is right, with the options that were asked for",
                   lambda: what_passed_the_wire_is_right(wire, images))
            yield "the search for a configuration is answered", lambda: search_is_answered(wire)
            yield "all is counted", lambda: counted_as_on_the_wire(stentord, wire)


if __name__ == "__main__":
    main([group(program_under_test())])
