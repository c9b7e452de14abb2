#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: whoever may ask a running stentord learns what it does, by curl and by stentorctl; nobody
else may; and nothing of it is left at the end."""

import contextlib
import csv
import fcntl
import json
import os
import pty
import signal
import stat
import struct
import subprocess
import termios

from appliance import RESERVED_ADDRESS, RESERVED_MAC, serving, write_images
from control_client import Command, curl, get, serving_control, socket_of
from dhcp_test import Clients
from exposition import documented_families, read_exposition
from frame import Tap, ethernet
from lab import NETWORK, SERVER, Lab
from leases_test import MINUTES, udhcpc
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import curl as tftp_curl

PATHS = ("/v1/status", "/v1/drops", "/v1/workers", "/v1/ports", "/v1/leases", "/v1/images",
         "/v1/config", "/openapi.json")
CLIENT_MAC = "52:54:00:99:00:21"
JUNK_FRAMES = 7
METRICS = "127.0.0.1:9467"


def socket_is_for_its_owner_alone(lab, program):
    with serving_control(lab, program) as stentord:
        for path in (socket_of(lab), socket_of(lab).parent):
            check_equal(path.stat().st_mode & (stat.S_IWOTH | stat.S_IROTH | stat.S_IXOTH),
                        0 if path.is_socket() else stat.S_IROTH | stat.S_IXOTH,
                        f"rights of others on {path.name}")
        other = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                "curl", "--silent", "--unix-socket", socket_of(lab), "http://x/"],
                               capture_output=True)
        check_equal(other.returncode, 7, "curl's exit status for somebody else")
        stentord.stop()
    check(not socket_of(lab).parent.exists(), "the folder of the socket is still there")


def dead_one_leaves_room_and_live_one_keeps_its_place(lab, program):
    with serving_control(lab, program) as stentord:
        stentord.stop(signal.SIGKILL)
    check(socket_of(lab).is_socket(), "SIGKILL left no socket to be replaced")
    with serving_control(lab, program):
        config = lab.folder / "stentord.yaml"
        refused = subprocess.run(["ip", "netns", "exec", lab.cli, program, "--config", config],
                                 capture_output=True, text=True, timeout=20)
        check_equal(refused.returncode, 1, "exit status of a second stentord")
        check(f"another process listens on {socket_of(lab)}" in refused.stderr,
              f"it does not say who has the socket: {refused.stderr}")
        get(lab, "/v1/status")


def every_path_answers(lab):
    for path in PATHS:
        get(lab, path)
    check_equal(curl(lab, "/metrics")[0], 200, "HTTP status of /metrics")
    for request, status in ((("/v1/nothing",), 404), (("/v1/status?x=1",), 400),
                            (("/v1/status", "--request", "DELETE"), 405),
                            (("/v1/leases?limit=0",), 400)):
        seen, body = curl(lab, *request)
        check_equal(seen, status, f"HTTP status of {request}")
        check('"error"' in body, f"no sentence for {request}: {body}")


def command_shows_leases(lab, command, clients):
    with udhcpc(clients, CLIENT_MAC):
        address = clients.wait_for_event("bound")["address"]
    with udhcpc(clients, RESERVED_MAC):
        clients.wait_for_event("bound")
    rows = {row["address"]: row for row in command.json("leases", "list")["leases"]}
    check_equal(set(rows), {address, RESERVED_ADDRESS}, "addresses that somebody has")
    check_equal(rows[address]["mac"], CLIENT_MAC, "the MAC address of its client")
    check_equal(rows[address]["state"], "bound", "its state")
    check(0 < rows[address]["seconds_left"] <= 602, f"its time: {rows[address]}")
    for words in (("--mac", CLIENT_MAC), ("--address", address), ("--subnet", f"{address}/32")):
        found = [row["address"] for row in command.json("leases", "list", *words)["leases"]]
        check_equal(found, [address], f"leases by {words}")
    check_equal(command.says("leases", "list", "--state", "declined"), "No lease is like that.\n",
                "leases that are set aside")
    check(CLIENT_MAC in command.says("leases", "list"), "the table does not name the client")
    check("There are more" in command.says("leases", "list", "--limit", "1"),
          "one row of two does not say that there are more")


def leases_are_counted(lab, command):
    """Two, of which one is a reservation's, in a subnet of one pool."""
    def counted():
        leases = command.json("status")["leases"]
        return leases["bound"] == 2 and leases

    leases = wait_for(counted, 5, "two leases to be counted")
    check_equal([row["subnet"] for row in leases["subnets"]], [NETWORK], "subnets")
    row = leases["subnets"][0]
    check_equal(sum(row[state] for state in ("bound", "offered", "declined", "reserved", "free")),
                row["addresses"], "the sum of what the addresses are")
    check_equal((leases["addresses"], leases["reserved"], leases["elsewhere"]),
                (row["addresses"], 0, 0), "addresses, reserved ones, those elsewhere")
    check(f"leases     2 bound, 0 offered, 0 set aside, 0 reserved, {row['free']} free\n"
          in command.says("status"), "status does not say so")
    samples = metrics_of(lab)["stentor_leases"].samples
    check_equal(samples[("state", "bound"), ("subnet", NETWORK)], 2, "the same as a metric")


def count_follows_reloads(lab, command, stentord):
    config = lab.folder / "stentord.yaml"
    text = config.read_text()
    more = "    - {subnet: 10.98.0.0/24, pools: [10.98.0.10-10.98.0.19]}\n"
    for written, expected in ((text.replace("  subnets:\n", "  subnets:\n" + more),
                               [("10.98.0.0/24", 0, 10), (NETWORK, 2, None)]),
                              (text, [(NETWORK, 2, None)])):
        config.write_text(written)
        stentord.process.send_signal(signal.SIGHUP)
        rows = wait_for(lambda: (lambda rows: len(rows) == len(expected) and rows)(
            command.json("status")["leases"]["subnets"]), 10, f"{len(expected)} subnets")
        for row, (subnet, bound, free) in zip(rows, expected):
            check_equal((row["subnet"], row["bound"]), (subnet, bound), "a subnet's leases")
            check(free in (None, row["free"]), f"free addresses: {row}")
        if len(rows) > 1:
            check("10.98.0.0/24: 0 bound" in command.says("status"), "the subnet is not shown")


def command_exports_leases(lab, command):
    """Those that the test before left: a dynamic one, and a reservation's."""
    listed = command.json("leases", "list")["leases"]
    file = lab.folder / "leases.json"
    check_equal(command.says("leases", "export", str(file)), "", "standard output beside a file")
    exported = json.loads(file.read_text())["leases"]
    check_equal({row["address"] for row in exported}, {row["address"] for row in listed},
                "addresses that were exported")
    check_equal({row["mac"]: row["htype"] for row in exported}, {CLIENT_MAC: 1, RESERVED_MAC: 1},
                "whose they are")
    rows = list(csv.DictReader(command.says("leases", "export", "--format", "csv").splitlines()))
    check_equal([(row["address"], row["mac"]) for row in rows],
                [(row["address"], row["mac"]) for row in exported], "the same as csv")
    folder = lab.folder / "absent"
    status, line = command.fails("leases", "export", str(folder / "leases.csv"))
    check_equal((status, str(folder) in line), (1, True), f"a folder that is not there: {line}")


def command_shows_images(lab, command):
    served = {row["path"]: row["bytes"] for row in command.json("images", "list")["images"]}
    check_equal(set(served), {"pxelinux.0", "linux"}, "images")
    check_equal(served["linux"], (lab.folder / "images" / "linux").stat().st_size, "bytes of one")
    os.mkfifo(lab.folder / "images" / "pipe")
    rejected = wait_for(lambda: command.json("images", "list", "--rejected")["rejected"], 10,
                        "the FIFO among what is not served")
    check_equal(rejected[0]["path"], "pipe", "what is not served")
    check("pipe" in command.says("images", "list"), "the table does not name it")
    check("1 files are not served" in command.says("status"), "status does not mention it")
    (lab.folder / "images" / "pipe").unlink()
    wait_for(lambda: not command.json("images", "list", "--rejected")["rejected"], 10,
             "nothing that is not served")


def command_counts(lab, command):
    before = {row["reason"]: row["count"] for row in command.json("drops")["drops"]}
    transfers = command.json("status")["figures"]["transfers_completed"]
    with Tap(lab) as tap:
        for _ in range(JUNK_FRAMES):
            tap.send(ethernet(lab.server_mac(), 0x86dd, bytes(60)))
    lab.client(*tftp_curl("linux", lab.folder / "fetched"))
    wait_for(lambda: all(row["count"] - before[row["reason"]] == JUNK_FRAMES
                         for row in command.json("drops")["drops"]
                         if row["reason"] == "ipv6_version_wrong"), 10, "the junk among the drops")
    check("ipv6_version_wrong" in command.says("drops"), "the table does not name the reason")
    check("tftp_overload" in command.says("drops", "--all"), "--all leaves reasons out")
    status = wait_for(lambda: (lambda now: now["transfers"] == 0 and now)(command.json("status")),
                      10, "the transfer's end")
    check_equal(status["figures"]["transfers_completed"], transfers + 1, "transfers")
    received = sum(row["figures"]["frames_received"] for row in command.json("workers")["workers"])
    check(received >= JUNK_FRAMES, f"the workers received {received} frames")
    port = command.json("ports")["ports"][0]
    check_equal((port["port"], port["link"], port["networks"]),
                ("boot0", "up", [f"{SERVER}/24"]), "the port")
    for name in ("status", "workers", "ports"):
        check(command.says(name).strip(), f"{name} shows nothing")


def read_to_the_end(master):
    """Of a terminal whose other end is closed."""
    parts = []
    with contextlib.suppress(OSError):  # EIO is its end
        while part := os.read(master, 65536):
            parts.append(part)
    return b"".join(parts)


def command_shows_rates(lab, command):
    words = [command.program, "top", "--socket", socket_of(lab), "--interval", "0.3"]
    with Tap(lab) as tap, subprocess.Popen([*words, "--looks", "4", "--json"], text=True,
                                           stdout=subprocess.PIPE) as top:
        looks = [json.loads(top.stdout.readline())]
        for _ in range(JUNK_FRAMES):
            tap.send(ethernet(lab.server_mac(), 0x86dd, bytes(60)))
        looks += [json.loads(line) for line in top.stdout]
    check_equal((top.returncode, len(looks)), (0, 4), "exit status, looks")
    dropped = sum(row["per_second"] * look["interval_seconds"] for look in looks
                  for row in look["drops"] if row["reason"] == "ipv6_version_wrong")
    check_equal(round(dropped), JUNK_FRAMES, "junk by its rates")
    check_equal([row["port"] for row in looks[-1]["ports"]], ["boot0"], "ports")
    check(looks[0]["interval_seconds"] >= 0.3, f"the interval: {looks[0]['interval_seconds']}")

    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 6, 60, 0, 0))
    subprocess.run([*words, "--looks", "2"], stdout=terminal, check=True, timeout=10)
    os.close(terminal)
    screens = read_to_the_end(master).decode().replace("\r\n", "\n").split("\x1b[H\x1b[J")
    os.close(master)
    check_equal(len(screens), 3, f"screens, behind nothing: {screens}")
    for screen in screens[1:]:
        check(screen.startswith("stentord ") and screen.count("\n") == 5
              and "more lines" in screen, f"a terminal of six lines shows {screen!r}")


def metrics_of(lab):
    status, body = curl(lab, "/metrics")
    check_equal(status, 200, "HTTP status of /metrics")
    return read_exposition(body)


def figures_are_those_of_the_readme(lab):
    seen = {name: (family.kind, family.labels()) for name, family in metrics_of(lab).items()}
    documented = documented_families()
    check_equal(set(seen), set(documented), "names of figures")
    for name, shape in documented.items():
        check_equal(seen[name], shape, f"kind and labels of {name}")


def balance(families):
    """0 once no frame is on its way."""
    total = {name: families[f"stentor_{name}_total"].total()
             for name in ("frames_received", "frames_answered", "frames_taken", "drops",
                          "late_drops")}
    return (total["frames_received"] + total["late_drops"] - total["frames_answered"]
            - total["frames_taken"] - total["drops"])


def every_frame_is_accounted_for(lab):
    before = metrics_of(lab)["stentor_frames_received_total"].total()
    with Tap(lab) as tap:
        for length in range(60, 60 + JUNK_FRAMES):
            tap.send(ethernet(lab.server_mac(), 0x0800, bytes(length)))
    lab.client(*tftp_curl("linux", lab.folder / "fetched"))
    families = wait_for(lambda: (lambda now: balance(now) == 0 and now)(metrics_of(lab)), 10,
                        "the sum of what became of the frames")
    check(families["stentor_frames_received_total"].total() > before + 1000,
          "hardly a frame was received")
    for name in ("frames_answered", "frames_taken", "drops"):
        check(families[f"stentor_{name}_total"].total() > 0, f"{name} is 0")


def times_are_measured(lab):
    """The leases and the files of the tests before."""
    families = metrics_of(lab)
    answers = families["stentor_dhcp_answer_seconds"]
    check_equal(answers.total(), families["stentor_dhcp_replies_total"].total(), "DHCP answers")
    check(0 < sum(answers.sums.values()) < 10, f"the time that they took: {answers.sums}")
    waits = families["stentor_commit_wait_seconds"]
    check(2 <= waits.total() < answers.total(), f"ACKs that waited: {waits.samples}")
    check(0 < sum(waits.sums.values()) <= sum(answers.sums.values()), f"how long: {waits.sums}")
    transfers = families["stentor_transfer_seconds"]
    check_equal(transfers.total(), families["stentor_transfers_completed_total"].total(),
                "transfers")
    check(0 < sum(transfers.sums.values()) < 60, f"the time that they took: {transfers.sums}")


def figures_alone_are_served_over_tcp(lab):
    def over_tcp(path):
        return lab.server("curl", "--silent", "--show-error", "--max-time", "10", "--write-out",
                          "\n%{http_code}", f"http://{METRICS}{path}").stdout.rsplit("\n", 1)

    body, status = over_tcp("/metrics")
    check_equal(status, "200", "HTTP status of /metrics over TCP")
    check_equal(set(read_exposition(body)), set(metrics_of(lab)), "names of figures over TCP")
    for path in ("/v1/status", "/v1/leases", "/v1/config", "/openapi.json"):
        check_equal(over_tcp(path)[1], "404", f"HTTP status of {path} over TCP")


def taken_port_is_a_sentence(lab, program):
    """A second stentord, which has a socket of its own."""
    config = lab.folder / "second.yaml"
    config.write_text((lab.folder / "stentord.yaml").read_text().replace("control/", "other/"))
    refused = lab.server(program, "--config", config, ok=False)
    check_equal(refused.returncode, 1, "its exit status")
    check(f"cannot listen on {METRICS}" in refused.stdout, f"it says: {refused.stdout}")


def command_shows_the_configuration(lab, command):
    text = (lab.folder / "stentord.yaml").read_text()
    check_equal(command.says("config", "show"), f"# {lab.folder / 'stentord.yaml'}\n{text}",
                "the configuration")


def command_says_what_is_wrong(command):
    for words in (("leases", "list", "--mac", "x"), ("leases", "list", "--state", "lost")):
        status, line = command.fails(*words)
        check_equal(status, 1, f"exit status for {words}")
        check("expected" in line, f"it does not say what is expected: {line}")


def nobody_there_is_one_line(lab, command):
    for words in (("status",), ("leases", "list", "--json"), ("leases", "export"),
                  ("config", "show"), ("top",)):
        status, line = command.fails(*words)
        check_equal(status, 3, f"exit status of {words} without a stentord")
        check(f"no stentord answers on {socket_of(lab)}" in line, f"it says: {line}")


def absent_by_default_is_no_failure(lab, program):
    """Two stentords of one host, neither of which says a word of control."""
    text = (lab.folder / "stentord.yaml").read_text()
    check("control:" in text, "the last configuration has no control section")
    with serving(lab, program, control="socket: none") as stentord:
        check(not stentord.logged("stentorctl cannot reach"), "it misses a socket")
        check(not socket_of(lab).exists(), "there is a socket")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        yield ("the socket is its owner's alone, and goes",
               lambda: socket_is_for_its_owner_alone(lab, program))
        yield ("a dead one's place is taken, a live one's is not",
               lambda: dead_one_leaves_room_and_live_one_keeps_its_place(lab, program))
        yield "no stentord is one line", lambda: nobody_there_is_one_line(lab, command)
        leases = f"database: {lab.folder / 'leases.db'}"
        with serving_control(lab, program, leases=leases, dhcp=MINUTES,
                             control=f", metrics: {{address: {METRICS}}}") as stentord:
            yield "every path answers", lambda: every_path_answers(lab)
            yield "stentorctl leases list", lambda: command_shows_leases(lab, command, clients)
            yield "leases are counted", lambda: leases_are_counted(lab, command)
            yield ("the count follows reloads",
                   lambda: count_follows_reloads(lab, command, stentord))
            yield "stentorctl leases export", lambda: command_exports_leases(lab, command)
            yield "stentorctl images list", lambda: command_shows_images(lab, command)
            yield ("stentorctl drops, status, workers, ports",
                   lambda: command_counts(lab, command))
            yield "stentorctl top", lambda: command_shows_rates(lab, command)
            yield "figures", lambda: figures_are_those_of_the_readme(lab)
            yield "the sum of all frames", lambda: every_frame_is_accounted_for(lab)
            yield "times", lambda: times_are_measured(lab)
            yield "figures over TCP", lambda: figures_alone_are_served_over_tcp(lab)
            yield "a port that is taken", lambda: taken_port_is_a_sentence(lab, program)
            yield "stentorctl config show", lambda: command_shows_the_configuration(lab, command)
            yield "a mistake is a sentence", lambda: command_says_what_is_wrong(command)
        yield "without a socket", lambda: absent_by_default_is_no_failure(lab, program)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
