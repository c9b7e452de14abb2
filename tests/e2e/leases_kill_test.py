#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentord is killed at any moment while machines get addresses: whatever was acknowledged is
on disk for who has it, and no address has two.

STENTOR_KILLS: how often, 10 if it is not set.
"""

import contextlib
import csv
import os
import random
import signal
import sqlite3
import subprocess
import time

from appliance import PORT, Appliance, config_text, write_images
from lab import SERVER, Lab, end
from suite import check, check_equal, main, programs_under_test

KILLS = int(os.environ.get("STENTOR_KILLS", "10"))
SEED = 26
PREFIX = 8  # a pool for every machine of every round
DHCP = """\
dhcp:
  subnets: [{subnet: 10.0.0.0/8, pools: [10.112.0.0-10.127.255.255]}]
boot: {rules: [{file: pxelinux.0}]}
"""
MACHINES = 4_000  # a round, more than get an address in it
ROUND_SECONDS = 2


class Rounds:
    def __init__(self, lab, stentord, stentor_storm):
        self.lab, self.storm = lab, stentor_storm
        self.database = lab.folder / "leases.db"
        ports = PORT.format(device="interface:srv0", server=SERVER).replace("/24", f"/{PREFIX}")
        self.appliance = Appliance(lab, stentord, config_text(
            lab.folder / "images", ports, dhcp=DHCP, leases=f"database: {self.database}"))
        self.acknowledged = {}  # MAC -> address
        self.random = random.Random(SEED)

    def run(self):
        for number in range(KILLS):
            self.appliance.start().wait_until_serving()
            self.check_database()
            self.kill_under_load(number)
        with self.appliance:
            self.check_database()
        print(f"        {KILLS} kills; {len(self.acknowledged):,} leases were acknowledged")
        check(len(self.acknowledged) > 100 * KILLS, "there was no load")

    def kill_under_load(self, number):
        report = self.lab.folder / "storm.csv"
        report.unlink(missing_ok=True)
        storm = self.lab.start_client(
            self.storm, "--port", "interface:cli0", "--hugepages", "none", "--csv", report,
            "--mac", f"02:53:{number >> 8:02x}:{number & 255:02x}:00:00", "--machines", MACHINES,
            "--script", "dora", "--arrival", f"ramp {ROUND_SECONDS}s",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(self.random.uniform(0.5, 0.5 + ROUND_SECONDS / 2))
            self.appliance.stop(signal.SIGKILL)
            storm.send_signal(signal.SIGINT)
            storm.wait(timeout=20)
        finally:
            end(storm)
        with open(report, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["booted"] == "yes":
                    self.acknowledged[row["mac"].replace(":", "")] = row["address"]
        check_equal(len(set(self.acknowledged.values())), len(self.acknowledged),
                    "addresses that were acknowledged, each once")

    def check_database(self):
        if not self.acknowledged:
            return
        uri = f"file:{self.database}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as file:
            rows = file.execute("SELECT hardware, ip FROM lease WHERE state = 'bound'").fetchall()
        kept = dict(rows)
        check_equal(len(kept), len(rows), "machines on disk, each once")
        lost = {mac: address for mac, address in self.acknowledged.items()
                if kept.get(mac) != address}
        check(not lost,
              f"{len(lost)} acknowledged leases are not on disk: {list(lost.items())[:5]}")


def group(programs):
    with Lab(prefix=PREFIX) as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        yield "leases outlive kills under load", Rounds(lab, *programs).run


if __name__ == "__main__":
    main([group(programs_under_test("STENTORD", "STENTOR_STORM"))])
