# SPDX-License-Identifier: BSD-3-Clause
"""Two processes that share memory, each with a core of its own: a server, and the rig.

The server is started for each measurement.
"""

import contextlib
import json
import tempfile
import time
from pathlib import Path

from measure.process import end, output_of, start
from measure.testpmd import Testpmd
from peers.servers import OFFER_HOLD

SERVER = "10.0.0.1"
MACHINES = "10.1.0.1/8"   # the first of their fixed addresses
PATIENCE = 60


# Name -> the server's device and the client's, at a socket.
DEVICES = {"memif": ("net_memif0,role=server,socket={},socket-abstract=no",
                     "net_memif0,role=client,socket={},socket-abstract=no"),
           "vhost-user": ("net_vhost0,iface={}", "net_virtio_user0,path={}")}


def devices(transport, folder):
    return (device.format(f"{folder}/socket") for device in DEVICES[transport])


@contextlib.contextmanager
def partner(context, command_of, transport):
    """Runs command_of(device, folder), which says "serving", on the last core; yields a function
    that runs the rig on the first one and returns what it prints."""
    with tempfile.TemporaryDirectory(prefix="stentor-perf-") as name:
        folder, log_path = Path(name), Path(name) / "log"
        ours, rigs = devices(transport, folder)
        with open(log_path, "w", encoding="utf-8") as log:
            process = start(command_of(f"vdev:{ours}", folder), stdout=log, stderr=log)
        try:
            wait_until_serving(process, log_path)
            yield lambda *arguments: output_of(
                [context.build / "app/stentor-storm/stentor-storm", "--port",
                 f"vdev:{rigs}", "--cores", context.cores[0], "--hugepages", "1GiB", *arguments])
        finally:
            end(process)


def wait_until_serving(process, log_path):
    deadline = time.monotonic() + PATIENCE
    while "serving" not in log_path.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"`{process.args[0]}`: {log_path.read_text(errors='replace')}")
        time.sleep(0.02)


def stentord(context, images, **how):
    """`images`: the root, whose file `loader` machines are told to boot; `how`: of its
    configuration."""
    def command(port, folder):
        config = folder / "stentor.yaml"
        config.write_text(config_text(context, port, images, **how))
        return [context.build / "app/stentord/stentord", "--config", config]
    return command


def config_text(context, port, images, server=SERVER, idle="poll", leases="durability: memory"):
    return (f"workers: {{cores: [{context.cores[-1]}], idle: {idle}, hugepages: 1GiB}}\n"
            f"ports:\n  - name: boot0\n    device: \"{port}\"\n"
            f"    networks: [{{address: {server}/8}}]\n"
            f"dhcp:\n  authoritative: true\n  offer-hold: {OFFER_HOLD}\n"
            f"  subnets: [{{subnet: 10.0.0.0/8, pools: [10.16.0.0-10.31.255.255]}}]\n"
            f"boot: {{rules: [{{file: loader}}]}}\nimages: {{root: {images}}}\n"
            f"leases: {{{leases}}}\nlimits: {{drain: 0s}}\n")


def zero_server(context, blocks=1):
    """`blocks`: of the one file that it has."""
    def command(port, _):
        return [context.build / "perf/wire/zero_server", "--port", port, "--core",
                context.cores[-1], "--machines", 1_000, "--blksize", 1468, "--window", 16,
                "--blocks", blocks]
    return command


def dora_rate(context, command_of, times=1, transport="memif"):
    """DORA a second of a million machines that all want an address at once, and so often."""
    with partner(context, command_of, transport) as rig, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "storm.json"
        rig("--json", report, "--machines", 1_000_000, "--script", ", ".join(["dora"] * times))
        result = json.loads(report.read_text())
        check_all_booted(result)
        return result["counts"]["acks_received"] / result["summary"]["elapsed_seconds"]


def data_rate(context, command_of, machines, file, fetches, transport="memif"):
    """DATA frames a second while machines fetch a file so often, all of them to the end."""
    with partner(context, command_of, transport) as rig, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "storm.json"
        rig("--json", report, "--machines", machines, "--addresses", MACHINES, "--server", SERVER,
            "--script", ", ".join([f"file {file}"] * fetches), "--blksize", 1468,
            "--windowsize", 16, "--verify", "none")
        return data_frames_a_second(json.loads(report.read_text()))


def data_frames_a_second(report):
    """Of a storm that went well to its end."""
    check_all_booted(report)
    return report["counts"]["data_frames"] / report["summary"]["elapsed_seconds"]


def check_all_booted(report):
    summary = report["summary"]
    if summary["booted"] < summary["machines"]:
        raise RuntimeError(f"{summary['machines'] - summary['booted']} machines failed: "
                           f"{report['failures']}")


@contextlib.contextmanager
def testpmd_pair(context, receiver_mode, sender_mode, frame_bytes, transport="memif"):
    """testpmd at both ends, forwarding on a core each; yields sender and receiver."""
    first, last = context.cores[0], context.cores[-1]
    with tempfile.TemporaryDirectory(prefix="stentor-perf-") as folder:
        ours, theirs = devices(transport, folder)
        with Testpmd([ours], receiver_mode, core=first, prompt_core=last,
                     prefix="stentor-perf-a") as receiver:
            with Testpmd([theirs], sender_mode, (f"--txpkts={frame_bytes}",), core=last,
                         prompt_core=first, prefix="stentor-perf-b") as sender:
                time.sleep(0.3)
                yield sender, receiver
