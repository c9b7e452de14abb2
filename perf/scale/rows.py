# SPDX-License-Identifier: BSD-3-Clause
"""Does it stay as fast when there is much of it? Transfers, leases, reservations, images.

Each size is measured in turn with a small one, in the same run; the ratio is what is left of the
small one's speed. Workers are row P18 of the wire suite.
"""

import functools
import json

from measure.process import output_of
from measure.row import Pending, pairs, repeats, row_of_pairs, row_of_values
from scale.restart import LEASES as RESTART_LEASES, Restart
from wire.null_rows import DataRate

TRANSFERS = (10, 1_000, 10_000, 100_000)
IMAGES = (100, 10_000)
IMAGE_KIB = 32  # of each, however many
IMAGE_MIB = (64, 512)
LEASES = (1_000, 100_000, 1_000_000, 10_000_000, 16_000_000)
RESERVATIONS = (10_000, 100_000, 1_000_000)
# Of Kea's memfile, by measurement (PERFORMANCE, "Peers"): what a lease takes, and how long a
# restart with a million of them.
KEA_LEASE_BYTES = 500
KEA_RESTART_SECONDS = 8.4


def rows(context):
    """Each Pending binds its size: whoever collects them measures them later."""
    run, count = DataRate(context), context.pairs
    for clients in TRANSFERS:
        yield pending(transfers, f"scale.transfers.{clients}", run, count, clients)
    for files in IMAGES:
        yield pending(images, f"scale.images.{files}", run, count, files)
    for size in IMAGE_MIB:
        yield pending(image_mib, f"scale.image_mib.{size}", run, count, size)
    for number in LEASES:
        id = "P14" if number == 10_000_000 else f"scale.leases.{number}"
        yield pending(leases, id, context, number)
    for number in RESERVATIONS:
        yield pending(reservations, f"scale.reservations.{number}", context, number)
    yield pending(lease_bytes, "P16", context)
    yield pending(restart, "P17", context)


def pending(measure, id, *arguments):
    return Pending(id, functools.partial(measure, id, *arguments))


def transfers(id, run, count, clients):
    return row_of_pairs(id, f"DATA frames/s with {clients:,} live transfers against 100",
                        "frames/s", pairs(lambda: frames(run, "--clients", clients),
                                          lambda: frames(run, "--clients", 100), count))


def images(id, run, count, files):
    """Their number alone: were their total the same, they would be smaller, and asked for more
    often. The next rows are about the total."""
    load = ("--file-kib", IMAGE_KIB, "--clients", 10_000)
    return row_of_pairs(id, f"DATA frames/s of {files:,} images against one, each of {IMAGE_KIB} "
                        "KiB, 10,000 clients", "frames/s",
                        pairs(lambda: frames(run, "--files", files, *load),
                              lambda: frames(run, "--files", 1, *load), count),
                        note=f"a request for each {IMAGE_KIB} KiB on both sides; "
                        f"{files * IMAGE_KIB >> 10:,} MiB in all against {IMAGE_KIB} KiB: "
                        "scale.image_mib says what the total does by itself")


def image_mib(id, run, count, size):
    return row_of_pairs(id, f"DATA frames/s of one image of {size} MiB against one of 1 MiB",
                        "frames/s", pairs(lambda: frames(run, "--image-mib", size),
                                          lambda: frames(run, "--image-mib", 1), count),
                        note="32 clients; the larger file is asked for less often")


def leases(id, context, number):
    marks = {"floor": 0.5, "aim": 0.7} if id == "P14" else {}
    return row_of_pairs(id, f"DORA/s with {number:,} leases against 10,000", "DORA/s",
                        pairs(lambda: rate(context, f"dora_beside_leases/{number}"),
                              lambda: rate(context, "dora_beside_leases/10000"), context.pairs),
                        **marks, note="7 of 8 DORA are by clients that have one of the leases, "
                        "drawn at random over all; 1 is by a client never seen before, and comes "
                        "with another's RELEASE")


def reservations(id, context, number):
    return row_of_pairs(id, f"DORA/s of clients that have one of {number:,} reservations against "
                        "1,000", "DORA/s",
                        pairs(lambda: rate(context, f"dora_by_reservation/{number}"),
                              lambda: rate(context, "dora_by_reservation/1000"), context.pairs))


def lease_bytes(id, context):
    def once():
        return dora(context, "dora_beside_leases/1000000")["bytes_per_address"]
    return row_of_values(id, "bytes a lease in the hot table and its index; the mark: a quarter "
                         f"of Kea's {KEA_LEASE_BYTES}", "bytes", repeats(once, 1), better="lower",
                         floor=KEA_LEASE_BYTES / 4, aim=96)


def restart(id, context):
    with Restart(context) as seconds:
        return row_of_values(
            id, f"seconds from stentord's start to the first ACK, {RESTART_LEASES:,} leases on "
            f"disk; the marks: a tenth and a hundredth of Kea's {KEA_RESTART_SECONDS}", "s",
            repeats(seconds, context.pairs), better="lower", floor=KEA_RESTART_SECONDS / 10,
            aim=KEA_RESTART_SECONDS / 100)


def frames(run, *arguments):
    return run(*arguments)["frames_per_second"]


def rate(context, name):
    return dora(context, name)["items_per_second"]


def dora(context, name):
    text = output_of([context.build / "perf/scale/dora_bench", "--benchmark_format=json",
                      "--benchmark_min_time=0.2", f"--benchmark_filter=^{name}$"])
    return json.loads(text)["benchmarks"][0]
