#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: of two Stentors on one segment, with pools of their own and the same hosts, the second
stands by (`dhcp.min-secs`). The first is killed in the middle of a storm: every machine boots all
the same, and no address is given twice.

A machine whose server dies while it fetches, or between OFFER and ACK, gives up after a while, as
any firmware, and is switched on again.
"""

import csv
import ipaddress
import json
import os
import re
import subprocess

from appliance import Appliance, config_text
from lab import run
from netboot_guest import BRIDGE, GuestLab
from storm import Storm, cores, storm_command, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

FIRST, SECOND = "10.99.0.1", "10.99.0.3"
POOLS = {FIRST: "10.99.4.0-10.99.7.255", SECOND: "10.99.8.0-10.99.11.255"}
PORT = """\
  - name: boot0
    device: interface:srv0
    networks: [{{address: {server}/20}}]
"""
STANDBY_SECONDS = 2
# Of the second storm; the first is of machines that nobody disturbs.
MACS = "02:00:00:00:02:{:02x}"
MACHINES, UNDISTURBED, SOME = 150, 30, 10
RESERVED = {MACS.format(number): f"10.99.0.{16 + number // 10}"
            for number in range(0, MACHINES, 10)}
# Firmware that asks a dead server for half a minute at most: iPXE for an address, EDK2 for a file.
SCRIPT = "dora as ipxe, boot-file as edk2, file kernel"
GIVE_UP_SECONDS = 90


class TwoServersLab(GuestLab):
    """Both on the bridge, and a storm too."""

    def _make(self):
        self.second = f"stentor-e2e-{os.getpid()}-second"
        super()._make()
        run("ip", "netns", "add", self.second)
        run("ip", "link", "add", "srv0", "netns", self.second, "type", "veth", "peer", "name",
            "second0", "netns", self.cli)
        run("ip", "-n", self.cli, "link", "add", "storm0", "type", "veth", "peer", "name",
            "storm1")
        for interface in ("second0", "storm0", "storm1"):
            self.client("ethtool", "-K", interface, "tx", "off")
            run("ip", "-n", self.cli, "link", "set", interface, "up")
        for interface in ("second0", "storm1"):
            run("ip", "-n", self.cli, "link", "set", interface, "master", BRIDGE)
        run("ip", "-n", self.second, "link", "set", "srv0", "up")
        run("ip", "-n", self.second, "address", "add", f"{SECOND}/20", "dev", "srv0")

    def __exit__(self, *how):
        super().__exit__(*how)
        subprocess.run(["ip", "netns", "delete", self.second], stderr=subprocess.DEVNULL)


def server(lab, program, address):
    reservations = "".join(f'        - {{mac: "{mac}", address: {reserved}}}\n'
                           for mac, reserved in RESERVED.items())
    dhcp = f"""\
dhcp:
  min-secs: {STANDBY_SECONDS if address == SECOND else 0}
  subnets:
    - subnet: 10.99.0.0/20
      pools: [{POOLS[address]}]
      reservations:
{reservations}boot: {{rules: [{{file: pxelinux.0}}]}}
"""
    text = config_text(lab.folder / "images", PORT.format(server=address), dhcp,
                       cores=cores()[0])
    return Appliance(lab, program, text, name=f"stentord-{address}",
                     namespace=lab.second if address == SECOND else lab.srv)


def is_of(machine, address):
    """Whether the machine has an address, and this server's pool has it."""
    if not machine["address"]:
        return False
    first, last = map(ipaddress.ip_address, POOLS[address].split("-"))
    return first <= ipaddress.ip_address(machine["address"]) <= last


class Machines:
    """The rows of all storms so far: who has which address."""

    def __init__(self, lab, storm):
        self.lab, self.storm = lab, storm
        self.holders = {}  # address -> MAC
        self.json_path = lab.folder / "storm.json"

    def arguments(self, name, *more):
        self.csv_path = self.lab.folder / f"{name}.csv"
        return ("--script", SCRIPT, "--reference", self.lab.folder / "images", "--link-rate",
                "20Mbps", "--windowsize", "16", "--csv", self.csv_path, *more)

    def boot_all(self, name, *more):
        """A storm in which every machine boots; returns its rows."""
        Storm(self.lab, self.storm, *self.arguments(name, *more), "--expect", "booted=100%",
              port="interface:storm0").check(0)
        return self.rows()

    def rows(self):
        """Of the last storm, each with an address that no other machine has had."""
        with open(self.csv_path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["address"]:
                holder = self.holders.setdefault(row["address"], row["mac"])
                check_equal(holder, row["mac"], f"who has {row['address']}")
        return rows


def the_first_serves_while_it_lives(machines):
    rows = machines.boot_all("undisturbed", "--machines", UNDISTURBED, "--arrival", "ramp 1s")
    check_equal([row for row in rows if not is_of(row, FIRST)], [], "machines of the second")


# Feature: high-availability
def every_machine_boots(machines, first):
    rows = storm_that_the_first_does_not_survive(machines, first)
    check_equal(len({row["mac"] for row in rows}), MACHINES, "machines that booted")
    for address in POOLS:
        count = sum(is_of(row, address) for row in rows)
        check(count >= SOME, f"{count} booted from {address}: it was not in mid-storm")
    check_equal({row["mac"]: row["address"] for row in rows if row["mac"] in RESERVED},
                RESERVED, "reserved addresses, whoever gave them")
    with open(machines.json_path, encoding="utf-8") as file:
        counts = json.load(file)["counts"]
    check(counts["restarts"] > 0, f"nobody was lost with the first: {counts}")
    check_equal(counts["addresses_taken"], 0, "addresses given to two machines")
    print(f"        {counts['restarts']} times switched on again", flush=True)


def storm_that_the_first_does_not_survive(machines, first):
    """Killed outright when a few have booted: on a busy host it may be late."""
    said = machines.lab.folder / "storm.said"
    with open(said, "w", encoding="utf-8") as out:
        process = machines.lab.start_client(
            *storm_command(machines.storm, *machines.arguments(
                "storm", "--mac", MACS.format(0), "--machines", MACHINES, "--arrival", "ramp 10s",
                "--again", "1s", "--give-up", f"{GIVE_UP_SECONDS}s", "--expect", "booted=100%",
                "--expect", "wrong=0", "--json", machines.json_path), port="interface:storm0"),
            stdout=out, stderr=out)

    def booted():
        check(process.poll() is None, f"the storm ended:\n{said.read_text()}")
        counts = re.findall(rf"(\d+) of {MACHINES} booted", said.read_text())
        return counts and int(counts[-1]) >= 2 * SOME  # with those that have reserved addresses
    wait_for(booted, 30, f"{2 * SOME} machines have booted")
    first.process.kill()
    first.process.wait()
    process.wait(timeout=GIVE_UP_SECONDS + 20)
    check_equal(process.returncode, 0, f"exit status of a storm that said\n{said.read_text()}\n")
    return machines.rows()


def the_second_had_stood_by(second):
    second.stop()
    counters = second.counters()
    check(counters.get("dropped dhcp_too_soon", 0) > UNDISTURBED, f"too few in {counters}")


def group(storm, program):
    with TwoServersLab(prefix=20) as lab:
        write_files(lab.folder / "images")
        with server(lab, program, FIRST) as first, server(lab, program, SECOND) as second:
            machines = Machines(lab, storm)
            yield ("the first serves everybody while it lives",
                   lambda: the_first_serves_while_it_lives(machines))
            yield ("the first is killed in a storm, and every machine boots",
                   lambda: every_machine_boots(machines, first))
            yield "the second had stood by", lambda: the_second_had_stood_by(second)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTOR_STORM", "STENTORD"))])
