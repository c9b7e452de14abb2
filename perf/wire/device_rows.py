# SPDX-License-Identifier: BSD-3-Clause
"""What arrives through a device: rows P1, P2 and P8, and the rig's own cost, over memif and veth.

stentord serves on one core, stentor-storm plays the machines on the other. testpmd on the same
device, one core a side, is what the device carries when nobody thinks.
"""

import contextlib
import json
import pathlib
import tempfile
import time

from measure.process import end, output_of, start
from measure.row import pairs, repeats, row_of_pairs, row_of_values
from measure.testpmd import Testpmd
from peers.lab import lab, storm
from peers.servers import POOL, SERVER, Stentor, write_images

SECONDS = 1.0
HOT_BYTES = 4 << 20  # of a file that stays in the last-level cache
STAGES = 32          # fetches of it in a row, the most a script has


def rows(context):
    with tempfile.TemporaryDirectory(prefix="stentor-perf-") as name:
        folder = pathlib.Path(name)
        write_images(folder / "images", {"hot": HOT_BYTES, "loader": 1 << 20})
        with MemifPair(context, folder) as pair:
            def data_frames():
                report = pair.storm("--machines", 64, "--addresses", "10.99.1.1/16", "--server",
                                    SERVER, "--script", ", ".join(["file hot"] * STAGES),
                                    "--blksize", 1468, "--windowsize", 16, "--verify", "none")
                return frames_of(report)

            yield row_of_pairs("P1", "DATA frames/s against testpmd txonly, memif, 1,514 B, window "
                               "16, image in cache", "frames/s",
                               pairs(data_frames, lambda: memif_testpmd(context, folder, pair),
                                     context.pairs), floor=0.60, aim=0.80,
                               note=f"64 clients, a file of {HOT_BYTES >> 20} MiB; both processes' "
                               "share: the rig checks every header")

            def doras():
                return pair.highest_rate("dora", "--trial", "1s")
            yield row_of_pairs("P8", "DORA/s a core over memif, against half of what testpmd's "
                               "macswap echoes of 342 B", "DORA/s",
                               pairs(doras, lambda: memif_echo(context, folder, pair) / 2,
                                     context.pairs), floor=0.20, aim=0.36)
    yield from veth_rows(context)
    yield from rig_rows(context)


def frames_of(report):
    """DATA frames a second of a storm that went well to its end."""
    summary = report["summary"]
    if summary["booted"] < summary["machines"]:
        raise RuntimeError(f"{summary['machines'] - summary['booted']} machines failed: "
                           f"{report['failures']}")
    return report["counts"]["data_frames"] / summary["elapsed_seconds"]


class MemifPair:
    """A stentord that serves on memif, ended while testpmd has the cores."""

    def __init__(self, context, folder):
        self.context, self.folder = context, folder
        self.socket = folder / "memif.sock"

    def __enter__(self):
        self.process = None
        return self

    def __exit__(self, *_):
        self.pause()

    def resume(self):
        """A new process each time: memif's server does not outlive a client that goes."""
        self.pause()
        config = self.folder / "stentor.yaml"
        config.write_text(
            f"workers: {{cores: [{self.context.cores[-1]}], idle: poll, hugepages: 1GiB}}\n"
            f"ports:\n  - name: boot0\n"
            f"    device: \"vdev:net_memif0,role=server,socket={self.socket},socket-abstract=no\"\n"
            f"    networks: [{{address: {SERVER}/16}}]\n"
            f"dhcp:\n  subnets: [{{subnet: 10.99.0.0/16, pools: [{POOL[0]}-{POOL[1]}]}}]\n"
            f"boot: {{rules: [{{file: loader}}]}}\nimages: {{root: {self.folder}/images}}\n")
        log_path = self.folder / "stentord.log"
        with open(log_path, "w", encoding="utf-8") as log:
            self.process = start([self.context.build / "app/stentord/stentord", "--config", config],
                                 stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while "serving," not in log_path.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"stentord: {log_path.read_text(errors='replace')}")
            time.sleep(0.05)

    def pause(self):
        if self.process:
            end(self.process)
        self.process = None

    def rig(self, *arguments):
        self.resume()
        try:
            return output_of([self.context.build / "app/stentor-storm/stentor-storm", "--port",
                              f"vdev:net_memif0,role=client,socket={self.socket},"
                              "socket-abstract=no", "--cores", self.context.cores[0],
                              "--hugepages", "1GiB", *arguments])
        finally:
            self.pause()

    def storm(self, *arguments):
        report = self.folder / "storm.json"
        self.rig("--json", report, *arguments)
        return json.loads(report.read_text())

    def highest_rate(self, what, *arguments):
        for line in self.rig("--find-max", what, *arguments).splitlines():
            if line.startswith("highest rate held: "):
                return float(line.split()[3])
        raise RuntimeError("stentor-storm found no rate that held")


@contextlib.contextmanager
def two_testpmds(context, folder, mode, frame_bytes):
    """The sender's process, and what receives on the other core."""
    path = folder / "testpmd.sock"
    cores = context.cores
    device = f"net_memif0,socket={path},socket-abstract=no,role="
    # One lcore forwards, the other one is testpmd's prompt and sleeps.
    with Testpmd([device + "server"], mode, cores=f"{cores[0]},{cores[-1]}",
                 prefix="stentor-perf-a") as receiver:
        with Testpmd([device + "client"], "txonly" if mode == "rxonly" else "flowgen",
                     (f"--txpkts={frame_bytes}",), cores=f"{cores[-1]},{cores[0]}",
                     prefix="stentor-perf-b") as sender:
            time.sleep(0.5)
            yield sender, receiver


def memif_testpmd(context, folder, pair):
    pair.pause()
    with two_testpmds(context, folder, "rxonly", 1514) as (_, receiver):
        return receiver.rate(SECONDS, "Rx")


def memif_echo(context, folder, pair):
    pair.pause()
    with two_testpmds(context, folder, "macswap", 342) as (_, echo):
        return echo.rate(SECONDS, "Tx")


def veth_rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"hot": HOT_BYTES})
        namespace = ("ip", "netns", "exec", made.srv)

        def ours():
            with Stentor(context, made, root):
                report = storm(context, made, "--machines", 32, "--addresses", "10.99.1.1/16",
                               "--server", SERVER, "--script", "file hot, file hot, file hot",
                               "--blksize", 1468, "--windowsize", 16, "--verify", "none")
            return frames_of(report)

        def theirs():
            with Testpmd(["net_af_xdp0,iface=srv0"], "txonly", ("--txpkts=1514",),
                         cores=f"{context.cores[0]},{context.cores[-1]}",
                         wrapper=namespace) as sender:
                return sender.rate(SECONDS)

        yield row_of_pairs("P2", "DATA frames/s against testpmd txonly, AF_XDP on veth, 1,514 B",
                           "frames/s", pairs(ours, theirs, context.pairs), floor=0.85, aim=0.95)


def rig_rows(context):
    """What stentor-storm itself costs, without a server that it could wait for."""
    def rates(name):
        text = output_of([context.build / "perf/micro/storm_bench", "--benchmark_format=json",
                          f"--benchmark_filter={name}"])
        return json.loads(text)["benchmarks"][0]["items_per_second"]
    yield row_of_values("rig.data", "DATA frames/s that the rig checks and acknowledges, one core, "
                        "in memory", "frames/s", repeats(lambda: rates("data"), context.pairs),
                        floor=10e6, aim=16e6)
    yield row_of_values("rig.dora", "DORA/s that the rig offers and accounts for, one core, in "
                        "memory", "DORA/s", repeats(lambda: rates("dora"), context.pairs),
                        floor=2e6, aim=3e6)
