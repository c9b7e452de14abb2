#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: clients of a VLAN are served with their tag, and those without it are not, over AF_XDP and
over AF_PACKET."""

from access_port import VLAN, make_access_port
from appliance import BACKENDS, check_backend, serving, write_images
from frame import Tap, arp_request, is_arp_reply
from lab import SERVER, Lab
from stock_boot import client_boots
from suite import check_equal, main, program_under_test

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


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images")
        with serving(lab, program, backend, ports=PORT) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield (f"untagged client is not served over {backend}",
                   lambda: untagged_client_is_not_served(lab))
            make_access_port(lab, "cli0")
            yield f"tagged client boots over {backend}", lambda: client_boots(lab, hashes)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
