#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a file of more than 4 GiB arrives whole, in lock-step and in windows, though its block
numbers roll over more than twice and its size needs more than 32 bits.
"""

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from appliance import PORT, Appliance, config_text
from lab import SERVER, Lab
from suite import Skip, check_equal, main, program_under_test
from tftp_client import atftp, curl, wait_for_last_acks

NAME = "large.img"
BYTES = (1 << 32) + 1
# What lies between two marks is a hole of the file, whose zeros take no room on the disk. No mark
# is another's, and no blksize below is a multiple or a part of their distance: a block too many,
# too few or of another round moves them. More of them would be more pieces of the file, each of
# which a disk with online discard takes milliseconds to remove.
MARK_EVERY_BYTES = 4 << 20
BYTES_AT_ONCE = 1 << 20
MTU = 32_000
LOCK_STEP_BLKSIZE = MTU - 32  # 134,352 blocks: 131,072 is where the numbers come round again
WINDOW_BLKSIZE, WINDOW = 8_968, 8  # as much as the buffer of a socket holds: 478,922 blocks
MEMORY_MIB_MIN = 6 << 10


def check_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        rows = dict(line.split(":") for line in file)
    available = int(rows["MemAvailable"].split()[0]) >> 10
    if available < MEMORY_MIB_MIN:
        raise Skip(f"{available} MiB of memory are free: an image of 4 GiB needs {MEMORY_MIB_MIN}")


def write_large_file(path):
    with open(path, "wb") as file:
        file.truncate(BYTES)
        for at in range(0, BYTES, MARK_EVERY_BYTES):
            mark = (at // MARK_EVERY_BYTES + 1).to_bytes(8, "little")
            os.pwrite(file.fileno(), mark[:BYTES - at], at)


def digest_of_file(path):
    with open(path, "rb") as file:
        return digest_of(file)


def digest_of(file):
    """The quickest hash without help of the processor; the machine's SHA-256 may be none."""
    digest = hashlib.blake2b()
    buffer = memoryview(bytearray(BYTES_AT_ONCE))
    while length := file.readinto1(buffer):
        digest.update(buffer[:length])
    return digest.hexdigest()


def arrives(lab, command, expected):
    """By way of a pipe: it lies on no disk a second time."""
    told = lab.folder / "client.log"
    with open(told, "w") as log:
        client = lab.start_client(*command, stdout=subprocess.PIPE, stderr=log)
    seen = digest_of(client.stdout)
    check_equal(client.wait(timeout=10), 0, f"exit status ({told.read_text()[-300:]})")
    check_equal(seen, expected, "BLAKE2b of what arrived")


def every_block_went_once(lab, stentord):
    wait_for_last_acks(lab)
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters["transfers_completed"], 2, "transfers_completed")
    blocks = sum(BYTES // blksize + 1 for blksize in (LOCK_STEP_BLKSIZE, WINDOW_BLKSIZE))
    again = counters.get("blocks_resent", 0)
    check_equal(counters["blocks_sent"] - again, blocks, "blocks sent, without those sent again")


def group(program):
    check_memory()
    with Lab(mtu=MTU) as lab:
        images = lab.folder / "images"
        images.mkdir()
        write_large_file(images / NAME)
        lab.give_client_addresses()
        port = PORT.format(device="interface:srv0", server=SERVER).replace("1500", str(MTU))
        with ThreadPoolExecutor(1) as beside:  # it is hashed while stentord reads it
            digest = beside.submit(digest_of_file, images / NAME)
            with Appliance(lab, program, config_text(images, ports=port)) as stentord:
                expected = digest.result()
                yield ("4 GiB and a byte arrive in lock-step at curl",
                       lambda: arrives(lab, curl(NAME, "-", "--tftp-blksize", LOCK_STEP_BLKSIZE),
                                       expected))
                yield (f"4 GiB and a byte arrive in windows of {WINDOW} at atftp",
                       lambda: arrives(lab, atftp(NAME, "/dev/stdout", WINDOW_BLKSIZE, WINDOW),
                                       expected))
                yield "every block is counted", lambda: every_block_went_once(lab, stentord)


if __name__ == "__main__":
    main([group(program_under_test())])
