#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: while 10,000 machines boot, 1,000 changes a second of what is said of them are taken, each
on disk when it is answered; every machine boots, and the last word about each is what is kept. Of
10,000 that are to boot something once and are switched on at once, none boots it twice.

STENTOR_CHANGES: how many a second are asked for, 1,000 if it is not set.
"""

import contextlib
import ipaddress
import os
import random
import sqlite3
import threading
import time
from urllib.parse import urlencode

from appliance import PORT
from control_client import get, serving_control
from control_crowd import talk_all
from control_test import metrics_of
from lab import SERVER, Lab
from storm import BOOT_FILE, Storm, cores, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

MACHINES = 10_000
SECONDS = 10
CHANGES_A_SECOND = int(os.environ.get("STENTOR_CHANGES", "1000"))
CONNECTIONS = 48
SEED = 27
PREFIX = 16
FILES = [BOOT_FILE, "conf/a, b.cfg"]  # small ones: what takes the cores is not the files
DHCP = """\
dhcp:
  subnets:
    - subnet: 10.99.0.0/16
      pools: [10.99.64.0-10.99.191.255]
boot: {rules: [{file: pxelinux.0}]}
"""


OUTSIDE = ipaddress.IPv4Address("10.99.192.0")  # of the pools, for half of the machines


def mac_of(machine):
    return f"02:54:00:00:{machine >> 8:02x}:{machine & 255:02x}"


def address_of(machine):
    """Nobody else's; of every other machine one that the pools have."""
    return str((OUTSIDE if machine % 2 else ipaddress.IPv4Address("10.99.64.0")) + 1 + machine)


class Changes:
    """As many a second as are wanted, over some connections, until the end."""

    def __init__(self, lab):
        self.last = {}  # MAC -> what was said
        self.taken = 0
        self.others = []  # (status, body)
        self.slowest = 0.0
        self.end = threading.Event()
        self.failure = None
        self.thread = threading.Thread(target=self.run, args=(lab,))

    def run(self, lab):
        try:
            talk_all(lab, [self.talk(number) for number in range(CONNECTIONS)])
        except Exception as failure:  # told by who waits for the thread
            self.failure = failure

    def talk(self, number):
        numbers = random.Random(SEED + number)
        begun = time.monotonic()
        count = 0
        while not self.end.is_set():
            # Of each machine one connection alone speaks, so that its last word is known.
            machine = numbers.randrange(MACHINES // CONNECTIONS) * CONNECTIONS + number
            mac = mac_of(machine)
            said = {"hostname": f"node{count}-{number}", "boot-file": numbers.choice(FILES)}
            if numbers.random() < 0.5:
                said["address"] = address_of(machine)
            if numbers.random() < 0.25:
                said["boot-once"] = BOOT_FILE
            asked = time.monotonic()
            status, body = yield "PUT", f"/v1/hosts/{mac}?{urlencode(said)}"
            self.slowest = max(self.slowest, time.monotonic() - asked)
            if status == 200:
                self.taken += 1
                self.last[mac] = said
            else:
                self.others.append((status, body))
            count += 1
            yield begun + count * CONNECTIONS / CHANGES_A_SECOND


def kept(database):
    """By MAC address, as Changes has it."""
    fields = ["hostname", "boot-file", "address", "boot-once"]
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
        rows = file.execute("SELECT mac, hostname, boot_file, ip, boot_once FROM run_time_host")
        return {mac: {name: value for name, value in zip(fields, values) if value}
                for mac, *values in rows}


def check_kept(database, last):
    """All that was said last is on disk, but for what has been booted since."""
    there = kept(database)
    check_equal(there.keys(), last.keys(), "machines on disk")
    for mac, said in last.items():
        if "boot-once" not in there[mac]:
            said.pop("boot-once", None)
        check_equal(there[mac], said, f"what is on disk of {mac}")


def boot_all(lab, storm, seconds):
    # The storm polls; where there are two cores, on that of stentord's API, which yields to whoever
    # is in its session. It stands for other machines, and is in one of its own: the kernel shares a
    # core between sessions first (sched(7), autogroup).
    return Storm(lab, storm, "--machines", str(MACHINES), "--mac", "02:54:00:00:00:00",
                 "--script", "dora, boot-file", "--arrival", f"ramp {seconds}s", "--reference",
                 lab.folder / "images", "--expect", "booted=100%", "--expect", "wrong=0",
                 wrapper=("setsid",), seconds=150)


# Feature: control-interface
def changes_while_all_boot(lab, storm, database):
    changes = Changes(lab)
    begun = time.monotonic()
    changes.thread.start()
    try:
        ended = boot_all(lab, storm, SECONDS)
        seconds = time.monotonic() - begun
    finally:
        changes.end.set()
        changes.thread.join(timeout=30)
    check(not changes.thread.is_alive(), "who asked for changes did not end")
    if changes.failure:
        raise changes.failure
    ended.check(0, "held booted=100%", "held wrong=0")
    print(f"        {changes.taken / seconds:,.0f} changes a second for {seconds:.1f} s; "
          f"the slowest took {changes.slowest * 1000:.0f} ms")
    check_equal(changes.others, [], "answers other than 200")
    check(changes.taken >= 0.95 * CHANGES_A_SECOND * seconds,
          f"{changes.taken} changes in {seconds:.1f} s are fewer than were asked for")
    check_kept(database, changes.last)
    check_equal(len(get(lab, "/v1/hosts?limit=1000")["hosts"]), min(1000, len(changes.last)),
                "hosts on a page")


def arm_all(lab):
    errors = []

    def talk(number):
        query = urlencode({"boot-once": FILES[1]})
        for machine in range(number, MACHINES, CONNECTIONS):
            status, body = yield "PUT", f"/v1/hosts/{mac_of(machine)}?{query}"
            if status != 200:
                errors.append((status, body))

    begun = time.monotonic()
    talk_all(lab, [talk(number) for number in range(CONNECTIONS)])
    seconds = time.monotonic() - begun
    print(f"        {MACHINES / seconds:,.0f} changes a second with nothing else to do")
    check_equal(errors, [], "answers other than 200")


def numbers_of(lab):
    """(hosts that are to boot something once, those that have, sightings that were lost)"""
    shown = metrics_of(lab)
    return tuple(shown[metric].total() for metric in (
        "stentor_hosts_to_boot_once", "stentor_hosts_booted_once_total",
        "stentor_sightings_lost_total"))


# Feature: control-interface
def all_install_once(lab, storm):
    arm_all(lab)
    waiting, before, lost_before = numbers_of(lab)
    check_equal(waiting, MACHINES, "hosts that are to boot something once")
    boot_all(lab, storm, 1).check(0, "held booted=100%", "held wrong=0")
    wait_for(lambda: numbers_of(lab)[0] == 0, 5, "nobody is to boot it again")
    _, after, lost = numbers_of(lab)
    print(f"        sightings lost: {lost - lost_before}")
    check_equal(after - before, MACHINES, "hosts that have booted it once")


def group(stentord, stentor_storm):
    with Lab(prefix=PREFIX) as lab:
        write_files(lab.folder / "images")
        database = lab.folder / "leases.db"
        ports = PORT.format(device="interface:srv0", server=SERVER).replace("/24", f"/{PREFIX}")
        with serving_control(lab, stentord, ports=ports, dhcp=DHCP, cores=cores()[0],
                             leases=f"database: {database}"):
            yield (f"{CHANGES_A_SECOND:,} changes a second while {MACHINES:,} machines boot",
                   lambda: changes_while_all_boot(lab, stentor_storm, database))
            yield (f"{MACHINES:,} machines within a second boot a file once",
                   lambda: all_install_once(lab, stentor_storm))


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTOR_STORM"))])
