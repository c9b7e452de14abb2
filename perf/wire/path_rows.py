# SPDX-License-Identifier: BSD-3-Clause
"""What the way to its clients leaves of a worker's throughput: rows wire.loss and wire.pacing.

`paths` simulates both, on a clock of its own: the figures are exact, the same on every machine, and
one run is enough. What varies is the seed: which frames are lost, when the machines start.
"""

import dataclasses
import json
import statistics

from measure.process import output_of
from measure.row import Pending, row_of_pairs

# Of the frames that left the port: more than that is not "next to nothing", whatever the share.
LOST_MAX = 0.001


def rows(context):
    def paths(which):
        return json.loads(output_of([context.build / "perf/wire/paths", which]))
    yield Pending("wire.loss", lambda: loss(paths))
    yield Pending("wire.pacing", lambda: pacing(paths))


def loss(paths):
    result = paths("loss")
    seeds, none = result["seeds"], result["none"]
    starts = [seed["start_seconds"] for seed in seeds]
    frames = [seed["frames_per_block"] for seed in seeds]
    late = sum(start > 0.5 for start in starts)
    whole = [seed["whole_bytes_per_second"] / none["whole_bytes_per_second"] for seed in seeds]
    return row_of_seeds(
        "wire.loss", "bytes/s with 5 % of DATA and of ACKs lost against none, window 16, round "
        "trip of 16 block times; simulated, from the second window on", "B/s",
        [seed["bytes_per_second"] for seed in seeds], none["bytes_per_second"],
        floor=0.5, aim=0.7,
        note=f"one client at 1 Gb/s, 40,000 blocks of 1,468 bytes, {len(seeds)} seeds; "
        f"{min(frames):.2f} to {max(frames):.2f} DATA frames a block; left out: the start, to the "
        f"second window, {max(starts):.2f} s at most ({late} of {len(seeds)} longer than 0.5 s), "
        f"{none['start_seconds'] * 1e3:.1f} ms without loss; with the start "
        f"{statistics.median(whole):.2f} ({min(whole):.2f} to {max(whole):.2f}) of the throughput")


def pacing(paths):
    result = paths("pacing")
    seeds, none = result["seeds"], result["none"]
    lost = max(seed["lost"] for seed in seeds)
    failed = sum(seed["machines_failed"] for seed in seeds)
    row = row_of_seeds(
        "wire.pacing", "the slowest machine's share of its link, paced, against pace: none; 200 "
        "clients, window 64; simulated", "ratio",
        [seed["least_share"] for seed in seeds], none["least_share"],
        floor=0.90, aim=0.90, has_failed=failed != 0 or lost >= LOST_MAX,
        note=f"the ratio column is ours itself; ten clients on each of 20 links of 1 Gb/s behind a "
        f"port of 100 Gb/s, tail-drop buffers of 512 KiB, files of 8 MiB, {len(seeds)} seeds; "
        f"blocks lost: {lost:.4%} at most (floor: under {LOST_MAX:.1%}), without pacing "
        f"{none['lost']:.2%}; machines that gave up: {failed}, without pacing "
        f"{none['machines_failed']}")
    # What is asked is the share, not how much more it is than without.
    return dataclasses.replace(row, ratio=row.ours, spread=row.ours_spread)


def row_of_seeds(id, what, unit, ours, none, **more):
    """Each seed beside the one run that nothing happens to."""
    return row_of_pairs(id, what, unit, [(one, none) for one in ours], **more)
