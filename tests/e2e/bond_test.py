#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a port of two devices serves through a switch, as an aggregate by LACP and as one active
wire with its backup: when a wire is cut in the middle of transfers every byte arrives, by the other
one; when it is mended it counts again; and a bond that idles is there for the next client."""

import re
import subprocess
import time

from appliance import Appliance, config_text, sha256, write_images
from bond_lab import DEVICES, LEGS, MODES, BondLab, check_all_legs_stayed
from lab import SERVER
from stock_boot import client_boots
from suite import check, check_equal, main, program_under_test, wait_for
from tftp_client import bytes_of, curl, wait_for_bytes, wait_for_last_acks

LARGE, SMALL = "initrd/root.img", "pxelinux.0"
CLIENTS = 3  # whose transfers most often are on both legs, and take 17 s where nothing is cut
PIECE = 2 << 20  # bytes of each file between two events
IDLE = 8  # s: longer than the short timeout of LACP, 3 s


def port(mode):
    devices = ", ".join(f'"{device}"' for device in DEVICES)
    return (f"  - name: boot0\n    device: [{devices}]\n    bond: {mode}\n"
            f"    networks: [{{address: {SERVER}/24}}]\n")


def log_names_the_bond(stentord, mode):
    check(re.search(rf"port boot0: bond \({mode}\) on ", stentord.log()),
          f"no bond ({mode}) in:\n{stentord.log()}")


class Transfers:
    """Several clients, each with a large file under way. `with` ends them."""

    def __init__(self, lab, sha):
        self.sha = sha
        self.files = [lab.folder / f"fetched.{i}" for i in range(CLIENTS)]
        for file in self.files:
            file.unlink(missing_ok=True)
        self.clients = [
            lab.start_client(*curl(LARGE, file, "--tftp-blksize", "1428", "--interface",
                                   f"10.99.0.{2 + i}"), stderr=subprocess.PIPE, text=True)
            for i, file in enumerate(self.files)]

    def __enter__(self):
        self.come_on()
        return self

    def __exit__(self, *_):
        for client in self.clients:
            if client.poll() is None:
                client.kill()
            client.wait()
            client.stderr.close()

    def come_on(self):
        """Each by a piece; one whose fellows had to wait may come to its end meanwhile."""
        for client, file in zip(self.clients, self.files):
            wait_for_bytes(client, file, PIECE)
        statuses = [client.poll() for client in self.clients]
        check(None in statuses, f"all were over before their time, with {statuses}")

    def come_whole(self):
        for client, file in zip(self.clients, self.files):
            _, told = client.communicate(timeout=120)
            check_equal(client.returncode, 0, f"exit status for {file.name} ({told.strip()})")
            check_equal(sha256(file), self.sha, f"SHA-256 of {file.name}")


def wires_are_cut_one_after_the_other(lab, sha):
    """The busiest, and, once it is mended, the other: what comes on comes by its fellow."""
    with Transfers(lab, sha) as transfers:
        first = lab.busiest_leg()
        second = fellow_of(first)
        with lab.cut_off(first):
            lab.wait_until_joined([second], seconds=5)
            transfers.come_on()
        wait_until_mended(lab)
        transfers.come_on()
        with lab.cut_off(second):
            lab.wait_until_joined([first], seconds=5)
            transfers.come_whole()
    wait_until_mended(lab)


def fellow_of(leg):
    return next(other for other in LEGS if other != leg)


def wait_until_mended(lab):
    lab.wait_until_joined()
    if not lab.switch:
        time.sleep(1)  # of the carrier that is back nothing is to be seen from outside


def downs_of(stentord):
    return stentord.log().count("port boot0: link is down")


def both_wires_are_cut(lab, stentord, sha):
    """No wire is left: transfers stand still, and come on when one of the two is back."""
    downs = downs_of(stentord)
    with Transfers(lab, sha) as transfers:
        with lab.cut_off(LEGS[0]):
            with lab.cut_off(LEGS[1]):
                stand = [bytes_of(file) for file in transfers.files]
                time.sleep(1)
                check_equal([bytes_of(file) - before < PIECE for file, before
                             in zip(transfers.files, stand)], [True] * CLIENTS, "they stand still")
                wait_for(lambda: downs_of(stentord) > downs, 5, "the port is down")
            transfers.come_on()
        transfers.come_whole()
    wait_until_mended(lab)


def wire_loses_all_behind_a_carrier(lab, sha):
    """Of which only LACPDUs tell that stay away: three seconds of them, at either end."""
    with Transfers(lab, sha) as transfers:
        leg = lab.busiest_leg()
        lab.switch.lose_all(leg)
        try:
            lab.wait_until_joined([fellow_of(leg)], seconds=10)
            transfers.come_whole()
        finally:
            lab.switch.lose_all(leg, loses=False)
    wait_until_mended(lab)


def idle_bond_answers_at_once(lab, hashes):
    """LACPDUs leave also where nothing else does; the switch would miss them after 3 s."""
    departures = lab.switch.departures if lab.switch else 0
    wait_for_last_acks(lab)
    time.sleep(IDLE)
    begun = time.monotonic()
    local = lab.folder / "fetched"
    lab.client(*curl(SMALL, local))
    seconds = time.monotonic() - begun
    check_equal(sha256(local), hashes[SMALL], f"SHA-256 of {SMALL}")
    check(seconds < 5, f"the first transfer after {IDLE} s without any took {seconds:.1f} s")
    check_all_legs_stayed(lab, departures)


def ends_cleanly(lab, stentord):
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    # The driver may have an LACPDU of each leg that it has not looked at yet.
    most = len(LEGS) if lab.switch else 0
    out = stentord.counters().get("boot0 buffers out since start", 0)
    check(out <= most, f"{out} buffers are not back")


def group(program, mode):
    with BondLab(mode) as lab:
        hashes = write_images(lab.folder / "images", (SMALL, "linux", LARGE))
        text = config_text(lab.folder / "images", port(mode))
        with Appliance(lab, program, text) as stentord:
            yield f"{mode}: both wires are in use", lab.wait_until_joined
            yield f"{mode}: the log names the bond", lambda: log_names_the_bond(stentord, mode)
            yield f"{mode}: a client boots", lambda: client_boots(lab, hashes)
            lab.give_client_addresses(CLIENTS - 1, first=3)
            yield f"{mode}: an idle bond", lambda: idle_bond_answers_at_once(lab, hashes)
            yield (f"{mode}: one wire after the other is cut",
                   lambda: wires_are_cut_one_after_the_other(lab, hashes[LARGE]))
            yield (f"{mode}: both wires are cut",
                   lambda: both_wires_are_cut(lab, stentord, hashes[LARGE]))
            if mode == "lacp":
                yield (f"{mode}: a wire loses all behind a carrier",
                       lambda: wire_loses_all_behind_a_carrier(lab, hashes[LARGE]))
            yield f"{mode}: ends cleanly", lambda: ends_cleanly(lab, stentord)


if __name__ == "__main__":
    main([group(program_under_test(), mode) for mode in MODES])
