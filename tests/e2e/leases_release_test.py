#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what an operator releases is nobody's from then on, whatever ends stentord; and while the
disk fails the operator hears so."""

import contextlib
import signal
import sqlite3

from appliance import RESERVED_ADDRESS, RESERVED_MAC, write_images
from control_client import Command, curl, get, serving_control
from dhcp_test import Clients
from lab import POOL, Lab
from leases_test import FIRST, MINUTES, ONE, SECOND, bound_address, gets_nothing, kept
from suite import check, check_equal, main, programs_under_test, wait_for

ONE_FOR_MINUTES = MINUTES.replace(POOL, ONE)
DELETE = ("--request", "DELETE")


def held(lab):
    return [row["address"] for row in get(lab, "/v1/leases")["leases"]]


def released_address_is_the_next_ones(lab, command, clients, database):
    check_equal(bound_address(clients, FIRST), ONE, "the only address")
    gets_nothing(clients, SECOND)
    check_equal(command.says("leases", "release", ONE), f"{ONE} is released; it was bound.\n",
                "what is said")
    check_equal(kept(database), [f"{ONE}|free|{FIRST.replace(':', '')}"], "what is on disk")
    check_equal(held(lab), [], "leases")
    check_equal(bound_address(clients, SECOND), ONE, "the same address, for another")


def what_nobody_has_is_said(lab, command):
    status, line = command.fails("leases", "release", "10.99.0.77")
    check_equal((status, "nobody has 10.99.0.77" in line), (1, True), f"it says {line}")
    status, line = command.fails("leases", "release", "node9")
    check_equal((status, "an IPv4 address" in line), (1, True), f"it says {line}")
    check_equal(curl(lab, "/v1/leases/10.99.0.77", *DELETE)[0], 404, "HTTP status")
    check_equal(curl(lab, f"/v1/leases/{ONE}")[0], 405, "HTTP status of GET")
    check_equal(held(lab), [ONE], "leases")


def several_are_released_at_once(lab, command, clients):
    check_equal(bound_address(clients, RESERVED_MAC), RESERVED_ADDRESS, "the reserved address")
    result = command.run("leases", "release", ONE, "10.99.0.77", RESERVED_ADDRESS)
    check_equal((result.returncode, result.stdout.count("it was bound"),
                 result.stderr.count("nobody has")), (1, 2, 1), f"{result.stdout}{result.stderr}")
    check_equal(held(lab), [], "leases")
    check_equal(bound_address(clients, RESERVED_MAC), RESERVED_ADDRESS, "still reserved")
    check_equal(command.json("leases", "release", RESERVED_ADDRESS),
                {"released": [{"address": RESERVED_ADDRESS, "was": "bound"}]}, "as JSON")


def leases_of_a_machine_are_released(lab, command, clients):
    check_equal(bound_address(clients, FIRST), ONE, "the only address")
    check_equal(command.says("leases", "release", FIRST), f"{ONE} is released; it was bound.\n",
                "what is said")
    check_equal(held(lab), [], "leases")
    status, line = command.fails("leases", "release", FIRST)
    check_equal((status, f"no lease is known by {FIRST}" in line), (1, True), f"it says {line}")
    check_equal(bound_address(clients, FIRST), ONE, "the same address, once more")
    result = command.run("leases", "release", SECOND, FIRST)
    check_equal((result.returncode, result.stdout), (1, f"{ONE} is released; it was bound.\n"),
                f"one of two: {result.stderr}")


def release_outlives(lab, program, clients, command, how):
    with serving_control(lab, program, **how) as stentord:
        check_equal(bound_address(clients, FIRST), ONE, "address before")
        command.says("leases", "release", ONE)
        stentord.stop(signal.SIGKILL)
    with serving_control(lab, program, **how):
        check_equal(held(lab), [], "leases after a start")
        check_equal(bound_address(clients, SECOND), ONE, "the address, for another")


def declined_address_is_pardoned(lab, program, clients, command, how):
    """One that a start finds on disk as set aside."""
    database = how["leases"].removeprefix("database: ")
    with contextlib.closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE record SET state = 2, expiry = unixepoch() + 600")
    with serving_control(lab, program, **how) as stentord:
        row = get(lab, "/v1/leases")["leases"][0]
        check_equal((row["address"], row["state"]), (ONE, "declined"), "the only address")
        gets_nothing(clients, FIRST)
        check_equal(command.says("leases", "release", ONE),
                    f"{ONE} is released; it was declined.\n", "what is said")
        check_equal([line.split("|")[:2] for line in kept(database)], [[ONE, "free"]],
                    "what is on disk")
        stentord.stop(signal.SIGKILL)
    with serving_control(lab, program, **how):
        check_equal(bound_address(clients, FIRST), ONE, "the address afterwards")


@contextlib.contextmanager
def locked(database):
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def failing_disk_is_said(lab, command, database):
    with locked(database):
        wait_for(lambda: "500" in release_status(lab), 20, "a release that the disk refuses")
        check_equal(held(lab), [], "leases meanwhile")
    wait_for(lambda: kept(database)[0].startswith(f"{ONE}|free"), 20, "the release on disk")
    check_equal(command.fails("leases", "release", ONE)[0], 1, "a second time")


def release_status(lab):
    status, body = curl(lab, f"/v1/leases/{ONE}", *DELETE)
    check(status != 500 or "has not reached the disk" in body, f"it says {body}")
    return str(status)


def works_in_memory(lab, program, clients, command):
    with serving_control(lab, program, dhcp=ONE_FOR_MINUTES):
        check_equal(bound_address(clients, FIRST), ONE, "address")
        command.says("leases", "release", ONE)
        check_equal(bound_address(clients, SECOND), ONE, "the same address, for another")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        database = lab.folder / "leases.db"
        how = {"dhcp": ONE_FOR_MINUTES, "leases": f"database: {database}"}
        with serving_control(lab, program, **how):
            yield ("all leases of a machine are released",
                   lambda: leases_of_a_machine_are_released(lab, command, clients))
            yield ("a released address is the next one's",
                   lambda: released_address_is_the_next_ones(lab, command, clients, database))
            yield "what nobody has", lambda: what_nobody_has_is_said(lab, command)
            yield ("several, a reserved one among them",
                   lambda: several_are_released_at_once(lab, command, clients))
            yield "the lease is there again", lambda: check_equal(
                bound_address(clients, SECOND), ONE, "address")
            yield "a disk that fails", lambda: failing_disk_is_said(lab, command, database)
        how["leases"] = f"database: {lab.folder / 'killed.db'}"
        yield ("SIGKILL right after the answer",
               lambda: release_outlives(lab, program, clients, command, how))
        yield ("an address that is set aside",
               lambda: declined_address_is_pardoned(lab, program, clients, command, how))
        yield "in memory", lambda: works_in_memory(lab, program, clients, command)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
