# SPDX-License-Identifier: BSD-3-Clause
"""Who is compared: stentord, and the servers of the field, each on one core and the same interface.

How those are configured stands beside the tests that boot from them, tests/e2e/boot_server.py.
"""

import contextlib
import os
import pathlib

from peers.lab import PREFIX, SERVER  # first: it names the folder of the tests
from boot_server import Atftpd, BootServer, Dnsmasq, IscDhcpd, Kea, Site, TftpdHpa, versions
from suite import wait_for

SITE = Site(server=SERVER, network=f"10.99.0.0/{PREFIX}", first="10.99.16.0", last="10.99.255.250",
            boot_file="loader")
# An OFFER that nobody takes up holds its address for a minute by default, so that a trial which
# loses some would leave the next one a smaller pool. The others reserve less, or nothing.
OFFER_HOLD = "1s"
DHCP = (Kea, IscDhcpd, Dnsmasq)
TFTP = (Dnsmasq, TftpdHpa, Atftpd)


class Stentor(BootServer):
    """As its users run it: an ACK means that the lease is on disk."""

    name, serves = "stentord", ("dhcp", "tftp")

    def __init__(self, lab, site, root, build):
        super().__init__(lab, site, root, packages=None)
        self.build = build

    def command(self):
        site, config = self.site, self.folder / "stentor.yaml"
        config.write_text(
            f"ports:\n  - name: boot0\n    device: \"interface:srv0\"\n"
            f"    networks: [{{address: {site.server}/{PREFIX}}}]\n"
            f"dhcp:\n  authoritative: true\n  offer-hold: {OFFER_HOLD}\n  subnets:\n"
            f"    - {{subnet: {site.network}, pools: [{site.first}-{site.last}]}}\n"
            f"boot: {{rules: [{{file: {site.boot_file}}}]}}\nimages: {{root: {self.root}}}\n"
            f"leases: {self.leases()}\nlimits: {{drain: 0s}}\n")
        return [self.build / "app/stentord/stentord", "--config", config]

    def leases(self):
        database = self.folder / "leases.db"
        for path in self.folder.glob("leases.db*"):
            path.unlink()
        return f"{{database: {database}}}"

    def environment(self):
        return None

    def wait_until_ready(self):
        wait_for(lambda: self.ended() or "serving," in self.log(), 60, "stentord serves")


class StentorInMemory(Stentor):
    """The same, whose leases go with it."""

    name = "stentord-in-memory"

    def leases(self):
        return "{durability: memory}"


@contextlib.contextmanager
def serving(servers, context, lab, root, site=SITE):
    """While they serve: one class, or several that share the work. The peers have one core, all of
    them together, as stentord's worker has: the other one is the rig's."""
    with contextlib.ExitStack() as running:
        for server in servers if isinstance(servers, tuple) else (servers,):
            if issubclass(server, Stentor):
                running.enter_context(server(lab, site, root, context.build))
            else:
                running.enter_context(server(lab, site, root, context.peers,
                                             wrapper=("taskset", "--cpu-list", context.cores[-1])))
        yield


def write_images(root: pathlib.Path, sizes):
    """Files of random bytes: name -> size."""
    root.mkdir(parents=True, exist_ok=True)
    for name, size in sizes.items():
        (root / name).write_bytes(os.urandom(size))
