#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: one stentord serves two ports, each with a worker of its own; when a link goes down in the
middle of a transfer, clients of the other port feel nothing, and when it returns the transfer goes
on; over AF_XDP and over AF_PACKET.
"""

import os
import subprocess

from appliance import BACKENDS, serving, sha256, write_images
from lab import SERVER, Lab, run
from suite import Skip, check, check_equal, main, program_under_test, wait_for
from tftp_client import bytes_of, curl, standing_still, wait_for_bytes, wait_for_last_acks

LARGE = "initrd/root.img"
SMALL = "pxelinux.0"
OTHER_SERVER = "10.98.0.1"  # on the second port
PORTS = f"""\
  - name: boot0
    device: interface:srv0
    networks: [{{address: {SERVER}/24}}]
  - name: boot1
    device: interface:srv1
    networks: [{{address: {OTHER_SERVER}/24}}]
"""
DHCP = """\
dhcp:
  subnets:
    - {subnet: 10.99.0.0/24, pools: [10.99.0.100-10.99.0.150]}
    - {subnet: 10.98.0.0/24, pools: [10.98.0.100-10.98.0.150]}
boot: {rules: [{file: pxelinux.0}]}
"""


class TwoPortLab(Lab):
    """A second wire beside the first, between the same namespaces: srv1 and cli1."""

    def _make(self):
        super()._make()
        run("ip", "link", "add", "srv1", "netns", self.srv, "type", "veth", "peer", "name", "cli1",
            "netns", self.cli)
        self.client("ethtool", "-K", "cli1", "tx", "off", "txvlan", "off")
        run("ip", "-n", self.srv, "address", "add", f"{OTHER_SERVER}/24", "dev", "srv1")
        for namespace, interface in ((self.srv, "srv1"), (self.cli, "cli1")):
            run("ip", "-n", namespace, "link", "set", interface, "up")

    def give_client_addresses(self, count=1):
        super().give_client_addresses(count)
        run("ip", "-n", self.cli, "address", "add", "10.98.0.2/24", "dev", "cli1")


def start_atftp(lab, server, local):
    """It negotiates no timeout, and asks again for longer than the link is down here."""
    return lab.start_client("atftp", "--option", "blksize 512", "--get", "--remote-file",
                            LARGE, "--local-file", local, server, stderr=subprocess.PIPE,
                            text=True)


def check_arrived(client, local, expected, what):
    _, told = client.communicate(timeout=150)
    check_equal(client.returncode, 0, f"exit status of {what} ({told.strip()})")
    check_equal(sha256(local), expected, f"SHA-256 of {what}")


def each_port_has_a_worker(stentord, backend):
    for interface, worker in (("srv0", 0), ("srv1", 1)):
        check(stentord.logged(f"`{interface}` is served through {backend}") and
              stentord.logged(f"worker {worker}: core {worker}"), stentord.log())
    check_equal(stentord.log().count("1 port queue\n"), 2, "workers with one queue")


def both_ports_give_addresses(lab):
    for interface, server, network in (("cli0", SERVER, "10.99.0."),
                                       ("cli1", OTHER_SERVER, "10.98.0.")):
        told = lab.client("udhcpc", "-i", interface, "-n", "-q", "-f", "-t", "5", "-T", "1", "-s",
                          "/bin/true", seconds=30).stdout
        check(f"lease of {network}" in told and f"obtained from {server}" in told, told)


def link_down_is_the_ports_own_affair(lab, hashes, stentord):
    ours, other = lab.folder / "on boot0", lab.folder / "on boot1"
    victim = start_atftp(lab, SERVER, ours)
    beside = start_atftp(lab, OTHER_SERVER, other)
    for client, path in ((victim, ours), (beside, other)):
        wait_for_bytes(client, path, 1 << 18)
    try:
        with standing_still(victim, beside):
            run("ip", "-n", lab.srv, "link", "set", "srv0", "down")
            wait_for(lambda: stentord.logged("port boot0: link is down"), 10, "boot0 is seen down")
            stood_at = bytes_of(ours)
        wait_for_bytes(beside, other, 2 << 20)
        fetch_beside(lab, hashes)
        check(victim.poll() is None, "the client of the link that is down gave up")
        # atftp writes by the page, of which one is in its hands; and a block had reached it.
        check(bytes_of(ours) <= stood_at + 2 * 4096, "bytes came over a link that is down")
    finally:
        run("ip", "-n", lab.srv, "link", "set", "srv0", "up")
    check_arrived(beside, other, hashes[LARGE], "the file of the port whose link stayed up")
    check_arrived(victim, ours, hashes[LARGE], "the file that waited for its link")
    check(not stentord.logged("port boot1: link is down"), f"boot1 was down:\n{stentord.log()}")


def fetch_beside(lab, hashes):
    """A transfer that begins on the other port meanwhile."""
    local = lab.folder / "begun meanwhile"
    lab.client(*curl(SMALL, local, server=OTHER_SERVER))
    check_equal(sha256(local), hashes[SMALL], "SHA-256 of a file begun meanwhile")


def first_port_serves_again(lab, hashes, stentord):
    wait_for(lambda: stentord.log().count("port boot0: link is up") == 2, 10, "boot0 is up again")
    local = lab.folder / "begun afterwards"
    lab.client(*curl(SMALL, local))
    check_equal(sha256(local), hashes[SMALL], "SHA-256 of a file begun afterwards")


def nothing_was_given_up(lab, stentord):
    wait_for_last_acks(lab, SERVER, OTHER_SERVER)
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters["transfers_completed"], 4, f"transfers_completed in {counters}")
    check_equal(counters.get("transfers_given_up", 0), 0, f"transfers_given_up in {counters}")
    check(counters.get("blocks_resent", 0) >= 1, f"the one transfer that waited: {counters}")


def group(program, backend):
    if not {0, 1} <= os.sched_getaffinity(0):
        raise Skip("two workers need cores 0 and 1")
    with TwoPortLab() as lab:
        hashes = write_images(lab.folder / "images", (SMALL, LARGE))
        with serving(lab, program, backend, ports=PORTS, dhcp=DHCP, cores="[0, 1]") as stentord:
            yield (f"each port has a worker over {backend}",
                   lambda: each_port_has_a_worker(stentord, backend))
            yield (f"both ports give addresses over {backend}",
                   lambda: both_ports_give_addresses(lab))
            lab.give_client_addresses()
            yield (f"link down is the port's own affair over {backend}",
                   lambda: link_down_is_the_ports_own_affair(lab, hashes, stentord))
            yield (f"first port serves again over {backend}",
                   lambda: first_port_serves_again(lab, hashes, stentord))
            yield (f"nothing was given up over {backend}",
                   lambda: nothing_was_given_up(lab, stentord))


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
