#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: `stentord --interface IF --images DIR` serves from a config that it derives and prints: as
ProxyDHCP beside another DHCP server, with --pool as the DHCP server; and it needs what it says
beforehand that it needs."""

import contextlib
import ipaddress
import os
import pathlib
import re
import subprocess

from appliance import PORT, Appliance, config_text, write_images
from frame import Datagram, DhcpReply, Tap, is_udp, pxe_discover
from lab import POOL, SERVER, Lab, end, run
from suite import check, check_equal, main, program_under_test, wait_for

PAGES = pathlib.Path("/proc/sys/vm/nr_hugepages")


def arguments_of(lab, *more):
    return ["--interface", "srv0", "--images", lab.folder / "images", *more]


def mebibytes_needed(lab, program, arguments):
    """What deploy/up.sh reserves: a number, and nothing else."""
    said = lab.server(program, "--hugepages-needed", *arguments).stdout
    check(re.fullmatch(r"\d+\n", said), f"--hugepages-needed says:\n{said}")
    return int(said)


@contextlib.contextmanager
def hugepages(mebibytes):
    """Reserves what is missing, and gives it back."""
    before = int(PAGES.read_text())
    free = re.search(r"HugePages_Free: +(\d+)", pathlib.Path("/proc/meminfo").read_text())
    missing = max((mebibytes + 1) // 2 - int(free[1]), 0)
    try:
        PAGES.write_text(str(before + missing))
        check(int(PAGES.read_text()) >= before + missing, f"no memory for {missing} hugepages")
        yield
    finally:
        PAGES.write_text(str(before))


def config_is_printed(stentord, *lines):
    printed = stentord.log()
    for line in ("device: \"interface:srv0\"", f"address: {SERVER}/24", *lines):
        check(line in printed, f"`{line}` is not printed:\n{printed}")


def dhclient_gets_an_address_of_the_pool(lab):
    leases = lab.folder / "leases"
    leases.write_text("")
    client = lab.start_client("dhclient", "-1", "-d", "-4", "-sf", "/bin/true", "-cf", "/dev/null",
                              "-lf", leases, "-pf", lab.folder / "pid", "cli0",
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lease = wait_for(lambda: re.search(r"fixed-address (\S+);", leases.read_text()), 30,
                     "dhclient has a lease")
    end(client)
    first, last = map(ipaddress.IPv4Address, POOL.split("-"))
    check(first <= ipaddress.IPv4Address(lease[1]) <= last, f"{lease[1]} is not in {POOL}")


def boot_file_arrives(lab):
    lab.client("curl", "--silent", "--show-error", "--max-time", "20", "--output",
               lab.folder / "fetched", f"tftp://{SERVER}/pxelinux.0")
    check_equal((lab.folder / "fetched").read_bytes(),
                (lab.folder / "images" / "pxelinux.0").read_bytes(), "pxelinux.0")


def proxy_offers_a_boot_file_and_no_address(lab):
    with Tap(lab) as tap:
        tap.send(pxe_discover(0x57e7a002))
        offers = [DhcpReply(Datagram(frame).payload) for frame in tap.arrivals(5)
                  if is_udp(frame, 67)]
    check_equal(len(offers), 1, "ProxyDHCP offers")
    offer = offers[0]
    check_equal((offer.xid, offer.options[53]), (0x57e7a002, b"\2"), "xid, message type")
    check_equal(offer.yiaddr, "0.0.0.0", "yiaddr")
    check_equal(offer.options.get(60, b"")[:9], b"PXEClient", "option 60")
    check(51 not in offer.options, "a ProxyDHCP offer has a lease time")


def proxy_gives_nobody_an_address(lab):
    """A machine that is not in firmware gets no answer at all."""
    result = lab.client("udhcpc", "-i", "cli0", "-n", "-q", "-f", "-t", "3", "-T", "1", "-s",
                        "/bin/true", ok=False)
    check(result.returncode != 0, f"udhcpc got an address in proxy mode:\n{result.stdout}")
    check("lease" not in result.stdout.replace("no lease", ""), result.stdout)


def group_server(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        arguments = arguments_of(lab, "--pool", POOL)
        with hugepages(mebibytes_needed(lab, program, arguments)), \
                Appliance(lab, program, arguments=arguments) as stentord:
            yield ("config with --pool is printed",
                   lambda: config_is_printed(stentord, "mode: server", f'pools: ["{POOL}"]'))
            yield "boot file arrives with --pool", lambda: boot_file_arrives(lab)
            yield ("dhclient gets an address of the pool",
                   lambda: dhclient_gets_an_address_of_the_pool(lab))


def group_proxy(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        arguments = arguments_of(lab)
        with hugepages(mebibytes_needed(lab, program, arguments)), \
                Appliance(lab, program, arguments=arguments) as stentord:
            yield ("config without --pool is printed",
                   lambda: config_is_printed(stentord, "mode: proxy", "file: pxelinux.0"))
            yield "boot file arrives in proxy mode", lambda: boot_file_arrives(lab)
            yield ("proxy offers a boot file and no address",
                   lambda: proxy_offers_a_boot_file_and_no_address(lab))
            yield "proxy gives nobody an address", lambda: proxy_gives_nobody_an_address(lab)


def gateway_is_that_of_the_default_route(lab, program):
    """Of the main table's, the one that the kernel prefers: half of the addresses, another table
    and another metric lead elsewhere."""
    arguments = arguments_of(lab, "--pool", POOL, "--hugepages", "none", "--take-over")
    for routes, gateway in (
            (("0.0.0.0/1 via 10.99.0.251", "default via 10.99.0.252 table 77"), None),
            (("default via 10.99.0.253 metric 200", "default via 10.99.0.254 metric 100"),
             "10.99.0.254"),
            (("default nexthop via 10.99.0.250 dev srv0 nexthop via 10.99.0.249 dev srv0",),
             "10.99.0.250")):
        for route in routes:
            run("ip", "-n", lab.srv, "route", "add", *route.split())
        try:
            with Appliance(lab, program, arguments=arguments) as stentord:
                printed = stentord.log()
        finally:
            for route in routes:
                run("ip", "-n", lab.srv, "route", "delete", *route.split())
        if gateway is None:
            check("gateway:" not in printed and "routers:" not in printed, printed)
        else:
            check(f"gateway: {gateway}\n" in printed, printed)
            check(f"routers: [{gateway}]" in printed, printed)


def group_gateway(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        yield ("gateway is that of the default route",
               lambda: gateway_is_that_of_the_default_route(lab, program))


def start_refuses_less_than_is_said(lab, program):
    """No host has what a sparse file claims, so the start says what it would need; what is asked
    for besides is for the day on which the largest file is replaced."""
    image = lab.folder / "images" / "sparse.img"
    image.touch()
    os.truncate(image, 1 << 42)
    said = mebibytes_needed(lab, program, arguments_of(lab))
    result = lab.server(program, *arguments_of(lab), ok=False)
    image.unlink()
    needed = re.search(r"(\d+) MiB .*are needed", result.stdout)
    check(needed, f"the start does not say what it needs:\n{result.stdout}")
    file = 1 << 22
    check(int(needed[1]) > file, f"{needed[1]} MiB do not hold the file")
    check(file <= said - int(needed[1]) < file * 1.1,
          f"{said} MiB are said for {needed[1]} MiB and the file once more")


def start_makes_do_with_what_is_said(lab, program):
    """A ceiling on hugepages is what a host has that reserved just that many."""
    ports = PORT.format(device="interface:srv0", server=SERVER).replace("1500", "9000")
    config = lab.folder / "needs.yaml"
    config.write_text(config_text(lab.folder / "images", ports, hugepages="auto"))
    needed = mebibytes_needed(lab, program, ["--config", config])
    text = config_text(lab.folder / "images", ports, hugepages=f"{needed}MiB")
    with hugepages(needed), Appliance(lab, program, text) as stentord:
        check(stentord.logged("in hugepages"), stentord.log())


def frames_are_counted_and_hugepages_that_are_not_wanted_are_not(lab, program, frames_mebibytes):
    needed = mebibytes_needed(lab, program, arguments_of(lab))
    check(needed > frames_mebibytes, f"{needed} MiB are too few for the frames")
    check_equal(mebibytes_needed(lab, program, arguments_of(lab, "--hugepages", "none")), 0,
                "MiB without hugepages")


def group_needs(program):
    """Six queues with frames of 9,000 bytes: more than any fixed number was made for."""
    with Lab(mtu=9000, queues=6) as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        yield ("start refuses less than it says that it needs",
               lambda: start_refuses_less_than_is_said(lab, program))
        yield ("start makes do with what it says that it needs",
               lambda: start_makes_do_with_what_is_said(lab, program))
        yield ("frames are counted, and hugepages that are not wanted are not",
               lambda: frames_are_counted_and_hugepages_that_are_not_wanted_are_not(
                   lab, program, 300))


if __name__ == "__main__":
    stentord_path = program_under_test()
    main([each(stentord_path)
          for each in (group_server, group_proxy, group_gateway, group_needs)])
