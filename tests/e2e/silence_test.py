#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: on an interface that stentord serves, the kernel that holds the same address stays silent,
and gets its interface back as it was."""

import difflib
import time

from appliance import BACKENDS, check_backend, serving, write_images
from frame import (IPV4, Tap, arp_request, echo_request, ethernet, is_arp_reply, is_icmp,
                   is_icmp_error, udp)
from lab import SERVER, Lab
from suite import check, check_equal, main, program_under_test

REQUESTS = 20
# DHCP, TFTP, ProxyDHCP, and three of the default range of transfer ports: as many as the kernel
# refuses in a row before it limits the rate of its errors.
PORTS = (67, 69, 4011, 49152, 55555, 65535)


def ask_everything(lab):
    """Sends each kind of request REQUESTS times (UDP: once a port) and returns what came back."""
    mac = lab.server_mac()
    with Tap(lab) as tap:
        # The server learns the asker's MAC: an ICMP error would have to resolve it otherwise.
        tap.send(arp_request(SERVER))
        tap.arrivals(0.3)
        for sequence in range(REQUESTS):
            tap.send(arp_request(SERVER))
            tap.send(ethernet(mac, IPV4, echo_request(SERVER, sequence)))
            time.sleep(0.01)
        for port in PORTS:
            tap.send(ethernet(mac, IPV4, udp(SERVER, port, b"neither DHCP nor TFTP")))
        return tap.arrivals(1.5)


def kernel_is_silent(lab):
    frames = ask_everything(lab)
    check_equal(sum(map(is_arp_reply, frames)), REQUESTS, "ARP replies")
    check_equal(sum(is_icmp(frame, 0) for frame in frames), REQUESTS, "echo replies")
    errors = [frame.hex() for frame in frames if is_icmp_error(frame)]
    check_equal(errors, [], "ICMP errors")


def ping_is_answered_once(lab):
    result = lab.client("ping", "-c", "5", "-i", "0.2", "-W", "5", SERVER)
    check("5 received" in result.stdout, result.stdout)
    check("DUP!" not in result.stdout, f"duplicate answers:\n{result.stdout}")


def kernel_answers(lab):
    frames = ask_everything(lab)
    check_equal(sum(map(is_arp_reply, frames)), REQUESTS, "ARP replies of the kernel")
    check_equal(sum(is_icmp(frame, 0) for frame in frames), REQUESTS, "the kernel's echo replies")
    check(any(map(is_icmp_error, frames)), "the kernel refuses no UDP port: the test sees nothing")


def check_as_before(before, after, names=None):
    for name in names or before:
        changes = [line for line in difflib.ndiff(before[name].splitlines(),
                                                  after[name].splitlines()) if line[0] in "-+"]
        check_equal(changes, [], f"{name} of the interface")


def next_one_heals_a_crash(lab, program, backend, before):
    """Killed outright it leaves the kernel silenced, and nobody knows any more whether VLAN tags
    were stripped; the next one serves, and removes all but that."""
    with serving(lab, program, backend) as crashed:
        crashed.process.kill()
        crashed.process.wait()
    with serving(lab, program, backend) as stentord:
        check_backend(stentord, backend)
        kernel_is_silent(lab)
    check_as_before(before, lab.interface_state(), ["link", "address", "qdisc", "filter"])


def group(program, backend):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        yield f"kernel answers before, {backend}", lambda: kernel_answers(lab)
        before = lab.interface_state()
        with serving(lab, program, backend) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield f"kernel is silent beside {backend}", lambda: kernel_is_silent(lab)
            yield f"ping is answered once over {backend}", lambda: ping_is_answered_once(lab)
        yield (f"interface is as before {backend}",
               lambda: check_as_before(before, lab.interface_state()))
        yield (f"next one heals a crash over {backend}",
               lambda: next_one_heals_a_crash(lab, program, backend, before))
        yield f"kernel answers again after {backend}", lambda: kernel_answers(lab)


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
