#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: behind a relay agent that proves what it forwards a stock client is served, and every
answer is proved to the agent; who has the wrong key, or repeats what was said, gets nothing, and is
counted.
"""

import functools
import ipaddress
import time

from appliance import Appliance, config_text, write_images
from dhcp_log import ACK, OFFER
from dhcp_test import Clients
from frame import DhcpReply
from lab import SERVER
from relay_lab import PORT, REMOTE, ROUTER, RelayLab, dhcp_text
from signing_relay import AGENT, SigningRelay
from suite import check, check_equal, main, program_under_test

KEY, SECRET = 7, b"a secret of this test's own"
WRONG_SECRET = b"a secret of somebody else's"
SILENCE = 1.0  # seconds; an answer takes a few milliseconds
DHCP = dhcp_text(f', keys: [{{id: {KEY}, file: "@SECRET@"}}]')


class Site:
    """One lab, its stentord, and what it must have dropped."""

    def __init__(self, lab, stentord):
        self.lab, self.stentord = lab, stentord
        self.refused = self.replayed = 0


# Feature: relay-authentication
def client_is_served(site):
    clients = Clients(site.lab)
    clients.reset("52:54:00:99:00:60")
    with SigningRelay(site.lab, KEY, SECRET) as relay:
        client = clients.start_udhcpc()
        bound = clients.wait_for_event("bound")
        check(ipaddress.ip_address(bound["address"]) in ipaddress.ip_network(REMOTE),
              f"{bound} is not of {REMOTE}")
        check_equal((bound["server"], bound["file"], bound["router"]),
                    (SERVER, "pxelinux.0", ROUTER), "next server, boot file, router")
        client.kill()
        client.wait()
    check(all(answer.is_proved for answer in relay.answers), f"not proved: {relay.answers}")
    check_equal({answer.key for answer in relay.answers}, {KEY}, "the key of the answers")
    check_equal({answer.circuit for answer in relay.answers}, {b"down0"}, "circuit identifier")
    replies = [DhcpReply(answer.message) for answer in relay.answers]
    check({reply.options[53][0] for reply in replies} >= {OFFER, ACK}, f"answers: {relay.answers}")
    check_equal({list(reply.options)[-1] for reply in replies}, {AGENT}, "the last option")
    values = [answer.value for answer in relay.answers]
    check(values == sorted(set(values)), f"section 8.1: {values} do not grow")


# Feature: relay-authentication
def wrong_key_gets_nothing(site, key, secret):
    with SigningRelay(site.lab, key, secret) as relay:
        said = site.lab.client("udhcpc", "-i", "cli0", "-n", "-q", "-f", "-t", "3", "-T", "1",
                               "-s", "/bin/true", ok=False)
    check(said.returncode != 0, f"a client was served:\n{said.stdout}")
    check(relay.sent, "nothing was relayed")
    check_equal(relay.answers, [], "answers")
    site.refused += len(relay.sent)


# Feature: relay-authentication
def what_was_said_before_gets_nothing(site):
    clients = Clients(site.lab)
    clients.reset("52:54:00:99:00:61")
    with SigningRelay(site.lab, KEY, SECRET) as relay:
        client = clients.start_udhcpc()
        clients.wait_for_event("bound")
        client.kill()
        client.wait()
        said, answered = list(relay.sent), len(relay.answers)
        for message in said:
            relay.send_up(message)
        time.sleep(SILENCE)
        check_equal(len(relay.answers), answered, "answers after what was said again")
    site.replayed += len(said)


# Feature: relay-authentication, statistics
def refusals_are_counted(site):
    site.stentord.stop()
    counters = site.stentord.counters()
    for name, count in (("not_authentic", site.refused), ("replayed", site.replayed)):
        check_equal(counters.get(f"dropped dhcp_relay_{name}"), count, f"{name} in {counters}")


def group(program):
    with RelayLab() as lab:
        write_images(lab.folder / "images")
        secret = lab.folder / "relay.key"
        secret.touch(mode=0o600)
        secret.write_bytes(SECRET)
        text = config_text(lab.folder / "images", PORT, DHCP.replace("@SECRET@", str(secret)))
        with Appliance(lab, program, text) as stentord:
            site = Site(lab, stentord)
            yield ("a client behind an agent that proves itself is served",
                   functools.partial(client_is_served, site))
            yield ("an agent with another secret gets nothing",
                   functools.partial(wrong_key_gets_nothing, site, KEY, WRONG_SECRET))
            yield ("an agent with another key's number gets nothing",
                   functools.partial(wrong_key_gets_nothing, site, KEY + 1, SECRET))
            yield ("what was said before gets nothing",
                   functools.partial(what_was_said_before_gets_nothing, site))
            yield "refusals are counted", functools.partial(refusals_are_counted, site)


if __name__ == "__main__":
    main([group(program_under_test())])
