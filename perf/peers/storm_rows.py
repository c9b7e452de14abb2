# SPDX-License-Identifier: BSD-3-Clause
"""The whole boot storm: until 1,000 machines have address, loader (1 MB) and initrd (32 MB)."""

import functools

from measure.row import AtLeast, Pending, pairs, row_of_pairs
from peers.lab import lab, storm
from peers.servers import Dnsmasq, Kea, Stentor, TftpdHpa, serving, write_images

MACHINES = 1000
GIVE_UP_SECONDS = 600
# Each gives addresses and files, on one core in all.
SITES = {"dnsmasq": (Dnsmasq,), "kea-tftpd-hpa": (Kea, TftpdHpa)}


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"loader": 1_000_000, "initrd": 32_000_000})
        for name, servers in SITES.items():
            id = f"peers.storm.{name}"
            yield Pending(id, functools.partial(row_against, id, servers, functools.partial(
                boot, context, made, root), context.pairs))


def boot(context, made, root, servers):
    """The report of a storm that these servers boot."""
    with serving(servers, context, made, root):
        return storm(context, made, "--machines", MACHINES, "--script",
                     "dora, boot-file, file initrd", "--profile", "edk2", "--reference", root,
                     "--verify", "sampled", "--give-up", f"{GIVE_UP_SECONDS}s",
                     seconds=GIVE_UP_SECONDS + 60)


def row_against(id, servers, boot, count):
    """`boot`: of a tuple of servers, the report."""
    failed = {(Stentor,): 0, servers: 0}

    def seconds(servers):
        summary = boot(servers)["summary"]
        left_behind = MACHINES - summary["booted"]
        failed[servers] = max(left_behind, failed[servers])
        # Who leaves machines behind has not booted them in the time that there was.
        return AtLeast(GIVE_UP_SECONDS) if left_behind else summary["elapsed_seconds"]

    results = pairs(lambda: seconds((Stentor,)), lambda: seconds(servers), count)
    return row_of_pairs(id, f"seconds until {MACHINES} machines have booted, against "
                        f"{' and '.join(server.name for server in servers)}", "s", results,
                        better="lower",
                        note=f"one core for all servers of a side; most of {MACHINES} machines "
                        f"that failed in a run: ours {failed[(Stentor,)]}, theirs "
                        f"{failed[servers]}; a run with any counts as {GIVE_UP_SECONDS} s at least")
