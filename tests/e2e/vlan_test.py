#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: clients of a VLAN are served with their tag, and those without it are not, over AF_XDP and
over AF_PACKET.

The clients know nothing of VLANs: a program on their veth pushes and pops the tag, as the access
port of a switch does. It needs no VLAN device, which many kernels for virtual machines lack.
"""

from appliance import BACKENDS, check_backend, serving, sha256, write_images
from frame import Tap, arp_request, is_arp_reply
from lab import SERVER, Lab, run
from suite import check, check_equal, main, program_under_test

VLAN = 120
PORT = f"""\
  - name: boot0
    device: interface:srv0
    networks:
      - {{vlan: {VLAN}, address: {SERVER}/24, mtu: 1496}}
"""
# 18 and 19 are bpf_skb_vlan_push (protocol in network order) and bpf_skb_vlan_pop, bpf-helpers(7).
ACCESS_PORT = f"""\
static long (*vlan_push)(void*, unsigned short, unsigned short) = (void*)18;
static long (*vlan_pop)(void*) = (void*)19;
__attribute__((section("push"), used)) int push_tag(void* frame) {{
  vlan_push(frame, __builtin_bswap16(0x8100), {VLAN});
  return 0;
}}
__attribute__((section("pop"), used)) int pop_tag(void* frame) {{
  vlan_pop(frame);
  return 0;
}}
"""


def make_access_port(lab):
    source, program = lab.folder / "access_port.c", lab.folder / "access_port.o"
    source.write_text(ACCESS_PORT)
    run("clang", "-target", "bpf", "-O2", "-c", source, "-o", program)
    on = ("ip", "netns", "exec", lab.cli, "tc")
    run(*on, "qdisc", "add", "dev", "cli0", "clsact")
    for direction, section in (("egress", "push"), ("ingress", "pop")):
        run(*on, "filter", "add", "dev", "cli0", direction, "bpf", "direct-action", "obj", program,
            "sec", section)


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
            make_access_port(lab)
            yield f"tagged client boots over {backend}", lambda: tagged_client_boots(lab, hashes)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
