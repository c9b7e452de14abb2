# SPDX-License-Identifier: BSD-3-Clause
"""DHCP side by side: the highest rate of DORA that a server holds with under 0.1 % lost.

Stentor's leases are on disk before their ACKs leave, as is its default, and P9 says what that
costs; Kea's memfile is written without fsync, ISC dhcpd syncs each one. What perfdhcp counts of
each of them, at a rate that it holds, are rows of their own: the same offer, the same counts.
"""

import dataclasses
import functools

from measure.row import Contest, Pending, pairs, repeats, row_of_pairs, row_of_values
from peers.lab import highest_rate, lab, storm
from boot_server import environment_of  # of the tests, whose folder peers.lab names
from perfdhcp import perfdhcp_counts
from peers.servers import (DHCP, SITE, Dnsmasq, IscDhcpd, Kea, Stentor, StentorInMemory, serving,
                           write_images)

# DORA/s that each surely holds, so that nobody has to ask twice.
CALIBRATION_RATES = {Stentor: 5_000, Kea: 1_000, IscDhcpd: 100, Dnsmasq: 100}
AGREEMENT = 0.99  # the lesser count over the greater
COMMIT_WAIT_MS, COMMIT_WAIT_AIM_MS = 20, 5
COMMIT_WAIT_SECONDS = 1  # in more of them come more machines than the pool has addresses
CALIBRATION_SECONDS = 5
# ISC dhcpd is slow with a large pool. dnsmasq chooses by a hash of the MAC and holds no offer: with
# a small pool two clients at a time are offered one address, and the second one is refused.
CALIBRATION_SITES = {IscDhcpd: dataclasses.replace(SITE, last="10.99.23.255")}


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"loader": 1 << 20})

        def id_of(peer):
            return f"peers.dhcp.{peer.name}"

        asked = [peer for peer in DHCP
                 if context.asks_for(id_of(peer)) or peer is Kea and context.asks_for("P7")]

        contest = Contest(functools.partial(rate, context, made, root), Stentor, asked,
                          context.pairs)

        def row_against(peer, id, what, **marks):
            return row_of_pairs(id, what, "DORA/s", contest.pairs_with(peer), **marks)

        for peer in DHCP:
            yield Pending(id_of(peer), functools.partial(
                row_against, peer, id_of(peer),
                f"DORA/s at under 0.1 % loss, against {peer.name}"))
        yield Pending("P7", lambda: row_against(
            Kea, "P7", "DORA/s against Kea memfile, same veth, same generator", floor=6, aim=10,
            note="each of our leases is on disk before its ACK leaves; Kea's file is not synced"))
        yield Pending("P9", lambda: row_of_pairs(
            "P9", "DORA/s of leases that are on disk before their ACKs leave, against leases in "
            "memory", "DORA/s", pairs(
                lambda: rate(context, made, root, Stentor),
                lambda: rate(context, made, root, StentorInMemory), context.pairs),
            floor=0.85, aim=0.97))
        yield Pending("peers.commit-wait", lambda: row_of_values(
            "peers.commit-wait", "ms from REQUEST to ACK, p99, at nine tenths of the highest rate, "
            "each lease on disk before its ACK leaves", "ms",
            repeats(lambda: ack_p99_ms(context, made, root), context.pairs), better="lower",
            floor=COMMIT_WAIT_MS, aim=COMMIT_WAIT_AIM_MS))

        @functools.cache
        def counts(peer):
            return pairs(lambda: counts_of_rig(context, made, root, peer),
                         lambda: counts_of_perfdhcp(context, made, root, peer), context.pairs)

        def calibrated(peer, what):
            return calibration(peer, what, counts(peer))

        for peer in CALIBRATION_RATES:
            for what in ("OFFER", "ACK"):
                yield Pending(calibration_id(peer, what),
                              functools.partial(calibrated, peer, what))


def rate(context, made, root, server_class):
    with serving(server_class, context, made, root):
        return highest_rate(context, made, "dora", "--trial", "2s", "--loss-bound", "0.1%")


def ack_p99_ms(context, made, root):
    """Of machines that come evenly, nine for each ten that could be served."""
    machines = int(rate(context, made, root, Stentor) * 0.9 * COMMIT_WAIT_SECONDS)
    with serving(Stentor, context, made, root):
        report = storm(context, made, "--machines", machines, "--script", "dora",
                       "--arrival", f"ramp {COMMIT_WAIT_SECONDS}s")
    if report["summary"]["booted"] < machines:
        raise RuntimeError(f"of {machines} machines some failed: {report['failures']}")
    return report["latency"]["ack"]["p99_ms"]


def calibration(peer, what, counts):
    """The rig against perfdhcp: the same offer to the same server; `counts` are pairs of what
    either counted, by message."""
    sent = [sorted({side["DISCOVER"] for side in sides}) for sides in zip(*counts)]
    return row_of_pairs(calibration_id(peer, what), f"{what}s of {peer.name} that the rig counts, "
                        f"against perfdhcp, both offering {offer_of(peer)} DORA at "
                        f"{CALIBRATION_RATES[peer]}/s", what + "s",
                        [(mine[what], yours[what]) for mine, yours in counts], ratio=agreement,
                        floor=AGREEMENT, note=f"1.0 is agreement; DISCOVERs sent in a run: ours "
                        f"{sent[0]}, theirs {sent[1]}")


def agreement(mine, yours):
    return min(mine, yours) / max(mine, yours, 1)


def calibration_id(peer, what):
    return f"peers.dhcp.calibration.{peer.name}.{what.lower()}"


def offer_of(peer):
    return CALIBRATION_RATES[peer] * CALIBRATION_SECONDS


def counts_of_rig(context, made, root, peer):
    with serving(peer, context, made, root, CALIBRATION_SITES.get(peer, SITE)):
        counts = storm(context, made, "--machines", offer_of(peer), "--script", "dora",
                       "--arrival", f"ramp {CALIBRATION_SECONDS}s")["counts"]
    return {"DISCOVER": counts["discovers_sent"], "OFFER": counts["offers_received"],
            "ACK": counts["acks_received"]}


def counts_of_perfdhcp(context, made, root, peer):
    """As many clients, one DORA each; it waits a second for answers after the last."""
    offer = offer_of(peer)
    with serving(peer, context, made, root, CALIBRATION_SITES.get(peer, SITE)):
        made.client("ip", "address", "replace", "10.99.0.2/16", "dev", "cli0")
        try:
            text = made.client(
                context.peers / "kea-admin/usr/sbin/perfdhcp", "-4", "-r", CALIBRATION_RATES[peer],
                "-R", offer, "-n", offer, "-W", 1_000_000, "-l", "cli0", ok=False,
                env=environment_of(context.peers, "kea-admin")).stdout
        finally:
            made.client("ip", "address", "flush", "dev", "cli0")
    return perfdhcp_counts(text)
