#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentor-storm boots a rack over the memory that it shares with stentord, by memif and by
vhost-user, where no kernel is in between; and a storm that is killed takes nobody with it."""

import subprocess
import time

from appliance import DHCP, PORT, Appliance, config_text
from lab import POOL, SERVER, Lab
from storm import Storm, cores, storm_command, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

MACHINES = 200
KILLED = 10
WHOLE_POOL = DHCP.replace(POOL, "10.99.0.16-10.99.0.250")
# Name -> stentord's end and the storm's.
DEVICES = {
    "memif": ("net_memif0,role=server,socket={0}/device,socket-abstract=no",
              "net_memif0,role=client,socket={0}/device,socket-abstract=no"),
    "vhost-user": ("net_vhost0,iface={0}/device", "net_virtio_user0,path={0}/device"),
}


def rack_boots(lab, storm, device):
    ended = Storm(lab, storm, "--machines", str(MACHINES), "--script",
                  "dora, boot-file, file kernel",
                  "--profile", "edk2,bios-rom,ipxe,winpe", "--reference", lab.folder / "images",
                  "--expect", "booted=100%", "--expect", "wrong=0",
                  port=device)
    ended.check(0, f"{MACHINES} of {MACHINES} machines booted", "held wrong=0")


def every_transfer_came_to_its_end(stentord):
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    counters = stentord.counters()
    ended = counters["transfers_completed"] + counters["transfers_ended_by_client"]
    check_equal(counters["transfers_begun"], ended, "transfers begun, of which ended")


def killed_storms_disturb_nobody(lab, storm, stentord, device):
    """Each is killed while its machines fetch: frames are under way in both directions."""
    for number in range(1, KILLED + 1):
        said = lab.folder / "killed.out"
        with open(said, "w") as out:
            # A load of 3 s.
            victim = lab.start_client(
                *storm_command(storm, "--machines", str(MACHINES), "--link-rate", "50Mbps",
                               "--script", "dora, " + ", ".join(["file kernel"] * 30),
                               port=device), stdout=out, stderr=subprocess.STDOUT)
        wait_for(lambda: stentord.log().count("link is up") == number, 30, "its link")
        time.sleep(0.3)
        check(victim.poll() is None, f"the storm had ended before:\n{said.read_text()}")
        victim.kill()
        victim.wait()
        wait_for(lambda: stentord.log().count("link is down") == number + 1, 30, "the link's end")
        check(stentord.process.poll() is None, f"stentord ended with storm {number}")
    rack_boots(lab, storm, device)
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")


def group(storm, program, name):
    with Lab() as lab:
        write_files(lab.folder / "images")
        ours, theirs = (f"vdev:{end.format(lab.folder)}" for end in DEVICES[name])
        ports = PORT.format(device=f'"{ours}"', server=SERVER)
        text = config_text(lab.folder / "images", ports, dhcp=WHOLE_POOL, cores=cores()[0])
        with Appliance(lab, program, text) as stentord:
            yield (f"storms that are killed over {name} disturb nobody",
                   lambda: killed_storms_disturb_nobody(lab, storm, stentord, theirs))
        with Appliance(lab, program, text) as stentord:
            yield f"a rack boots over {name}", lambda: rack_boots(lab, storm, theirs)
            yield (f"every transfer over {name} came to its end",
                   lambda: every_transfer_came_to_its_end(stentord))


if __name__ == "__main__":
    programs = programs_under_test("STENTOR-STORM", "STENTORD")
    main([group(*programs, name) for name in DEVICES])
