#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentor-storm boots machines from the servers of the field, which are unchanged; and of
those that one of them leaves behind, its report says how many they are, why, and which.
"""

import collections
import contextlib
import functools
import time

from boot_server import FOLDER, Atftpd, Dnsmasq, Kea, Site, TftpdHpa, unpack, version_of
from lab import SERVER, Lab
from storm import BOOT_FILE, Storm, write_files
from suite import check, check_equal, main, programs_under_test

SMALL_SITE = Site(SERVER, "10.99.0.0/24", "10.99.0.16", "10.99.0.250", BOOT_FILE)
LARGE_SITE = Site(SERVER, "10.99.0.0/20", "10.99.1.0", "10.99.15.250", BOOT_FILE)
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


# A storm of 1,000 that dnsmasq cannot hold, with classes of machines that fail each for a reason of
# its own, whatever the load of this machine: name -> (failure, stage).
GIVE_UP_SECONDS = 35
FAILING = {"other-vlan": ("no_offer", "dora"),
           "lost-image": ("tftp_error", "file nosuch"),
           "wrong-image": ("wrong_bytes", "file conf/a, b.cfg"),
           "never-ready": ("out_of_time", "pause")}
EACH = 50
STORM = f"""\
groups:
  - {{name: other-vlan, machines: {EACH}, mac: "02:00:00:01:00:00", vlans: [120],
     profiles: [ipxe], script: [dora]}}
  - {{name: lost-image, machines: {EACH}, mac: "02:00:00:02:00:00", addresses: 10.99.0.10/20,
     script: [file nosuch]}}
  - {{name: wrong-image, machines: {EACH}, mac: "02:00:00:03:00:00", addresses: 10.99.0.60/20,
     script: ['file "conf/a, b.cfg"']}}
  - {{name: never-ready, machines: {EACH}, mac: "02:00:00:04:00:00", addresses: 10.99.0.110/20,
     script: [pause 5m]}}
  - {{name: small, machines: {EACH}, mac: "02:00:00:05:00:00", addresses: 10.99.0.160/20,
     script: [file {BOOT_FILE}]}}
  - {{name: rack, machines: {1000 - 5 * EACH}, mac: "02:00:00:06:00:00",
     script: [dora, boot-file, file kernel]}}
server: {SERVER}
arrival: ramp 3s
give-up: {GIVE_UP_SECONDS}s
"""


def reference_for_a_storm(lab):
    """What the machines expect: a file that the server has not, and one that differs in a byte."""
    reference = write_files(lab.folder / "reference")
    (reference / "nosuch").write_bytes(b"?")
    wrong = bytearray((reference / "conf/a, b.cfg").read_bytes())
    wrong[7] ^= 1
    (reference / "conf/a, b.cfg").write_bytes(wrong)
    return reference


def storm_of_a_thousand_names_who_failed(lab, storm):
    scenario = lab.folder / "storm.yaml"
    scenario.write_text(STORM)
    begun = time.monotonic()
    ended = Storm(lab, storm, "--scenario", scenario, "--reference", reference_for_a_storm(lab),
                  "--expect", "booted=100%", seconds=GIVE_UP_SECONDS + 20)
    ended.check(1, "NOT HELD booted=100%", "why machines failed", "slowest machines")
    print(f"        {ended.out.splitlines()[0]}; {time.monotonic() - begun:.0f} s in all")
    report = ended.report()
    check_every_failure_is_accounted_for(report)
    for group, (failure, stage) in FAILING.items():
        check_class_is_named(report, ended.out, group, failure, stage)
    check_slowest_are_named(report, ended.out)


def check_every_failure_is_accounted_for(report):
    """Each machine either booted or stands in the report with its reason, and the sums agree."""
    summary, failed = report["summary"], report["failed_machines"]
    check_equal(summary["machines"], 1000, "machines")
    check_equal(summary["booted"] + len(failed), 1000, "machines that booted, or are named")
    check_equal(len({machine["mac"] for machine in failed}), len(failed), "distinct machines")
    reasons = collections.Counter(machine["failure"] for machine in failed)
    check_equal({name: count for name, count in report["failures"].items() if count},
                dict(reasons), "failures by reason")
    for machine in failed:
        check(machine["why"] and machine["stage"], f"no reason, or no stage: {machine}")


def check_class_is_named(report, printed, group, failure, stage):
    """All of a class, in the report; and its reason, with one of them as an instance, in print."""
    seen = collections.Counter((machine["failure"], machine["stage"])
                               for machine in report["failed_machines"]
                               if machine["group"] == group)
    check_equal(dict(seen), {(failure, stage): EACH}, f"why {group} failed, and where")
    why = next(machine["why"] for machine in report["failed_machines"]
               if machine["group"] == group)
    lines = printed[printed.index("why machines failed"):].splitlines()
    check(any(f" in {stage}: " in line for line in lines), f"{stage} is not in:\n{printed}")
    check(any(line.endswith(why) for line in lines), f"'{why}' is not in:\n{printed}")


def check_slowest_are_named(report, printed):
    slowest = report["slowest_machines"]
    check(len(slowest) >= 5, f"only {len(slowest)} machines are named as slowest")
    times = [machine["boot_time_seconds"] for machine in slowest]
    check_equal(times, sorted(times, reverse=True), "boot times of the slowest")
    lines = printed[printed.index("slowest machines"):]
    for machine in slowest[:5]:
        check(machine["longest_stage"], f"no stage was longest: {machine}")
        check(f"machine {machine['number']}, {machine['mac']}: " in lines,
              f"{machine['mac']} is not in:\n{lines}")


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
          group(PROGRAM, SMALL_SITE, (Kea, Atftpd), (rack_boots, windows_are_negotiated)),
          group(PROGRAM, LARGE_SITE, (Dnsmasq,), (storm_of_a_thousand_names_who_failed,))])
