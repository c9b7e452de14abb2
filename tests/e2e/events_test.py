#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: whoever follows a running stentord hears of what happens as it happens, by curl and by
stentorctl; who reads slowly learns how much it has missed; and nobody is kept waiting for it."""

import contextlib
import json
import signal
import socket
import subprocess

from appliance import write_images
from control_client import Command, curl, get, serving_control, socket_of
from dhcp_test import Clients
from lab import SERVER, Lab
from leases_test import MINUTES, udhcpc
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import curl as tftp_curl

MAC = "52:54:00:99:00:51"
STREAMS_MAX = 16


@contextlib.contextmanager
def following(lab, command):
    """Lines of a process that follows the events, into a file."""
    output = lab.folder / "followed"
    with output.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield output
    finally:
        process.kill()
        process.wait()


def streams(lab):
    for line in curl(lab, "/metrics")[1].splitlines():
        if line.startswith("stentor_event_streams "):
            return int(float(line.split()[1]))
    return None


def events_in(output):
    """(type, data) of each that curl has read."""
    seen = []
    for message in output.read_text().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in message.splitlines() if ": " in line)
        if "data" in fields:
            seen.append((fields["event"], json.loads(fields["data"])))
    return seen


def boot(lab, clients):
    with udhcpc(clients, MAC):
        clients.wait_for_event("bound")
    lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
    lab.client(*tftp_curl("absent.efi", lab.folder / "fetched"), ok=False)


def curl_hears_what_happens(lab, clients):
    stream = ["curl", "--silent", "--no-buffer", "--unix-socket", socket_of(lab),
              "http://stentor/v1/events?type=lease,transfer"]
    with following(lab, stream) as output:
        wait_for(lambda: streams(lab) == 1, 10, "the stream")
        boot(lab, clients)
        events = wait_for(lambda: (lambda seen: len(seen) >= 4 and seen)(events_in(output)), 10,
                          "four events")
    check_equal([(kind, data["what"]) for kind, data in events],
                [("lease", "bound"), ("transfer", "begun"), ("transfer", "complete"),
                 ("transfer", "failed")], "what happened")
    check_equal(events[0][1]["mac"], MAC, "whose lease it is")
    check_equal((events[2][1]["file"], events[3][1]["why"]),
                ("pxelinux.0", "no image has this path"), "the file, and why there is none")
    wait_for(lambda: streams(lab) == 0, 20, "the end of a stream that nobody reads")


def command_follows_and_looks_back(lab, command, clients):
    follow = [command.program, "events", "-f", "--type", "lease", "--socket", socket_of(lab)]
    with following(lab, follow) as output:
        wait_for(lambda: streams(lab) == 1, 10, "the stream")
        with udhcpc(clients, MAC):
            clients.wait_for_event("bound")
        wait_for(lambda: " lease bound " in output.read_text() and MAC in output.read_text(), 10,
                 "the lease's line")
    kept = command.json("events")["events"]
    check_equal([event["id"] for event in kept], list(range(1, len(kept) + 1)), "what is kept")
    check_equal({event["type"] for event in command.json("events", "--type", "port")["events"]},
                {"port"}, "events of a type")
    check("transfer complete" in command.says("events"), "the lines do not tell of the transfer")
    status, line = command.fails("events", "--type", "lost")
    check("expected" in line, f"a type that is none ({status}): {line}")


def reader_that_comes_back_goes_on(lab):
    """As a browser does: it says what it heard last."""
    stream = ["curl", "--silent", "--no-buffer", "--unix-socket", socket_of(lab),
              "--header", "Last-Event-ID: 2", "http://stentor/v1/events"]
    with following(lab, stream) as output:
        events = wait_for(lambda: events_in(output), 10, "what came since")
    check_equal(events[0][1]["id"], 3, "the first event of the stream")


def reloads_are_told(lab, command, stentord):
    config = lab.folder / "stentord.yaml"
    text = config.read_text()
    check_equal(command.run("reload").returncode, 0, "exit status of a reload")
    config.write_text(text + "nonsense: 1\n")
    check_equal(command.run("reload").returncode, 1, "exit status of one that is refused")
    config.write_text(text)
    told = command.json("events", "--type", "reload")["events"]
    check_equal([event["what"] for event in told], ["taken", "refused"], "reloads")
    check("nonsense" in told[1]["text"], f"why it was refused: {told[1]}")


def slow_reader_learns_what_it_missed(lab):
    """More events than are kept, and more than a socket holds, while it does not read."""
    with socket.socket(socket.AF_UNIX) as slow:
        slow.connect(str(socket_of(lab)))
        slow.sendall(b"GET /v1/events?type=transfer HTTP/1.0\r\n\r\n")
        wait_for(lambda: streams(lab) == 1, 10, "the stream")
        flood = ("import socket, time\n"
                 "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                 "for i in range(22_000):\n"
                 f"    s.sendto(b'\\0\\1absent\\0octet\\0', ('{SERVER}', 69))\n"
                 "    i % 50 or time.sleep(0.001)\n")
        lab.client("python3", "-c", flood)
        get(lab, "/v1/status")
        slow.settimeout(10)
        seen = b""
        while b"event: lost\n" not in seen or not seen.endswith(b"\n\n"):
            seen += slow.recv(65536)
        lost = json.loads(seen.split(b"event: lost\ndata: ")[1].split(b"\n")[0])["count"]
        check(lost > 0, f"it has lost {lost}")
    samples = curl(lab, "/metrics")[1]
    check(f"stentor_events_lost_total {lost}\n" in samples, "the metric does not say as many")


def further_streams_are_refused(lab, command):
    with contextlib.ExitStack() as stack:
        for _ in range(STREAMS_MAX):
            reader = stack.enter_context(socket.socket(socket.AF_UNIX))
            reader.connect(str(socket_of(lab)))
            reader.sendall(b"GET /v1/events HTTP/1.0\r\n\r\n")
        wait_for(lambda: streams(lab) == STREAMS_MAX, 10, "as many streams as there may be")
        check_equal(curl(lab, "/v1/events")[0], 503, "HTTP status of one more")
        status, line = command.fails("events", "-f")
        check_equal(status, 1, "exit status of `stentorctl events -f` then")
        check("as many streams" in line, f"it says: {line}")


def streams_end_with_stentord(lab, stentord):
    with socket.socket(socket.AF_UNIX) as reader:
        reader.connect(str(socket_of(lab)))
        reader.sendall(b"GET /v1/events HTTP/1.0\r\n\r\n")
        reader.settimeout(10)
        check(reader.recv(65536).startswith(b"HTTP/1."), "no answer")
        stentord.stop(signal.SIGTERM)
        while reader.recv(65536):
            pass


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        with serving_control(lab, program, dhcp=MINUTES) as stentord:
            yield "curl hears what happens", lambda: curl_hears_what_happens(lab, clients)
            yield ("stentorctl events",
                   lambda: command_follows_and_looks_back(lab, command, clients))
            yield "a reader comes back", lambda: reader_that_comes_back_goes_on(lab)
            yield "reloads are told", lambda: reloads_are_told(lab, command, stentord)
            yield "a slow reader", lambda: slow_reader_learns_what_it_missed(lab)
            yield "further streams are refused", lambda: further_streams_are_refused(lab, command)
            yield ("streams end with stentord",
                   lambda: streams_end_with_stentord(lab, stentord))


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
