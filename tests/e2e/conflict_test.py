#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: an address that another host of the network has is not given to a stock client, which gets
the next one; a class with a reply delay waits for its OFFER, and nobody else does."""

import contextlib
import time

from appliance import BACKENDS, DHCP, serving, write_images
from dhcp_test import Clients
from frame import DhcpReply, Datagram, Tap, is_udp, pxe_discover
from lab import Lab, run
from suite import check, check_equal, main, program_under_test

DELAY = 2  # s
SLOW_MAC = "52:54:00:99:00:31"
CONFIG = DHCP.replace("dhcp:\n", f"""\
dhcp:
  conflict-check: {{method: arp, wait: 300ms}}
  classes:
    - {{name: slow, match: {{mac: "{SLOW_MAC}"}}, quirks: {{reply-delay: {DELAY}s}}}}
""")
FIRST, SECOND = "10.99.0.100", "10.99.0.101"


@contextlib.contextmanager
def squatter(lab, address):
    """A host of its own on the clients' segment, whose kernel answers for `address`."""
    namespace = f"{lab.cli}-squatter"
    run("ip", "netns", "add", namespace)
    try:
        run("ip", "-n", lab.cli, "link", "add", "squat0", "link", "cli0", "type", "macvlan",
            "mode", "bridge")
        run("ip", "-n", lab.cli, "link", "set", "squat0", "netns", namespace)
        run("ip", "-n", namespace, "address", "add", f"{address}/24", "dev", "squat0")
        run("ip", "-n", namespace, "link", "set", "squat0", "up")
        yield
    finally:
        run("ip", "netns", "delete", namespace)


# Feature: conflict-check
def an_address_in_use_is_passed_over(clients):
    with squatter(clients.lab, FIRST):
        clients.reset("52:54:00:99:00:30")
        client = clients.start_udhcpc()
        check_equal(clients.wait_for_event("bound")["address"], SECOND, "the client's address")
        clients.end_udhcpc(client)


# Feature: reply-delay
def a_slow_class_waits_and_nobody_else(clients):
    """Both ask at once; the one waits for its conflict check, the other for its delay first."""
    seconds = {}
    with Tap(clients.lab) as tap:
        begun = time.monotonic()
        tap.send(pxe_discover(0x31, mac=bytes.fromhex(SLOW_MAC.replace(":", ""))))
        tap.send(pxe_discover(0x32))
        while len(seconds) < 2 and time.monotonic() < begun + 10:
            for frame in tap.arrivals(0.1, lambda seen: any(is_udp(f, 67) for f in seen)):
                if is_udp(frame, 67):
                    xid = DhcpReply(Datagram(frame).payload).xid
                    seconds.setdefault(xid, time.monotonic() - begun)
    check(set(seconds) == {0x31, 0x32}, f"not both were answered: {seconds}")
    check(0.3 <= seconds[0x32] < DELAY, f"the quick client waited {seconds[0x32]:.2f} s")
    check(seconds[0x31] >= DELAY + 0.3, f"the slow client waited {seconds[0x31]:.2f} s")


def is_counted(stentord):
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters.get("conflicts_found"), 1, f"conflicts in {counters}")
    check(counters.get("conflict_answers", 0) >= 1, f"no answer was counted: {counters}")
    # Two of udhcpc's (the address in use and the next), and one of each DISCOVER of firmware.
    check(counters.get("conflict_checks", 0) >= 4, f"too few checks: {counters}")


def group(program, backend):
    with Lab() as lab:
        write_images(lab.folder / "images")
        with serving(lab, program, backend, dhcp=CONFIG) as stentord:
            clients = Clients(lab)
            for test in (an_address_in_use_is_passed_over, a_slow_class_waits_and_nobody_else):
                yield f"{test.__name__.replace('_', ' ')} over {backend}", lambda: test(clients)
            yield f"what happened is counted over {backend}", lambda: is_counted(stentord)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
