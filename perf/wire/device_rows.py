# SPDX-License-Identifier: BSD-3-Clause
"""What arrives through a device: rows P1, P2 and P8 over memif and veth, the same as P1 over
vhost-user, what it costs under load that a worker may sleep, a whole storm, and what the rig costs.

The server has one core, stentor-storm or another testpmd the other. testpmd on the same device is
what the device carries when nobody thinks.
"""

import contextlib
import json
import pathlib
import tempfile

from measure.row import Pending, pairs, repeats, row_of_pairs, row_of_values
from measure.testpmd import Testpmd
from peers.lab import lab, storm
from peers.servers import SITE, Stentor, write_images
from wire.shared_memory import (check_all_booted, data_frames_a_second, data_rate, dora_rate,
                                partner, stentord, testpmd_pair, zero_server)

SECONDS = 1.0
HOT_BYTES = 4 << 20  # of a file that stays in the last-level cache
HOT_FILES = {"hot": HOT_BYTES, "loader": 1 << 20}
FETCHES = 32         # of it in a row, the most that a script has
STORM_MACHINES = 20_000
STORM_FILES = {"loader": 1_000_000, "initrd": 4_000_000}
STORM_BLKSIZE = 1468
RIG_BLOCKS = 20_000  # of a file that costs its server nothing
RIG_NOTE = "one core, beside a server that does next to nothing"


def rows(context):
    yield Pending("P1", lambda: data_over(context, "memif", "P1", floor=0.60, aim=0.80))
    yield Pending("wire.vhost-user", lambda: data_over(context, "vhost-user", "wire.vhost-user"))
    yield Pending("wire.idle", lambda: adaptive_against_poll(context))
    yield Pending("P2", lambda: data_over_veth(context))
    yield Pending("P8", lambda: dora_over_memif(context))
    yield Pending("wire.storm", lambda: storm_over_memif(context))
    yield Pending("rig.data", lambda: row_of_values(
        "rig.data", "DATA frames/s that the rig checks and acknowledges, memif, window 16",
        "frames/s",
        repeats(lambda: data_rate(context, zero_server(context, RIG_BLOCKS), 32, "zeros", FETCHES),
                context.pairs), floor=10e6, aim=16e6, note=RIG_NOTE))
    yield Pending("rig.dora", lambda: row_of_values(
        "rig.dora", "DORA/s that the rig offers and accounts for, memif", "DORA/s",
        repeats(lambda: dora_rate(context, zero_server(context), times=4), context.pairs),
        floor=2e6, aim=3e6, note=RIG_NOTE))


@contextlib.contextmanager
def images(sizes=HOT_FILES):
    with tempfile.TemporaryDirectory(prefix="stentor-perf-") as folder:
        write_images(pathlib.Path(folder), sizes)
        yield folder


def data_over(context, transport, id, **wanted):
    def ours():
        return data_rate(context, stentord(context, root), 64, "hot", FETCHES, transport)

    def theirs():
        with testpmd_pair(context, "rxonly", "txonly", 1514, transport) as (_, receiver):
            return receiver.rate(SECONDS, "Rx")

    with images() as root:
        return row_of_pairs(
            id, f"DATA frames/s against testpmd txonly, {transport}, 1,514 B, window 16, image in "
            "cache", "frames/s", pairs(ours, theirs, context.pairs), **wanted,
            note=f"64 clients, a file of {HOT_BYTES >> 20} MiB; the rig checks every header")


def adaptive_against_poll(context):
    def with_idle(root, idle):
        return data_rate(context, stentord(context, root, idle=idle), 64, "hot", FETCHES)

    with images() as root:
        return row_of_pairs(
            "wire.idle", "DATA frames/s of `idle: adaptive` against `idle: poll`, memif, window 16",
            "frames/s", pairs(lambda: with_idle(root, "adaptive"), lambda: with_idle(root, "poll"),
                              context.pairs), floor=0.98, aim=1.0,
            note="64 clients, as P1; none of them waits for a worker that sleeps")


def dora_over_memif(context):
    def half_of_echoes():
        with testpmd_pair(context, "macswap", "flowgen", 342) as (_, echo):
            return echo.rate(SECONDS, "Tx") / 2
    with images() as root:
        return row_of_pairs(
            "P8", "DORA/s a core over memif, against half of what testpmd's macswap echoes of "
            "342 B", "DORA/s",
            pairs(lambda: dora_rate(context, stentord(context, root)), half_of_echoes,
                  context.pairs), floor=0.20, aim=0.36,
            note="a million machines at once, each with a new lease; all of them get one")


def storm_over_memif(context):
    """Seconds, against those in which testpmd sends as many frames as there are blocks."""
    blocks = STORM_MACHINES * sum(size // STORM_BLKSIZE + 1 for size in STORM_FILES.values())

    def ours(root):
        with tempfile.TemporaryDirectory(prefix="stentor-perf-") as folder:
            server = stentord(context, root, leases=f"database: {folder}/leases.db")
            with partner(context, server, "memif") as rig:
                report = pathlib.Path(folder) / "storm.json"
                rig("--json", report, "--machines", STORM_MACHINES, "--profile", "edk2",
                    "--blksize", STORM_BLKSIZE, "--script",
                    "dora, boot-file, dora as ipxe, file initrd as ipxe", "--verify", "none")
                result = json.loads(report.read_text())
        check_all_booted(result)
        return result["summary"]["all_booted_seconds"]

    def theirs():
        with testpmd_pair(context, "rxonly", "txonly", 1514) as (_, receiver):
            return blocks / receiver.rate(SECONDS, "Rx")

    with images(STORM_FILES) as root:
        return row_of_pairs(
            "wire.storm", f"seconds until {STORM_MACHINES:,} machines at once have booted (DORA, "
            "size probe, 1 MB, second DORA, 4 MB), against those of testpmd txonly for as many "
            "frames, memif", "s", pairs(lambda: ours(root), theirs, context.pairs),
            better="lower", floor=2, aim=1.25,
            note="one core a side; every lease on disk before its ACK leaves")


def data_over_veth(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"hot": HOT_BYTES, "loader": 1 << 20})

        def ours():
            with Stentor(made, SITE, root, context.build) as server:
                if "AF_XDP" not in server.log():
                    raise RuntimeError(f"stentord does not serve by AF_XDP: {server.log()}")
                return data_frames_a_second(
                    storm(context, made, "--machines", 32, "--addresses", "10.99.1.1/16",
                          "--server", "10.99.0.1", "--script", "file hot, file hot, file hot",
                          "--blksize", 1468, "--windowsize", 16, "--verify", "none"))

        def theirs():
            first, last = context.cores[0], context.cores[-1]
            with Testpmd(["net_af_xdp0,iface=cli0"], "rxonly", core=first, prompt_core=last,
                         prefix="stentor-perf-a",
                         wrapper=("ip", "netns", "exec", made.cli)) as receiver:
                with Testpmd(["net_af_xdp0,iface=srv0"], "txonly", ("--txpkts=1514",), core=last,
                             prompt_core=first, prefix="stentor-perf-b",
                             wrapper=("ip", "netns", "exec", made.srv)):
                    return receiver.rate(SECONDS, "Rx")

        return row_of_pairs("P2", "DATA frames/s against testpmd txonly, AF_XDP on veth, 1,514 B",
                            "frames/s", pairs(ours, theirs, context.pairs), floor=0.85, aim=0.95)
