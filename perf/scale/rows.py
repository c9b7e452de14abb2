# SPDX-License-Identifier: BSD-3-Clause
"""Does it stay as fast when there is much of it? Transfers, leases, reservations, images.

Each size is measured in turn with a small one, in the same run; the ratio is what is left of the
small one's speed. Workers are row P18 of the wire suite.
"""

import json

from measure.process import output_of
from measure.row import pairs, repeats, row_of_pairs, row_of_values
from wire.null_rows import DataRate

TRANSFERS = (10, 1_000, 10_000, 100_000)
IMAGES = (1, 100, 10_000)
LEASES = (1_000, 100_000, 1_000_000, 10_000_000, 16_000_000)
RESERVATIONS = (10_000, 100_000, 1_000_000)
KEA_LEASE_BYTES = 500  # what Kea's memfile takes a lease, by measurement (PERFORMANCE, "Peers")


def rows(context):
    run = DataRate(context)
    count = context.pairs
    frames = lambda *arguments: run(*arguments)["frames_per_second"]  # noqa: E731
    for clients in TRANSFERS:
        yield row_of_pairs(f"scale.transfers.{clients}", f"DATA frames/s with {clients:,} live "
                           "transfers against 100", "frames/s",
                           pairs(lambda: frames("--clients", clients),
                                 lambda: frames("--clients", 100), count))
    for files in IMAGES[1:]:
        many = ("--files", files, "--image-mib", 160, "--clients", 10_000)
        yield row_of_pairs(f"scale.images.{files}", f"DATA frames/s of {files:,} images against "
                           "one, 160 MiB in all, 10,000 clients", "frames/s",
                           pairs(lambda: frames(*many),
                                 lambda: frames("--image-mib", 160, "--clients", 10_000), count))

    def dora(name):
        text = output_of([context.build / "perf/scale/dora_bench", "--benchmark_format=json",
                          "--benchmark_min_time=0.2", f"--benchmark_filter=^{name}$"])
        return json.loads(text)["benchmarks"][0]

    def rate(name):
        return dora(name)["items_per_second"]

    for leases in LEASES:
        id = "P14" if leases == 10_000_000 else f"scale.leases.{leases}"
        marks = {"floor": 0.5, "aim": 0.7} if id == "P14" else {}
        yield row_of_pairs(id, f"DORA/s beside {leases:,} leases against 10,000", "DORA/s",
                           pairs(lambda: rate(f"dora_beside_leases/{leases}"),
                                 lambda: rate("dora_beside_leases/10000"), count), **marks)
    for reservations in RESERVATIONS:
        yield row_of_pairs(f"scale.reservations.{reservations}", f"DORA/s of clients that have one "
                           f"of {reservations:,} reservations against 1,000", "DORA/s",
                           pairs(lambda: rate(f"dora_by_reservation/{reservations}"),
                                 lambda: rate("dora_by_reservation/1000"), count))
    yield row_of_values("P16", "bytes a lease in the hot table and its index; the mark: a quarter "
                        f"of Kea's {KEA_LEASE_BYTES}", "bytes",
                        repeats(lambda: dora("dora_beside_leases/1000000")["bytes_per_address"], 1),
                        better="lower", floor=KEA_LEASE_BYTES / 4, aim=96)
