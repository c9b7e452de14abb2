#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: whoever floods the API's TCP port, drips a handshake into it, guesses tokens or feeds it
garbage takes nothing from clients that boot, learns nothing, and the process does not grow."""

import contextlib
import http.client
import random
import resource
import socket
import ssl
import threading
import time

from appliance import write_images
from control_attack_test import (CONNECTIONS, CONNECTIONS_MAX, EXCHANGE_SECONDS, GROWTH_KIB_MAX,
                                 LARGE, SEED, booting, garbage, open_files, resident_kib, said_on)
from control_client import serving_control
from control_tcp import ADDRESS, PORT, READ, WRITE, OverTcp
from lab import Lab
from suite import check, check_equal, main, programs_under_test, wait_for

GUESSES = 300
GARBAGE_ROUNDS = 100
# A record of TLS that announces a ClientHello of 508 bytes (RFC 8446 section 5.1).
HELLO = bytes.fromhex("16030102000100" "01fc") + bytes(503)


def connect(lab):
    with lab.inside(lab.srv):
        connection = socket.socket()
    connection.settimeout(2 * EXCHANGE_SECONDS)
    # The request would wait for the ACK of the handshake's end, which the server has 40 ms to send.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.connect((ADDRESS, PORT))
    return connection


def secured(lab, tcp):
    return ssl.create_default_context(cafile=tcp.certificate).wrap_socket(
        connect(lab), server_hostname=ADDRESS)


def answers(tcp):
    return tcp.status("/v1/status", token=READ) == 200


@contextlib.contextmanager
def dripping_handshakes(lab):
    """As many as there is room for, a byte of each now and then."""
    crowd = [connect(lab) for _ in range(CONNECTIONS_MAX)]
    over = threading.Event()

    def drip():
        for byte in HELLO:
            if over.wait(0.3):
                return
            for connection in crowd:
                with contextlib.suppress(OSError):
                    connection.send(bytes([byte]))
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield crowd
    finally:
        over.set()
        thread.join()
        for connection in crowd:
            connection.close()


def flood_beside_half_a_handshake(lab, stentord, tcp, expected, files):
    begun = time.monotonic()
    with booting(lab, expected), dripping_handshakes(lab) as crowd:
        wait_for(lambda: open_files(stentord.process) >= files + CONNECTIONS_MAX, 5,
                 "every place is taken")
        refused = 0
        for _ in range(CONNECTIONS):
            with connect(lab) as connection:
                refused += said_on(connection) == b""
        flooded = time.monotonic() - begun
        check(open_files(stentord.process) <= files + CONNECTIONS_MAX + 8,
              f"stentord has {open_files(stentord.process)} files open, {files} before")
        for connection in crowd:
            check_equal(said_on(connection), b"", "what half a handshake hears")
        seconds = time.monotonic() - begun
    print(f"        {refused} of {CONNECTIONS} closed at once, {flooded:.1f} s; half a handshake "
          f"lasted {seconds:.1f} s")
    check_equal(refused, CONNECTIONS, "connections that were closed")
    check(seconds < max(2 * EXCHANGE_SECONDS, flooded + 2), "handshakes were kept for too long")
    wait_for(lambda: open_files(stentord.process) <= files, 20, "their files are closed")
    check(answers(tcp), "no answer afterwards")


def answer_to_token(lab, tcp, method, token):
    """The status, the body, and whether the server says that it closes the connection."""
    with secured(lab, tcp) as secure:
        connection = http.client.HTTPSConnection(ADDRESS, PORT)
        connection.sock = secure
        connection.request(method, "/v1/status", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.will_close


def guesses_find_nothing(lab, tcp, expected):
    """Among them what a token begins with, as whoever measured times would guess on."""
    dice = random.Random(SEED)
    begun = time.monotonic()
    with booting(lab, expected):
        for guess in range(GUESSES):
            right = dice.choice((READ, WRITE))
            shown = dice.choice((right[:dice.randrange(len(right))], right + "x",
                                 dice.randbytes(20).hex(), "=" * 3000, ""))
            method = dice.choice(("GET", "POST", "PUT", "DELETE"))
            status, said, closed = answer_to_token(lab, tcp, method, shown)
            check_equal(status, 401, f"HTTP status of guess {guess}, {shown!r}")
            check(closed, f"guess {guess} leaves the connection open for the next")
            check(READ.encode() not in said and WRITE.encode() not in said, f"it tells: {said}")
    print(f"        {GUESSES} guesses in {time.monotonic() - begun:.1f} s")
    check(answers(tcp), "no answer afterwards")


def garbage_gets_no_error_of_ours(lab, tcp, expected):
    """Half of it where TLS is expected, half of it by TLS."""
    dice = random.Random(SEED)
    with booting(lab, expected):
        for turn in range(GARBAGE_ROUNDS):
            text = dice.choice((garbage(dice), dice.randbytes(300),
                                HELLO[:9] + dice.randbytes(500)))
            with contextlib.suppress(OSError), (
                    secured(lab, tcp) if turn % 2 else connect(lab)) as connection:
                connection.settimeout(0.02)
                connection.sendall(text)
                answer = said_on(connection)
                check(not answer.startswith((b"HTTP/1.1 500", b"HTTP/1.1 200")),
                      f"{text} draws {answer}")
    wait_for(lambda: answers(tcp), 2 * EXCHANGE_SECONDS, "an answer afterwards")


def group(program):
    files_max = 2 * CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    with Lab() as lab:
        expected = write_images(lab.folder / "images", [LARGE])[LARGE]
        lab.give_client_addresses()
        tcp = OverTcp(lab)
        with serving_control(lab, program, control=tcp.control()) as stentord:
            check(answers(tcp), "no answer before")
            time.sleep(1)  # its connection is gone
            before = resident_kib(stentord.process)
            files = open_files(stentord.process)
            yield ("10,000 connections beside 64 half handshakes",
                   lambda: flood_beside_half_a_handshake(lab, stentord, tcp, expected, files))
            yield "wrong tokens", lambda: guesses_find_nothing(lab, tcp, expected)
            yield "garbage", lambda: garbage_gets_no_error_of_ours(lab, tcp, expected)
            yield ("the process does not grow", lambda: check(
                resident_kib(stentord.process) - before < GROWTH_KIB_MAX,
                f"{before} KiB before, {resident_kib(stentord.process)} after"))
            yield ("no token is in the log",
                   lambda: check(READ not in stentord.log() and WRITE not in stentord.log(),
                                 "one is"))


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD"))])
