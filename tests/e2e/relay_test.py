#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: behind the relay agents of the field, clients get an address of their own subnet, renew it
by unicast and boot, hundreds of them at once; option 82 comes back as it went; an agent that is
not listed gets nothing.
"""

import functools
import ipaddress
import re
import signal

from appliance import Appliance, config_text, sha256, write_images
from boot_server import FOLDER, unpack, version_of
from control_client import curl as ask
from control_client import serving_control
from dhcp_log import ACK, DISCOVER, OFFER, REQUEST, DhcpLog
from dhcp_test import Clients
from lab import SERVER, run
from perfdhcp import exchanges_behind_a_relay, own_what_its_machines_get, perfdhcp_counts
from relay_lab import (PORT, REMOTE, ROUTER, STRANGER, Dhcrelay, DnsmasqRelay, RelayLab,
                       dhcp_text)
from suite import check, check_equal, main, program_under_test, wait_for
from tftp_client import curl

DHCP = dhcp_text("")
MACHINES, RATE = 500, 125
STOOD_STILL = 1000  # ms: perfdhcp takes an answer that comes later for none
PERFDHCP = "10.99.16.9"


class Site:
    """One lab, its stentord, and the relay agents that were refused."""

    def __init__(self, lab, packages, stentord, hashes):
        self.lab, self.packages, self.stentord, self.hashes = lab, packages, stentord, hashes
        self.refused = 0


# Feature: relay, relay-echo
def client_is_served(site, kind, mac):
    """From its first DISCOVER to its boot file."""
    clients = Clients(site.lab)
    clients.reset(mac)
    with (DhcpLog(site.lab, "up0", site.lab.relay) as above, DhcpLog(site.lab) as below,
          kind(site.lab, site.packages)):
        client = clients.start_udhcpc()
        bound = clients.wait_for_event("bound")
        check(ipaddress.ip_address(bound["address"]) in ipaddress.ip_network(REMOTE),
              f"{bound} is not of {REMOTE}")
        check_equal((bound["server"], bound["file"], bound["router"]),
                    (SERVER, "pxelinux.0", ROUTER), "next server, boot file, router")
        check_relayed(above, below, kind.option_82)
        site.lab.route_past_the_relay()
        client.send_signal(signal.SIGUSR1)
        clients.wait_for_event("renew")
        check_renewed_by_unicast(above, bound["address"])
        local = site.lab.folder / "fetched"
        site.lab.client(*curl("linux", local))
        check_equal(sha256(local), site.hashes["linux"], "SHA-256 of a file past the relay")
        clients.end_udhcpc(client)


def check_relayed(above, below, option_82):
    """RFC 3046 section 2.1, 2.2: added on the way up, echoed last, taken off on the way down."""
    for kind in (DISCOVER, REQUEST):
        sent = above.of(kind, giaddr=ROUTER)
        check(sent, f"no message of type {kind} was relayed: {above.messages}")
        check_equal({message.options.get(82) for message in sent}, {option_82},
                    "option 82 on the way up")
    for kind in (OFFER, ACK):
        answers = above.of(kind, source=SERVER, target=ROUTER, ports=(67, 67), giaddr=ROUTER)
        check(answers, f"no answer of type {kind} to giaddr: {above.messages}")
        for answer in answers:
            check_equal(answer.options.get(82), option_82, "option 82 on the way down")
            check(option_82 is None or list(answer.options)[-1] == 82,
                  f"option 82 is not the last: {answer}")
        told = below.of(kind)
        check(told and not any(82 in message.options for message in told),
              f"the client's answers of type {kind}: {told}")


def check_renewed_by_unicast(above, address):
    """RFC 2131 section 4.3.2, RENEWING; 4.1: to ciaddr, past the relay agent."""
    asked = wait_for(lambda: above.of(REQUEST, source=address, target=SERVER, ciaddr=address,
                                      giaddr="0.0.0.0"), 5, f"a renewal in {above.messages}")
    wait_for(lambda: above.of(ACK, xid=asked[0].xid, source=SERVER, target=address,
                              giaddr="0.0.0.0"), 5, f"its ACK in {above.messages}")


def a_relay_that_is_not_listed_gets_nothing(site, kind):
    """Its address is of the same subnet, and so would its clients' be."""
    site.lab.address_relay(STRANGER)
    try:
        with (DhcpLog(site.lab, "up0", site.lab.relay) as above,
              kind(site.lab, site.packages, STRANGER)):
            said = site.lab.client("udhcpc", "-i", "cli0", "-n", "-q", "-f", "-t", "3", "-T", "1",
                                   "-s", "/bin/true", ok=False)
        check(said.returncode != 0, f"a client was served:\n{said.stdout}")
        asked = above.of(DISCOVER, giaddr=STRANGER)
        check(asked, f"nothing was relayed: {above.messages}")
        check_equal([message for message in above.messages if message.source == SERVER], [],
                    "answers")
        site.refused += len(asked)
    finally:
        site.lab.address_relay(ROUTER)


def hundreds_of_machines_are_served(site, kind):
    """perfdhcp's, each by a DORA of its own through the relay agent: none waits in vain. Begun
    again where this machine, on which others work too, stood still meanwhile."""
    for _ in range(3):
        with (DhcpLog(site.lab, "up0", site.lab.relay) as above,
              kind(site.lab, site.packages)):
            report = exchanges_behind_a_relay(site.lab, site.packages, MACHINES, RATE)
        if longest_delay(report) < STOOD_STILL:
            break
    check_equal(perfdhcp_counts(report),
                dict.fromkeys(("DISCOVER", "OFFER", "REQUEST", "ACK"), MACHINES),
                f"what perfdhcp counted in\n{report}\n")
    check("non unique addresses: 0" in report, f"an address was given twice:\n{report}")
    for message_type in (DISCOVER, REQUEST):
        check_equal(len(above.of(message_type, giaddr=ROUTER)), MACHINES,
                    f"relayed messages of type {message_type}")
    acks = above.of(ACK, target=ROUTER)
    check_equal(len({message.yiaddr for message in acks}), MACHINES, "addresses in ACKs")
    check_equal({message.options.get(82) for message in acks}, {kind.option_82},
                "option 82 of the ACKs")


def longest_delay(report):
    return max(map(float, re.findall(r"^max delay: ([0-9.]+) ms", report, re.MULTILINE)),
               default=0)


# Feature: statistics
def refusals_are_counted(site):
    site.stentord.stop()
    counters = site.stentord.counters()
    check_equal(counters.get("dropped dhcp_relay_untrusted"), site.refused, f"in {counters}")


def boots_once_through_a_restart(lab, packages, program):
    """A machine behind a router whose DHCP the process that sends its file has not seen."""
    clients = Clients(lab)
    how = {"ports": PORT, "dhcp": DHCP, "leases": f"database: {lab.folder / 'leases.db'}"}
    mac = "52:54:00:99:00:5f"
    host = f"/v1/hosts/{mac}"
    with DnsmasqRelay(lab, packages):
        with serving_control(lab, program, **how) as stentord:
            check_equal(ask(lab, f"{host}?boot-once=linux", "--request", "PUT")[0], 200, "a PUT")
            clients.reset(mac)
            client = clients.start_udhcpc()
            try:
                check_equal(clients.wait_for_event("bound")["file"], "linux", "boot file")
                lab.route_past_the_relay()
                stentord.stop(signal.SIGKILL)
                with serving_control(lab, program, **how):
                    lab.client(*curl("linux", lab.folder / "fetched"))
                    wait_for(lambda: ask(lab, host)[0] == 404, 5, "it is over")
            finally:
                client.kill()
                client.wait()


def group(program):
    packages = unpack(FOLDER, "parties")
    with RelayLab() as lab:
        hashes = write_images(lab.folder / "images")
        text = config_text(lab.folder / "images", PORT, DHCP)
        with Appliance(lab, program, text) as stentord:
            site = Site(lab, packages, stentord, hashes)
            for number, kind in enumerate((Dhcrelay, DnsmasqRelay)):
                name = f"{kind.name} {version_of(packages, kind.package)}"
                yield (f"a client behind {name} is served",
                       functools.partial(client_is_served, site, kind,
                                         f"52:54:00:99:00:{0x50 + number:02x}"))
                yield (f"{name} gets nothing where it is not listed",
                       functools.partial(a_relay_that_is_not_listed_gets_nothing, site, kind))
            run("ip", "-n", lab.cli, "address", "add", f"{PERFDHCP}/20", "dev", "cli0")
            own_what_its_machines_get(lab, PERFDHCP)
            for kind in (Dhcrelay, DnsmasqRelay):
                yield (f"{MACHINES} machines of perfdhcp behind {kind.name} are served",
                       functools.partial(hundreds_of_machines_are_served, site, kind))
            yield "refusals are counted", lambda: refusals_are_counted(site)
        yield ("a file is booted once, through a restart",
               lambda: boots_once_through_a_restart(lab, packages, program))


if __name__ == "__main__":
    main([group(program_under_test())])
