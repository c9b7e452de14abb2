#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: two bonds of DPDK's, stentord's and the rig's, become one aggregate by LACP over two wires;
when one wire is cut in the middle of a storm, and when it is mended and the other is cut, every
machine boots, and every byte is right.

    srv (srv0, srv1: stentord) ==== (cli0, cli1: stentor-storm) cli
"""

import re
import subprocess
import time

from appliance import DHCP, Appliance, config_text
from bond_lab import frames_received, lay_wire, make_silent_namespace
from lab import POOL, SERVER, Lab, run
from storm import cores, storm_command, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

WIRES = (("srv0", "cli0"), ("srv1", "cli1"))
MACHINES = 24
FILES_EACH = 20  # of 700,001 bytes at 4 Mb/s: 28 seconds
PORT = f"""  - name: boot0
    device: ["vdev:net_af_packet0,iface=srv0", "vdev:net_af_packet1,iface=srv1"]
    bond: lacp
    networks: [{{address: {SERVER}/24}}]
"""


class TwoWires(Lab):
    def _make(self):
        for namespace in (self.srv, self.cli):
            make_silent_namespace(namespace)
        for near, far in WIRES:
            lay_wire(near, self.srv, far, self.cli)

    def set_wire(self, far, state):
        """Both ends lose their carrier, as when a cable is pulled."""
        run("ip", "-n", self.cli, "link", "set", far, state)


def last_said(stentord):
    """Of the bond: the devices that carry frames."""
    said = re.findall(r"port boot0: (?:the bond carries frames by (.*)|no device of .*)",
                      stentord.log())
    return set(said[-1].split(" and ")) if said and said[-1] else set()


def carried_by(stentord, *interfaces):
    return lambda: {name.rpartition("=")[2] for name in last_said(stentord)} == set(interfaces)


def server_sends_by(lab, *expected):
    before = frames_received(lab.cli)
    time.sleep(0.5)
    after = frames_received(lab.cli)
    used = {far for _, far in WIRES if after[far] - before[far] > 100}
    check(used == set(expected), f"DATA comes by {sorted(used)}, not by {sorted(expected)}")


def start_storm(lab, storm, log):
    return lab.start(
        lab.cli,
        *storm_command(storm, "--machines", str(MACHINES), "--link-rate", "4Mbps", "--script",
                       "dora, boot-file, " + ", ".join(["file kernel"] * FILES_EACH),
                       "--profile", "winpe", "--reference", lab.folder / "images",
                       "--expect", "booted=100%", "--expect", "wrong=0",
                       "--expect", "unverified=0", "--port", "vdev:net_af_packet1,iface=cli1",
                       "--bond", "lacp", port="vdev:net_af_packet0,iface=cli0"),
        stdout=log, stderr=subprocess.STDOUT)


def wires_are_cut_in_turn(lab, stentord):
    wait_for(carried_by(stentord, "srv0", "srv1"), 15, "LACP of both ends agrees")
    wait_for(lambda: min(frames_received(lab.cli)[far] for _, far in WIRES) > 2000, 15,
             "DATA comes by both wires")
    for cut, others in (("0", "1"), ("1", "0")):
        lab.set_wire("cli" + cut, "down")
        wait_for(carried_by(stentord, "srv" + others), 5, f"wire {cut} is left")
        server_sends_by(lab, "cli" + others)
        lab.set_wire("cli" + cut, "up")
        wait_for(carried_by(stentord, "srv0", "srv1"), 15, f"wire {cut} is in use again")


def storm_survives_cuts(lab, storm, stentord):
    said = lab.folder / "storm.out"
    with open(said, "w") as log:
        rig = start_storm(lab, storm, log)
    try:
        wires_are_cut_in_turn(lab, stentord)
        check(rig.poll() is None, "the storm was over before its time")
        rig.wait(timeout=120)
    except Exception:
        print(said.read_text())
        raise
    finally:
        rig.kill()
        rig.wait()
    check_equal(rig.returncode, 0, f"exit status of a storm that said:\n{said.read_text()}\n")
    check(f"{MACHINES} of {MACHINES} machines booted" in said.read_text(),
          f"not all booted:\n{said.read_text()}")


def nobody_was_given_up(stentord):
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    counters = stentord.counters()
    check(counters["transfers_begun"] >= MACHINES * (FILES_EACH + 1), "some were not begun")
    check_equal(counters.get("transfers_given_up", 0), 0, "transfers given up")


def group(storm, program):
    with TwoWires() as lab:
        write_files(lab.folder / "images")
        text = config_text(lab.folder / "images", PORT, cores=cores()[0],
                           dhcp=DHCP.replace(POOL, "10.99.0.16-10.99.0.250"))
        with Appliance(lab, program, text) as stentord:
            yield ("a storm through two bonds survives the cut of either wire",
                   lambda: storm_survives_cuts(lab, storm, stentord))
            yield ("no transfer between two bonds was given up",
                   lambda: nobody_was_given_up(stentord))


if __name__ == "__main__":
    programs = programs_under_test("STENTOR-STORM", "STENTORD")
    main([group(*programs)])
