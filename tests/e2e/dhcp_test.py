#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stock DHCP clients get, renew and release addresses, over AF_XDP and over AF_PACKET."""

import ipaddress
import re
import signal
import subprocess

from appliance import (BACKENDS, RESERVED_ADDRESS, RESERVED_MAC, ROUTER, check_backend, serving,
                       write_images)
from frame import DhcpReply, Datagram, Tap, is_udp, pxe_discover
from lab import POOL, SERVER, Lab, end, run
from suite import check, check_equal, main, program_under_test, wait_for

DHCLIENT_CONF = """\
timeout 20;
retry 2;
initial-interval 1;
request subnet-mask, routers, domain-name-servers, tftp-server-name, bootfile-name;
"""
# Clients call it at each event: it obeys, then logs the event. It never touches resolv.conf.
CLIENT_SCRIPT = """\
#!/bin/sh
case "${{reason:-$1}}" in
  BOUND|bound) ip address replace ${{new_ip_address:-$ip}}/24 dev cli0 ;;
  RELEASE|EXPIRE|FAIL|deconfig) ip address flush dev cli0 ;;
esac
echo "event=${{reason:-$1}} address=${{new_ip_address:-$ip}} server=$siaddr file=$boot_file \
router=${{new_routers:-$router}}" >> {log}
"""


class Clients:
    """Runs a DHCP client on cli0, and reads what it told its script."""

    def __init__(self, lab):
        self.lab = lab
        self.log_path = lab.folder / "events"
        self.script = lab.folder / "script"
        self.script.write_text(CLIENT_SCRIPT.format(log=self.log_path))
        self.script.chmod(0o755)
        self.conf = lab.folder / "dhclient.conf"
        self.conf.write_text(DHCLIENT_CONF)
        self.leases = lab.folder / "dhclient.leases"
        self.pid = lab.folder / "dhclient.pid"

    def reset(self, mac):
        run("ip", "-n", self.lab.cli, "link", "set", "cli0", "address", mac)
        run("ip", "-n", self.lab.cli, "address", "flush", "dev", "cli0")
        self.log_path.write_text("")
        self.leases.write_text("")

    def events(self, kind):
        """Each event of a kind: name -> value."""
        rows = (dict(re.findall(r"(\w+)=(\S*)", line)) for line in
                self.log_path.read_text().splitlines())
        return [row for row in rows if row["event"] == kind]

    def start_dhclient(self, *more):
        return self.lab.start_client("dhclient", "-d", "-4", "-sf", self.script, "-cf", self.conf,
                                     "-lf", self.leases, "-pf", self.pid, *more, "cli0",
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_udhcpc(self):
        return self.lab.start_client("udhcpc", "-i", "cli0", "-f", "-R", "-t", "10", "-T", "1",
                                     "-s", self.script, "-O", "66", "-O", "67",
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end_udhcpc(self, client):
        """udhcpc sends its RELEASE and gives up its address at once: what still waited for ARP then
        would never leave."""
        self.lab.client("ping", "-c", "1", "-W", "5", SERVER)
        end(client)

    def wait_for_event(self, kind, seconds=30):
        return wait_for(lambda: self.events(kind), seconds, f"the client's event {kind}")[-1]


def check_in_pool(address):
    first, last = map(ipaddress.IPv4Address, POOL.split("-"))
    check(first <= ipaddress.IPv4Address(address) <= last, f"{address} is not in the pool {POOL}")


# Feature: dora, release
def dhclient_binds_renews_and_releases(clients):
    clients.reset("52:54:00:99:00:01")
    client = clients.start_dhclient()
    bound = clients.wait_for_event("BOUND")
    check_in_pool(bound["address"])
    # The script may run before the lease is written.
    lease = wait_for(lambda: re.search(r"lease \{[^}]*\}", clients.leases.read_text()), 10,
                     "dhclient wrote its lease")[0]
    for line in (f"fixed-address {bound['address']};", f"option routers {ROUTER};",
                 f"option dhcp-server-identifier {SERVER};", 'filename "pxelinux.0";',
                 "option dhcp-lease-time 10;"):
        check(line in lease, f"the lease file has no `{line}`:\n{lease}")
    # Half of the 10 s lease later, by unicast from the bound address.
    renewed = clients.wait_for_event("RENEW")
    check_equal(renewed["address"], bound["address"], "address after the renewal")
    end(client)
    release = clients.start_dhclient("-r")
    release.wait(timeout=20)
    check(clients.events("RELEASE"), "dhclient released nothing")


def udhcpc_binds_renews_and_releases(clients):
    clients.reset("52:54:00:99:00:02")
    client = clients.start_udhcpc()
    bound = clients.wait_for_event("bound")
    check_in_pool(bound["address"])
    check_equal(bound["server"], SERVER, "next server (siaddr)")
    check_equal(bound["file"], "pxelinux.0", "boot file")
    check_equal(bound["router"], ROUTER, "router")
    client.send_signal(signal.SIGUSR1)
    check_equal(clients.wait_for_event("renew")["address"], bound["address"], "renewed address")
    clients.end_udhcpc(client)


# Feature: reservations
def reservation_by_mac_is_honoured(clients):
    clients.reset(RESERVED_MAC)
    client = clients.start_udhcpc()
    check_equal(clients.wait_for_event("bound")["address"], RESERVED_ADDRESS, "reserved address")
    clients.end_udhcpc(client)


def one_machine_keeps_one_address(clients):
    """dhclient sends no client identifier, udhcpc does: the address is the hardware's."""
    clients.reset("52:54:00:99:00:03")
    client = clients.start_udhcpc()
    first = clients.wait_for_event("bound")["address"]
    client.kill()
    client.wait()
    clients.reset("52:54:00:99:00:03")
    client = clients.start_dhclient()
    check_equal(clients.wait_for_event("BOUND")["address"], first, "second stage's address")
    end(client)


def firmware_is_offered_address_server_and_file(clients):
    with Tap(clients.lab) as tap:
        tap.send(pxe_discover(0x57e7a001))
        frames = tap.arrivals(10, lambda seen: any(is_udp(frame, 67) for frame in seen))
    offers = [DhcpReply(Datagram(frame).payload) for frame in frames if is_udp(frame, 67)]
    check(offers, "no OFFER to a PXE DISCOVER within 10 s")
    check_in_pool(offers[0].yiaddr)
    check_equal((offers[0].xid, offers[0].options[53]), (0x57e7a001, b"\2"), "xid, message type")
    check_equal((offers[0].siaddr, offers[0].file), (SERVER, "pxelinux.0"), "siaddr, file")
    check_equal(offers[0].options[67].rstrip(b"\0"), b"pxelinux.0", "option 67")


def releases_arrive(stentord):
    """One of dhclient, two of udhcpc, which releases what it holds when it ends."""
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters.get("dropped dhcp_released"), 3, f"RELEASEs in {counters}")


def group(program, backend):
    with Lab() as lab:
        write_images(lab.folder / "images")
        with serving(lab, program, backend) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            clients = Clients(lab)
            for test in (dhclient_binds_renews_and_releases, udhcpc_binds_renews_and_releases,
                         reservation_by_mac_is_honoured, one_machine_keeps_one_address,
                         firmware_is_offered_address_server_and_file):
                yield f"{test.__name__.replace('_', ' ')} over {backend}", lambda: test(clients)
            yield f"releases arrive over {backend}", lambda: releases_arrive(stentord)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
