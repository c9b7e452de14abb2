#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stentord serves on PCI devices: bound by bind.sh, reached through vfio-pci and an IOMMU,
driven by DPDK's own drivers with checksums by the device, and given back to the kernel afterwards;
a cable that is out for a while costs no byte; and stentor-storm storms from one.

One QEMU guest is both sides: stentord on a NIC that QEMU emulates, and busybox's and atftp's
clients behind the guest's kernel on another; in the end the rig is that side, on a third. QEMU's
virtio-net spreads frames over its receive queues; its vmxnet3 has several, and uses the first.
"""

import os
import pathlib
import re
import shutil
import sys
import tempfile

from appliance import FILES, config_text, write_images
from frame import is_udp, udp_checksum_is_right
from lab import POOL, SERVER, remove_dead_labs
from pci_guest import SPREADING, Guest, mac_of
from suite import SKIPPED, check, check_equal, main

# QEMU's emulation loses a frame one of whose segments goes on in a page that is not the next one of
# physical memory; a device does not, but pages of 2 MiB are only for the one emulated otherwise.
NICS = (("e1000e", "0000:00:03.0", "1048576kB", "pxelinux.0 linux"),
        ("vmxnet3", "0000:00:05.0", "1048576kB", "pxelinux.0"),
        # Nine transfers of one worker, as each client's are: with server ports that are not chosen
        # nearly all runs would have one whose ACKs come by the other's queue.
        (SPREADING, "0000:00:06.0", "1048576kB", " ".join(["pxelinux.0"] * 7)),
        ("e1000", "0000:00:04.0", "2048kB", "pxelinux.0"))
TITLES = {"e1000e": "Intel 1 Gb/s", "e1000": "Intel 1 Gb/s", "vmxnet3": "VMware vmxnet3",
          SPREADING: "virtio"}
KERNEL_DRIVERS = {SPREADING: "virtio-pci"}  # where it is not the device's name
QUEUES = {"vmxnet3": 2, SPREADING: 2}
# Whose receive queues wake an idle worker. The driver of the others takes all calls for that, and
# no interrupt comes.
WAKES = ("vmxnet3",)
# A worker looks by itself each 10 ms, or 0.5 ms; the emulated one is late for the latter.
SLEEPS_A_SECOND_MAX = 110
SLEEPS_A_SECOND_MIN = 200
# stentord's and the rig's, and what machines do behind DORA. Both have pages of 2 MiB: the rig
# sends no frame of several segments.
STORM = ("0000:00:04.0", "0000:00:03.0", "boot-file")
GUEST_SECONDS_MAX = 420  # a minute or two, unless the host is busy


def config(name, address):
    queues = QUEUES.get(name, 1)
    port = (f"  - name: boot0\n    device: \"{address}\"\n    queues: {queues}\n"
            f"    networks:\n      - {{address: {SERVER}/24, mtu: 1500}}\n")
    return config_text("/images", port, hugepages="auto", cores="[1, 2]" if queues == 2 else "auto")


def bound_and_given_back(guest, nic):
    """bind.sh takes it from the kernel's driver, and that driver has it again in the end."""
    driver = KERNEL_DRIVERS.get(nic, nic)
    check_equal(guest.succeeded(nic, "driver before"), driver, "the kernel's driver before")
    check("is DPDK's" in guest.succeeded(nic, "bind"), "bind.sh does not say that it is DPDK's")
    check("the kernel's again" in guest.succeeded(nic, "release"), "bind.sh does not say so")
    check_equal(guest.succeeded(nic, "driver after"), driver, "the kernel's driver after")


def checks_pass(guest, nic, address):
    said = guest.succeeded(nic, "host check")
    check(re.search(rf"OK +device {address}.*vfio-pci: ready for DPDK", said), said)
    check("OK    IOMMU: on" in said, said)
    check("no errors" in guest.succeeded(nic, "check"), "--check finds errors")


def says_what_serves(guest, nic, mac, address):
    log = guest.said(nic, "log")
    queues = QUEUES.get(nic, 1)
    expected = (f"on {address}, {queues} queue{'s' if queues > 1 else ''}, MAC {mac}, "
                "image bytes by reference, UDP checksums by "
                + ("its worker" if nic == SPREADING else "the device"))
    check(f"port boot0: {TITLES[nic]}" in log and expected in log, f"no `{expected}`:\n{log}")
    check("spread over queues" in log or queues == 1, f"frames are not spread:\n{log}")
    check("port boot0: link is up" in log, f"the link did not come up:\n{log}")


def idle_workers_sleep_long_where_they_are_woken(guest, nic):
    """And frames do wake them: after three that did not, one that came behind a pause each, the log
    would say so."""
    counts = {}
    for line in guest.said(nic, "idle").splitlines():
        when, worker, sleeps = line.split()
        counts.setdefault(worker, {})[when] = int(sleeps)
    check_equal(len(counts), QUEUES.get(nic, 1), "workers")
    rates = {worker: (seen["after"] - seen["before"]) / 2 for worker, seen in counts.items()}
    print(f"        {nic}: sleeps a second: {rates}")
    log = guest.said(nic, "log")
    if nic in WAKES:
        check(max(rates.values()) <= SLEEPS_A_SECOND_MAX, "too many sleeps")
        check("its devices wake it when it is idle" in log, f"the log does not say so:\n{log}")
        check("did not wake it" not in log, f"frames came and did not wake a worker:\n{log}")
    else:
        check(min(rates.values()) >= SLEEPS_A_SECOND_MIN, "who is not woken does not look")
        check("wake it" not in log, f"the log says that devices wake workers:\n{log}")


def gives_an_address(guest, nic):
    said = guest.succeeded(nic, "lease")
    address = re.search(rf"lease of (\S+) obtained from {re.escape(SERVER)}", said)
    check(address and POOL.startswith(address[1]), f"not the first address of {POOL}:\n{said}")
    check(", 0% packet loss" in guest.succeeded(nic, "ping"), "an echo is missing")


def files_arrive(guest, nic, names, hashes):
    for name in names.split():
        guest.succeeded(nic, f"tftp {name}")
        check_equal(guest.succeeded(nic, f"sha256 {name}").split()[0], hashes[name], name)
    guest.succeeded(nic, "atftp")
    check_equal(guest.succeeded(nic, "sha256 atftp").split()[0], hashes["linux"], "linux by atftp")


def transfer_outlives_a_cut(guest, nic, hashes):
    """The cable is out for two seconds; the device and its queues stay as they are."""
    guest.succeeded(nic, "cut")
    check_equal(guest.succeeded(nic, "sha256 cut").split()[0], hashes["linux"], "linux")
    links = re.findall(r"link is (up|down)", guest.said(nic, "log"))
    check(links[-2:] == ["down", "up"], f"the link did not go and come: {links}")


def checksums_are_right(guest, mac):
    datagrams = [frame for frame in guest.frames_from(mac) if is_udp(frame)]
    check(len(datagrams) > FILES["linux"] // 1468, f"only {len(datagrams)} datagrams were seen")
    wrong = sum(not udp_checksum_is_right(frame) for frame in datagrams)
    check_equal(wrong, 0, f"wrong checksums among {len(datagrams)}")


def ends_cleanly(guest, nic, names):
    log = guest.succeeded(nic, "log")
    last = "".join(line for line in log.splitlines() if "stopping on SIGTERM; " in line)
    check(last, f"no line has counters:\n{log}")
    counters = dict(row.rsplit(" ", 1) for row in last.split("; ", 1)[1].split(", "))
    check_equal(counters.get("transfers_completed"), str(len(names.split()) + 2),
                "transfers completed")
    check("transfers_given_up" not in counters, f"transfers were given up: {last}")
    check("buffers_missed" not in counters, f"buffers were missing: {last}")
    check_equal(*guest.succeeded(nic, "pages left").split(), "hugepages free, of those reserved")


def acks_come_to_their_worker(guest):
    log = guest.said(SPREADING, "log")
    counted = re.search(r"; (frames_received .*)", log)
    print(f"        {counted[1] if counted else log}")
    check("steered to their workers by the choice of their server ports" in log,
          f"the log does not say so:\n{log}")
    crossed = int((re.findall(r"frames_handed_over (\d+)", log) or [0])[-1])
    requests = len(NICS[2][3].split()) + 2
    check(crossed <= 2 * requests, f"{crossed} frames crossed, of {requests} requests and others")


def rig_boots_from_a_device(guest):
    said = guest.succeeded("storm", "storm")
    for piece in ("3 of 3 machines booted", "held booted=100%", "held wrong=0",
                  "held unverified=0"):
        check(piece in said, f"no '{piece}' in:\n{said}")
    guest.succeeded("storm", "bind")
    guest.succeeded("storm", "log")
    guest.succeeded("storm", "release")


def kernel_saw_no_fault(guest):
    """Neither a wrong checksum at the client, nor a frame where the IOMMU lets no device go."""
    names, values = [line.split()[1:] for line in guest.succeeded("guest", "udp").splitlines()
                     if line.startswith("Udp:")]
    udp = dict(zip(names, values))
    check_equal(udp["InCsumErrors"], "0", "wrong UDP checksums by the guest's count")
    check(int(udp["InDatagrams"]) > 3 * FILES["linux"] // 1468, f"the guest saw too little: {udp}")
    faults = re.findall(r"DMAR: (\[DMA .*)", guest.succeeded("guest", "kernel"))
    # Until a driver tells a vmxnet3 where their shared memory is, its commands read at address 0.
    early = [fault for fault in faults
             if "DMA Read" in fault and "[00:05.0] fault addr 0x0 " in fault]
    check(len(faults) == len(early) <= 2, "the IOMMU refused:\n" + "\n".join(faults[:5]))


def group(programs, cache):
    remove_dead_labs()
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"stentor-e2e-{os.getpid()}-"))
    guest = Guest(folder, NICS)
    try:
        guest.make_bridge()
        hashes = write_images(guest.root / "images")
        configs = {nic: config(nic, address) for nic, address, *_ in NICS}
        configs["storm"] = config("storm", STORM[0])
        guest.make_initrd(cache, programs, configs, STORM)
        yield (f"a guest with {len(NICS)} NICs runs to its end",
               lambda: guest.run_to_its_end(GUEST_SECONDS_MAX))
        for index in range(len(NICS)):
            yield from tests_of(guest, index, hashes)
        yield ("a device that spreads frames brings ACKs to their transfers' worker",
               lambda: acks_come_to_their_worker(guest))
        yield ("stentor-storm on a NIC boots from stentord on another",
               lambda: rig_boots_from_a_device(guest))
        yield "the guest's kernel saw no fault", lambda: kernel_saw_no_fault(guest)
    finally:
        guest.close()
        shutil.rmtree(folder, ignore_errors=True)


def tests_of(guest, index, hashes):
    nic, address, _, names = NICS[index]
    mac = mac_of(index)
    yield (f"{nic}: bind.sh takes it from the kernel and gives it back",
           lambda: bound_and_given_back(guest, nic))
    yield f"{nic}: host check and --check pass", lambda: checks_pass(guest, nic, address)
    yield (f"{nic}: the log says what serves, and how",
           lambda: says_what_serves(guest, nic, mac, address))
    yield (f"{nic}: an idle worker sleeps long where a frame wakes it",
           lambda: idle_workers_sleep_long_where_they_are_woken(guest, nic))
    yield f"{nic}: udhcpc gets an address", lambda: gives_an_address(guest, nic)
    yield f"{nic}: files arrive whole", lambda: files_arrive(guest, nic, names, hashes)
    yield (f"{nic}: a transfer outlives a cable that is out for a while",
           lambda: transfer_outlives_a_cut(guest, nic, hashes))
    yield f"{nic}: every UDP checksum is right", lambda: checksums_are_right(guest, mac)
    yield f"{nic}: SIGTERM ends it cleanly", lambda: ends_cleanly(guest, nic, names)


if __name__ == "__main__":
    check(len(sys.argv) == 4, f"usage: {sys.argv[0]} STENTORD STENTOR_STORM CACHE_FOLDER")
    missing = [name for name in ("qemu-system-x86_64", "cpio", "strip") if not shutil.which(name)]
    if missing:
        print(f"skipped: no {', '.join(missing)}: deploy/install-packages.sh test demo")
        sys.exit(SKIPPED)
    main([group([os.path.abspath(path) for path in sys.argv[1:3]],
                pathlib.Path(sys.argv[3]).resolve())])
