# SPDX-License-Identifier: BSD-3-Clause
"""curl as a TFTP client: one, and many at once from an address each."""

import subprocess

from appliance import sha256
from lab import SERVER
from suite import check_equal


def curl(remote, local, *more, server=SERVER):
    return ("curl", "--silent", "--show-error", "--max-time", "120", *more, "--output", local,
            f"tftp://{server}/{remote}")


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
