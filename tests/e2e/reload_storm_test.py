#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: 10,000 reloads, one behind the other, while machines boot: each one is taken, no frame is
lost, every machine gets its address and all of its file, and the process does not grow.

STENTOR_RELOADS: how many, where others may want the cores: what the port loses then while stentord
does not run is only told.
"""

import itertools
import os
import threading
import time

from appliance import PORT
from control_client import Connection, serving_control
from control_test import balance, metrics_of
from lab import SERVER, Lab
from storm import BOOT_FILE, Storm, cores, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

WANTED = os.environ.get("STENTOR_RELOADS")
RELOADS = int(WANTED or "10000")
MACHINES_A_SECOND = 300
STORM_SECONDS = 5
GROWTH_MAX = 8 << 20  # bytes, of the last half; a snapshot that stays takes 100 MB in it
PREFIX = 16
# What one of two configurations has and the other has not: a subnet, and the file that is told.
DHCP = """\
dhcp:
  subnets:
    - subnet: 10.99.0.0/16
      pools: [10.99.64.0-10.99.127.255]
"""
MORE = """\
    - subnet: 10.98.0.0/16
      pools: [10.98.64.0-10.98.127.255]
"""
BOOT = "boot: {rules: [{file: %s}]}\n"
LOST = ["receive_queue_full", "no_receive_buffer", "receive_errors", "send_errors",
        "refused_by_driver"]


class Reloads:
    """All of them, in a thread of their own."""

    def __init__(self, lab, stentord):
        self.lab = lab
        self.config = lab.folder / "stentord.yaml"
        self.memory = f"/proc/{stentord.process.pid}/statm"
        self.answers = []
        self.sizes = []  # of the process, in the middle and at the end
        self.seconds = 0
        self.thread = threading.Thread(target=self.run)

    def size(self):
        with open(self.memory, encoding="ascii") as numbers:
            return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def run(self):
        first = self.config.read_text()
        other = first.replace(DHCP, DHCP + MORE).replace(BOOT_FILE, "kernel")
        connection = Connection(self.lab)
        begun = time.monotonic()
        for number, text in zip(range(RELOADS), itertools.cycle((other, first))):
            following = self.config.with_suffix(".next")
            following.write_text(text)
            following.replace(self.config)
            self.answers.append(connection.ask("POST", "/v1/config/reload"))
            if number + 1 in (RELOADS // 2, RELOADS):
                self.sizes.append(self.size())
        self.seconds = time.monotonic() - begun


def boot(lab, storm):
    ended = Storm(lab, storm, "--machines", str(MACHINES_A_SECOND * STORM_SECONDS),
                  "--mac", "02:54:00:00:00:00", "--script", "dora, boot-file", "--arrival",
                  f"ramp {STORM_SECONDS}s", "--reference", lab.folder / "images", "--expect",
                  "booted=100%", "--expect", "wrong=0", seconds=100)
    ended.check(0, "held booted=100%", "held wrong=0")


# Feature: reload
def reloads_while_machines_boot(lab, stentord, storm):
    reloads = Reloads(lab, stentord)
    reloads.thread.start()
    storms = 0
    try:
        while reloads.thread.is_alive():
            boot(lab, storm)
            storms += 1
    finally:
        reloads.thread.join(timeout=120)
    print(f"        {RELOADS / reloads.seconds:,.0f} reloads a second, while "
          f"{storms * MACHINES_A_SECOND * STORM_SECONDS:,} machines booted")
    check_equal([answer for answer in reloads.answers if answer[0] != 200], [],
                "reloads that were not taken")
    check_equal(len(reloads.answers), RELOADS, "reloads")
    wait_for(lambda: balance(metrics_of(lab)) == 0, 5, "what became of each frame is known")
    figures = metrics_of(lab)
    check_equal(figures["stentor_reloads_total"].total(), RELOADS, "reloads that were counted")
    lost = {name: figures[f"stentor_port_{name}_total"].total() for name in LOST}
    print(f"        frames lost: {sum(lost.values()):.0f}")
    check(WANTED or not any(lost.values()), f"frames were lost: {lost}")
    middle, end = reloads.sizes
    check(end - middle < GROWTH_MAX, f"the process grew by {(end - middle) >> 20} MiB")


def group(stentord, stentor_storm):
    with Lab(prefix=PREFIX) as lab:
        write_files(lab.folder / "images")
        ports = PORT.format(device="interface:srv0", server=SERVER).replace("/24", f"/{PREFIX}")
        with serving_control(lab, stentord, ports=ports, dhcp=DHCP + BOOT % BOOT_FILE,
                             cores=cores()[0],
                             leases=f"database: {lab.folder / 'leases.db'}") as serving:
            yield (f"{RELOADS:,} reloads while machines boot",
                   lambda: reloads_while_machines_boot(lab, serving, stentor_storm))


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTOR_STORM"))])
