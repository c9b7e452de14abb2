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
GIVE_UP = "5s"  # whoever has not come by then has failed
WINDOWS = (1, 4, 16, 64)
BLKSIZES = (512, 1468)


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {f"file{clients}": size for clients, size in LOADS.items()})
        for clients in LOADS:
            yield from compared(context, made, root, clients)


def compared(context, made, root, clients):
    """A row for each peer, window and blksize; and where it is marked, one against the best peer.

    In a round each server is started once, and serves all windows and blksizes that are asked for.
    """
    kinds = {(window, blksize): [peer for peer in TFTP
                                 if any(map(context.asks_for,
                                            ids(clients, window, blksize, peer)))]
             for window in WINDOWS for blksize in BLKSIZES}
    asked = [peer for peer in TFTP if any(peer in peers for peers in kinds.values())]

    def measure(server_class):
        with serving(server_class, context, made, root):
            return {kind: fetch(context, made, root, clients, *kind)
                    for kind, peers in kinds.items()
                    if server_class is Stentor and peers or server_class in peers}

    contest = Contest(measure, Stentor, asked, context.pairs)
    for window, blksize in kinds:
        def against(peer, window=window, blksize=blksize):
            pairs = [(mine[window, blksize], yours[window, blksize])
                     for mine, yours in contest.pairs_with(peer)]
            return row_against(peer, clients, window, blksize, pairs)

        def against_the_best(window=window, blksize=blksize, against=against):
            return best_of([against(peer) for peer in TFTP], window)

        for peer in TFTP:
            yield Pending(row_id(clients, window, blksize, peer), functools.partial(against, peer))
        if is_marked(clients, window, blksize):
            yield Pending(f"P10.w{window}", against_the_best)


def row_id(clients, window, blksize, peer):
    return f"peers.tftp.{clients}.w{window}.b{blksize}.{peer.name}"


def is_marked(clients, window, blksize):
    return clients == 32 and blksize == 1468 and window in (1, 16)


def ids(clients, window, blksize, peer):
    """Of the rows that want this measured."""
    marked = [f"P10.w{window}"] if is_marked(clients, window, blksize) else []
    return [row_id(clients, window, blksize, peer), *marked]


def fetch(context, made, root, clients, window, blksize):
    """(MB/s of files that came whole, clients that failed)."""
    report = storm(context, made, "--machines", clients, "--addresses", "10.99.1.1/16",
                   "--server", SERVER, "--script", f"file file{clients}", "--blksize", blksize,
                   "--windowsize", window, "--reference", root, "--give-up", GIVE_UP)
    return goodput(report, LOADS[clients]), clients - report["summary"]["booted"]


def row_against(peer, clients, window, blksize, results):
    """`results`: pairs of what fetch() says. A server that lost clients had less to do: ours then
    reaches no floor, whatever the ratio, and of theirs the note says so."""
    failed = [max(pair[side][1] for pair in results) for side in (0, 1)]
    row = row_of_pairs(row_id(clients, window, blksize, peer), f"TFTP, {clients} clients, window "
                       f"{window}, blksize {blksize}: against {peer.name}", "MB/s",
                       [(mine, theirs) for (mine, _), (theirs, _) in results],
                       floor=1.2 if clients == 1 else 1.5,
                       note=f"of {clients} clients, most failed in a run: ours {failed[0]}, "
                       f"theirs {failed[1]}" if any(failed) else "")
    return dataclasses.replace(row, has_failed=failed[0] != 0)


def best_of(rows, window):
    """The row against the best peer, as P10."""
    best = max(rows, key=lambda row: row.theirs)
    floor, aim = (1.8, 2.3) if window == 1 else (2, 3)
    name = best.id.rsplit(".", 1)[1]
    return dataclasses.replace(best, id=f"P10.w{window}", floor=floor, aim=aim,
                               what=f"TFTP over veth, 32 clients, window {window}, against the "
                               f"best peer ({name})")


def goodput(report, size):
    """Bytes of whole files over the time until the last of them was whole, in MB/s."""
    summary, timeline = report["summary"], report["timeline"]
    seconds = summary["elapsed_seconds"]
    if summary["booted"] < summary["machines"]:
        # Those that failed ended later: how long they tried says nothing about the others.
        ends = [at for at, booted in enumerate(timeline["booted"]) if booted]
        seconds = (ends[-1] + 1) * timeline["interval_seconds"] if ends else seconds
    return summary["booted"] * size / max(seconds, 1e-9) / 1e6
