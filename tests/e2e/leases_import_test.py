#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: who changes over from Kea, ISC dhcpd or dnsmasq takes their leases along: a machine keeps
its address, and nobody else gets it."""

import subprocess

from appliance import serving, write_images
from boot_server import FOLDER, Dnsmasq, IscDhcpd, Kea, Site, unpack
from dhcp_test import Clients
from lab import NETWORK, SERVER, Lab
from leases_test import FIRST, ONE, ONE_ADDRESS, SECOND, bound_address, gets_nothing, kept
from suite import check, check_equal, main, programs_under_test

# Whose file it is by `stentorctl` -> the server, and its file in its folder.
SERVERS = {"kea": (Kea, "leases.csv"), "isc": (IscDhcpd, "leases"), "dnsmasq": (Dnsmasq, "leases")}
SITE = Site(server=SERVER, network=NETWORK, first=ONE, last=ONE, boot_file="")


def lease_file_of(lab, packages, clients, server_class, name):
    """With one lease, FIRST's."""
    with server_class(lab, SITE, lab.folder / "images", packages) as server:
        check_equal(bound_address(clients, FIRST), ONE, f"the address that {server.name} gives")
        return server.folder / name


def leases_are_taken_over(lab, programs, packages, clients, whose):
    stentord, stentorctl = programs
    database = lab.folder / f"{whose}.db"
    how = {"dhcp": ONE_ADDRESS, "leases": f"database: {database}"}
    file = lease_file_of(lab, packages, clients, *SERVERS[whose])
    with serving(lab, stentord, **how) as running:
        refused = take_over(stentorctl, whose, file, lab.folder / "stentord.yaml")
        check_equal(refused.returncode, 1, "its exit status while a stentord runs")
        check(str(running.process.pid) in refused.stderr, f"not said who: {refused.stderr}")
    done = take_over(stentorctl, whose, file, lab.folder / "stentord.yaml")
    check_equal(done.returncode, 0, f"its exit status: {done.stderr}")
    check(done.stdout.startswith("1 leases from "), done.stdout)
    check_equal(kept(database), [f"{ONE}|bound|{FIRST.replace(':', '')}"], "what is on disk")
    with serving(lab, stentord, **how):
        gets_nothing(clients, SECOND)
        check_equal(bound_address(clients, FIRST), ONE, "its address by stentord")


def take_over(stentorctl, whose, file, config):
    return subprocess.run([stentorctl, "leases", "import", "--from", whose, file, "--config",
                           config], capture_output=True, text=True, timeout=20)


def group(programs):
    packages = unpack(FOLDER)
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        for whose in SERVERS:
            yield (f"leases of {whose} are taken over", lambda whose=whose:
                   leases_are_taken_over(lab, programs, packages, clients, whose))


if __name__ == "__main__":
    main([group(programs_under_test("STENTORD", "STENTORCTL"))])
