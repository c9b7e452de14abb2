#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentor-storm boots hundreds of machines from stentord, verifies what they get, says
whether its goals held, and goes into no port that it should not.
"""

import functools
import json
import re
import signal
import subprocess

from appliance import BACKENDS, DHCP, PORT, Appliance, check_backend, config_text
from lab import NETWORK, POOL, SERVER, Lab, run
from storm import BOOT_FILE, FILES, Storm, cores, storm_command, write_files
from suite import check, check_equal, main, programs_under_test, wait_for

MACHINES = 200
LOWEST_RATE = 50  # that a search finds, a second
WHOLE_POOL = DHCP.replace(POOL, "10.99.0.16-10.99.0.250")
VLAN = 120
VLAN_PORT = f"""\
  - name: boot0
    device: {{device}}
    networks:
      - {{{{vlan: {VLAN}, address: {{server}}/24, mtu: 1496}}}}
"""
SCRIPT = "dora, boot-file, missing pxelinux.cfg/01-aa, file kernel as pxelinux"


def stentord_for(lab, program, device="interface:srv0", backend="AF_XDP", port=PORT):
    text = config_text(lab.folder / "images", port.format(device=device, server=SERVER),
                       dhcp=WHOLE_POOL, cores=cores()[0])
    return Appliance(lab, program, text, wrapper=BACKENDS[backend])


def rack_boots(lab, storm, backend):
    """Every byte of every file, every address its own, every option right."""
    ended = Storm(lab, storm, "--machines", str(MACHINES), "--script", SCRIPT,
                  "--profile", "edk2,bios-rom,ipxe,grub,pxelinux",
                  "--reference", lab.folder / "images", "--lease-subnet", NETWORK,
                  "--lease-router", "10.99.0.254", "--lease-min", "5s",
                  "--expect", "booted=100%", "--expect", "wrong=0", "--expect", "p99<60s",
                  wrapper=BACKENDS[backend])
    ended.check(0, f"{MACHINES} of {MACHINES} machines booted", "held booted=100%")
    check_carried_by(ended, backend)
    check("\x1b" not in ended.text(), "escape codes, and nobody has a terminal")


def check_carried_by(ended, backend):
    check(f"{backend} on cli0" in json.dumps(ended.report()),
          f"{backend} was to carry the storm:\n{ended.json_path.read_text()[:1000]}")


def goals_that_fail_give_status_1(lab, storm):
    ended = Storm(lab, storm, "--machines", "5", "--script", "dora", "--expect", "booted=100%",
                  "--expect", "offer.p99<1us")
    ended.check(1, "held booted=100%", "NOT HELD offer.p99<1us")


def wrong_bytes_are_found(lab, storm):
    """The reference differs in the last byte of the last block."""
    other = write_files(lab.folder / "other")
    content = bytearray((other / "kernel").read_bytes())
    content[-1] ^= 1
    (other / "kernel").write_bytes(content)
    arguments = ("--machines", "5", "--script", "dora, file kernel", "--reference", other)
    Storm(lab, storm, *arguments, "--expect", "wrong=0").check(1, "NOT HELD wrong=0",
                                                               "the file's bytes were wrong")
    Storm(lab, storm, *arguments, "--verify", "sampled:64", "--expect", "wrong=0").check(
        1, "NOT HELD wrong=0")


def files_compared_with_nothing_are_told(lab, storm):
    """The ACK names a file that the reference has not."""
    reference = write_files(lab.folder / "without")
    (reference / BOOT_FILE).unlink()
    Storm(lab, storm, "--machines", "5", "--script", "dora, boot-file, file kernel",
          "--reference", reference, "--expect", "booted=100%", "--expect", "wrong=0",
          "--expect", "unverified=0").check(1, "held booted=100%", "held wrong=0",
                                            "NOT HELD unverified=0")


def hashes_are_compared(lab, storm):
    images = lab.folder / "images"
    sums = lab.folder / "SHA256SUMS"
    sums.write_text(run("sha256sum", *FILES, cwd=images).stdout)
    arguments = ("--machines", "5", "--script", 'dora, file kernel, file "conf/a, b.cfg"',
                 "--verify", f"hash:{sums}", "--expect", "wrong=0")
    Storm(lab, storm, *arguments, "--expect", "booted=100%").check(0, "held booted=100%",
                                                                   "held wrong=0")
    sums.write_text(re.sub(r"^[0-9a-f]{8}(\S+  kernel)$", r"00000000\1", sums.read_text(),
                           flags=re.MULTILINE))
    Storm(lab, storm, *arguments).check(1, "NOT HELD wrong=0", "the file's bytes were wrong")


def machines_behind_a_relay_boot(lab, storm):
    Storm(lab, storm, "--machines", "20", "--relay", "10.99.0.7,rack7", "--server", SERVER,
          "--reference", lab.folder / "images", "--expect", "booted=100%").check(
              0, "20 of 20 machines booted")


def lossy_links_and_deaths_are_survived(lab, storm):
    """And they happened: each fault as often as it was asked for, each death in its stage."""
    machines = 50
    ended = Storm(lab, storm, "--machines", str(machines), "--script", "dora, file kernel",
                  "--reference", lab.folder / "images", "--loss", "1%", "--duplicate", "1%",
                  "--reorder", "1%", "--corrupt", "0.1%", "--rtt", "200us", "--link-rate", "1Gbps",
                  "--die", "20%:1s", "--arrival", "ramp 1s", "--seed", "7", "--profile", "ipxe",
                  "--expect", "booted=100%", "--expect", "wrong=0")
    ended.check(0, "frames that the link model lost")
    report = ended.report()
    counts = report["counts"]
    check_faults(counts, lost=0.01, duplicated=0.01, reordered=0.01, corrupted=0.001)
    check(counts["data_duplicates"] > 0, f"no machine saw DATA twice: {counts}")
    check(counts["bad_frames"] <= counts["link_corrupted"],
          f"more frames were bad than the link had corrupted: {counts}")
    check_equal(counts["files_verified"], machines, "files that were compared")
    stages = report["groups"][0]["stages"]
    for stage in stages:
        check_equal(stage["begun"], stage["passed"] + stage["failed"], f"ends of {stage['name']}")
        check(stage["failed"] > 0, f"nobody died in {stage['name']}")
    deaths = sum(stage["failed"] for stage in stages)
    check_equal(stages[0]["begun"], machines + deaths, "first stages: one more for each death")


def check_faults(counts, **probabilities):
    """Each within six standard deviations of what was asked for."""
    frames = counts["frames_sent"] + counts["frames_received"]
    for fault, probability in probabilities.items():
        expected = frames * probability
        found = counts[f"link_{fault}"]
        check(found > 0 and abs(found - expected) <= 6 * expected ** 0.5,
              f"{found} frames were {fault}, of {frames}; about {expected:.0f} should be")


def released_addresses_serve_the_next_storm(lab, storm):
    """Three storms together have more machines than the pool has addresses."""
    for last in range(3):
        Storm(lab, storm, "--machines", str(MACHINES // 2), "--mac", f"02:00:00:00:0{last}:00",
              "--script", "dora, renew, release", "--expect", "booted=100%").check(0)


def interrupt_ends_with_a_report(lab, storm):
    """That says so, though every goal holds so far."""
    progress, report = lab.folder / "progress", lab.folder / "interrupted.json"
    with open(progress, "w") as stderr:
        process = lab.start(lab.cli, *storm_command(
            storm, "--machines", "10", "--script", "dora, pause 5m", "--expect", "wrong=0",
            "--json", report), stdout=subprocess.PIPE, stderr=stderr, text=True)
    wait_for(lambda: process.poll() is not None or "of 10 booted" in progress.read_text(), 30,
             "the storm shows its progress")
    check(process.poll() is None, f"the storm ended early:\n{progress.read_text()}")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    err = progress.read_text()
    check_equal(process.returncode, 3, f"exit status of:\n{out}{err}\n")
    for piece in ("interrupted", "0 of 10 machines booted", "the storm was interrupted",
                  "held wrong=0"):
        check(piece in out, f"'{piece}' is not in:\n{out}{err}")
    check(json.loads(report.read_text())["interrupted"], "the report tells no interruption")


def search(lab, storm, what, unit):
    """The storm and the rate that it found. Begun again where it says that this machine stood still
    meanwhile: others work here too, and a trial takes but 200 ms."""
    for _ in range(5):
        ended = Storm(lab, storm, "--find-max", what, "--trial", "200ms", "--loss-bound", "1%")
        found = re.search(rf"^highest rate held: (\d+) {unit}", ended.out, re.MULTILINE)
        rate = int(found[1]) if found else 0
        stood_still = ("one machine alone waits" in ended.err or
                       "The rig itself offers no more" in ended.out)
        if rate >= LOWEST_RATE or not stood_still:
            break
    return ended, rate


def highest_rate_is_found(lab, storm):
    for what, unit in (("dora", "DORA/s"), ("boot", "boots/s")):
        ended, rate = search(lab, storm, what, unit)
        ended.check(0, "one machine alone", f"trial  1:       100 {unit}")
        check(rate >= LOWEST_RATE, f"{rate} {unit} in:\n{ended.text()}")


def default_route_is_refused(lab, storm):
    lab.give_client_addresses()
    run("ip", "-n", lab.cli, "route", "add", "default", "via", SERVER)
    try:
        arguments = ("--machines", "3", "--script", "dora", "--expect", "booted=100%")
        for port in ("interface:cli0", "vdev:net_af_packet0,iface=cli0"):
            Storm(lab, storm, *arguments, port=port).check(2, "cli0", "default route",
                                                           "--yes-really")
            Storm(lab, storm, *arguments, "--yes-really", port=port).check(0)
    finally:
        run("ip", "-n", lab.cli, "route", "delete", "default")
        run("ip", "-n", lab.cli, "address", "flush", "dev", "cli0")


def interface_comes_back_as_it_was(lab, storm):
    def look():
        return "".join(lab.client(*command).stdout for command in (
            ("ip", "-d", "link", "show", "cli0"), ("tc", "qdisc", "show", "dev", "cli0"),
            ("ethtool", "-k", "cli0")))
    before = look()
    Storm(lab, storm, "--machines", "3", "--script", "dora").check(0, "No goal was stated")
    check_equal(look(), before, "cli0 after a storm")


def errors_say_what_to_do(lab, storm):
    def refused(*arguments, pieces, port="interface:cli0"):
        Storm(lab, storm, *arguments, port=port).check(2, *pieces)
    refused(port="interface:nowhere0", pieces=("nowhere0", "ip link"))
    refused("--reference", "/nowhere", pieces=("/nowhere",))
    refused("--machines", "0", "--vlan", "9999", pieces=("--machines '0'", "--vlan '9999'"))
    refused("--expect", "boted=1", pieces=("did you mean booted?",))
    refused("--relay", "10.99.0.7", pieces=("--server: relays have to know",))
    report = lab.folder / "last.json"
    report.write_text("{}")
    refused("--script", "dora, file kernel", "--reference", "/nowhere", "--html", report,
            pieces=("/nowhere",))
    check_equal(report.read_text(), "{}", "the last report, after a storm that did not take place")
    refused("--html", "/nowhere/report.html", pieces=("/nowhere/report.html", "cannot be written"))
    refused("--no-such-flag", pieces=("--no-such-flag",))
    (lab.folder / "storm.yaml").write_text("groups: [{machines: none}]\narival: at-once\n")
    refused("--scenario", lab.folder / "storm.yaml", pieces=(
        "storm.yaml:1:", "storm.yaml:2:1: arival: unknown key; did you mean 'arrival'?"))


def memif_carries_a_storm(lab, storm, stentord):
    """Two processes and no kernel between them."""
    socket = f"socket={lab.folder}/memif.sock,socket-abstract=no"
    with stentord_for(lab, stentord, f'"vdev:net_memif0,role=server,{socket}"'):
        for _ in range(2):  # the second storm finds a server that has lost its peer
            Storm(lab, storm, "--machines", str(MACHINES), "--script", "dora, file kernel",
                  "--reference", lab.folder / "images", "--expect", "booted=100%",
                  "--expect", "wrong=0", namespace=lab.srv,
                  port=f"vdev:net_memif0,role=client,{socket}").check(0)


def memif_without_a_server_is_an_error(lab, storm):
    Storm(lab, storm, namespace=lab.srv,
          port=f"vdev:net_memif0,role=client,socket={lab.folder}/nobody.sock,socket-abstract=no"
          ).check(2, "nobody.sock", "Is the process at the other end running")


def pxelinux_finds_its_configuration(lab, storm, stentord):
    """At the third name from the end, "0A" for all of the lab's 10.99, and then nowhere."""
    config = lab.folder / "images" / "pxelinux.cfg" / "0A"
    config.parent.mkdir()
    config.write_bytes(b"default linux\n" * 200)
    arguments = ("--machines", "20", "--profile", "pxelinux", "--script",
                 "dora, boot-file, pxelinux-config, file kernel, missing hosts/{mac}",
                 "--reference", lab.folder / "images", "--expect", "booted=100%",
                 "--expect", "wrong=0")
    with stentord_for(lab, stentord):
        found = Storm(lab, storm, *arguments).check(0, "20 of 20 machines booted").report()
        # Its UUID, its MAC, eight to three digits of its address; and its own among the hosts.
        check_equal(found["counts"]["probes_missed"], 20 * (8 + 1), "names that were not there")
        check_equal(found["counts"]["files_verified"], 20 * 3, "files that were compared")
    config.unlink()
    with stentord_for(lab, stentord):
        ended = Storm(lab, storm, *arguments).check(
            1, "none of PXELINUX's names for its configuration was there", "NOT HELD booted=100%")
        lost = ended.report()
        check_equal(lost["counts"]["probes_missed"], 20 * 11, "names that were not there")
        check_equal(lost["failures"]["no_config"], 20, "machines without a configuration")


def machines_of_a_vlan_boot(lab, storm, backend):
    """With their tag; those of another VLAN hear nothing."""
    arguments = ("--script", "dora, boot-file, file kernel", "--profile", "edk2,ipxe,winpe",
                 "--reference", lab.folder / "images", "--lease-subnet", NETWORK)
    ended = Storm(lab, storm, "--machines", "20", "--vlan", str(VLAN), *arguments,
                  "--expect", "booted=100%", "--expect", "wrong=0", wrapper=BACKENDS[backend])
    ended.check(0, "20 of 20 machines booted")
    check_carried_by(ended, backend)
    other = Storm(lab, storm, "--machines", "2", "--vlan", f"{VLAN + 1}", *arguments,
                  "--give-up", "3s", "--expect", "booted=0", wrapper=BACKENDS[backend])
    check_equal(other.check(0).report()["counts"]["offers_received"], 0, "offers to another VLAN")


# While the pool is fresh: the machines of later tests keep their addresses.
FIRST_AGAINST_STENTORD = (released_addresses_serve_the_next_storm, highest_rate_is_found)
AGAINST_STENTORD = (goals_that_fail_give_status_1, wrong_bytes_are_found,
                    files_compared_with_nothing_are_told, hashes_are_compared,
                    machines_behind_a_relay_boot, lossy_links_and_deaths_are_survived,
                    interrupt_ends_with_a_report, default_route_is_refused,
                    interface_comes_back_as_it_was, errors_say_what_to_do)


def words(test):
    return test.__name__.replace("_", " ")


def against_stentord(storm, stentord, backend):
    with Lab() as lab:
        write_files(lab.folder / "images")
        with stentord_for(lab, stentord, backend=backend) as appliance:
            check_backend(appliance, backend)
            for test in FIRST_AGAINST_STENTORD if backend == "AF_XDP" else ():
                yield words(test), functools.partial(test, lab, storm)
            yield f"{MACHINES} machines boot over {backend}", functools.partial(rack_boots, lab,
                                                                               storm, backend)
            for test in AGAINST_STENTORD if backend == "AF_XDP" else ():
                yield words(test), functools.partial(test, lab, storm)


def on_a_vlan(storm, stentord, backend):
    with Lab() as lab:
        write_files(lab.folder / "images")
        with stentord_for(lab, stentord, backend=backend, port=VLAN_PORT) as appliance:
            check_backend(appliance, backend)
            yield (f"machines of a VLAN boot over {backend}",
                   functools.partial(machines_of_a_vlan_boot, lab, storm, backend))


def for_pxelinux(storm, stentord):
    with Lab() as lab:
        write_files(lab.folder / "images")
        yield words(pxelinux_finds_its_configuration), functools.partial(
            pxelinux_finds_its_configuration, lab, storm, stentord)


def over_memif(storm, stentord):
    with Lab() as lab:
        write_files(lab.folder / "images")
        yield words(memif_carries_a_storm), functools.partial(memif_carries_a_storm, lab, storm,
                                                              stentord)
        yield words(memif_without_a_server_is_an_error), functools.partial(
            memif_without_a_server_is_an_error, lab, storm)


if __name__ == "__main__":
    STORM, STENTORD = programs_under_test("STENTOR_STORM", "STENTORD")
    main([*(against_stentord(STORM, STENTORD, backend) for backend in BACKENDS),
          *(on_a_vlan(STORM, STENTORD, backend) for backend in BACKENDS),
          for_pxelinux(STORM, STENTORD), over_memif(STORM, STENTORD)])
