#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: whoever asks which machine is stuck is told, by curl and by stentorctl, and where it
stopped; of a machine that boots, how far it has come; and which files are on their way."""

import subprocess

from appliance import write_images
from control_client import Command, get, serving_control
from dhcp_test import Clients
from frame import Tap, is_udp, pxe_discover
from lab import Lab
from leases_test import MINUTES, udhcpc
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import busybox, standing_still, wait_for_bytes
from tftp_client import curl as tftp_curl

ROM_MAC, SYSTEM_MAC = "52:54:00:99:00:41", "52:54:00:99:00:42"


def session_of(lab, mac):
    rows = get(lab, f"/v1/clients?mac={mac}")["clients"]
    return rows[0] if rows else None


def session_reaches(lab, mac, stage):
    return wait_for(lambda: (lambda row: row and row["stage"] == stage and row)(
        session_of(lab, mac)), 10, f"{mac} to be {stage}")


def machine_that_boots_is_followed(lab, clients):
    with udhcpc(clients, SYSTEM_MAC):
        address = clients.wait_for_event("bound")["address"]
        bound = session_reaches(lab, SYSTEM_MAC, "bound")
        check_equal((bound["address"], bound["speaker"], bound["where"], bound["stuck"]),
                    (address, "system", f"has {address}", False), "a system that has an address")
    lab.client(*tftp_curl("linux", lab.folder / "fetched"))
    row = wait_for(lambda: next(iter(get(lab, "/v1/clients?stage=loaded")["clients"]), None), 10,
                   "a machine that has loaded its file")
    size = (lab.folder / "images" / "linux").stat().st_size
    check_equal((row["file"]["path"], row["file"]["bytes_acknowledged"], row["bytes"]),
                ("linux", size, size), "the file and its bytes")
    check_equal((row["files_loaded"], row["where"]), (1, "has loaded linux"), "what it has")


def file_that_is_absent_is_named(lab):
    lab.client(*tftp_curl("absent.efi", lab.folder / "fetched"), ok=False)
    row = wait_for(lambda: next(iter(get(lab, "/v1/clients?stage=failed")["clients"]), None), 10,
                   "a machine that did not get its file")
    check_equal(row["where"], "asked for absent.efi and was refused: no image has this path",
                "why")


def silent_machine_is_stuck(lab, command):
    with Tap(lab) as tap:
        tap.send(pxe_discover(0x57e7a041, mac=bytes.fromhex(ROM_MAC.replace(":", ""))))
        tap.arrivals(10, lambda seen: any(is_udp(frame, 67) for frame in seen))
    offered = session_reaches(lab, ROM_MAC, "offered")
    check_equal((offered["speaker"], offered["stuck"]), ("firmware", False), "who asks, just now")
    expected = f"was offered {offered['address']} and did not ask for it"
    stuck = wait_for(lambda: command.json("clients", "--stuck", "--silent", "1", "--mac",
                                          ROM_MAC)["clients"], 10, "the machine among the stuck")
    check_equal((stuck[0]["mac"], stuck[0]["where"]), (ROM_MAC, expected), "who is stuck, where")
    table = command.says("clients", "--stuck", "--silent", "1")
    check(f"stuck: {expected}" in table, f"the table does not say so:\n{table}")
    check_equal(command.says("clients", "--stuck", "--silent", "3600"), "No machine is stuck.\n",
                "those that are silent for an hour")


def stopped_transfer_says_where(lab, command):
    output = lab.folder / "stopped"
    # Without a timeout of its own, so that it is missed at once.
    client = lab.start_client(*busybox("linux", output, blksize=64), stderr=subprocess.DEVNULL)
    wait_for_bytes(client, output, 65536)
    with standing_still(client):
        row = wait_for(lambda: next(iter(command.json("clients", "--stuck", "--silent", "2",
                                                      "--stage", "loading")["clients"]), None),
                       15, "the transfer among the stuck")
        done = 100 * row["file"]["bytes_acknowledged"] // row["file"]["bytes"]
        check(0 < done < 100, f"how far it has come: {row['file']}")
        check_equal(row["where"], f"stopped in linux at {done} %", "where it stopped")
        [running] = get(lab, "/v1/transfers")["transfers"]
        check_equal((running["path"], running["bytes"], running["mac"]),
                    ("linux", row["file"]["bytes"], row["mac"]), "what is on its way")
        check(running["silent_seconds"] >= 2 and running["blocks_resent"] > 0,
              f"its client is silent: {running}")
        table = command.says("transfers", "--address", running["address"])
        check(f"{running['address']}:{running['port']}" in table, f"not in the table:\n{table}")
    check_equal(client.wait(timeout=30), 0, "exit status of busybox")
    wait_for(lambda: command.says("transfers") == "No file is on its way.\n", 5,
             "the transfer's end is known")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        with serving_control(lab, program, dhcp=MINUTES):
            yield ("a machine that boots is followed",
                   lambda: machine_that_boots_is_followed(lab, clients))
            yield "a file that is absent is named", lambda: file_that_is_absent_is_named(lab)
            yield "a silent machine is stuck", lambda: silent_machine_is_stuck(lab, command)
            yield ("a transfer that stops says where",
                   lambda: stopped_transfer_says_where(lab, command))


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
