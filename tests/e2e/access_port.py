# SPDX-License-Identifier: BSD-3-Clause
"""Clients of a VLAN who know nothing of VLANs: a program on their interface pushes and pops the
tag, as the access port of a switch does. It needs no VLAN device, which many kernels for virtual
machines lack."""

from lab import run

VLAN = 120
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


def make_access_port(lab, interface):
    """From now on, what the client sends on its interface is tagged, and what it receives was."""
    source, program = lab.folder / "access_port.c", lab.folder / "access_port.o"
    source.write_text(ACCESS_PORT)
    run("clang", "-target", "bpf", "-O2", "-c", source, "-o", program)
    on = ("ip", "netns", "exec", lab.cli, "tc")
    run(*on, "qdisc", "add", "dev", interface, "clsact")
    for direction, section in (("egress", "push"), ("ingress", "pop")):
        run(*on, "filter", "add", "dev", interface, direction, "bpf", "direct-action", "obj",
            program, "sec", section)
