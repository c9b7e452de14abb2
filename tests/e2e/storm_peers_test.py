#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentor-storm boots machines from the servers of the field, which are unchanged."""

import contextlib
import functools
import os

from boot_server import ROOT, Atftpd, Dnsmasq, Kea, Site, TftpdHpa, unpack, version_of
from lab import SERVER, Lab
from storm import BOOT_FILE, Storm, write_files
from suite import check, main, programs_under_test

# Where the packages are unpacked: the build folder says so.
FOLDER = os.environ.get("STENTOR_PEERS") or ROOT / "build/peers"
SMALL_SITE = Site(SERVER, "10.99.0.0/24", "10.99.0.16", "10.99.0.250", BOOT_FILE)
RACK_SECONDS_MAX = 100


def rack_boots(lab, storm):
    """Every machine, every byte, whichever firmware it has."""
    ended = Storm(lab, storm, "--machines", "100", "--script", "dora, boot-file, file kernel",
                  "--profile", "edk2,bios-rom,ipxe,pxelinux", "--arrival", "ramp 2s",
                  "--reference", lab.folder / "images", "--expect", "booted=100%",
                  "--expect", "wrong=0", "--give-up", f"{RACK_SECONDS_MAX}s")
    ended.check(0, "100 of 100 machines booted")


def windows_are_negotiated(lab, storm):
    """RFC 7440, which this server knows: an ACK a window, and so far fewer than blocks."""
    ended = Storm(lab, storm, "--machines", "10", "--script", "dora, file kernel", "--windowsize",
                  "16", "--blksize", "1468", "--reference", lab.folder / "images", "--expect",
                  "booted=100%", "--expect", "wrong=0").check(0, "10 of 10 machines booted")
    counts = ended.report()["counts"]
    check(0 < counts["tftp_acks_sent"] * 4 < counts["data_frames"],
          f"not an ACK a window: {counts}")


def group(storm, site, servers, tests):
    """The tests against these servers, which share a site: one for DHCP and one for TFTP, or one
    for both."""
    packages = unpack(FOLDER)
    names = " and ".join(f"{server.name} {version_of(packages, server.package)}"
                         for server in servers)
    with Lab(prefix=int(site.network.split("/")[1])) as lab, contextlib.ExitStack() as running:
        images = write_files(lab.folder / "images")
        for server in servers:
            running.enter_context(server(lab, site, images, packages))
        for test in tests:
            yield (f"{test.__name__.replace('_', ' ')}, {names}",
                   functools.partial(test, lab, storm))


if __name__ == "__main__":
    PROGRAM, = programs_under_test("STENTOR_STORM")
    main([group(PROGRAM, SMALL_SITE, (Dnsmasq,), (rack_boots,)),
          group(PROGRAM, SMALL_SITE, (Kea, TftpdHpa), (rack_boots,)),
          group(PROGRAM, SMALL_SITE, (Kea, Atftpd), (rack_boots, windows_are_negotiated))])
