# SPDX-License-Identifier: BSD-3-Clause
"""Stock TFTP clients: their commands; many at once from an address each; and how far one has come.
"""

import contextlib
import signal
import subprocess

from appliance import sha256
from lab import SERVER
from suite import check, check_equal, wait_for


def curl(remote, local, *more, server=SERVER):
    return ("curl", "--silent", "--show-error", "--max-time", "120", *more, "--output", local,
            f"tftp://{server}/{remote}")


def tftp_hpa(remote, local, mode="octet"):
    return ("tftp", "-m", mode, SERVER, "-c", "get", remote, local)


def atftp(remote, local, blksize=1468, windowsize=16, server=SERVER):
    return ("atftp", "--option", f"blksize {blksize}", "--option", f"windowsize {windowsize}",
            "--option", "tsize 0", "--get", "--remote-file", remote, "--local-file", local, server)


def busybox(remote, local, blksize=1468):
    return ("busybox", "tftp", "-g", "-b", blksize, "-r", remote, "-l", local, SERVER)


def clients_at_once(lab, count, remote, expected):
    """As many machines fetch one file, from the addresses that lab.give_client_addresses gave."""
    outputs = [lab.folder / f"fetched.{i}" for i in range(count)]
    running = [lab.start_client(*curl(remote, output, "--tftp-blksize", "1468", "--interface",
                                      f"10.99.0.{2 + i}"), stderr=subprocess.PIPE, text=True)
               for i, output in enumerate(outputs)]
    for i, (client, output) in enumerate(zip(running, outputs)):
        _, told = client.communicate(timeout=150)
        check_equal(client.returncode, 0, f"exit status of client {i} ({told.strip()})")
        check_equal(sha256(output), expected, f"SHA-256 of {remote} at client {i}")


def wait_for_last_acks(lab, *servers):
    """A client ends before its last ACK is read: the answer to an echo request shows that what came
    before it on the same queue was."""
    for server in servers or (SERVER,):
        lab.client("ping", "-c", "1", "-W", "10", server)


def bytes_of(path):
    return path.stat().st_size if path.exists() else 0


def wait_for_bytes(client, path, more):
    """Until the file has grown by so many, or is complete."""
    wanted = bytes_of(path) + more
    wait_for(lambda: client.poll() == 0 or bytes_of(path) >= wanted, 60,
             f"{path.name} grows by {more} bytes")


@contextlib.contextmanager
def standing_still(*clients):
    """In the middle of their transfers: however slow this test runs, they will not be over."""
    for client in clients:
        client.send_signal(signal.SIGSTOP)
    try:
        for client in clients:
            check(client.poll() is None, "a transfer was over before it could be stopped")
        yield
    finally:
        for client in clients:
            client.send_signal(signal.SIGCONT)
