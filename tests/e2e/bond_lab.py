# SPDX-License-Identifier: BSD-3-Clause
"""A lab whose server is on two wires. They end at a switch, behind which the clients are:

    srv (srv0, srv1: stentord) ==== (leg0, leg1) switch (port0) ---- (cli0: real clients) cli

To a server that is active on one wire at a time the switch is a bridge, the kernel's. To one that
speaks LACP it is the LacpSwitch below: this kernel has no bonding driver, and a bond of
dpdk-testpmd sends LACPDUs only beside other frames, asks for one in 30 s, takes a leg for dead
after 90 s, and does not see the carrier of veth.
"""

import contextlib
import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import threading
import time
import zlib

from lab import Lab, run
from suite import check_equal, wait_for

LEGS = ("leg0", "leg1")
DEVICES = ("vdev:net_af_packet0,iface=srv0", "vdev:net_af_packet1,iface=srv1")
MODES = ("lacp", "active-backup")
PACE = "48mbit"  # of all that comes to clients


def make_silent_namespace(name):
    """What the kernel says of its own on a bond's member moves the bond's MAC address."""
    run("ip", "netns", "add", name)
    run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
        "net.ipv6.conf.default.disable_ipv6=1")
    run("ip", "-n", name, "link", "set", "lo", "up")


def lay_wire(near, place, far, other):
    """A veth pair, up, `near` in the one namespace and `far` in the other; checksums are whole."""
    run("ip", "link", "add", near, "netns", place, "type", "veth", "peer", "name", far, "netns",
        other)
    for namespace, interface in ((place, near), (other, far)):
        run("ip", "netns", "exec", namespace, "ethtool", "-K", interface, "tx", "off", "txvlan",
            "off")
        run("ip", "-n", namespace, "link", "set", interface, "up")


def frames_received(namespace):
    links = json.loads(run("ip", "-n", namespace, "-j", "-s", "link").stdout)
    return {link["ifname"]: link["stats64"]["rx"]["packets"] for link in links}


class BondLab(Lab):
    def __init__(self, mode):
        super().__init__()
        self.mode = mode
        self.wires = f"stentor-e2e-{os.getpid()}-switch"
        self.switch = None

    def _make(self):
        for namespace in (self.srv, self.wires, self.cli):
            make_silent_namespace(namespace)
        for near, far, place in (("srv0", "leg0", self.srv), ("srv1", "leg1", self.srv),
                                 ("cli0", "port0", self.cli)):
            lay_wire(near, place, far, self.wires)
        # Transfers last as long on a fast machine: curl does not heed --limit-rate in TFTP.
        run("tc", "-n", self.wires, "qdisc", "add", "dev", "port0", "root", "tbf", "rate", PACE,
            "burst", "16kb", "latency", "1s")
        if self.mode == "lacp":
            with self.inside(self.wires):
                self.switch = LacpSwitch(LEGS, "port0")
        else:
            self._make_bridge()

    def _make_bridge(self):
        run("ip", "-n", self.wires, "link", "add", "bridge0", "type", "bridge", "stp_state", "0",
            "forward_delay", "0")
        for interface in (*LEGS, "port0"):
            run("ip", "-n", self.wires, "link", "set", interface, "master", "bridge0")
        run("ip", "-n", self.wires, "link", "set", "bridge0", "up")

    def __exit__(self, *how):
        if self.switch:
            self.switch.end()
        super().__exit__(*how)
        subprocess.run(["ip", "netns", "delete", self.wires], stderr=subprocess.DEVNULL)

    def give_client_addresses(self, count=1, first=2):
        for last in range(first, first + count):
            run("ip", "-n", self.cli, "address", "add", f"10.99.0.{last}/24", "dev", "cli0")

    def cut(self, leg):
        """Both ends lose their carrier, as when a cable is pulled."""
        run("ip", "-n", self.wires, "link", "set", leg, "down")

    def mend(self, leg):
        run("ip", "-n", self.wires, "link", "set", leg, "up")

    @contextlib.contextmanager
    def cut_off(self, leg):
        self.cut(leg)
        try:
            yield
        finally:
            self.mend(leg)

    def busiest_leg(self, seconds=0.5):
        """By which most of the server's frames come now."""
        before = frames_received(self.wires)
        time.sleep(seconds)
        after = frames_received(self.wires)
        return max(LEGS, key=lambda leg: after[leg] - before[leg])

    def wait_until_joined(self, legs=LEGS, seconds=15):
        """LACP has these legs, and no others, in use; of a bridge's nobody can tell."""
        if self.switch:
            wait_for(lambda: self.switch.in_use() == set(legs), seconds, f"{legs} are in use")


# IEEE 802.1AX-2014, 6.4.2.3: an Ethernet header, then subtype and version, three TLVs with what is
# told of actor, partner and collector, and a terminator.
LACPDU = struct.Struct("!6s6sH BB BB14sB3x BB14sB3x BBH12x BB50x")
PORT = struct.Struct("!H6sHHH")  # priority and address of the system, key, priority and number
GROUP, SLOW, LACP = bytes.fromhex("0180c2000002"), 0x8809, 1
ACTIVITY, TIMEOUT, AGGREGATION, SYNC, COLLECTING, DISTRIBUTING, DEFAULTED, EXPIRED = (
    1 << bit for bit in range(8))
IN_USE = SYNC | COLLECTING | DISTRIBUTING
FAST, SLOW_PERIOD, SHORT_TIMEOUT = 1, 30, 3  # s; 6.4.4
BETWEEN = 0.33  # s: three LACPDUs in a fast period; 6.4.16
SYSTEM = bytes.fromhex("020000990001")
SIOCGIFFLAGS, IFF_RUNNING, PACKET_IGNORE_OUTGOING, SOL_PACKET = 0x8913, 0x40, 23, 263


def packet_socket(interface):
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK)
    opened.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    opened.bind((interface, 3))  # ETH_P_ALL
    return opened


def frames_of(opened, most=64):
    with contextlib.suppress(OSError):  # none is left, or the interface is down
        for _ in range(most):
            yield opened.recv(65536)


def send(opened, frame):
    with contextlib.suppress(OSError):
        opened.send(frame)


class Leg:
    """One port of the aggregate: the state machines of 6.4 in so far as one aggregator needs them.
    """

    def __init__(self, name, number):
        self.name = name
        self.socket = packet_socket(name)
        self.actor = PORT.pack(0x8000, SYSTEM, 1, 0x8000, number)
        self.loses_all = False  # with its carrier up
        self.forget(0)

    def forget(self, now):
        self.partner, self.partner_state = bytes(PORT.size), 0
        self.heard, self.is_known, self.agrees = now, False, False
        self.must_tell, self.told_at, self.state = True, 0, 0

    def has_carrier(self):
        asked = struct.pack("16sH14x", self.name.encode(), 0)
        answer = fcntl.ioctl(self.socket, SIOCGIFFLAGS, asked)
        return bool(struct.unpack("16xH14x", answer)[0] & IFF_RUNNING)

    def hear(self, frame, now):
        if len(frame) < LACPDU.size or frame[14] != LACP:
            return
        fields = LACPDU.unpack_from(frame)
        self.partner, self.partner_state, told, told_state = (*fields[7:9], *fields[11:13])
        self.heard, self.is_known, self.agrees = now, True, told == self.actor
        mask = ACTIVITY | TIMEOUT | AGGREGATION | SYNC
        self.must_tell |= not self.agrees or bool((told_state ^ self.state) & mask)

    def update(self, aggregate, now):
        """`aggregate`: priority, address and key of the system that the legs lead to."""
        if not self.has_carrier():
            self.forget(now)
            return
        late = now - self.heard > SHORT_TIMEOUT
        if late and now - self.heard > 2 * SHORT_TIMEOUT:
            self.is_known = False
        state = ACTIVITY | TIMEOUT | AGGREGATION
        if not self.is_known:
            state |= DEFAULTED
        elif late:
            state |= EXPIRED
        elif self.partner_state & AGGREGATION and self.partner[:10] == aggregate:
            state |= SYNC
            if self.agrees and self.partner_state & SYNC:
                state |= COLLECTING | DISTRIBUTING
        self.must_tell |= state != self.state
        self.state = state
        slow = self.is_known and not late and not self.partner_state & TIMEOUT
        due = self.must_tell or now - self.told_at > (SLOW_PERIOD if slow else FAST)
        if due and now - self.told_at > BETWEEN:
            self.tell()
            self.must_tell, self.told_at = False, now

    def tell(self):
        if not self.loses_all:
            send(self.socket, LACPDU.pack(
                GROUP, self.actor[2:8], SLOW, LACP, 1, 1, 20, self.actor, self.state, 2, 20,
                self.partner, self.partner_state, 3, 16, 0, 0, 0))


class LacpSwitch:
    """A thread that forwards between a port and an aggregate of legs. It asks for an LACPDU a
    second, and leaves a leg that has lost its carrier, or been silent for three."""

    def __init__(self, legs, port):
        self.legs = [Leg(name, number) for number, name in enumerate(legs, 1)]
        self.port = packet_socket(port)
        self.departures = 0  # of legs that were in use
        self.is_over = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self):
        self.is_over = True
        self.thread.join()
        for opened in (self.port, *(leg.socket for leg in self.legs)):
            opened.close()

    def in_use(self):
        return {leg.name for leg in self.legs if leg.state & IN_USE == IN_USE}

    def lose_all(self, name, loses=True):
        """Of what this leg would carry in either direction, from now on, or no longer."""
        next(leg for leg in self.legs if leg.name == name).loses_all = loses

    def _run(self):
        sockets = [self.port, *(leg.socket for leg in self.legs)]
        update_at = 0
        while not self.is_over:
            select.select(sockets, [], [], 0.05)
            now = time.monotonic()
            for leg in self.legs:
                self._take_from(leg, now)
            for frame in frames_of(self.port):
                self._carry(frame)
            if now >= update_at:
                self._update(now)
                update_at = now + 0.05

    def _take_from(self, leg, now):
        for frame in frames_of(leg.socket):
            if leg.loses_all:
                continue
            if frame[:6] == GROUP:
                leg.hear(frame, now)
                self._update(now)
            elif leg.state & COLLECTING:
                send(self.port, frame)

    def _carry(self, frame):
        """All frames of one transfer by the same leg."""
        legs = [leg for leg in self.legs if leg.state & DISTRIBUTING]
        if legs:
            flow = frame[26:38] if frame[12:14] == b"\x08\0" else frame[:12]
            leg = legs[zlib.crc32(flow) % len(legs)]
            if not leg.loses_all:
                send(leg.socket, frame)

    def _update(self, now):
        before = self.in_use()
        known = [leg.partner[:10] for leg in self.legs
                 if leg.is_known and now - leg.heard <= SHORT_TIMEOUT]
        for leg in self.legs:
            leg.update(known[0] if known else None, now)
        self.departures += len(before - self.in_use())


def check_all_legs_stayed(lab, before):
    if lab.switch:
        check_equal((lab.switch.in_use(), lab.switch.departures - before), (set(LEGS), 0),
                    "legs in use, and how often one left")
