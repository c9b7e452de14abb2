#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: SeaBIOS's iPXE ROM shows a boot menu of option 43, and boots the item that is chosen: from
port 4011, with an address of ours and beside another DHCP server.
"""

from appliance import Appliance, config_text
from lab import end, run
from netboot_guest import BRIDGE, Guest, GuestLab, check_host_can_boot_guests
from suite import check_equal, main, program_under_test
from wire_log import WireLog

MAC_SERVER = "52:54:00:99:00:1a"
MAC_MENU = "52:54:00:99:00:1b"
ADDRESS = "10.99.0.26"
SCRIPTS = {"first.ipxe": "stentor-menu: the first item", "second.ipxe": "stentor-menu: the second"}
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


def write_scripts(images):
    images.mkdir()
    for name, text in SCRIPTS.items():
        (images / name).write_text(f"#!ipxe\necho {text}\nsleep 600\n")


def the_first_item_boots_by_itself(guest, wire):
    guest.wait_for("Press F8 for the items of Stentor")
    guest.wait_for(SCRIPTS["first.ipxe"])
    check_equal(wire.paths(ADDRESS), ["first.ipxe"], "what was asked for")


# Feature: boot-menus
def the_menu_shows(guest):
    guest.wait_for("Item of the menu")
    guest.wait_for("Disk of its own")


def group(program):
    check_host_can_boot_guests()
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_scripts(images)
        config = config_text(images, dhcp=DHCP + BOOT)
        with Appliance(lab, program, config), WireLog(lab) as wire:
            with Guest(lab, "bios", MAC_SERVER) as guest:
                yield ("iPXE boots a menu's first item",
                       lambda: the_first_item_boots_by_itself(guest, wire))
            with Guest(lab, "bios", MAC_MENU) as guest:
                yield "iPXE shows a menu that waits", lambda: the_menu_shows(guest)


def proxy_group(program):
    check_host_can_boot_guests("/usr/sbin/dnsmasq")
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_scripts(images)
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
