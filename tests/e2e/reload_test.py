#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: SIGHUP has stentord serve what its file says by then; a file that is wrong, or asks for
what only a restart can do, changes nothing and is told of; transfers and leases go on."""

import signal
import subprocess

from appliance import DHCP, PORT, config_text, serving, sha256, write_images
from dhcp_test import Clients
from lab import POOL, SERVER, Lab
from leases_test import bound_address, gets_nothing, udhcpc
from suite import check, check_equal, main, program_under_test, wait_for
from tftp_client import atftp, curl, standing_still, wait_for_bytes

SERVES = "reload: the new configuration serves"
REFUSED = "reload: refused; the configuration of before serves on"
MINUTES = DHCP.replace("default: 10s", "default: 10m")
# curl's status for TFTP's errors 1 and 2.
NOT_FOUND, NOT_ALLOWED = 68, 69


class Reloading:
    """A stentord, its configuration file, and what its log said of each reload."""

    def __init__(self, lab, stentord):
        self.lab = lab
        self.stentord = stentord
        self.lines_seen = len(stentord.log().splitlines())

    def write(self, text):
        (self.lab.folder / "stentord.yaml").write_text(text)

    def write_usual(self, **how):
        self.write(config_text(self.lab.folder / "images", **how))

    def hangup(self, expected):
        """The log's lines until the one that is expected."""
        self.stentord.process.send_signal(signal.SIGHUP)

        def lines():
            return self.stentord.log().splitlines()[self.lines_seen:]
        wait_for(lambda: any(SERVES in line or REFUSED in line for line in lines()), 10,
                 "the reload ends")
        said = lines()
        self.lines_seen += len(said)
        check(any(expected in line for line in said), f"not `{expected}`, but: {said}")
        return said

    def apply(self, **how):
        self.write_usual(**how)
        return self.hangup(SERVES)


def told_file(clients, mac):
    with udhcpc(clients, mac):
        return clients.wait_for_event("bound")["file"]


# Feature: reload
def boot_file_changes(clients, reloading):
    check_equal(told_file(clients, "52:54:00:99:00:21"), "pxelinux.0", "boot file before")
    reloading.apply(dhcp=MINUTES.replace("file: pxelinux.0", "file: linux"))
    check_equal(told_file(clients, "52:54:00:99:00:22"), "linux", "boot file after")
    reloading.apply(dhcp=MINUTES)
    check_equal(told_file(clients, "52:54:00:99:00:23"), "pxelinux.0", "boot file as it was")


def broken_file_changes_nothing(clients, reloading):
    text = config_text("/srv/images", dhcp=MINUTES)
    for broken, words in ((text + "  leases: [\n", "stentord.yaml:"),
                          (text.replace("lease-time", "lease-tim"), "lease-tim"),
                          (text.replace("10.99.0.150", "10.98.0.150"), "10.98.0.150")):
        reloading.write(broken)
        said = "\n".join(reloading.hangup(REFUSED))
        check("stentord.yaml:" in said and words in said, f"no place, or not `{words}`: {said}")
        check_equal(told_file(clients, "52:54:00:99:00:24"), "pxelinux.0", "boot file")


def fixed_keys_are_refused_by_name(lab, clients, reloading):
    ports = PORT.format(device="interface:srv0", server=SERVER)
    changes = {"ports[0].device": {"ports": ports.replace("srv0", "srv1")},
               "ports[0].networks": {"ports": ports.replace("mtu: 1500", "mtu: 1400")},
               "workers.cores": {"cores": "[0]"},
               "tftp.transfers-max": {"tftp": "transfers-max: 77"},
               "leases.database": {"leases": f"database: {lab.folder}/other.db"}}
    for key, how in changes.items():
        # What could change does not either.
        reloading.write_usual(dhcp=MINUTES.replace("file: pxelinux.0", "file: linux"), **how)
        said = "\n".join(reloading.hangup(REFUSED))
        check(f"{key}" in said and "a restart applies it" in said, f"not `{key}`: {said}")
    check_equal(told_file(clients, "52:54:00:99:00:25"), "pxelinux.0", "boot file")
    reloading.write_usual(dhcp=MINUTES)
    reloading.hangup(SERVES)


def transfers_go_on(lab, reloading, hashes):
    """Two clients that stand still in the middle, while all that can change does."""
    slow = lab.folder / "slow"
    windowed = lab.folder / "windowed"
    clients = [lab.start_client(*curl("linux", slow), stderr=subprocess.PIPE, text=True),
               lab.start_client(*atftp("linux", windowed), stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)]
    for client, path in zip(clients, (slow, windowed)):
        wait_for_bytes(client, path, 50_000)
    with standing_still(clients[0]):
        for windows in (1, 2, 3):
            reloading.apply(dhcp=MINUTES, tftp=f"windowsize-max: {windows}, pace: none")
    for client, path in zip(clients, (slow, windowed)):
        client.communicate(timeout=60)
        check_equal(client.returncode, 0, f"exit status of the client of {path.name}")
        check_equal(sha256(path), hashes["linux"], f"SHA-256 of {path.name}")


def aliases_and_access_change(lab, reloading):
    """What is known of clients for access finds its memory when it is first asked for."""
    local = lab.folder / "aliased"
    text = config_text(lab.folder / "images", dhcp=MINUTES)

    def serving_with(images, name, status, dhcp=""):
        changed = text.replace("images: {", "images: {" + images)
        reloading.write(changed.replace("dhcp:\n", "dhcp:\n" + dhcp))
        reloading.hangup(SERVES)
        check_equal(lab.client(*curl(name, local), ok=False).returncode, status, f"curl of {name}")
    alias = "aliases: [{from: other-name, to: linux}], "
    serving_with("", "other-name", NOT_FOUND)
    serving_with(alias, "other-name", 0)
    check_equal(sha256(local), sha256(lab.folder / "images" / "linux"), "SHA-256 by the alias")
    serving_with("", "other-name", NOT_FOUND)
    serving_with("access: [{files: linux, classes: [lab]}], ", "linux", NOT_ALLOWED,
                 dhcp="  classes: [{name: lab, match: {user-class: lab}}]\n")
    serving_with("", "linux", 0)


def log_level_changes(lab, reloading):
    text = config_text(lab.folder / "images", dhcp=MINUTES)
    reloading.write(text + "log: {level: error}\n")
    reloading.stentord.process.send_signal(signal.SIGHUP)
    lab.client("ping", "-c", "1", "-W", "5", SERVER)
    reloading.write("images: [")
    said = reloading.hangup(REFUSED)
    check(not any(SERVES in line for line in said), f"level error says: {said}")
    reloading.apply(dhcp=MINUTES)


def lease_survives(clients, reloading):
    mac = "52:54:00:99:00:26"
    clients.reset(mac)
    client = clients.start_udhcpc()
    address = clients.wait_for_event("bound")["address"]
    reloading.apply(dhcp=MINUTES.replace("file: pxelinux.0", "file: linux"))
    client.send_signal(signal.SIGUSR1)
    check_equal(clients.wait_for_event("renew")["address"], address, "address after the reload")
    clients.end_udhcpc(client)


MOVED = "10.99.0.200-10.99.0.210"


def pool_moves(clients, reloading):
    """Who holds an address of before is refused at its renewal; nobody else is given it before."""
    first, second = "52:54:00:99:00:27", "52:54:00:99:00:28"
    clients.reset(first)
    client = clients.start_udhcpc()
    before = clients.wait_for_event("bound")["address"]
    reloading.apply(dhcp=MINUTES.replace(POOL, MOVED))
    client.send_signal(signal.SIGUSR1)
    wait_for(lambda: len(clients.events("bound")) == 2, 30, "it is refused, and asks anew")
    after = clients.events("bound")[-1]["address"]
    check(clients.events("nak") or before != after, f"{before} is renewed")
    check(after.startswith("10.99.0.20") or after == "10.99.0.210", f"{after} is in no pool")
    client.kill()
    client.wait()
    check_equal(bound_address(clients, second).rsplit(".", 1)[0], "10.99.0", "network")
    reloading.apply(dhcp=MINUTES)


def moved_pool_keeps_leases(clients, reloading):
    """One address; its holder is not there when the pool moves away and comes back."""
    one = MINUTES.replace(POOL, "10.99.0.120")
    reloading.apply(dhcp=one)
    holder, other = "52:54:00:99:00:29", "52:54:00:99:00:2a"
    check_equal(bound_address(clients, holder), "10.99.0.120", "the only address")
    reloading.apply(dhcp=MINUTES.replace(POOL, MOVED))
    reloading.apply(dhcp=one)
    gets_nothing(clients, other)
    check_equal(bound_address(clients, holder), "10.99.0.120", "the holder's address")
    reloading.apply(dhcp=MINUTES)


def leases_on_disk_are_heeded(lab, program, clients):
    """Of a pool that had moved away when stentord started, and comes back by a reload."""
    one = MINUTES.replace(POOL, "10.99.0.120")
    leases = f"database: {lab.folder / 'leases.db'}"
    holder, other = "52:54:00:99:00:2d", "52:54:00:99:00:2e"
    with serving(lab, program, dhcp=one, leases=leases):
        check_equal(bound_address(clients, holder), "10.99.0.120", "the only address")
    with serving(lab, program, dhcp=MINUTES.replace(POOL, MOVED), leases=leases) as stentord:
        check(stentord.logged("1 addresses in"), "the log does not say that a lease has no pool")
        Reloading(lab, stentord).apply(dhcp=one, leases=leases)
        gets_nothing(clients, other)


def reservation_comes(clients, reloading):
    """Of an address that nobody holds, and of one that somebody does."""
    mine, holder = "52:54:00:99:00:2b", "52:54:00:99:00:2c"
    held = bound_address(clients, holder)

    def reserving(address):
        return MINUTES.replace("      reservations:\n", "      reservations:\n"
                               f"        - {{mac: \"{mine}\", address: {address}}}\n")
    reloading.apply(dhcp=reserving(held))
    check(bound_address(clients, mine) != held, "an address was given that another holds")
    check(bound_address(clients, holder) != held, "who asks anew is given a reserved address")
    check_equal(bound_address(clients, mine), held, "the reserved address, once it is free")
    reloading.apply(dhcp=reserving("10.99.0.77"))
    check_equal(bound_address(clients, mine), "10.99.0.77", "another one, in no pool")
    reloading.apply(dhcp=MINUTES)


def too_much_is_refused(reloading):
    """More addresses than there is room for: the subnet's are a /8's."""
    other = MINUTES.replace("  subnets:\n", "  subnets:\n    - {subnet: 10.128.0.0/9, pools: "
                            "[10.128.0.1-10.135.255.255]}\n")
    reloading.write_usual(dhcp=other)
    said = "\n".join(reloading.hangup(REFUSED))
    check("524287 addresses" in said and "a restart applies it" in said, f"it says: {said}")
    reloading.apply(dhcp=MINUTES)


def group(program):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images")
        clients = Clients(lab)
        with serving(lab, program, dhcp=MINUTES) as stentord:
            reloading = Reloading(lab, stentord)
            yield "a boot file changes", lambda: boot_file_changes(clients, reloading)
            yield ("a file that is broken changes nothing",
                   lambda: broken_file_changes_nothing(clients, reloading))
            yield ("what a restart takes is refused by name",
                   lambda: fixed_keys_are_refused_by_name(lab, clients, reloading))
            yield "a lease survives", lambda: lease_survives(clients, reloading)
            yield "a pool moves", lambda: pool_moves(clients, reloading)
            yield "a moved pool keeps leases", lambda: moved_pool_keeps_leases(clients, reloading)
            yield "a reservation comes", lambda: reservation_comes(clients, reloading)
            yield "too much is refused", lambda: too_much_is_refused(reloading)
            yield "the log's level changes", lambda: log_level_changes(lab, reloading)
            lab.give_client_addresses()
            yield "transfers go on", lambda: transfers_go_on(lab, reloading, hashes)
            yield "aliases and access change", lambda: aliases_and_access_change(lab, reloading)
            yield "reloads are counted", lambda: reloads_are_counted(stentord)
        yield "leases on disk are heeded", lambda: leases_on_disk_are_heeded(lab, program, clients)


def reloads_are_counted(stentord):
    check_equal(stentord.stop()[0], 0, "exit status")
    check(stentord.counters()["reloads"] >= 8, f"{stentord.counters()}")


if __name__ == "__main__":
    main([group(program_under_test())])
