#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: SeaBIOS's iPXE ROM, which looks for an IPv6 router before it boots by IPv4, is told that
there is none and boots at once; not where the switch is off, and never where a router is.
"""

import socket
import struct
import time

from appliance import Appliance, config_text
from lab import end, run
from netboot_guest import BRIDGE, Guest, GuestLab, check_host_can_boot_guests
from suite import check, check_equal, main, program_under_test, wait_for
from wire_log import PacketThread

MACS = [f"52:54:00:99:00:{last:02x}" for last in range(0x31, 0x34)]
SCRIPT = "stentor-router: booted"
IPXE_GIVES_UP_SECONDS = 16  # its solicitations' last time-out
ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134
ROUTER_PREFIX = "fd00:99::"
DHCP = """\
dhcp:
  subnets: [{subnet: 10.99.0.0/24, pools: [10.99.0.100-10.99.0.120]}]
  empty-router-advertisements: SWITCH
boot: {rules: [{file: first.ipxe}]}
"""


class BootClock(PacketThread):
    """When a machine sends its first DISCOVER and its first RRQ, how often it solicits, and who
    advertises a router meanwhile: (MAC, frame)."""

    def __init__(self, lab, mac, interface):
        self.mac = bytes.fromhex(mac.replace(":", ""))
        self.asked = self.fetched = None
        self.solicitations = 0
        self.advertisements = []
        with lab.inside(lab.cli):
            packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            packets.bind((interface, 3))
        packets.settimeout(0.2)
        super().__init__(packets)

    def run(self):
        while not self.over.is_set():
            try:
                self._take(self.socket.recv(2048), time.monotonic())
            except TimeoutError:
                continue

    def _take(self, frame, now):
        if frame[12:14] == b"\x86\xdd" and len(frame) > 54 and frame[20] == 58:
            if frame[54] == ROUTER_ADVERTISEMENT:
                self.advertisements.append((frame[6:12], frame))
            elif frame[54] == ROUTER_SOLICITATION and frame[6:12] == self.mac:
                self.solicitations += 1
        elif frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[6:12] == self.mac:
            port = struct.unpack_from("!H", frame, 36)[0]
            if port == 67:
                self.asked = self.asked or now
            elif port == 69:
                self.fetched = self.fetched or now

    def wait_seconds(self):
        """From the first DISCOVER to the first RRQ, which must both have come."""
        wait_for(lambda: self.asked and self.fetched, 5, "the guest asks for its boot file")
        return self.fetched - self.asked

    def of(self, mac):
        return [frame for sender, frame in self.advertisements if sender == mac]


def booted(lab, mac):
    """Boots a guest, and returns its clock."""
    with Guest(lab, "bios", mac) as guest, BootClock(lab, mac, guest.tap) as clock:
        guest.wait_for(SCRIPT)
        seconds = clock.wait_seconds()
        print(f"        {seconds:.2f} s from DISCOVER to RRQ, {clock.solicitations} solicitations",
              flush=True)
        return clock


def it_boots_at_once(lab):
    clock = booted(lab, MACS[0])
    check(clock.wait_seconds() < IPXE_GIVES_UP_SECONDS / 2,
          f"iPXE waited {clock.wait_seconds():.1f} s")
    sent = clock.of(lab.server_mac())
    check_equal(len(sent), 1, "advertisements sent")
    frame = sent[0]
    check_equal((frame[:6], len(frame), frame[21]), (clock.mac, 70, 255),
                "receiver, length and hop limit")
    check_equal(frame[58:70], bytes(12), "what it says of a router")


def it_waits(lab):
    clock = booted(lab, MACS[1])
    check(clock.wait_seconds() > IPXE_GIVES_UP_SECONDS * 3 / 4,
          f"iPXE waited {clock.wait_seconds():.1f} s alone: this test measures nothing")
    check_equal(clock.of(lab.server_mac()), [], "advertisements sent")


def the_router_alone_answers(lab):
    clock = booted(lab, MACS[2])
    check(clock.wait_seconds() < IPXE_GIVES_UP_SECONDS / 2,
          f"iPXE waited {clock.wait_seconds():.1f} s")
    check(clock.advertisements, "the router advertised itself")
    check_equal(clock.of(lab.server_mac()), [], "advertisements sent")


def config_of(lab, switch):
    return config_text(lab.folder / "images", dhcp=DHCP.replace("SWITCH", switch))


def group(program):
    check_host_can_boot_guests()
    with GuestLab() as lab:
        write_script(lab)
        with Appliance(lab, program, config_of(lab, "true")) as stentord:
            yield "iPXE is told that there is no router", lambda: it_boots_at_once(lab)
        yield "that is counted", lambda: check_equal(
            stentord.counters().get("router_advertisements"), 1, "router_advertisements")
        with Appliance(lab, program, config_of(lab, "false")):
            yield "switched off, iPXE waits 16 s", lambda: it_waits(lab)


def router_group(program):
    check_host_can_boot_guests("/usr/sbin/dnsmasq")
    with GuestLab() as lab:
        write_script(lab)
        for address in (f"{ROUTER_PREFIX}1/64", "fe80::aa/64"):
            run("ip", "-n", lab.cli, "address", "add", address, "dev", BRIDGE, "nodad")
        with Appliance(lab, program, config_of(lab, "true")) as stentord:
            router = lab.start_client(
                "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--enable-ra",
                f"--interface={BRIDGE}", "--bind-dynamic", f"--dhcp-range={ROUTER_PREFIX},ra-only",
                f"--dhcp-leasefile={lab.folder}/dnsmasq.leases")
            yield "where a router answers, it alone does", lambda: the_router_alone_answers(lab)
            end(router)
        yield "it is heard", lambda: check(stentord.counters().get("routers_heard"),
                                           "stentord heard of a router")


def write_script(lab):
    images = lab.folder / "images"
    images.mkdir()
    (images / "first.ipxe").write_text(f"#!ipxe\necho {SCRIPT}\nsleep 600\n")


if __name__ == "__main__":
    main([group(program_under_test()), router_group(program_under_test())])
