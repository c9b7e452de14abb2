#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: machines behind a TAP device boot, with and without a VLAN, from one queue and from two;
each datagram's checksum, which there the driver completes, is right; and the device goes with
stentord.

The kernel's end of the device lies in stentord's own namespace, where the clients run too.
"""

from access_port import VLAN, make_access_port
from appliance import FILES, Appliance, config_text, sha256, write_images
from frame import Tap, is_udp, udp_checksum_is_right
from lab import SERVER
from suite import check, check_equal, main, program_under_test
from tap_lab import INTERFACE, TapLab, udhcpc_gets_an_address
from tftp_client import clients_at_once, curl

CLIENTS_AT_ONCE = 16
# Usual ones, whose sums the loader keeps; and others, for which the payload would have to be read.
# With 16 and 1001, last blocks are so short that their frames are padded.
BLOCK_SIZES = (512, 1468, 1001, 16)


def port(queues=1, vlan=None):
    tag = f"vlan: {vlan}, " if vlan else ""
    return (f"  - name: boot0\n    device: \"vdev:net_tap0,iface={INTERFACE}\"\n"
            f"    queues: {queues}\n    networks:\n"
            f"      - {{{tag}address: {SERVER}/24, mtu: {1496 if vlan else 1500}}}\n")


def files_arrive(lab, hashes, block_sizes):
    local = lab.folder / "fetched"
    for bytes_a_block in block_sizes:
        for name in hashes:
            if bytes_a_block == 16 and name != "pxelinux.0":
                continue  # more than 65,535 blocks, and a minute of them
            lab.client(*curl(name, local, "--tftp-blksize", bytes_a_block))
            check_equal(sha256(local), hashes[name], f"SHA-256 of {name} in {bytes_a_block} bytes")


def checksums_are_right(lab):
    """Of OACKs and last blocks that are padded, summed by stentord, and of DATA, by the driver."""
    with Tap(lab, INTERFACE) as tap:
        for bytes_a_block in (512, 1001, 16):
            lab.client(*curl("pxelinux.0", lab.folder / "fetched", "--tftp-blksize", bytes_a_block))
        datagrams = [frame for frame in tap.arrivals(0.5) if is_udp(frame)]
    check(len(datagrams) > FILES["pxelinux.0"] // 16, f"only {len(datagrams)} datagrams were seen")
    wrong = [frame.hex() for frame in datagrams if not udp_checksum_is_right(frame)]
    check_equal(wrong[:3], [], f"of {len(datagrams)} datagrams, {len(wrong)} with a wrong checksum")


def ends_cleanly(lab, stentord):
    check(INTERFACE in lab.interfaces(), f"{INTERFACE} was never there")
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    check(INTERFACE not in lab.interfaces(), f"{INTERFACE} is left behind")
    counters = stentord.counters()
    check_equal(counters.get("transfers_given_up", 0), 0, "transfers given up")
    check_equal(counters.get("boot0 buffers out since start", 0), 0, "buffers that are not back")
    return counters


def ends_cleanly_without_having_summed(lab, stentord):
    """But for the padded last block of a transfer: that one leaves complete."""
    counters = ends_cleanly(lab, stentord)
    summed, transfers = counters.get("blocks_summed", 0), counters["transfers_completed"]
    check(summed <= transfers, f"{summed} blocks of {transfers} transfers summed in software")


def ends_cleanly_having_used_both_queues(lab, stentord):
    check(ends_cleanly(lab, stentord).get("frames_handed_over", 0) > 0,
          "no frame came to the queue of the worker that does not own its transfer")


def serving(lab, program, cores="auto", **how):
    return Appliance(lab, program, config_text(lab.folder / "images", port(**how), cores=cores))


def group_boot(program):
    with TapLab() as lab:
        hashes = write_images(lab.folder / "images")
        with serving(lab, program) as stentord:
            yield "udhcpc gets an address over TAP", lambda: udhcpc_gets_an_address(lab)
            lab.give_client_addresses()
            yield "files arrive over TAP", lambda: files_arrive(lab, hashes, BLOCK_SIZES)
            yield "checksums of the driver are right", lambda: checksums_are_right(lab)
            yield ("the device goes with stentord, which summed nothing",
                   lambda: ends_cleanly_without_having_summed(lab, stentord))


def group_vlan(program):
    with TapLab() as lab:
        hashes = write_images(lab.folder / "images")
        with serving(lab, program, vlan=VLAN) as stentord:
            make_access_port(lab, INTERFACE)
            yield "udhcpc gets an address of a VLAN", lambda: udhcpc_gets_an_address(lab)
            lab.give_client_addresses()
            yield "files arrive on a VLAN", lambda: files_arrive(lab, hashes, (1428, 1001))
            yield "checksums behind a VLAN tag are right", lambda: checksums_are_right(lab)
            yield ("the device of a VLAN goes with stentord",
                   lambda: ends_cleanly_without_having_summed(lab, stentord))


def group_queues(program):
    with TapLab() as lab:
        hashes = write_images(lab.folder / "images")
        with serving(lab, program, cores="[0, 1]", queues=2) as stentord:
            yield "two queues are served", lambda: check(
                stentord.logged("2 queues"), f"not with two queues:\n{stentord.log()}")
            yield "the log says that rings steer, and why", lambda: check(
                stentord.logged("transfers steered to their workers by rings ("),
                f"not how frames come to their workers:\n{stentord.log()}")
            lab.give_client_addresses(CLIENTS_AT_ONCE)
            yield ("machines boot from two queues at once",
                   lambda: clients_at_once(lab, CLIENTS_AT_ONCE, "linux", hashes["linux"]))
            yield ("frames crossed between the queues' workers",
                   lambda: ends_cleanly_having_used_both_queues(lab, stentord))


if __name__ == "__main__":
    stentord_path = program_under_test()
    main([group_boot(stentord_path), group_vlan(stentord_path), group_queues(stentord_path)])
