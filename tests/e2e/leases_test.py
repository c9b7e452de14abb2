#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what a client was told outlives stentord, however it ends; nothing is promised that is not
on disk, and what stops that ends by itself once the disk has room."""

import contextlib
import signal
import subprocess
import time

from appliance import DHCP, PORT, config_text, serving, write_images
from dhcp_test import Clients
from lab import POOL, SERVER, Lab, run
from suite import check, check_equal, main, program_under_test, wait_for

ONE = "10.99.0.100"
ONE_ADDRESS = DHCP.replace(POOL, ONE)
MINUTES = DHCP.replace("default: 10s", "default: 10m")
FIRST, SECOND = "52:54:00:99:00:11", "52:54:00:99:00:12"
# Longer than udhcpc needs when it is answered.
PATIENCE = 4


@contextlib.contextmanager
def udhcpc(clients, mac):
    """Ends without a RELEASE, as a machine whose power is cut."""
    clients.reset(mac)
    client = clients.start_udhcpc()
    try:
        yield
    finally:
        client.kill()
        client.wait()


def bound_address(clients, mac):
    with udhcpc(clients, mac):
        return clients.wait_for_event("bound")["address"]


def gets_nothing(clients, mac):
    with udhcpc(clients, mac):
        time.sleep(PATIENCE)
        check(not clients.events("bound"), f"{mac} was given an address")


def kept(database):
    """What the sqlite3 command says, beside a running stentord."""
    return subprocess.run(["sqlite3", "-readonly", database,
                           "SELECT ip, state, hardware FROM lease ORDER BY ip"],
                          check=True, capture_output=True, text=True).stdout.split()


# Feature: lease-store
def leases_outlive(lab, program, clients, with_signal):
    database = lab.folder / f"{with_signal.name}.db"
    how = {"dhcp": ONE_ADDRESS, "leases": f"database: {database}"}
    with serving(lab, program, **how) as stentord:
        check_equal(bound_address(clients, FIRST), ONE, "address before")
        check_equal(kept(database), [f"{ONE}|bound|{FIRST.replace(':', '')}"], "what is on disk")
        stentord.stop(with_signal)
    with serving(lab, program, **how):
        gets_nothing(clients, SECOND)
        check_equal(bound_address(clients, FIRST), ONE, "address after")
    check_equal(oct(database.stat().st_mode & 0o777), "0o600", "rights of the database")


def nothing_outlives_memory(lab, program, clients):
    with serving(lab, program, dhcp=ONE_ADDRESS) as stentord:
        check_equal(bound_address(clients, FIRST), ONE, "address before")
        stentord.stop()
    with serving(lab, program, dhcp=ONE_ADDRESS):
        check_equal(bound_address(clients, SECOND), ONE, "another's address after")


def refusal(lab, program, database):
    """What a stentord says on stderr that does not start, on the clients' end of the link."""
    config = lab.folder / "refused.yaml"
    ports = PORT.format(device="interface:cli0", server=SERVER)
    config.write_text(config_text(lab.folder / "images", ports, leases=f"database: {database}"))
    refused = subprocess.run(["ip", "netns", "exec", lab.cli, program, "--config", config],
                             capture_output=True, text=True, timeout=20)
    check_equal(refused.returncode, 1, "its exit status")
    return refused.stderr


def one_database_is_one_stentords(lab, program):
    database = lab.folder / "shared.db"
    with serving(lab, program, leases=f"database: {database}") as stentord:
        said = refusal(lab, program, database)
        check(str(database) in said and str(stentord.process.pid) in said,
              f"it does not say who has the database: {said}")


def missing_folder_is_a_sentence(lab, program):
    folder = lab.folder / "absent"
    said = refusal(lab, program, folder / "leases.db")
    check(str(folder) in said, f"it does not name the folder: {said}")


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", folder)
    try:
        yield
    finally:
        run("umount", folder)


def fill(path):
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


@contextlib.contextmanager
def loop_disk(folder):
    """A file system of its own, which can be frozen."""
    folder.mkdir()
    image = folder.with_suffix(".img")
    with open(image, "wb") as file:
        file.truncate(32 << 20)
    run("mkfs.ext4", "-q", image)
    run("mount", "-o", "loop", image, folder)
    try:
        folder.chmod(0o700)
        yield
    finally:
        run("umount", folder)


@contextlib.contextmanager
def full(disk):
    fill(disk / "filler")
    try:
        yield
    finally:
        (disk / "filler").unlink()


@contextlib.contextmanager
def silent(disk):
    """What writes to it waits."""
    run("fsfreeze", "--freeze", disk)
    try:
        yield
    finally:
        run("fsfreeze", "--unfreeze", disk)


# Of a disk: how it is made, what happens to it, and what the log says then.
TROUBLES = {"full": (small_disk, full, "leases do not reach the disk"),
            "silent": (loop_disk, silent, "nothing has come back from")}


def trouble_stops_new_leases_alone(lab, program, clients, kind):
    make, trouble, said = TROUBLES[kind]
    disk = lab.folder / kind
    with make(disk):
        how = {"dhcp": MINUTES, "leases": f"database: {disk / 'leases.db'}"}
        with serving(lab, program, **how) as stentord:
            known = bound_address(clients, FIRST)
            with contextlib.ExitStack() as waiting:
                with trouble(disk):
                    gets_nothing(clients, SECOND)
                    check(stentord.logged(said), "the log does not say so")
                    check_equal(bound_address(clients, FIRST), known,
                                "the address of who has a lease")
                    waiting.enter_context(udhcpc(clients, SECOND))
                clients.wait_for_event("bound")
            wait_for(lambda: stentord.logged("leases reach the disk again"), 10, "a line of it")
            stentord.stop()
            counters = stentord.counters()
            # What began before the trouble was noticed waited for the disk, and was given up.
            dropped = sum(counters.get(f"dropped {reason}", 0)
                          for reason in ("dhcp_store_failing", "dhcp_store_behind"))
            check(dropped > 0, "no drop is counted")


def group(program):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        for with_signal in (signal.SIGTERM, signal.SIGKILL):
            yield (f"leases outlive {with_signal.name}",
                   lambda: leases_outlive(lab, program, clients, with_signal))
        yield ("with durability: memory nothing does",
               lambda: nothing_outlives_memory(lab, program, clients))
        yield ("a database is one stentord's",
               lambda: one_database_is_one_stentords(lab, program))
        yield ("a folder that is not there is named",
               lambda: missing_folder_is_a_sentence(lab, program))
        for kind in TROUBLES:
            yield (f"a {kind} disk stops new leases alone, and that ends by itself", lambda
                   kind=kind: trouble_stops_new_leases_alone(lab, program, clients, kind))


if __name__ == "__main__":
    main([group(program_under_test())])
