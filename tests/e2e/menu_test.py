#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: SeaBIOS's iPXE ROM shows a boot menu of option 43, and boots the item that is chosen: from
port 4011, with an address of ours and beside another DHCP server. The item's script fetches files
that end anywhere in a block.
"""

import random

from appliance import Appliance, config_text, sha256
from lab import end, run
from netboot_guest import BRIDGE, Guest, GuestLab, check_host_can_boot_guests
from suite import check_equal, main, program_under_test, wait_for
from wire_log import WireLog

MAC_SERVER = "52:54:00:99:00:1a"
MAC_MENU = "52:54:00:99:00:1b"
ADDRESS = "10.99.0.26"
SCRIPTS = {"first.ipxe": "stentor-menu: the first item", "second.ipxe": "stentor-menu: the second"}
BLKSIZE = 1432
EDGES = {f"{size}.bytes": size for size in (0, 1, BLKSIZE - 1, BLKSIZE, BLKSIZE + 1)}
EMPTY = "0.bytes"
FETCHED = "stentor-menu: all fetched"
DHCP = f"""\
dhcp:
  classes: [{{name: shown, match: {{mac: "{MAC_MENU}"}}}}]
  subnets:
    - subnet: 10.99.0.0/24
      pools: [10.99.0.100-10.99.0.120]
      reservations: [{{mac: "{MAC_SERVER}", address: {ADDRESS}}}]
"""
BOOT = """\
boot:
  menus:
    timed:
      prompt: Press F8 for the items of Stentor
      timeout: 2s
      items: [{name: The first item, file: first.ipxe}, {name: The second, file: second.ipxe}]
    shown:
      timeout: none
      items: [{name: Item of the menu, file: first.ipxe}, {name: Disk of its own, local: true}]
  rules: [{match: {class: shown}, menu: shown}, {menu: timed}]
"""


def write_boot_files(images):
    images.mkdir()
    fetch = " && ".join(f"imgfetch {name}" for name in EDGES)
    for name, text in SCRIPTS.items():
        (images / name).write_text(f"#!ipxe\necho {text}\n{fetch} && echo {FETCHED}\nsleep 600\n")
    for name, size in EDGES.items():
        (images / name).write_bytes(random.Random(name).randbytes(size))


def the_first_item_boots_by_itself(guest):
    guest.wait_for("Press F8 for the items of Stentor")
    guest.wait_for(SCRIPTS["first.ipxe"])


def arrived(transfer):
    """iPXE takes the block of an empty file, but its ACK is that of the OACK once more."""
    acked = 0 if transfer.path == EMPTY else transfer.blocks
    return transfer.short and transfer.acked >= acked


def every_end_arrives(guest, wire, images):
    guest.wait_for(FETCHED)
    paths = ["first.ipxe", *EDGES]
    check_equal(wire.paths(ADDRESS), paths, "what was asked for")
    for path in paths:
        transfer = wire.of(path)[-1]
        wait_for(lambda: arrived(transfer), 5, f"{path} is acknowledged to its end")
        check_equal(transfer.granted["blksize"], str(BLKSIZE), f"blksize of {path}")
        check_equal(transfer.sha256(), sha256(images / path), f"SHA-256 of {path} on the wire")


# Feature: boot-menus
def the_menu_shows(guest):
    guest.wait_for("Item of the menu")
    guest.wait_for("Disk of its own")


def group(program):
    check_host_can_boot_guests()
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_boot_files(images)
        config = config_text(images, dhcp=DHCP + BOOT)
        with Appliance(lab, program, config), WireLog(lab) as wire:
            with Guest(lab, "bios", MAC_SERVER) as guest:
                yield ("iPXE boots a menu's first item",
                       lambda: the_first_item_boots_by_itself(guest))
                yield ("files that end anywhere in a block arrive",
                       lambda: every_end_arrives(guest, wire, images))
            with Guest(lab, "bios", MAC_MENU) as guest:
                yield "iPXE shows a menu that waits", lambda: the_menu_shows(guest)


def proxy_group(program):
    check_host_can_boot_guests("/usr/sbin/dnsmasq")
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_boot_files(images)
        config = config_text(images, dhcp="dhcp: {mode: proxy}\n" + BOOT.replace(
            "{match: {class: shown}, menu: shown}, ", ""))
        run("ip", "-n", lab.cli, "address", "add", "10.99.0.2/24", "dev", BRIDGE)
        dnsmasq = lab.start_client(
            "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", f"--interface={BRIDGE}",
            "--bind-dynamic", "--dhcp-range=10.99.0.150,10.99.0.160,5m",
            f"--dhcp-leasefile={lab.folder}/dnsmasq.leases")
        try:
            with Appliance(lab, program, config):
                with Guest(lab, "bios", MAC_SERVER) as guest:
                    yield ("iPXE boots a ProxyDHCP menu's first item",
                           lambda: guest.wait_for(SCRIPTS["first.ipxe"]))
        finally:
            end(dnsmasq)


if __name__ == "__main__":
    main([group(program_under_test()), proxy_group(program_under_test())])
