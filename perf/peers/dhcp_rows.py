# SPDX-License-Identifier: BSD-3-Clause
"""DHCP side by side: the highest rate of DORA that a server holds with under 0.1 % lost.

The leases of this version of Stentor are in memory; Kea's memfile is written without fsync, ISC
dhcpd syncs each one. What perfdhcp counts at a rate that both reach is a row of its own.
"""

import functools
import re

from measure.row import Pending, pairs, row_of_pairs
from peers.lab import highest_rate, lab, storm
from boot_server import environment_of  # of the tests, whose folder peers.lab names
from peers.servers import DHCP, Kea, Stentor, serving, write_images

CALIBRATION_RATE = 2000  # DORA/s
CALIBRATION_SECONDS = 3


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"loader": 1 << 20})

        @functools.cache
        def results(peer):
            return pairs(lambda: rate(context, made, root, Stentor),
                         lambda: rate(context, made, root, peer), context.pairs)

        def row_against(peer, id, what, **marks):
            return row_of_pairs(id, what, "DORA/s", results(peer), **marks)

        for peer in DHCP:
            id = f"peers.dhcp.{peer.name}"
            yield Pending(id, functools.partial(
                row_against, peer, id, f"DORA/s at under 0.1 % loss, against {peer.name}"))
        yield Pending("P7", lambda: row_against(
            Kea, "P7", "DORA/s against Kea memfile, same veth, same generator", floor=6, aim=10,
            note="our leases are in memory: the row asks for durable ones"))
        yield Pending("peers.dhcp.calibration", lambda: calibration(context, made, root))


def rate(context, made, root, server_class):
    with serving(server_class, context, made, root):
        return highest_rate(context, made, "dora", "--trial", "2s", "--loss-bound", "0.1%")


def calibration(context, made, root):
    """The rig against perfdhcp: the same offer to the same server, who counts how many DORA."""
    def ours():
        machines = CALIBRATION_RATE * CALIBRATION_SECONDS
        with serving(Kea, context, made, root):
            report = storm(context, made, "--machines", machines, "--script", "dora", "--arrival",
                           f"poisson {CALIBRATION_RATE}/s")
        return report["counts"]["acks_received"] / CALIBRATION_SECONDS

    def theirs():
        with serving(Kea, context, made, root):
            made.client("ip", "address", "replace", "10.99.0.2/16", "dev", "cli0")
            try:
                text = made.client(
                    context.peers / "kea-admin/usr/sbin/perfdhcp", "-4", "-r", CALIBRATION_RATE,
                    "-R", CALIBRATION_RATE * CALIBRATION_SECONDS, "-p", CALIBRATION_SECONDS, "-l",
                    "cli0", ok=False, env=environment_of(context.peers, "kea-admin")).stdout
            finally:
                made.client("ip", "address", "flush", "dev", "cli0")
        received = re.findall(r"received packets: (\d+)", text)
        if len(received) < 2:
            raise RuntimeError(f"perfdhcp: {text}")
        return int(received[1]) / CALIBRATION_SECONDS

    return row_of_pairs("peers.dhcp.calibration", f"ACKs/s that the rig counts, against perfdhcp, "
                        f"both offering {CALIBRATION_RATE} DORA/s to Kea", "DORA/s",
                        pairs(ours, theirs, context.pairs), note="1.0 is agreement")
