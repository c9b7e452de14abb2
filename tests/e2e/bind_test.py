#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: bind.sh takes no port that this host is reached by, however the port hangs on its PCI
device, and gives back none but DPDK's; check-host.sh sees the same. On a sysfs that is made up,
with the routes of a namespace; pci_test.py is about real devices."""

import functools
import pathlib

from lab import Lab
from suite import check, check_equal, main

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "drivers-config"
ADDRESS = "0000:00:05.0"
ROUTE = ("default", "via", "10.99.0.254")


def make_port(lab, driver, net="net"):
    """One Ethernet port, whose interface is srv0; its PCI bus."""
    pci = lab.folder / "sys" / "bus" / "pci"
    device = pci / "devices" / ADDRESS
    for folder in (device / net / "srv0", pci / "drivers" / driver):
        folder.mkdir(parents=True, exist_ok=True)
    (device / "class").write_text("0x020000\n")
    (device / "driver").unlink(missing_ok=True)
    (device / "driver").symlink_to(f"../../drivers/{driver}")
    return pci


def script(lab, name, *arguments):
    host = f"STENTOR_SYSFS={lab.folder}/sys"
    return lab.server("env", host, SCRIPTS / name, *arguments, ok=False)


def written(pci):
    """What the kernel would have been told, by file."""
    return {path.name: path.read_text() for path in pci.rglob("*")
            if path.is_file() and path.name != "class"}


def check_refused(lab, pci, words, *arguments):
    said = script(lab, "bind.sh", *arguments)
    check_equal((said.returncode, words in said.stdout), (1, True), f"bind.sh says {said.stdout}")
    check_equal(written(pci), {}, "written")


def port_with_the_default_route(lab):
    lab.server("ip", "route", "add", *ROUTE)
    for driver, net in (("e1000e", "net"), ("virtio-pci", "virtio3/net")):
        pci = make_port(lab, driver, net)
        check_refused(lab, pci, "is srv0, which has the default route", ADDRESS)
        seen = script(lab, "check-host.sh", "--pci", ADDRESS).stdout
        check(f"FAIL  device {ADDRESS}: srv0 carries the default route" in seen, seen)
        lab.server("rm", "-r", pci)
    lab.server("ip", "route", "delete", *ROUTE)


def release_of_what_the_kernel_drives(lab):
    check_refused(lab, make_port(lab, "virtio-pci", "virtio3/net"),
                  "is not DPDK's: the kernel's driver virtio-pci has it", "--release", ADDRESS)


def release_of_what_is_ours(lab):
    pci = make_port(lab, "vfio-pci")
    said = script(lab, "bind.sh", "--release", ADDRESS)
    check_equal(said.returncode, 0, f"exit status of:\n{said.stdout}\n")
    check_equal(written(pci), {"unbind": f"{ADDRESS}\n", "driver_override": "\n",
                               "drivers_probe": f"{ADDRESS}\n"}, "written")
    lab.server("rm", "-r", pci)


def words_that_are_no_address(lab):
    pci = make_port(lab, "vfio-pci")
    for word in ("", ".", "..", f"../devices/{ADDRESS}", "0000:00:06.0", f"{ADDRESS}/", "eth0"):
        for how in ((), ("--release",)):
            # None of several is touched if one is wrong.
            check_refused(lab, pci, f"there is no PCI device '{word}'", *how, ADDRESS, word)


def usage(lab):
    for arguments, status in ((["--help"], 0), (["-h"], 0), ([], 2), (["--release"], 2)):
        said = script(lab, "bind.sh", *arguments)
        check_equal((said.returncode, "usage: bind.sh ADDRESS" in said.stdout), (status, True),
                    f"bind.sh {arguments} says {said.stdout}")


TESTS = (port_with_the_default_route, release_of_what_the_kernel_drives, release_of_what_is_ours,
         words_that_are_no_address, usage)


def group():
    with Lab() as lab:
        for test in TESTS:
            yield test.__name__.replace("_", " "), functools.partial(test, lab)


if __name__ == "__main__":
    main([group()])
