# SPDX-License-Identifier: BSD-3-Clause
"""A machine's way in small: a lease by udhcpc, an echo, a file by curl."""

from appliance import sha256
from lab import SERVER
from suite import check, check_equal
from tftp_client import curl


def client_boots(lab, hashes):
    lease = lab.client("udhcpc", "-i", "cli0", "-n", "-q", "-f", "-t", "5", "-T", "1", "-s",
                       "/bin/true", seconds=30).stdout
    check(f"obtained from {SERVER}" in lease, lease)
    lab.give_client_addresses()
    reply = lab.client("ping", "-c", "3", "-i", "0.2", "-W", "5", SERVER).stdout
    check("3 received" in reply and "DUP!" not in reply, reply)
    local = lab.folder / "fetched"
    # Room for two VLAN tags in a frame of 1,514 bytes.
    lab.client(*curl("linux", local, "--tftp-blksize", "1428"))
    check_equal(sha256(local), hashes["linux"], "SHA-256")
