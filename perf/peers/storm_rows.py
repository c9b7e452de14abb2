# SPDX-License-Identifier: BSD-3-Clause
"""The whole boot storm: until 1,000 machines have address, loader (1 MB) and initrd (32 MB)."""

import collections
import functools

from measure.row import AtLeast, Contest, Pending, row_of_pairs
from peers.lab import lab, storm
from peers.servers import Dnsmasq, Kea, Stentor, TftpdHpa, serving, write_images

MACHINES = 1000
GIVE_UP_SECONDS = 240
GIVE_UPS = 2  # who has left machines behind so often is not asked again: the bound is known
# Each gives addresses and files, on one core in all.
SITES = {"dnsmasq": (Dnsmasq,), "kea-tftpd-hpa": (Kea, TftpdHpa)}


def rows(context):
    with lab() as made:
        root = made.folder / "images"
        write_images(root, {"loader": 1_000_000, "initrd": 32_000_000})
        ids = {f"peers.storm.{name}": servers for name, servers in SITES.items()}
        contest = Contest(Patience(lambda servers: time_of(boot(context, made, root, servers))),
                          (Stentor,),
                          [servers for id, servers in ids.items() if context.asks_for(id)],
                          context.pairs, warm_up=False)  # a minute warms up by itself

        def row(id):
            return row_against(id, ids[id], contest.pairs_with(ids[id]))

        for id in ids:
            yield Pending(id, functools.partial(row, id))


class Patience:
    """Measures, but not for ever: the time of who has given up GIVE_UPS times stands."""

    def __init__(self, measure):
        self.measure, self.given_up = measure, collections.defaultdict(list)

    def __call__(self, servers):
        if len(self.given_up[servers]) >= GIVE_UPS:
            return self.given_up[servers][-1]
        result = self.measure(servers)
        if result[1]:
            self.given_up[servers].append(result)
        return result


def boot(context, made, root, servers):
    """The report of a storm that these servers boot."""
    with serving(servers, context, made, root):
        return storm(context, made, "--machines", MACHINES, "--script",
                     "dora, boot-file, file initrd", "--profile", "edk2", "--reference", root,
                     "--verify", "sampled", "--give-up", f"{GIVE_UP_SECONDS}s",
                     seconds=GIVE_UP_SECONDS + 60)


def time_of(report):
    """(seconds until all had booted, machines left behind). Who leaves any behind has not booted
    them in the time that there was."""
    summary = report["summary"]
    left_behind = MACHINES - summary["booted"]
    return AtLeast(GIVE_UP_SECONDS) if left_behind else summary["elapsed_seconds"], left_behind


def row_against(id, servers, results):
    """`results`: pairs of what time_of() says."""
    failed = [max(pair[side][1] for pair in results) for side in (0, 1)]
    return row_of_pairs(id, f"seconds until {MACHINES} machines have booted, against "
                        f"{' and '.join(server.name for server in servers)}", "s",
                        [(mine, theirs) for (mine, _), (theirs, _) in results], better="lower",
                        note=f"one core for all servers of a side; most of {MACHINES} machines "
                        f"that failed in a run: ours {failed[0]}, theirs {failed[1]}; a run with "
                        f"any counts as {GIVE_UP_SECONDS} s at least, and who had {GIVE_UPS} is "
                        "not asked again")
