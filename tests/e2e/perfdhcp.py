# SPDX-License-Identifier: BSD-3-Clause
"""perfdhcp: its report, and how its machines are put behind somebody else's relay agent."""

import re
import socket

from boot_server import environment_of
from lab import run

# It writes its own address into giaddr, unless a list names others: none makes it no relay.
NO_RELAY = "0.0.0.0\n"
# It plays many machines through one socket: what goes to the MAC and the IP address of any of them
# is its own. Its REQUESTs have the OFFER's giaddr, which relay agents take for a loop: it sees
# none. The numbers are of bpf-helpers(7); the offsets, of IPv4 without options and RFC 2131
# section 2.
OWNER = """\
static long (*store)(void*, unsigned, const void*, unsigned, unsigned long long) = (void*)9;
static long (*update_ip)(void*, unsigned, unsigned long long, unsigned long long,
                         unsigned long long) = (void*)10;
static long (*update_udp)(void*, unsigned, unsigned long long, unsigned long long,
                          unsigned long long) = (void*)11;
static long (*load)(void*, unsigned, void*, unsigned) = (void*)26;
static long (*change_type)(void*, unsigned) = (void*)32;
__attribute__((section("own"), used)) int take(void* frame) {
  unsigned char head[70];
  if (load(frame, 0, head, sizeof(head)) || head[12] != 8 || head[13] != 0 || head[14] != 0x45 ||
      head[23] != 17 || head[36] != 0 || head[37] != 68) {
    return 0;
  }
  const unsigned own = ADDRESS, no_relay = 0;
  unsigned target, giaddr;
  load(frame, 30, &target, 4);
  load(frame, 66, &giaddr, 4);
  update_udp(frame, 40, target, own, 0x10 | 4);
  update_udp(frame, 40, giaddr, no_relay, 4);
  update_ip(frame, 24, target, own, 4);
  store(frame, 30, &own, 4, 0);
  store(frame, 66, &no_relay, 4, 0);
  change_type(frame, 0);
  return 0;
}
"""


def own_what_its_machines_get(lab, address):
    """On cli0, whose address this is."""
    source, program = lab.folder / "own.c", lab.folder / "own.o"
    number = int.from_bytes(socket.inet_aton(address), "little")
    source.write_text(OWNER.replace("ADDRESS", f"{number}u"))
    run("clang", "-target", "bpf", "-O2", "-c", source, "-o", program)
    lab.client("tc", "qdisc", "add", "dev", "cli0", "clsact")
    lab.client("tc", "filter", "add", "dev", "cli0", "ingress", "bpf", "direct-action", "obj",
               program, "sec", "own")


def exchanges_behind_a_relay(lab, packages, machines, rate):
    """One DORA a machine, so many a second, broadcast on cli0; returns its report. It waits a
    second for the last answers."""
    relays = lab.folder / "relays"
    relays.write_text(NO_RELAY)
    return lab.client(packages / "kea-admin/usr/sbin/perfdhcp", "-4", "-r", rate, "-R", machines,
                      "-n", machines, "-W", 1_000_000, "-u", "-J", relays, "-L", 68, "-l", "cli0",
                      "-B", "255.255.255.255", ok=False,
                      env=environment_of(packages, "kea-admin")).stdout


def perfdhcp_counts(text):
    """Of its final report, which has a part for each exchange."""
    exchanges = dict(re.findall(
        r"^\*\*\*Statistics for: (\S+)\*\*\*\n(.*?)(?=^\*\*\*|\Z)", text, re.MULTILINE | re.DOTALL))

    def number(exchange, what):
        found = re.search(rf"^{what} packets: (\d+)", exchanges.get(exchange, ""), re.MULTILINE)
        if not found:
            raise RuntimeError(f"perfdhcp: {text}")
        return int(found[1])

    return {"DISCOVER": number("DISCOVER-OFFER", "sent"),
            "OFFER": number("DISCOVER-OFFER", "received"),
            "REQUEST": number("REQUEST-ACK", "sent"),
            "ACK": number("REQUEST-ACK", "received")}
