#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: at start, and whenever its link comes up, a port announces each of its own addresses on its
VLAN, three times, however many they are, so that whoever knew another machine under one of them
knows better; over AF_XDP and over AF_PACKET."""

import collections
import socket
import struct
import time

from appliance import BACKENDS, check_backend, serving, write_images
from frame import ARP, BROADCAST, Tap, ethertype_of
from lab import SERVER, Lab, run
from suite import check, check_equal, main, program_under_test, wait_for

# By VLAN, 0 being none; more than a transmit batch holds (lib/worker/transmit_batch.h).
ADDRESSES = {0: SERVER} | {vlan: f"10.97.{vlan}.1" for vlan in range(100, 200)}
PORT = "  - name: boot0\n    device: interface:srv0\n    networks:\n" + "".join(
    f"      - {{{f'vlan: {vlan}, dhcp: none, ' if vlan else ''}address: {address}/24, mtu: 1496}}\n"
    for vlan, address in ADDRESSES.items())
TIMES = 3  # app/stentord/link_watch.h: at once, after 100 ms, after 2 s
QUIET_SECONDS = 3  # longer than any two rounds are apart: no more will come

SOL_PACKET, PACKET_AUXDATA = 263, 8
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6


class WireTap(Tap):
    """A tap that shows VLAN tags: the kernel takes them out of a frame, and names them beside."""

    def __init__(self, lab):
        super().__init__(lab)
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        # Of an interface that is down: "network is down", once.
        self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def arp_frames(self):
        """Those that arrive until the wire has been quiet for long, and at least one."""
        frames = []
        self.socket.settimeout(QUIET_SECONDS)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                frame, beside, _, sender = self.socket.recvmsg(65536, 256)
            except TimeoutError:
                if frames:
                    break
                continue
            if sender[2] != self.PACKET_OUTGOING and ethertype_of(frame) == ARP:
                frames.append(with_tag(frame, beside))
        return frames


def with_tag(frame, beside):
    """As it was on the wire; packet(7), struct tpacket_auxdata."""
    for level, kind, data in beside:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, _, _, _, _, tag, ethertype = struct.unpack("IIIHHHH", data)
            if status & TP_STATUS_VLAN_VALID:
                check(status & TP_STATUS_VLAN_TPID_VALID, "a tag without its EtherType")
                return frame[:12] + struct.pack("!HH", ethertype, tag) + frame[12:]
    return frame


def announcement(mac, address, vlan):
    """RFC 5227 section 3: a request, broadcast, whose sender and target are the same address."""
    tag = struct.pack("!HH", 0x8100, vlan) if vlan else b""
    own = socket.inet_aton(address)
    return (BROADCAST + mac + tag + struct.pack("!HHHBBH", ARP, 1, 0x0800, 6, 4, 1) + mac + own +
            bytes(6) + own)


def check_announced(lab, frames):
    """Just these frames, each as often as it is to be, and padded by zeros at most."""
    mac = lab.server_mac()
    expected = {announcement(mac, address, vlan): f"{address} on VLAN {vlan}"
                for vlan, address in ADDRESSES.items()}
    seen = collections.Counter()
    for frame in frames:
        length = 42 + 4 * (frame[12:14] == b"\x81\x00")
        check(frame[:length] in expected and not any(frame[length:]),
              f"no announcement of an own address: {frame.hex()}")
        seen[expected[frame[:length]]] += 1
    check_equal(dict(seen), {name: TIMES for name in expected.values()}, "announcements")


def announced_at_start(lab, program, backend):
    with WireTap(lab) as tap, serving(lab, program, backend, ports=PORT) as stentord:
        check_backend(stentord, backend)
        check_announced(lab, tap.arp_frames())


def announced_when_the_link_comes_up(lab, program, backend):
    """The wire is pulled at the client's end. Announced is then all of it once more."""
    with serving(lab, program, backend, ports=PORT) as stentord:
        wait_for(lambda: stentord.logged("link is up"), 10, "the link is up")
        run("ip", "-n", lab.cli, "link", "set", "cli0", "down")
        wait_for(lambda: stentord.logged("link is down"), 10, "stentord sees that")
        with WireTap(lab) as tap:
            run("ip", "-n", lab.cli, "link", "set", "cli0", "up")
            check_announced(lab, tap.arp_frames())
        check_equal(stentord.log().count("link is up"), 2, "times that the link came up")


def neighbour_learns_the_new_machine(lab, program, backend):
    """A client that knew another machine under the address, as after the appliance's exchange."""
    def known():
        return run("ip", "-n", lab.cli, "neighbor", "show", SERVER, "dev", "cli0").stdout
    mac = lab.server_mac().hex(":")
    lab.give_client_addresses()
    run("ip", "-n", lab.cli, "neighbor", "replace", SERVER, "lladdr", "02:00:00:00:00:99", "dev",
        "cli0", "nud", "stale")
    check(mac not in known(), f"known before it was announced: {known()}")
    with serving(lab, program, backend, ports=PORT):
        wait_for(lambda: mac in known(), 10, f"the client knows {SERVER} at {mac}")
    run("ip", "-n", lab.cli, "address", "flush", "dev", "cli0")


def group(program, backend):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        for test in (announced_at_start, announced_when_the_link_comes_up,
                     neighbour_learns_the_new_machine):
            yield (f"{test.__name__.replace('_', ' ')} over {backend}",
                   lambda: test(lab, program, backend))


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
