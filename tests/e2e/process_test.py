#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a running stentord holds the drivers that it should and no crypto driver, and stops on
SIGTERM and on SIGINT at once, with its counters as the last word."""

import pathlib
import re
import signal

from appliance import check_backend, serving, write_images
from lab import SERVER, Lab
from suite import check, check_equal, main, program_under_test, wait_for
from tftp_client import wait_for_last_acks

PROFILES = pathlib.Path(__file__).resolve().parents[2] / "drivers-config" / "profiles"
STOP_SECONDS = 2


def stops_with_its_counters(lab, program, with_signal):
    with serving(lab, program) as stentord:
        lab.client("curl", "--silent", "--show-error", "--output", lab.folder / "fetched",
                   f"tftp://{SERVER}/pxelinux.0")
        wait_for_last_acks(lab)
        status, seconds = stentord.stop(with_signal)
        check_equal(status, 0, f"exit status after {with_signal.name}")
        check(seconds < STOP_SECONDS, f"it took {seconds:.1f} s to stop")
        counters = stentord.counters()
        check_equal(counters.get("transfers_completed"), 1, f"transfers_completed in {counters}")
        check(counters.get("blocks_sent", 0) >= 19, f"blocks_sent in {counters}")


def stops_while_it_starts(lab, program):
    before = lab.interface_state()
    stentord = serving(lab, program).start()
    wait_for(lambda: stentord.logged("worker 0:"), 30, "stentord begins")
    status, _ = stentord.stop()
    check_equal(status, 0, "exit status")
    check_equal(lab.interface_state(), before, "interface")


def map_holds_no_crypto_driver(stentord):
    """DPDK is linked in: no library of it, and nothing of its plugin folder, is loaded."""
    maps = pathlib.Path(f"/proc/{stentord.process.pid}/maps").read_text()
    check("stentord" in maps, "the process map is another program's")
    for line in maps.splitlines():
        check("librte_" not in line and "/dpdk/" not in line, f"in the process map: {line}")


def drivers_are_those_of_the_profiles(stentord):
    """Each driver of DPDK leaves a line in the program: PMD_INFO_STRING= {"name" : "net_null"."""
    program = pathlib.Path(f"/proc/{stentord.process.pid}/exe").read_bytes()
    linked = {name.decode() for name in
              re.findall(rb'PMD_INFO_STRING= \{"name" ?: ?"(\w+)"', program)}
    wanted = {"net_tun"}  # the other name of net_tap's driver
    for profile in PROFILES.iterdir():
        for words in re.findall(r"^drivers = (.*)$", profile.read_text(), re.MULTILINE):
            wanted.update(words.split())
    check({"net_null", "net_vhost", "net_af_packet", "net_af_xdp"} <= linked, f"linked: {linked}")
    strangers = {name for name in linked if not any(name.startswith(word) for word in wanted)}
    check_equal(strangers, set(), "drivers that no profile names")
    check(not any("crypto" in name for name in linked), f"a crypto driver is linked: {linked}")


def large_mtu_is_served_too(lab, program):
    """XDP does not attach to a veth whose frames are longer than a page: a reason to fall back."""
    with serving(lab, program) as stentord:
        check_backend(stentord, "AF_PACKET")
        lab.client("curl", "--silent", "--show-error", "--output", lab.folder / "fetched",
                   f"tftp://{SERVER}/pxelinux.0")


def group_of_large_frames(program):
    with Lab(mtu=4000) as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        yield "large MTU is served too", lambda: large_mtu_is_served_too(lab, program)


def group(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        for each in (signal.SIGTERM, signal.SIGINT):
            yield f"{each.name} stops it", lambda: stops_with_its_counters(lab, program, each)
        yield "it stops while it starts", lambda: stops_while_it_starts(lab, program)
        with serving(lab, program) as stentord:
            yield "map holds no crypto driver", lambda: map_holds_no_crypto_driver(stentord)
            yield ("drivers are those of the profiles",
                   lambda: drivers_are_those_of_the_profiles(stentord))


if __name__ == "__main__":
    main([group(program_under_test()), group_of_large_frames(program_under_test())])
