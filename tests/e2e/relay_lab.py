# SPDX-License-Identifier: BSD-3-Clause
"""A lab whose clients are behind a relay agent, which is their router too, and the relay agents of
the field as Debian packages them.

    srv (srv0 10.99.0.1/24: stentord) -- (up0 10.99.0.7/24) relay (down0) -- (cli0: clients) cli
"""

import os
import subprocess

from boot_server import PackagedProcess
from lab import NETWORK, POOL, SERVER, Lab, run
from suite import wait_for

RELAY = "10.99.0.7"
ROUTER = "10.99.16.1"  # giaddr
REMOTE = "10.99.16.0/20"
STRANGER = "10.99.16.2"  # giaddr of one that nobody lists
PORT = f"""\
  - name: boot0
    device: interface:srv0
    networks:
      - {{address: {SERVER}/24, gateway: {RELAY}}}
"""


def dhcp_text(relay):
    """Of a site with a pool on either side of the relay agent, which `relay` describes."""
    return f"""\
dhcp:
  relays: [{{address: {ROUTER}{relay}}}]
  subnets:
    - {{subnet: {NETWORK}, pools: [{POOL}]}}
    - {{subnet: {REMOTE}, pools: [10.99.24.0-10.99.31.250], options: {{routers: [{ROUTER}]}}}}
boot: {{rules: [{{file: pxelinux.0}}]}}
"""


class RelayLab(Lab):
    def _make(self):
        self.relay = f"stentor-e2e-{os.getpid()}-relay"
        super()._make()
        run("ip", "netns", "add", self.relay)
        run("ip", "-n", self.cli, "link", "set", "cli0", "netns", self.relay, "name", "up0")
        run("ip", "link", "add", "down0", "netns", self.relay, "type", "veth", "peer", "name",
            "cli0", "netns", self.cli)
        for namespace, interface in ((self.relay, "down0"), (self.cli, "cli0")):
            run("ip", "netns", "exec", namespace, "ethtool", "-K", interface, "tx", "off")
        for namespace, interface in ((self.relay, "lo"), (self.relay, "up0"),
                                     (self.relay, "down0"), (self.cli, "cli0")):
            run("ip", "-n", namespace, "link", "set", interface, "up")
        run("ip", "-n", self.relay, "address", "add", f"{RELAY}/24", "dev", "up0")
        self.address_relay(ROUTER)
        run("ip", "netns", "exec", self.relay, "sh", "-c",
            "echo 1 > /proc/sys/net/ipv4/ip_forward")

    def __exit__(self, *how):
        super().__exit__(*how)
        subprocess.run(["ip", "netns", "delete", self.relay], stderr=subprocess.DEVNULL)

    def route_past_the_relay(self):
        """For a client that has its address: the route goes with it."""
        run("ip", "-n", self.cli, "route", "add", NETWORK, "via", ROUTER, "dev", "cli0", "onlink")

    def address_relay(self, address):
        """The clients' end of the relay, in place of what it has."""
        run("ip", "-n", self.relay, "address", "flush", "dev", "down0")
        run("ip", "-n", self.relay, "address", "add", f"{address}/20", "dev", "down0")


class Relay(PackagedProcess):
    """One relay agent, for giaddr `address`."""

    ready = ""  # what it says when it listens
    option_82 = None  # what it adds

    def __init__(self, lab, packages, address=ROUTER):
        super().__init__(lab, packages, lab.relay, lab.folder / f"{self.name}.log")
        self.address = address

    def wait_until_ready(self):
        wait_for(lambda: self.ended() or self.ready in self.log(), 10,
                 f"{self.name} says `{self.ready}`")


class Dhcrelay(Relay):
    """Which adds option 82 (RFC 3046)."""

    name, package, ready = "dhcrelay", "isc-dhcp-relay", "Sending on   Socket/fallback"
    option_82 = b"\x01\x05down0"  # circuit identifier: the interface

    def command(self):
        return [self.program("usr/sbin/dhcrelay"), "-4", "-d", "-a", "-id",
                "down0", "-iu", "up0", SERVER]


class DnsmasqRelay(Relay):
    name, package, ready = "dnsmasq", "dnsmasq-base", "DHCP relay from"

    def command(self):
        return [self.program("usr/sbin/dnsmasq"), "--no-daemon", "--port=0",
                "--conf-file=/dev/null", "--user=root", "--pid-file=",
                f"--dhcp-relay={self.address},{SERVER}", "--interface=down0", "--interface=up0"]
