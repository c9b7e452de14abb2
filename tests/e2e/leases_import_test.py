#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: who changes over from Kea, ISC dhcpd or dnsmasq, or moves to another machine, takes the
leases along: a machine keeps its address, and nobody else gets it."""

import json
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


def leases_are_moved(lab, programs, clients):
    """What is exported of one database is imported into another, and exported of that again."""
    stentord, stentorctl = programs
    old, new = lab.folder / "old.db", lab.folder / "new.db"
    with serving(lab, stentord, dhcp=ONE_ADDRESS, leases=f"database: {old}"):
        check_equal(bound_address(clients, FIRST), ONE, "the address before")
        beside = export(stentorctl, old)
    csv = export(stentorctl, old)
    check_equal(csv, beside, "the leases once their stentord has ended")
    lines = csv.splitlines()
    check_equal(lines[0], "address,state,expires,htype,mac,client_id,hostname,circuit_id,remote_id",
                "the columns")
    check_equal([line.split(",")[:2] + line.split(",")[3:5] for line in lines[1:]],
                [[ONE, "bound", "1", FIRST]], "the leases")
    rows = json.loads(export(stentorctl, old, "json"))["leases"]
    check_equal([(row["address"], row["mac"]) for row in rows], [(ONE, FIRST)], "as JSON")
    (lab.folder / "leases.csv").write_text(csv)
    config = lab.folder / "stentord.yaml"
    config.write_text(config.read_text().replace(str(old), str(new)))
    done = take_over(stentorctl, "stentor", lab.folder / "leases.csv", config)
    check_equal(done.returncode, 0, f"its exit status: {done.stderr}")
    check_equal(export(stentorctl, new), csv, "what is exported of the new database")
    with serving(lab, stentord, dhcp=ONE_ADDRESS, leases=f"database: {new}"):
        gets_nothing(clients, SECOND)
        check_equal(bound_address(clients, FIRST), ONE, "the address afterwards")


def export(stentorctl, database, how="csv"):
    done = subprocess.run([stentorctl, "leases", "export", "--format", how, "--database", database],
                          capture_output=True, text=True, timeout=20)
    check_equal((done.returncode, done.stderr), (0, ""), f"an export of {database.name}")
    return done.stdout


def group(programs):
    packages = unpack(FOLDER)
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        for whose in SERVERS:
            yield (f"leases of {whose} are taken over", lambda whose=whose:
                   leases_are_taken_over(lab, programs, packages, clients, whose))
        yield ("leases are moved to another stentord",
               lambda: leases_are_moved(lab, programs, clients))


if __name__ == "__main__":
    main([group(programs_under_test("STENTORD", "STENTORCTL"))])
