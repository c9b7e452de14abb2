#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: files whose ends fall anywhere arrive whole at stock TFTP clients, whatever block and
window they ask for: no byte, one byte, a byte less or more than a block; numbers that roll over
twice; and text in netascii.
"""

import random

from appliance import serving, sha256
from lab import Lab
from suite import check_equal, main, program_under_test
from tftp_client import atftp, busybox, curl, tftp_hpa

BACKEND = "AF_XDP"
NETWORK_MTU = 1500
BLKSIZES = (8, 9, 512, 513, 1024, 1408, 1432, 1456, 1468, 1469, 8192, 65464)
WINDOWS = (1, 2, 3, 16, 64, 65, 1000, 32767, 32768, 65535)
DEFAULT_BLKSIZE = 512
ROLLED_TWICE = "rolled.twice"  # of blocks of 8 bytes it has more than 131,072
TEXT = "motd.txt"


def granted(blksize):
    return min(blksize, NETWORK_MTU - 32)


def sizes_around(blksize):
    return sorted({0, 1, blksize - 1, blksize, blksize + 1, 3 * blksize})


# Client -> its command, and the blksizes that it asks for without an error of its own.
CLIENTS = {
    "curl": (lambda blksize, *files: curl(*files, "--tftp-blksize", blksize), BLKSIZES),
    "atftp": (lambda blksize, *files: atftp(*files, blksize, windowsize=8), BLKSIZES),
    "busybox": (lambda blksize, *files: busybox(*files, blksize), BLKSIZES[2:]),
    "tftp-hpa": (lambda _, *files: tftp_hpa(*files), (DEFAULT_BLKSIZE,)),
}


def write_files(folder):
    """Returns name -> SHA-256."""
    folder.mkdir(parents=True)
    files = {f"{size}.bytes": random.Random(size).randbytes(size)
             for blksize in BLKSIZES for size in sizes_around(granted(blksize))}
    files[ROLLED_TWICE] = random.Random(0).randbytes(131_100 * 8 + 3)
    hashes = {}
    for name, content in files.items():
        (folder / name).write_bytes(content)
        hashes[name] = sha256(folder / name)
    lines = random.Random(1)
    (folder / TEXT).write_text("".join("x" * lines.randrange(90) + "\n" for _ in range(5_000)))
    hashes[TEXT] = sha256(folder / TEXT)
    return hashes


def fetch(lab, command, remote, expected):
    local = lab.folder / "fetched"
    local.unlink(missing_ok=True)
    lab.client(*command(remote, local), seconds=150)
    check_equal(sha256(local), expected, f"SHA-256 of {remote}")


def every_size_in_every_blksize(lab, hashes, client):
    command, blksizes = CLIENTS[client]
    for blksize in blksizes:
        for size in sizes_around(granted(blksize)):
            # curl takes a file without a byte for none, and makes no file of it.
            if size == 0 and client == "curl":
                continue
            fetch(lab, lambda *files: command(blksize, *files), f"{size}.bytes",
                  hashes[f"{size}.bytes"])


def every_window(lab, hashes):
    for window in WINDOWS:
        for name in ("0.bytes", "1468.bytes", "1469.bytes", ROLLED_TWICE):
            fetch(lab, lambda *files: atftp(*files, windowsize=window), name, hashes[name])


def numbers_roll_over_twice(lab, hashes):
    for window in (1, 64):
        fetch(lab, lambda *files: atftp(*files, 8, window), ROLLED_TWICE, hashes[ROLLED_TWICE])


def text_comes_as_it_was(lab, hashes):
    """tftp-hpa turns what arrives in netascii into lines of its own system."""
    fetch(lab, lambda *files: tftp_hpa(*files, mode="netascii"), TEXT, hashes[TEXT])


def group(program):
    with Lab() as lab:
        hashes = write_files(lab.folder / "images")
        lab.give_client_addresses(1)
        with serving(lab, program, BACKEND):
            for client in CLIENTS:
                yield (f"{client} fetches every size in every blksize",
                       lambda: every_size_in_every_blksize(lab, hashes, client))
            yield "atftp opens every window", lambda: every_window(lab, hashes)
            yield "block numbers roll over twice", lambda: numbers_roll_over_twice(lab, hashes)
            yield "text comes as it was in netascii", lambda: text_comes_as_it_was(lab, hashes)


if __name__ == "__main__":
    main([group(program_under_test())])
