# SPDX-License-Identifier: BSD-3-Clause
"""stentord's port as a memif, and the second DPDK program that carries its frames to a TAP device
of the lab and back."""

from lab import SERVER
from suite import check, wait_for
from tap_lab import INTERFACE


def memif(role, lab):
    return f"vdev:net_memif0,role={role},socket={lab.folder}/memif,socket-abstract=no"


def memif_port(lab):
    return (f"  - name: boot0\n    device: \"{memif('server', lab)}\"\n"
            f"    networks:\n      - {{address: {SERVER}/24, mtu: 1500}}\n")


def start_bridge(lab, program):
    path = lab.folder / "bridge.log"
    with open(path, "w") as log:
        process = lab.start_client(program, memif("client", lab),
                                   f"vdev:net_tap1,iface={INTERFACE}", stderr=log)
    wait_for(lambda: process.poll() is not None or "carrying frames" in path.read_text(), 30,
             "the bridge carries frames")
    check(process.poll() is None, f"the bridge ended:\n{path.read_text()}")
    return process
