#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: UEFI firmware (OVMF) boots by Stentor's ProxyDHCP while dnsmasq, and while Kea, gives the
addresses: the firmware loads iPXE, a byte shorter and a byte longer than a whole number of blocks,
and iPXE its script. Neither server is told of the other.
"""

import functools
import ipaddress
import shutil

from appliance import Appliance, config_text, sha256
from boot_server import FOLDER, Dnsmasq, Kea, Site, unpack, version_of
from dhcp_log import ACK, OFFER, DhcpLog
from lab import SERVER, run
from netboot_guest import (BRIDGE, Guest, GuestLab, check_host_can_boot_guests,
                           end_in_a_block_of_ovmf)
from suite import check, check_equal, main, program_under_test, wait_for
from wire_log import WireLog

IPXE = "/usr/lib/ipxe/snponly.efi"
LOADER, SCRIPT = "snponly.efi", "proxy.ipxe"
SITE = Site("10.99.0.2", "10.99.0.0/24", "10.99.0.150", "10.99.0.160", boot_file="")
SAID = "stentor-proxy: the script"
PROXY = f"""\
dhcp: {{mode: proxy}}
boot:
  rules:
    - {{match: {{user-class: iPXE}}, file: {SCRIPT}}}
    - {{match: {{arch: efi-x64}}, file: {LOADER}}}
"""


def write_boot_files(images, place):
    images.mkdir()
    shutil.copy(IPXE, images / LOADER)
    end_in_a_block_of_ovmf(images / LOADER, place)
    (images / SCRIPT).write_text(f"#!ipxe\necho {SAID}\nsleep 600\n")


def boots(guest, wire, images):
    guest.wait_for(SAID)
    check_equal(wire.paths(), [LOADER, SCRIPT], "what was asked for")
    for transfer in (wire.of(LOADER)[-1], wire.of(SCRIPT)[-1]):
        wait_for(transfer.complete, 5, f"{transfer.path} is acknowledged to its end")
        check_equal(transfer.sha256(), sha256(images / transfer.path), f"bytes of {transfer.path}")
        check(ipaddress.ip_address(SITE.first) <= ipaddress.ip_address(transfer.client) <=
              ipaddress.ip_address(SITE.last), f"not of the other server's pool: {transfer.client}")


# Feature: proxy, port-4011
def each_server_does_its_own(log):
    """Addresses come from the one, what to boot from the other, on 67 and 4011."""
    ours = [message for message in log.messages if message.source == SERVER]
    theirs = [message for message in log.messages if message.source == SITE.server]
    check_equal({message.yiaddr for message in ours}, {"0.0.0.0"}, "addresses in our answers")
    check({message.type for message in ours} == {OFFER, ACK}, f"our answers: {ours}")
    check_equal({message.ports[0] for message in ours if message.type == ACK}, {4011},
                "ports of our ACKs")
    check({OFFER, ACK} <= {message.type for message in theirs}, f"the other's answers: {theirs}")
    check_equal({message.file for message in theirs}, {""}, "the other's boot files")


def group(program, kind, mac, place):
    """`place`: where in a block the loader ends."""
    check_host_can_boot_guests(IPXE)
    packages = unpack(FOLDER, "parties")
    with GuestLab() as lab:
        images = lab.folder / "images"
        write_boot_files(images, place)
        run("ip", "-n", lab.cli, "address", "add", f"{SITE.server}/24", "dev", BRIDGE)
        with (Appliance(lab, program, config_text(images, dhcp=PROXY)), WireLog(lab) as wire,
              kind(lab, SITE, images, packages, namespace=lab.cli, interface=BRIDGE),
              Guest(lab, "uefi", mac) as guest, DhcpLog(lab, guest.tap) as log):
            yield (f"OVMF boots beside {kind.name} {version_of(packages, kind.package)}",
                   functools.partial(boots, guest, wire, images))
            yield (f"{kind.name} gives addresses, Stentor what to boot",
                   lambda: each_server_does_its_own(log))


if __name__ == "__main__":
    PROGRAM = program_under_test()
    main([group(PROGRAM, Dnsmasq, "52:54:00:99:00:1c", -1),
          group(PROGRAM, Kea, "52:54:00:99:00:1d", 1)])
