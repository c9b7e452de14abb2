#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: machines boot over shared memory with another process (memif): udhcpc and curl on a TAP
device, from where a second DPDK program carries their frames to stentord and back."""

import os
import sys

from appliance import Appliance, config_text, sha256, write_images
from frame import Tap, is_udp, udp_checksum_is_right
from lab import end
from memif_peer import memif_port, start_bridge
from suite import check, check_equal, main, wait_for
from tap_lab import INTERFACE, TapLab, udhcpc_gets_an_address
from tftp_client import atftp, curl


def files_arrive(lab, hashes):
    local = lab.folder / "fetched"
    with Tap(lab, INTERFACE) as tap:
        for name in hashes:
            lab.client(*curl(name, local, "--tftp-blksize", 1468))
            check_equal(sha256(local), hashes[name], f"SHA-256 of {name}")
        datagrams = [frame for frame in tap.arrivals(0.5) if is_udp(frame)]
    check(datagrams and all(map(udp_checksum_is_right, datagrams)), "a checksum is wrong")
    local.unlink()
    lab.client(*atftp("linux", local), seconds=60)
    check_equal(sha256(local), hashes["linux"], "SHA-256 by atftp in windows of 16")


def stentord_ends_cleanly(stentord):
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    check_equal(stentord.counters().get("transfers_given_up", 0), 0, "transfers given up")


def group(program, bridge):
    with TapLab() as lab:
        hashes = write_images(lab.folder / "images")
        text = config_text(lab.folder / "images", memif_port(lab))
        with Appliance(lab, program, text) as stentord:
            peer = start_bridge(lab, bridge)
            wait_for(lambda: stentord.logged("link is up"), 10, "stentord sees its peer")
            yield "udhcpc gets an address over memif", lambda: udhcpc_gets_an_address(lab)
            lab.give_client_addresses()
            yield "files arrive over memif", lambda: files_arrive(lab, hashes)
            yield "stentord ends cleanly before its peer", lambda: stentord_ends_cleanly(stentord)
            end(peer)


if __name__ == "__main__":
    check(len(sys.argv) == 3, f"usage: {sys.argv[0]} STENTORD BRIDGE")
    main([group(*map(os.path.abspath, sys.argv[1:]))])
