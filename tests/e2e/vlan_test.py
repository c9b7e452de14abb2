#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: clients of a VLAN are served with their tag, and those without it are not, over AF_XDP and
over AF_PACKET."""

from access_port import VLAN, make_access_port
from appliance import BACKENDS, check_backend, serving, sha256, write_images
from frame import Tap, arp_request, is_arp_reply
from lab import SERVER, Lab
from suite import check, check_equal, main, program_under_test

PORT = f"""\
  - name: boot0
    device: interface:srv0
    networks:
      - {{vlan: {VLAN}, address: {SERVER}/24, mtu: 1496}}
"""


def untagged_client_is_not_served(lab):
    with Tap(lab) as tap:
        tap.send(arp_request(SERVER))
        answers = [frame.hex() for frame in tap.arrivals(1) if is_arp_reply(frame)]
    check_equal(answers, [], "answers of stentord or its kernel to a client without the tag")


def tagged_client_boots(lab, hashes):
    lease = lab.client("udhcpc", "-i", "cli0", "-n", "-q", "-f", "-t", "5", "-T", "1", "-s",
                       "/bin/true", seconds=30).stdout
    check(f"obtained from {SERVER}" in lease, lease)
    lab.give_client_addresses()
    reply = lab.client("ping", "-c", "3", "-i", "0.2", "-W", "5", SERVER).stdout
    check("3 received" in reply and "DUP!" not in reply, reply)
    local = lab.folder / "fetched"
    lab.client("curl", "--silent", "--show-error", "--max-time", "60", "--output", local,
               "--tftp-blksize", "1428", f"tftp://{SERVER}/linux")
    check_equal(sha256(local), hashes["linux"], "SHA-256")


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images")
        with serving(lab, program, backend, ports=PORT) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield (f"untagged client is not served over {backend}",
                   lambda: untagged_client_is_not_served(lab))
            make_access_port(lab, "cli0")
            yield f"tagged client boots over {backend}", lambda: tagged_client_boots(lab, hashes)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
