#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what one client, a hostile frame, a missing file or a dead link does, the others do not
feel, over AF_XDP and over AF_PACKET."""

import random
import subprocess
import time

from appliance import BACKENDS, check_backend, serving, sha256, write_images
from frame import ARP, BROADCAST, IPV4, MAC, Tap, ethernet, ipv4, udp
from lab import SERVER, Lab, run
from suite import check, check_equal, main, program_under_test

LARGE = "initrd/root.img"
JUNK_FRAMES = 4000
SEED = 4011


def start_curl(lab, remote, local, blksize=1468):
    return lab.start_client("curl", "--silent", "--show-error", "--max-time", "90",
                            "--tftp-blksize", str(blksize), "--output", local,
                            f"tftp://{SERVER}/{remote}", stderr=subprocess.PIPE, text=True)


def check_arrives(client, local, expected, what):
    _, told = client.communicate(timeout=100)
    check_equal(client.returncode, 0, f"exit status of {what} ({told.strip()})")
    check_equal(sha256(local), expected, f"SHA-256 of {what}")


def fetch(lab, remote, expected, what):
    local = lab.folder / "fetched afterwards"
    local.unlink(missing_ok=True)
    check_arrives(start_curl(lab, remote, local), local, expected, what)


def killed_client_disturbs_nobody(lab, hashes):
    victim = start_curl(lab, LARGE, lab.folder / "victim", blksize=1024)
    other = start_curl(lab, LARGE, lab.folder / "other")
    time.sleep(0.2)
    check(victim.poll() is None, "the victim was done before it could be killed")
    victim.kill()
    victim.communicate()
    check_arrives(other, lab.folder / "other", hashes[LARGE], "the other client's file")
    fetch(lab, "linux", hashes["linux"], "a file begun afterwards")


def junk(dice, mac):
    """A frame of any bytes; most get past the Ethernet header, and many further."""
    noise = dice.randbytes(dice.randrange(0, 1100))
    destination = dice.choice((mac, mac, BROADCAST, dice.randbytes(6)))
    source = dice.choice((MAC, dice.randbytes(6)))
    port = dice.choice((67, 67, 69, 69, 4011, dice.randrange(49152, 65536)))
    kind = dice.randrange(6)
    if kind == 0:
        return (destination + source + noise).ljust(14, b"\0")
    if kind == 1:
        return ethernet(destination, dice.choice((ARP, IPV4, 0x8100, 0x88a8, 0x86dd)), noise,
                        source)
    if kind == 2:
        return ethernet(destination, IPV4, ipv4(dice.choice((1, 17)), SERVER, noise), source)
    if kind == 3:
        opcode = bytes([0, dice.randrange(0, 8)])
        return ethernet(mac, IPV4, udp(SERVER, port, opcode + noise), source)
    if kind == 4:
        bootp = bytes([1, 1, 6, 0]) + dice.randbytes(232) + b"\x63\x82\x53\x63" + noise
        return ethernet(BROADCAST, IPV4, udp("255.255.255.255", 67, bootp), source)
    frame = bytearray(ethernet(mac, IPV4, udp(SERVER, port, noise), source))
    for _ in range(dice.randrange(1, 6)):
        frame[dice.randrange(12, min(len(frame), 60))] = dice.randrange(256)
    return bytes(frame)


def junk_frames_disturb_nobody(lab, hashes, stentord):
    client = start_curl(lab, LARGE, lab.folder / "beside junk")
    dice = random.Random(SEED)
    mac = lab.server_mac()
    with Tap(lab) as tap:
        for number in range(JUNK_FRAMES):
            tap.send(junk(dice, mac))
            if number % 50 == 0:
                time.sleep(0.01)
    check_arrives(client, lab.folder / "beside junk", hashes[LARGE], "the file fetched meanwhile")
    check(not stentord.ended(), f"stentord died of junk (seed {SEED}):\n{stentord.log()}")
    fetch(lab, "linux", hashes["linux"], "a file begun afterwards")


def deleted_file_still_arrives(lab, hashes):
    (lab.folder / "images" / "linux").unlink()
    fetch(lab, "linux", hashes["linux"], "the deleted file")


def interrupt(lab, namespace, interface, seconds):
    run("ip", "-n", namespace, "link", "set", interface, "down")
    time.sleep(seconds)
    run("ip", "-n", namespace, "link", "set", interface, "up")


def transfer_outlives_the_interface_being_down(lab, hashes):
    """By atftp, which negotiates no timeout: the server's own timer has to find out."""
    local = lab.folder / "interrupted"
    client = lab.start_client("atftp", "--option", "blksize 1024", "--get", "--remote-file", LARGE,
                              "--local-file", local, SERVER, stderr=subprocess.PIPE, text=True)
    time.sleep(0.2)
    check(client.poll() is None, "the transfer was done before the interface went down")
    interrupt(lab, lab.srv, "srv0", 0.5)
    check_arrives(client, local, hashes[LARGE], "the interrupted transfer")


def client_that_lost_its_link_begins_again(lab, hashes, stentord):
    """curl gives up when its own interface goes down: what counts is its next attempt."""
    client = start_curl(lab, LARGE, lab.folder / "given up", blksize=1024)
    time.sleep(0.2)
    interrupt(lab, lab.cli, "cli0", 1)
    fetch(lab, LARGE, hashes[LARGE], "the file begun again")
    client.kill()
    client.communicate()
    for words in ("link is down", "link is up"):
        check(stentord.logged(words), f"the log does not say `{words}`:\n{stentord.log()}")


# Buffers that a device may still hold after the last frame: AF_XDP tells of sent ones in batches.
BUFFERS_WITH_DEVICE_MAX = {"AF_XDP": 2048, "AF_PACKET": 0}


def check_counters(stentord, backend):
    """Every transfer is accounted for, the junk under its reasons, and no buffer is missing."""
    if not stentord.ended():
        stentord.stop()
    counters = stentord.counters()
    check(counters["transfers_completed"] >= 6, f"transfers_completed in {counters}")
    check(sum(n for name, n in counters.items() if name.startswith("dropped ")) > JUNK_FRAMES / 4,
          f"few drops are counted: {counters}")
    out = counters.get("boot0 buffers out since start", 0)
    check(out <= BUFFERS_WITH_DEVICE_MAX[backend], f"{out} buffers are missing: {counters}")


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images", ["linux", LARGE])
        lab.give_client_addresses()
        with serving(lab, program, backend) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield (f"killed client disturbs nobody over {backend}",
                   lambda: killed_client_disturbs_nobody(lab, hashes))
            yield (f"junk frames disturb nobody over {backend}",
                   lambda: junk_frames_disturb_nobody(lab, hashes, stentord))
            yield (f"deleted file still arrives over {backend}",
                   lambda: deleted_file_still_arrives(lab, hashes))
            yield (f"transfer outlives the interface being down over {backend}",
                   lambda: transfer_outlives_the_interface_being_down(lab, hashes))
            yield (f"client that lost its link begins again over {backend}",
                   lambda: client_that_lost_its_link_begins_again(lab, hashes, stentord))
            yield f"counters add up over {backend}", lambda: check_counters(stentord, backend)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
