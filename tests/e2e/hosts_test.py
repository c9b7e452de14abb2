#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what an operator says of a machine while stentord runs holds from its next DISCOVER on,
outlives stentord, and is refused where it cannot hold; a file that is to be booted once is booted
once."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
from urllib.parse import urlencode

from appliance import FILES, RESERVED_ADDRESS, RESERVED_MAC, write_images
from control_client import Command, curl, get, serving_control
from dhcp_test import Clients, check_in_pool
from lab import POOL, SERVER, Lab, end
from leases_release_test import locked
from leases_test import MINUTES, ONE, bound_address, gets_nothing, udhcpc
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import bytes_of
from tftp_client import curl as tftp_curl

FIRST, SECOND = "52:54:00:99:00:51", "52:54:00:99:00:52"
IN_POOL, OUTSIDE = "10.99.0.140", "10.99.0.61"
OTHER_IN_POOL, OTHER_OUTSIDE = "10.99.0.141", "10.99.0.62"


def change(lab, method, mac, **fields):
    """(status, body); boot_once in Python is boot-once there."""
    query = urlencode({name.replace("_", "-"): value for name, value in fields.items()})
    status, body = curl(lab, f"/v1/hosts/{mac}?{query}", "--request", method)
    return status, json.loads(body)


def put(lab, mac, **fields):
    status, body = change(lab, "PUT", mac, **fields)
    check_equal(status, 200, f"HTTP status of a PUT ({body})")
    return body


def remove(lab, mac):
    check_equal(change(lab, "DELETE", mac)[0], 200, "HTTP status of a DELETE")


def told(clients, mac, *more):
    """What a machine hears that starts up, and ends without a RELEASE."""
    clients.reset(mac)
    client = clients.lab.start_client(
        "udhcpc", "-i", "cli0", "-f", "-t", "10", "-T", "1", "-s", clients.script, *more,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return clients.wait_for_event("bound")
    finally:
        client.kill()
        client.wait()


def fetch(lab, name, *more):
    """By the machine that cli0 is; curl's exit status."""
    return lab.client(*tftp_curl(name, lab.folder / "fetched", *more), check=False).returncode


@contextlib.contextmanager
def fetching(lab, name):
    """A client that has a part of the file, and takes seconds for all of it: in small blocks, for
    curl heeds no --limit-rate in TFTP."""
    part = lab.folder / "part"
    part.unlink(missing_ok=True)
    client = lab.start_client(*tftp_curl(name, part, "--tftp-blksize", "64"))
    try:
        wait_for(lambda: bytes_of(part) > 0, 10, f"a part of {name}")
        yield client
    finally:
        end(client)


def break_off(lab, name):
    with fetching(lab, name) as client:
        check(client.poll() is None, "it fetched all")


def shown(lab, mac):
    return get(lab, f"/v1/hosts/{mac}")


# Feature: control-interface
def host_is_what_was_said(lab, clients, address):
    before = bound_address(clients, FIRST)
    check_in_pool(before)
    check(before != address, f"{FIRST} has {address} already")
    said = put(lab, FIRST, address=address, boot_file="linux")
    check_equal((said["address"], said["boot_file"], said["problems"]), (address, "linux", []),
                "what the API says")
    heard = told(clients, FIRST)
    check_equal((heard["address"], heard["file"]), (address, "linux"), "address and file")
    remove(lab, FIRST)
    heard = told(clients, FIRST)
    check_in_pool(heard["address"])
    check_equal(heard["file"], "pxelinux.0", "file once nothing is said")
    check_equal(curl(lab, f"/v1/hosts/{FIRST}")[0], 404, "HTTP status then")


def configured_fields_stay(lab, clients):
    put(lab, RESERVED_MAC, boot_file="linux")
    heard = told(clients, RESERVED_MAC)
    check_equal((heard["address"], heard["file"]), (RESERVED_ADDRESS, "linux"), "address and file")
    remove(lab, RESERVED_MAC)


def local_machine_hears_of_no_file(lab, clients):
    put(lab, FIRST, local="true", boot_file="linux")
    heard = told(clients, FIRST)
    check_in_pool(heard["address"])
    check_equal(heard["file"], "", "boot file")
    remove(lab, FIRST)


def refusals_change_nothing(lab):
    put(lab, SECOND, address=OUTSIDE)
    for fields, status, words in (
            ({"address": OUTSIDE}, 422, f"given to {SECOND}"),
            ({"address": RESERVED_ADDRESS}, 422, "the configuration reserves it for another"),
            ({"address": SERVER}, 422, "this is our own address"),
            ({"address": "10.99.0.254"}, 422, "this is a router"),
            ({"address": "10.99.0.255"}, 422, "broadcast address"),
            ({"address": "10.98.0.1"}, 422, "no subnet of dhcp.subnets holds it"),
            ({"address": "node9"}, 400, "an IPv4 address"),
            ({"address": "224.0.0.1"}, 400, "no machine can have this address"),
            ({"hostname": "a b"}, 400, "letters, digits"),
            ({"classes": "absent"}, 422, "dhcp.classes has no class of this name"),
            ({"boot_file": "../etc/passwd"}, 400, "'..' cannot be a part of it"),
            ({"boot_once": "{mac}.efi"}, 400, "no word in braces"),
            ({"boot_once_for": "ipxe"}, 400, "there is no boot-once"),
            ({"color": "red"}, 400, "is no parameter"),
            ({}, 400, "nothing is said")):
        answer = change(lab, "PUT", FIRST, **fields)
        check_equal((answer[0], words in answer[1]["error"]), (status, True), f"{answer}")
    check_equal(change(lab, "PUT", "nobody", hostname="a")[0], 400, "HTTP status of no MAC address")
    check_equal(change(lab, "PUT", "01:00:5e:00:00:01", hostname="a")[0], 400,
                "HTTP status of a group's")
    check_equal(change(lab, "DELETE", FIRST)[0], 404, "HTTP status of who is not known")
    check_equal([host["mac"] for host in get(lab, "/v1/hosts")["hosts"]], [SECOND], "all hosts")
    remove(lab, SECOND)


def what_may_not_hold_is_told(lab):
    said = put(lab, FIRST, boot_once="instal.efi")
    check("no such file is served" in "".join(said["problems"]), f"no word of a file: {said}")
    remove(lab, FIRST)


def unit_of_change_is_a_field(lab):
    put(lab, FIRST, address=IN_POOL, hostname="node1", boot_once="linux")
    answer = change(lab, "PATCH", FIRST, hostname="node2", boot_once="")[1]
    check_equal((answer["address"], answer["hostname"], answer["boot_once"]),
                (IN_POOL, "node2", None), "after a PATCH")
    check_equal(put(lab, FIRST, hostname="node3")["address"], None, "address after a PUT")
    change(lab, "PATCH", FIRST, hostname="")
    check_equal(get(lab, "/v1/hosts")["hosts"], [], "hosts when nothing is said any more")


def installs_once(lab, clients):
    put(lab, FIRST, boot_once="linux")
    check_equal(told(clients, FIRST)["file"], "linux", "file while it is to be booted once")
    break_off(lab, "linux")
    check_equal(fetch(lab, "pxelinux.0"), 0, "curl's exit status for another file")
    check_equal(told(clients, FIRST)["file"], "linux", "file after a part of it, and another one")
    check_equal(fetch(lab, "linux"), 0, "curl's exit status")
    wait_for(lambda: curl(lab, f"/v1/hosts/{FIRST}")[0] == 404, 5, "it is over")
    check_equal(told(clients, FIRST)["file"], "pxelinux.0", "file from then on")
    events = get(lab, "/v1/events/history?type=host&limit=1000")["events"]
    check_equal([(event["mac"], event["file"]) for event in events
                 if event["what"] == "booted-once"], [(FIRST, "linux")], "the events of it")


def begun_before_does_not_count(lab, clients):
    bound_address(clients, FIRST)
    with fetching(lab, "linux") as client:
        put(lab, FIRST, boot_once="linux")
        check(client.poll() is None, "it fetched all before it was to be booted once")
        check_equal(client.wait(timeout=30), 0, "curl's exit status")
    time.sleep(0.5)
    check_equal(shown(lab, FIRST)["boot_once"], "linux", "what is to be booted once")
    remove(lab, FIRST)


def ipxe_alone_is_told(lab, clients):
    put(lab, FIRST, boot_once="linux", boot_once_for="ipxe", local="true")
    check_equal(told(clients, FIRST)["file"], "pxelinux.0", "firmware's file, which loads iPXE")
    check_equal(told(clients, FIRST, "-x", "0x4d:69505845")["file"], "linux", "iPXE's file")
    check_equal(fetch(lab, "linux"), 0, "curl's exit status")
    wait_for(lambda: shown(lab, FIRST)["boot_once"] is None, 5, "it is over")
    check_equal(told(clients, FIRST)["file"], "", "file from then on: it is local")
    remove(lab, FIRST)


def ends_with_its_last_transfer(lab, stentord, clients):
    bound_address(clients, SECOND)
    with fetching(lab, "linux") as client:
        stentord.process.send_signal(signal.SIGTERM)
        check_equal(client.wait(timeout=30), 0, "curl's exit status")
        wait_for(stentord.ended, 5, "it ends with its last transfer")


def outlives(lab, program, clients, how):
    """A machine that is to be installed once, with stentord killed before, and ended after."""
    with serving_control(lab, program, **how) as stentord:
        put(lab, FIRST, address=OTHER_OUTSIDE, boot_once="linux")
        put(lab, SECOND, address=OTHER_IN_POOL)
        stentord.stop(signal.SIGKILL)
    with serving_control(lab, program, **how) as stentord:
        heard = told(clients, FIRST)
        check_equal((heard["address"], heard["file"]), (OTHER_OUTSIDE, "linux"), "after SIGKILL")
        check_equal(bound_address(clients, SECOND), OTHER_IN_POOL,
                    "another's address after SIGKILL")
        told(clients, FIRST)
        check_equal(fetch(lab, "linux"), 0, "curl's exit status")
        wait_for(lambda: shown(lab, FIRST)["boot_once"] is None, 5, "it is over")
        check_equal(change(lab, "PATCH", SECOND, boot_once="linux")[0], 200, "once more")
        ends_with_its_last_transfer(lab, stentord, clients)
    with serving_control(lab, program, **how) as stentord:
        check_equal(shown(lab, SECOND)["boot_once"], None, "what was booted as it ended")
        heard = told(clients, FIRST)
        check_equal((heard["address"], heard["file"]), (OTHER_OUTSIDE, "pxelinux.0"),
                    "after its end")
        (lab.folder / "stentord.yaml").write_text(
            (lab.folder / "stentord.yaml").read_text().replace("file: pxelinux.0", "file: linux"))
        stentord.process.send_signal(signal.SIGHUP)
        wait_for(lambda: stentord.logged("the new configuration serves"), 10, "a reload")
        heard = told(clients, FIRST)
        check_equal((heard["address"], heard["file"]), (OTHER_OUTSIDE, "linux"), "after a reload")
        check_equal(bound_address(clients, SECOND), OTHER_IN_POOL,
                    "another's address after a reload")


def only_address_is_one_machines(lab, program, clients):
    """A pool of one address, which is given to a machine that does not have it."""
    how = {"dhcp": MINUTES.replace(POOL, ONE)}
    with serving_control(lab, program, **how):
        put(lab, FIRST, address=ONE)
        gets_nothing(clients, SECOND)
        check_equal(bound_address(clients, FIRST), ONE, "the address, for whom it is")
        remove(lab, FIRST)
        with udhcpc(clients, FIRST) as _:
            clients.wait_for_event("bound")
        status, body = curl(lab, f"/v1/leases/{ONE}", "--request", "DELETE")
        check_equal(status, 200, f"HTTP status of a release ({body})")
        check_equal(bound_address(clients, SECOND), ONE, "the address, once it is anybody's")


def field_that_counts_no_more_stands_in_nobodys_way(lab, program, how):
    classes = "  classes: [{name: lab, match: {mac: '02:*'}}]\n"
    dhcp = how["dhcp"].replace("  subnets:\n", classes + "  subnets:\n")
    with serving_control(lab, program, **{**how, "dhcp": dhcp}):
        put(lab, FIRST, classes="lab", hostname="node1")
        config = lab.folder / "stentord.yaml"
        config.write_text(config.read_text().replace(classes, ""))
        status, body = curl(lab, "/v1/config/reload", "--request", "POST")
        check_equal(status, 200, f"HTTP status of a reload ({body})")
        check("has no class of this name" in "".join(shown(lab, FIRST)["problems"]), "no problem")
        check_equal(change(lab, "PATCH", FIRST, hostname="node2")[0], 200, "another field's change")
        check_equal(change(lab, "PATCH", FIRST, classes="lab,hall")[0], 422, "a class more")
        remove(lab, FIRST)


def bad_rows_are_left_out(lab, program, how, database):
    with contextlib.closing(sqlite3.connect(database)) as other, other:
        other.executemany("INSERT INTO host (mac, address, boot_file, is_local, is_for_ipxe) "
                          "VALUES (?, ?, ?, 0, 0)",
                          [(1, None, "{nope}"), (2, 0x0a630041, "linux"), (3, 0x0a630041, "linux")])
    with serving_control(lab, program, **how) as stentord:
        known = [host["mac"] for host in get(lab, "/v1/hosts")["hosts"]]
        check_equal([mac for mac in known if mac.startswith("00:")], ["00:00:00:00:00:02"],
                    "what is taken of three rows")
        check_equal(stentord.log().count("is left out"), 2, "lines of the log")
        remove(lab, "00:00:00:00:00:02")


def disk_that_fails_is_said(lab, database):
    with locked(database):
        wait_for(lambda: change(lab, "PUT", FIRST, hostname="node0")[0] == 500, 20,
                 "a change that the disk does not take")
        check_equal(change(lab, "PUT", FIRST, hostname="node0")[0], 500, "the same, once more")
    wait_for(lambda: change(lab, "PUT", FIRST, hostname="node0")[0] == 200, 20, "the same at last")
    check_equal(rows(database), [(FIRST, "node0")], "what is on disk then")
    with locked(database):
        def status():
            return change(lab, "PUT", FIRST, hostname=f"node{time.monotonic_ns()}")[0]
        wait_for(lambda: status() == 500, 20, "a change that the disk does not take")
        wait_for(lambda: status() == 503, 20, "changes are refused")
        last = shown(lab, FIRST)["hostname"]
    wait_for(lambda: rows(database) == [(FIRST, last)], 20, "it is on disk once that works again")
    wait_for(lambda: change(lab, "DELETE", FIRST)[0] == 200, 20, "changes are taken again")
    check_equal(rows(database), [], "what is on disk")


def rows(database):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
        return file.execute("SELECT mac, hostname FROM run_time_host").fetchall()


def commands_say_the_same(lab, command, clients):
    command.says("hosts", "set", FIRST, "--address", IN_POOL, "--boot-file", "linux")
    check(IN_POOL in command.says("hosts", "list"), "the list does not show it")
    check_equal(command.json("hosts", "list", FIRST)["boot_file"], "linux", "as JSON")
    command.says("hosts", "boot-once", FIRST, "pxelinux.0")
    heard = told(clients, FIRST)
    check_equal((heard["address"], heard["file"]), (IN_POOL, "pxelinux.0"), "address and file")
    command.says("hosts", "boot-once", FIRST, "--cancel")
    check_equal(told(clients, FIRST)["file"], "linux", "file when that is called off")
    command.says("hosts", "remove", FIRST)
    status, line = command.fails("hosts", "remove", FIRST)
    check_equal((status, FIRST in line), (1, True), f"it says {line}")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        database = lab.folder / "leases.db"
        how = {"dhcp": MINUTES, "leases": f"database: {database}"}
        with serving_control(lab, program, **how):
            yield ("an address of a pool and a file",
                   lambda: host_is_what_was_said(lab, clients, IN_POOL))
            yield "an address outside", lambda: host_is_what_was_said(lab, clients, OUTSIDE)
            yield "over a reservation", lambda: configured_fields_stay(lab, clients)
            yield "local", lambda: local_machine_hears_of_no_file(lab, clients)
            yield "refusals", lambda: refusals_change_nothing(lab)
            yield "a file that is not there", lambda: what_may_not_hold_is_told(lab)
            yield "PUT and PATCH", lambda: unit_of_change_is_a_field(lab)
            yield "once", lambda: installs_once(lab, clients)
            yield "begun before", lambda: begun_before_does_not_count(lab, clients)
            yield "once, for iPXE alone", lambda: ipxe_alone_is_told(lab, clients)
            yield "stentorctl", lambda: commands_say_the_same(lab, command, clients)
            yield "a disk that fails", lambda: disk_that_fails_is_said(lab, database)
        yield "through restarts", lambda: outlives(lab, program, clients, how)
        yield ("a field that counts no more",
               lambda: field_that_counts_no_more_stands_in_nobodys_way(lab, program, how))
        yield "bad rows", lambda: bad_rows_are_left_out(lab, program, how, database)
        yield "the only address", lambda: only_address_is_one_machines(lab, program, clients)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
