#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: whoever floods, drips into or feeds garbage to the control socket takes nothing from
clients that boot, nor for long from operators, and the process does not grow."""

import contextlib
import os
import random
import resource
import signal
import socket
import threading
import time

from appliance import sha256, write_images
from control_client import Command, curl, get, serving_control, socket_of
from lab import Lab
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import curl as tftp_curl

RELOADED = "reload: the new configuration serves"
LARGE = "initrd/root.img"
CONNECTIONS = 10_000
CONNECTIONS_MAX = 64  # that are served at a time
EXCHANGE_SECONDS = 10  # after which a connection is cut
GARBAGE_ROUNDS = 1_000
SEED = 8067
GROWTH_KIB_MAX = 32 << 10
RELOADERS = 16  # that ask at the same time
RELOADS_EACH = 2
RELOAD = b"POST /v1/config/reload HTTP/1.0\r\n"


def connect(lab):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(str(socket_of(lab)))
    connection.settimeout(20)
    return connection


def said_on(connection):
    """All that comes until the other side closes; nothing if it holds the connection open."""
    text = b""
    with contextlib.suppress(OSError):
        while True:
            piece = connection.recv(65536)
            if not piece:
                break
            text += piece
    return text


def resident_kib(process):
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def open_files(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


@contextlib.contextmanager
def booting(lab, expected):
    """Somebody fetches a large file meanwhile, again and again, and gets every byte."""
    local = lab.folder / "fetched"
    over = threading.Event()
    seen = []

    def fetch():
        while not over.is_set():
            lab.client(*tftp_curl(LARGE, local, "--tftp-blksize", 1468))
            seen.append(sha256(local))

    thread = threading.Thread(target=fetch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    check(seen and set(seen) == {expected}, f"hashes of what was fetched meanwhile: {seen}")


def flood_is_refused_at_once(lab, stentord, expected, files):
    crowd = []
    with booting(lab, expected):
        begun = time.monotonic()
        for _ in range(CONNECTIONS):
            crowd.append(connect(lab))
        seconds = time.monotonic() - begun
        check(open_files(stentord.process) <= files + CONNECTIONS_MAX + 8,
              f"stentord has {open_files(stentord.process)} files open, {files} before")
        refused = 0
        for connection in crowd:
            connection.setblocking(False)
            answer = said_on(connection)
            refused += answer.startswith(b"HTTP/1.1 503")
    print(f"        {CONNECTIONS} connections in {seconds:.1f} s, {refused} refused")
    check(refused >= CONNECTIONS - (1 + seconds // EXCHANGE_SECONDS) * CONNECTIONS_MAX,
          f"{refused} were refused")
    for connection in crowd:
        connection.close()
    wait_for(lambda: open_files(stentord.process) <= files, 20, "their files are closed")
    get(lab, "/v1/status")


def those_who_say_nothing_are_cut(lab, stentord, files):
    wait_for(lambda: open_files(stentord.process) <= files, 20, "nobody is connected")
    idle = [connect(lab) for _ in range(CONNECTIONS_MAX)]
    begun = time.monotonic()
    with connect(lab) as one_more:
        answer = said_on(one_more)
        check(answer.startswith(b"HTTP/1.1 503"), f"one more hears {answer}")
    for connection in idle:
        connection.settimeout(2 * EXCHANGE_SECONDS)
        check_equal(said_on(connection), b"", "what an idle connection hears")
        connection.close()
    check(time.monotonic() - begun < 2 * EXCHANGE_SECONDS, "they were kept for too long")
    # Who is cut hears of it before its place is free.
    wait_for(lambda: curl(lab, "/v1/status")[0] == 200, 5, "an answer afterwards")


def garbage(dice):
    path = dice.choice([b"/v1/leases", b"/v1/images", b"/v1/status", b"/metrics", b"/", b"*",
                        b"/v1/config/reload", b"/v1/log-level",
                        b"/../../etc/passwd", b"/%00", b"/" + dice.randbytes(40)])
    query = b"?" + dice.choice([b"limit=", b"after=", b"mac=", b"state=", b"prefix="]) \
        + dice.choice([b"1", b"%ff%fe", b"-1", b"9" * 40, dice.randbytes(20), b"", b"%"])
    head = dice.choice([b"GET ", b"HEAD ", b"POST ", b"PUT ", b"\0\0", dice.randbytes(4)])
    headers = dice.choice([b"", b"Host: x\r\n", b"Content-Length: 99999999999999999999\r\n",
                           b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                           b"A: " + b"b" * 20_000 + b"\r\n", dice.randbytes(30) + b"\r\n"])
    body = dice.choice([b"", dice.randbytes(200), b"ffffffff\r\n"])
    return head + path + query + b" HTTP/1." + dice.choice([b"0", b"1", b"9"]) \
        + b"\r\n" + headers + b"\r\n" + body


def garbage_gets_no_error_of_ours(lab, expected):
    dice = random.Random(SEED)
    with booting(lab, expected):
        for _ in range(GARBAGE_ROUNDS):
            text = garbage(dice)
            with connect(lab) as connection:
                connection.settimeout(0.02)
                with contextlib.suppress(OSError):
                    connection.sendall(text)
                    connection.shutdown(socket.SHUT_WR)
                answer = said_on(connection)
                check(not answer.startswith(b"HTTP/1.1 500"), f"{text} draws {answer}")
    wait_for(lambda: answers(lab), 2 * EXCHANGE_SECONDS, "an answer afterwards")


def answer_to(lab, text):
    with connect(lab) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(text)
        return said_on(connection)


def what_is_no_order_reloads_nothing(lab, stentord):
    """Each with the status that it draws; bodies that never come are not waited for."""
    before = get(lab, "/v1/config")
    reloads = stentord.log().count("reload:")
    order = RELOAD.replace(b" HTTP", b"%s HTTP")
    for text, status in ((RELOAD.replace(b"POST", b"GET") + b"\r\n", 405),
                         (RELOAD.replace(b"POST", b"PUT") + b"\r\n", 405),
                         (RELOAD.replace(b"POST", b"DELETE") + b"\r\n", 405),
                         (order % b"?now=1" + b"\r\n", 400),
                         (order % b"?dry-run=" + b"\r\n", 400),
                         (order % b"?dry-run=true&dry-run=false" + b"\r\n", 400),
                         (order % b"/" + b"\r\n", 404),
                         (RELOAD + b"Content-Length: 9\r\n\r\nports: []", 400),
                         (RELOAD + b"Content-Length: 1000000000000\r\n\r\n", 400),
                         (RELOAD + b"Content-Type: text/yaml\r\nContent-Length: 1\r\n\r\n", 400),
                         (RELOAD + b"Content-Length: 7\r\n\r\n" + b"x" * 1_000_000, 400)):
        answer = answer_to(lab, text)
        check_equal(answer.split()[1:2], [b"%d" % status], f"HTTP status of {text[:90]}")
    check_equal(stentord.log().count("reload:"), reloads, "reloads in the log")
    check_equal(get(lab, "/v1/config"), before, "the configuration")


def crowd_of_reloads_is_served_in_turn(lab, stentord, expected):
    """Beside SIGHUPs. Each is made, or is said to be not."""
    answers_seen = []

    def reload_some():
        for _ in range(RELOADS_EACH):
            answers_seen.append(answer_to(lab, RELOAD + b"\r\n"))
    made = stentord.log().count(RELOADED)
    with booting(lab, expected):
        crowd = [threading.Thread(target=reload_some) for _ in range(RELOADERS)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            stentord.process.send_signal(signal.SIGHUP)
            thread.join()
    statuses = [int(answer.split()[1]) for answer in answers_seen if answer]
    print(f"        {len(answers_seen)} asked: {statuses.count(200)} made, "
          f"{statuses.count(503)} not, {len(answers_seen) - len(statuses)} cut off")
    check(set(statuses) <= {200, 503} and statuses.count(200) > 0, f"statuses: {statuses}")
    check(stentord.log().count(RELOADED) - made >= statuses.count(200), "the log has fewer")
    wait_for(lambda: answer_to(lab, RELOAD + b"\r\n").split()[1:2] == [b"200"], 20,
             "a reload afterwards")


def answers(lab):
    with connect(lab) as connection:
        connection.sendall(b"GET /v1/status HTTP/1.0\r\n\r\n")
        return said_on(connection).startswith(b"HTTP/1.1 200")


def group(program, stentorctl):
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * CONNECTIONS, 2 * CONNECTIONS))
    with Lab() as lab:
        expected = write_images(lab.folder / "images", [LARGE])[LARGE]
        lab.give_client_addresses()
        with serving_control(lab, program) as stentord:
            Command(lab, stentorctl).says("status")
            time.sleep(1)  # its connection is gone
            before = resident_kib(stentord.process)
            files = open_files(stentord.process)
            yield ("10,000 connections",
                   lambda: flood_is_refused_at_once(lab, stentord, expected, files))
            yield ("connections that say nothing",
                   lambda: those_who_say_nothing_are_cut(lab, stentord, files))
            yield "garbage", lambda: garbage_gets_no_error_of_ours(lab, expected)
            yield ("what is no order", lambda: what_is_no_order_reloads_nothing(lab, stentord))
            yield ("a crowd of reloads",
                   lambda: crowd_of_reloads_is_served_in_turn(lab, stentord, expected))
            yield ("the process does not grow", lambda: check(
                resident_kib(stentord.process) - before < GROWTH_KIB_MAX,
                f"{before} KiB before, {resident_kib(stentord.process)} after"))
            yield "stentorctl afterwards", lambda: Command(lab, stentorctl).says("status")


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
