#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: clients behind two VLAN tags are served with the tags of their request, 802.1ad's outer one
and 802.1Q's alike, over AF_XDP and over AF_PACKET.

Their provider bridge is a program on their interface, which pushes and pops both tags and lets no
frame pass whose tags are of another kind. It needs no VLAN device, which many kernels for virtual
machines lack."""

from appliance import BACKENDS, Appliance, check_backend, config_text, serving, write_images
from lab import SERVER, Lab, run
from stock_boot import client_boots
from suite import check, check_equal, main, program_under_test

OUTER, INNER = 100, 7
SERVICE_TAG, CUSTOMER_TAG = 0x88a8, 0x8100
# Under 1,500 by both tags: packet(7) sends no longer frame.
PORT = f"""\
  - name: boot0
    device: interface:srv0
    networks:
      - {{vlan: "{OUTER}.{INNER}", address: {SERVER}/24, mtu: 1492}}
"""

# 18 and 19 are bpf_skb_vlan_push (protocol in network order) and bpf_skb_vlan_pop, bpf-helpers(7);
# the fields are the first of __sk_buff; 2 is TC_ACT_SHOT.
BRIDGE = """\
struct frame {{
  unsigned len, kind, mark, queue, protocol, vlan_present, vlan_tci, vlan_proto;
}};
static long (*vlan_push)(struct frame*, unsigned short, unsigned short) = (void*)18;
static long (*vlan_pop)(struct frame*) = (void*)19;
__attribute__((section("push"), used)) int push_tags(struct frame* frame) {{
  vlan_push(frame, __builtin_bswap16({customer}), {inner});
  vlan_push(frame, __builtin_bswap16({outer_kind}), {outer});
  return 0;
}}
static int pop_tag(struct frame* frame, unsigned short kind, unsigned id) {{
  if (!frame->vlan_present || frame->vlan_proto != __builtin_bswap16(kind)) return 0;
  if ((frame->vlan_tci & 4095) != id) return 0;
  return vlan_pop(frame) == 0;
}}
__attribute__((section("pop"), used)) int pop_tags(struct frame* frame) {{
  if (!pop_tag(frame, {outer_kind}, {outer})) return 2;
  return pop_tag(frame, {customer}, {inner}) ? 0 : 2;
}}
"""


def make_provider_bridge(lab, outer_kind):
    source, program = lab.folder / "bridge.c", lab.folder / "bridge.o"
    source.write_text(BRIDGE.format(outer_kind=outer_kind, customer=CUSTOMER_TAG, outer=OUTER,
                                    inner=INNER))
    run("clang", "-target", "bpf", "-O2", "-c", source, "-o", program)
    lab.client("ethtool", "-K", "cli0", "tx-vlan-stag-hw-insert", "off")
    lab.client("ip", "address", "flush", "dev", "cli0")
    lab.client("tc", "qdisc", "replace", "dev", "cli0", "clsact")
    for direction, section in (("egress", "push"), ("ingress", "pop")):
        lab.client("tc", "filter", "delete", "dev", "cli0", direction)
        lab.client("tc", "filter", "add", "dev", "cli0", direction, "bpf", "direct-action", "obj",
                   program, "sec", section)


def longer_frames_than_it_sends_are_refused(lab, program):
    text = config_text(lab.folder / "images", ports=PORT.replace("1492", "1500"))
    before = lab.interface_state()
    attempt = Appliance(lab, program, text, name="attempt", wrapper=BACKENDS["AF_PACKET"]).start()
    check_equal(attempt.wait_for_end(), 1, f"exit status of:\n{attempt.log()}\n")
    sentence = attempt.log().splitlines()[-1]
    for word in ("boot0", "two VLAN tags", "mtu 1500", "carries 1492", "mtu 1508"):
        check(word in sentence, f"`{word}` is not in: {sentence}")
    check_equal(lab.interface_state(), before, "interface")


def comes_back_as_it_was(lab, before):
    check_equal(lab.interface_state(), before, "interface")


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images")
        before = lab.interface_state()
        if backend == "AF_PACKET":
            yield ("longer frames than it sends are refused",
                   lambda: longer_frames_than_it_sends_are_refused(lab, program))
        with serving(lab, program, backend, ports=PORT) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            for kind, name in ((SERVICE_TAG, "802.1ad"), (CUSTOMER_TAG, "802.1Q")):
                make_provider_bridge(lab, kind)
                yield (f"client under an outer tag of {name} boots over {backend}",
                       lambda: client_boots(lab, hashes))
        yield f"{backend} leaves the interface as it was", lambda: comes_back_as_it_was(lab, before)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
