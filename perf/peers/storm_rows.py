# SPDX-License-Identifier: BSD-3-Clause
"""The whole boot storm: until 1,000 machines have address, loader (1 MB) and initrd (32 MB)."""

from measure.row import Pending, pairs, row_of_pairs
from peers.lab import lab, storm
from peers.servers import Dnsmasq, Stentor, serving, write_images

MACHINES = 1000
GIVE_UP_SECONDS = 600


def rows(context):
    with lab() as made:
        yield Pending("peers.storm.dnsmasq", lambda: against_dnsmasq(context, made))


def against_dnsmasq(context, made):
    root = made.folder / "images"
    write_images(root, {"loader": 1_000_000, "initrd": 32_000_000})
    lost = {}

    def seconds(server_class):
        with serving(server_class, context, made, root):
            report = storm(context, made, "--machines", MACHINES, "--script",
                           "dora, boot-file, file initrd", "--profile", "edk2", "--reference",
                           root, "--verify", "sampled", "--give-up", f"{GIVE_UP_SECONDS}s",
                           seconds=GIVE_UP_SECONDS + 60)
        summary = report["summary"]
        failed = MACHINES - summary["booted"]
        lost[server_class.name] = max(failed, lost.get(server_class.name, 0))
        # Who leaves machines behind has not booted them in any time.
        return GIVE_UP_SECONDS if failed else summary["elapsed_seconds"]

    results = pairs(lambda: seconds(Stentor), lambda: seconds(Dnsmasq), context.pairs)
    return row_of_pairs("peers.storm.dnsmasq", f"seconds until {MACHINES} machines have booted, "
                        "against dnsmasq", "s", results, better="lower",
                        note=f"most machines that failed in a run: {lost}; one with any "
                        f"counts as {GIVE_UP_SECONDS} s")
