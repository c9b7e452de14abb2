#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: files whose ends fall anywhere arrive whole at stock TFTP clients, whatever block and
window they ask for: no byte, one byte, a byte less or more than a block; windows of as many blocks
as the configuration and the protocol allow, and no more; numbers that roll over twice; and text in
netascii.
"""

import random
import subprocess

from appliance import serving, sha256
from lab import Lab
from suite import check_equal, main, program_under_test, wait_for
from tftp_client import atftp, busybox, curl, tftp_hpa
from wire_log import WireLog

BACKEND = "AF_XDP"
NETWORK_MTU = 1500
BLKSIZES = (8, 9, 512, 513, 1024, 1408, 1432, 1456, 1468, 1469, 8192, 65464)
WINDOWS = (1, 2, 3, 16, 64, 65, 65535)
DEFAULT_WINDOWSIZE_MAX = 64
DEFAULT_BLKSIZE = 512
BLOCKS_ROLLED_TWICE = 131_100  # and one more, that is short
ROLLED_TWICE = "rolled.twice"  # in blocks of 8 bytes
LONG_ROLLED_TWICE = "long.rolled.twice"  # in blocks of DEFAULT_BLKSIZE
THOUSAND = "thousand.blocks"  # of 8 bytes
WIDE_FILES = {ROLLED_TWICE: BLOCKS_ROLLED_TWICE * 8 + 3, THOUSAND: 1000 * 8 + 3}
# Window -> the file that is fetched in it: the long one once for each window that is granted.
WIDE_WINDOWS = {65: ROLLED_TWICE, 1000: ROLLED_TWICE, 32767: THOUSAND, 32768: THOUSAND,
                65535: ROLLED_TWICE}
WIDE_WINDOWSIZE_MAX = 32767  # of the protocol: an ACK further behind looks like one ahead
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


def write_binary_files(folder, sizes):
    """Name -> bytes, to name -> SHA-256."""
    folder.mkdir(parents=True)
    for name, size in sizes.items():
        (folder / name).write_bytes(random.Random(name).randbytes(size))
    return {name: sha256(folder / name) for name in sizes}


def write_files(folder):
    """Returns name -> SHA-256."""
    sizes = {f"{size}.bytes": size for blksize in BLKSIZES
             for size in sizes_around(granted(blksize))}
    sizes[ROLLED_TWICE] = WIDE_FILES[ROLLED_TWICE]
    sizes[LONG_ROLLED_TWICE] = BLOCKS_ROLLED_TWICE * DEFAULT_BLKSIZE + 3
    hashes = write_binary_files(folder, sizes)
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


def check_granted(wire, windows, windowsize_max):
    """As many as were asked for, or as many as there may be. Called while the log still reads."""
    def seen():
        return {int(transfer.asked["windowsize"]): int(transfer.granted.get("windowsize", 1))
                for transfer in wire.transfers if transfer.granted}

    wait_for(lambda: len(seen()) == len(windows), 10, "the log has every OACK")
    check_equal(seen(), {window: min(window, windowsize_max) for window in windows},
                "windowsize granted")


def every_window(lab, hashes):
    with WireLog(lab) as wire:
        for window in WINDOWS:
            for name in ("0.bytes", "1468.bytes", "1469.bytes", ROLLED_TWICE):
                fetch(lab, lambda *files: atftp(*files, windowsize=window), name, hashes[name])
        check_granted(wire, WINDOWS, DEFAULT_WINDOWSIZE_MAX)


def every_wide_window(lab, hashes):
    """The buffer of atftp's socket holds some hundred blocks. Of a window that is wider it loses
    some, and says so, a line each: it is then sent again in parts. The log, which takes a core,
    ends once it has seen a wide window."""
    local = lab.folder / "fetched"
    for window, name in WIDE_WINDOWS.items():
        with WireLog(lab) as wire:
            client = lab.start_client(*atftp(name, local, 8, window), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            check_granted(wire, [window], WIDE_WINDOWSIZE_MAX)
            wait_for(lambda: wire.transfers[-1].ahead > DEFAULT_WINDOWSIZE_MAX, 10,
                     f"more than {DEFAULT_WINDOWSIZE_MAX} blocks of {window} are under way")
        check_equal(client.wait(timeout=150), 0, f"exit status of atftp with window {window}")
        check_equal(sha256(local), hashes[name], f"SHA-256 of {name} in windows of {window}")
        local.unlink()


def numbers_roll_over_twice(lab, hashes):
    for window in (1, 64):
        fetch(lab, lambda *files: atftp(*files, 8, window), ROLLED_TWICE, hashes[ROLLED_TWICE])


def numbers_of_long_blocks_roll_over_twice(lab, hashes, client):
    """At clients that ask for no shorter blocks."""
    command, _ = CLIENTS[client]
    fetch(lab, lambda *files: command(DEFAULT_BLKSIZE, *files), LONG_ROLLED_TWICE,
          hashes[LONG_ROLLED_TWICE])


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
            for client in ("tftp-hpa", "busybox"):
                yield (f"block numbers roll over twice for {client}",
                       lambda: numbers_of_long_blocks_roll_over_twice(lab, hashes, client))
            yield "text comes as it was in netascii", lambda: text_comes_as_it_was(lab, hashes)


def group_of_wide_windows(program):
    with Lab() as lab:
        hashes = write_binary_files(lab.folder / "images", WIDE_FILES)
        lab.give_client_addresses(1)
        with serving(lab, program, BACKEND,
                     tftp=f"windowsize-max: {WIDE_WINDOWSIZE_MAX}, pace: none"):
            yield ("windows of up to 32,767 blocks are granted, and no more",
                   lambda: every_wide_window(lab, hashes))


if __name__ == "__main__":
    main([group(program_under_test()), group_of_wide_windows(program_under_test())])
