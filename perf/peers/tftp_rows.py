# SPDX-License-Identifier: BSD-3-Clause
"""TFTP side by side: goodput of many clients at once, each server on the same veth pair.

Machines have addresses without DHCP, so that only TFTP is measured. Goodput counts files that came
whole and were compared byte for byte; a server that loses clients is measured by those it served,
and the note says how many failed.
"""

import dataclasses
import functools

from measure.row import Contest, Pending, row_of_pairs
from peers.lab import lab, storm
from peers.servers import SERVER, TFTP, Stentor, serving, write_images

# Clients -> bytes each fetches, so that a run takes about a second or two.
LOADS = {1: 32 << 20, 32: 4 << 20, 200: 1 << 20, 1000: 256 << 10}
GIVE_UP = "10s"  # whoever has not come by then has failed
WINDOWS = (1, 4, 16, 64)
BLKSIZES = (512, 1468)


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {f"file{clients}": size for clients, size in LOADS.items()})
        for clients, size in LOADS.items():
            for window in WINDOWS:
                for blksize in BLKSIZES:
                    yield from compared(context, made, root, clients, size, window, blksize)


def compared(context, made, root, clients, size, window, blksize):
    """A row a peer; and of loads that are marked, one against the best of them. All serve in turn,
    so that Stentor's figure of a round stands beside each of theirs."""
    def id_of(peer):
        return f"peers.tftp.{clients}.w{window}.b{blksize}.{peer.name}"

    best = f"P10.w{window}" if clients == 32 and blksize == 1468 and window in (1, 16) else None
    asked = [peer for peer in TFTP
             if context.asks_for(id_of(peer)) or best and context.asks_for(best)]

    def measure(server_class):
        with serving(server_class, context, made, root):
            report = storm(context, made, "--machines", clients, "--addresses", "10.99.1.1/16",
                           "--server", SERVER, "--script", f"file file{clients}", "--blksize",
                           blksize, "--windowsize", window, "--reference", root,
                           "--give-up", GIVE_UP)
        return goodput(report, size), clients - report["summary"]["booted"]

    contest = Contest(measure, Stentor, asked, context.pairs)

    def row_against(peer):
        results = contest.pairs_with(peer)
        failed = [max(pair[side][1] for pair in results) for side in (0, 1)]
        return row_of_pairs(id_of(peer), f"TFTP, {clients} clients, window {window}, blksize "
                            f"{blksize}: against {peer.name}", "MB/s",
                            [(mine, theirs) for (mine, _), (theirs, _) in results],
                            floor=1.2 if clients == 1 else 1.5,
                            note=f"of {clients} clients, most failed in a run: ours {failed[0]}, "
                            f"theirs {failed[1]}" if any(failed) else "")

    def row_against_the_best():
        peer = max(TFTP, key=lambda peer: row_against(peer).theirs)
        floor, aim = (1.8, 2.3) if window == 1 else (2, 3)
        return dataclasses.replace(
            row_against(peer), id=best, note="", floor=floor, aim=aim,
            what=f"TFTP over veth, 32 clients, window {window}, against the best peer "
            f"({peer.name})")

    for peer in TFTP:
        yield Pending(id_of(peer), functools.partial(row_against, peer))
    if best:
        yield Pending(best, row_against_the_best)


def goodput(report, size):
    """Bytes of whole files over the time until the last of them was whole, in MB/s."""
    summary, timeline = report["summary"], report["timeline"]
    seconds = summary["elapsed_seconds"]
    if summary["booted"] < summary["machines"]:
        # Those that failed ended later: how long they tried says nothing about the others.
        ends = [at for at, booted in enumerate(timeline["booted"]) if booted]
        seconds = (ends[-1] + 1) * timeline["interval_seconds"] if ends else seconds
    return summary["booted"] * size / max(seconds, 1e-9) / 1e6
