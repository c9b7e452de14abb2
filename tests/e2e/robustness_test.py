#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what one client, a hostile frame, a missing file or a dead link does, the others do not
feel, over AF_XDP and over AF_PACKET."""

import random
import subprocess
import time

from appliance import BACKENDS, check_backend, serving, sha256, write_images
from frame import ARP, BROADCAST, IPV4, MAC, Datagram, Tap, ethernet, ipv4, is_udp, udp
from lab import CLIENT, SERVER, Lab, run
from suite import Failure, check, check_equal, main, program_under_test, wait_for
from tftp_client import curl, standing_still, wait_for_bytes
from xdp_rings import read_xdp_rings

LARGE = "initrd/root.img"
BEGUN_BYTES = 1 << 18  # of its first: then a transfer is under way
JUNK_FRAMES = 4000
SEED = 4011
RESEND_SECONDS_MAX = 6  # tftp.rto.max, which the configuration leaves as it is


def start_curl(lab, remote, local, blksize=1468):
    return lab.start_client(*curl(remote, local, "--tftp-blksize", blksize),
                            stderr=subprocess.PIPE, text=True)


def check_arrives(client, local, expected, what):
    _, told = client.communicate(timeout=150)
    check_equal(client.returncode, 0, f"exit status of {what} ({told.strip()})")
    check_equal(sha256(local), expected, f"SHA-256 of {what}")


def fetch(lab, remote, expected, what):
    local = lab.folder / "fetched afterwards"
    local.unlink(missing_ok=True)
    check_arrives(start_curl(lab, remote, local), local, expected, what)


def killed_client_disturbs_nobody(lab, hashes):
    victim = start_curl(lab, LARGE, lab.folder / "victim", blksize=1024)
    other = start_curl(lab, LARGE, lab.folder / "other")
    wait_for_bytes(victim, lab.folder / "victim", BEGUN_BYTES)
    with standing_still(victim):
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


def transfer_outlives_the_interface_being_down(lab, hashes):
    """By atftp, which negotiates no timeout: the server's own timer has to find out."""
    local = lab.folder / "interrupted"
    client = lab.start_client("atftp", "--option", "blksize 1024", "--get", "--remote-file", LARGE,
                              "--local-file", local, SERVER, stderr=subprocess.PIPE, text=True)
    wait_for_bytes(client, local, BEGUN_BYTES)
    with standing_still(client):
        run("ip", "-n", lab.srv, "link", "set", "srv0", "down")
    time.sleep(0.5)  # it asks in vain
    run("ip", "-n", lab.srv, "link", "set", "srv0", "up")
    check_arrives(client, local, hashes[LARGE], "the interrupted transfer")


def client_that_lost_its_link_begins_again(lab, hashes, stentord):
    """curl gives up when its own interface goes down: what counts is its next attempt."""
    client = start_curl(lab, LARGE, lab.folder / "given up", blksize=1024)
    wait_for_bytes(client, lab.folder / "given up", BEGUN_BYTES)
    seen = stentord.log().count("link is down")
    with standing_still(client):
        run("ip", "-n", lab.cli, "link", "set", "cli0", "down")
    wait_for(lambda: stentord.log().count("link is down") > seen, 10, "stentord sees it")
    run("ip", "-n", lab.cli, "link", "set", "cli0", "up")
    fetch(lab, LARGE, hashes[LARGE], "the file begun again")
    client.kill()
    client.communicate()
    for words in ("link is down", "link is up"):
        check(stentord.logged(words), f"the log does not say `{words}`:\n{stentord.log()}")


def end_abandoned_transfers(lab):
    """In the place of the clients that are gone: an ERROR to each block that is sent again, until
    none is any more (RFC 1350 section 5)."""
    with Tap(lab) as tap:
        mac = lab.server_mac()
        while frames := [frame for frame in tap.arrivals(
                RESEND_SECONDS_MAX + 1, lambda seen: any(map(is_udp, seen))) if is_udp(frame)]:
            for block in map(Datagram, frames):
                tap.send(ethernet(mac, IPV4, udp(SERVER, block.from_port, b"\0\5\0\0gone\0",
                                                 source=CLIENT, from_port=block.to_port)))


def quiet_rings(stentord):
    """When two looks in a row are the same."""
    before = read_xdp_rings(stentord.process.pid)
    for _ in range(50):
        time.sleep(0.2)
        after = read_xdp_rings(stentord.process.pid)
        if after == before:
            return after
        before = after
    raise Failure(f"frames are still on their way: {before}")


def check_counters(lab, stentord, backend, lent_at_start):
    """Every transfer is accounted for, the junk under its reasons, and each buffer has returned
    that is not with the driver: an XDP socket keeps what it has sent until it sends again."""
    end_abandoned_transfers(lab)
    # Nobody asks anything from here on, not even the client's kernel.
    run("ip", "-n", lab.cli, "link", "set", "cli0", "down")
    if backend == "AF_XDP":
        rings = quiet_rings(stentord)
        with_driver = rings.for_reception() - lent_at_start + rings.for_transmission()
    else:
        with_driver = 0  # its rings hold copies
    stentord.stop()
    counters = stentord.counters()
    if backend == "AF_XDP":
        check_equal(counters["frames_sent"], rings.sent, "frames sent since the rings were read")
    check_equal(counters.get("boot0 buffers out since start", 0), with_driver,
                f"buffers that are not back, against those that are with the driver: {counters}")
    ends = ("completed", "ended_by_client", "given_up", "replaced")
    check_equal(sum(counters.get(f"transfers_{end}", 0) for end in ends),
                counters["transfers_begun"], f"transfers that ended, of those begun: {counters}")
    check(counters["transfers_completed"] >= 6, f"transfers_completed in {counters}")
    check(sum(n for name, n in counters.items() if name.startswith("dropped ")) > JUNK_FRAMES / 4,
          f"few drops are counted: {counters}")


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images", ["linux", LARGE])
        lab.give_client_addresses()
        with serving(lab, program, backend) as stentord:
            lent_at_start = read_xdp_rings(stentord.process.pid).for_reception()
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
            yield (f"counters add up over {backend}",
                   lambda: check_counters(lab, stentord, backend, lent_at_start))


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
