#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a port that stops in the middle of many windowed transfers loses none of them: a link that
goes down and comes up again, over AF_XDP and over AF_PACKET; a peer at the other end of a memif
that reads nothing for seconds, while the ring to it is full; and one that is killed, and replaced
by another. Every byte is right, and all is counted.
"""

import contextlib
import random
import signal
import time

from appliance import BACKENDS, Appliance, check_backend, config_text, sha256
from lab import Lab, end, run
from memif_peer import memif_port, start_bridge
from suite import check, check_equal, main, programs_under_test, wait_for
from tap_lab import TapLab
from tftp_client import atftp, wait_for_bytes, wait_for_last_acks

NAME = "load.img"
FILE_BYTES = (16 << 20) + 77
BEGUN_BYTES = 1 << 18
CLIENTS = 32  # of one address, which limits.transfers-per-client has to allow
LOAD_SECONDS = 0.1  # of all clients at once, before the interruption
# No transfer is over in less than four seconds, however late a busy machine interrupts them.
PACE = "30Mbps"
DOWN_SECONDS = 2
# A frame that the device does not take is held for a second, and dropped after it.
UNREAD_SECONDS = 3
WINDOW = 16
# More blocks than the ring of the memif has places: 1,024.
WINDOW_OVER_MEMIF = 64


def configured(lab, program, wrapper=(), ports=None):
    text = config_text(lab.folder / "images", ports=ports, tftp=f"pace: {PACE}")
    return Appliance(lab, program, f"{text}limits: {{transfers-per-client: {CLIENTS}}}\n",
                     wrapper=wrapper)


def write_image(lab):
    path = lab.folder / "images" / NAME
    path.parent.mkdir()
    path.write_bytes(random.Random(NAME).randbytes(FILE_BYTES))
    return sha256(path)


class Clients:
    """Many atftps, each stopped as soon as it is in the middle of its file."""

    def __init__(self, lab, window):
        self.lab = lab
        self.outputs = [lab.folder / f"fetched.{number}" for number in range(CLIENTS)]
        self.running = []
        self.log = open(lab.folder / "clients.log", "w")
        for output in self.outputs:
            client = lab.start_client(*atftp(NAME, output, windowsize=window), stdout=self.log,
                                      stderr=self.log)
            wait_for_bytes(client, output, BEGUN_BYTES)
            client.send_signal(signal.SIGSTOP)
            check(client.poll() is None, "a transfer was over before it could be stopped")
            self.running.append(client)

    def go_on(self):
        for client in self.running:
            client.send_signal(signal.SIGCONT)

    def under_way(self):
        return sum(client.poll() is None for client in self.running)

    def check_all_arrive(self, expected):
        for number, (client, output) in enumerate(zip(self.running, self.outputs)):
            check_equal(client.wait(timeout=60), 0, f"exit status of client {number}")
            check_equal(sha256(output), expected, f"SHA-256 at client {number}")
            output.unlink()
        self.log.close()


def link_goes_down_in_the_middle(lab, stentord, expected):
    clients = Clients(lab, WINDOW)
    clients.go_on()
    time.sleep(LOAD_SECONDS)
    run("ip", "-n", lab.srv, "link", "set", "srv0", "down")
    wait_for(lambda: stentord.logged("link is down"), 10, "stentord sees the link down")
    time.sleep(DOWN_SECONDS)
    check_equal(clients.under_way(), CLIENTS, "transfers under way while the link is down")
    run("ip", "-n", lab.srv, "link", "set", "srv0", "up")
    clients.check_all_arrive(expected)


def all_is_counted(lab, stentord):
    wait_for_last_acks(lab)
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters["transfers_completed"], CLIENTS, f"transfers_completed in {counters}")
    check_equal(counters.get("transfers_given_up", 0), 0, "transfers_given_up")
    check(counters.get("blocks_resent", 0) >= CLIENTS, f"few blocks sent again: {counters}")
    return counters


def check_buffers_are_back(counters):
    check_equal(counters.get("boot0 buffers out since start", 0), 0, "buffers not back")


def link_counters(lab, stentord, backend):
    counters = all_is_counted(lab, stentord)
    if backend == "AF_PACKET":  # an XDP socket keeps what it has sent until it sends again
        check_buffers_are_back(counters)


@contextlib.contextmanager
def reading_nothing(process):
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def peer_reads_nothing_for_seconds(lab, peer, expected):
    clients = Clients(lab, WINDOW_OVER_MEMIF)
    clients.go_on()
    time.sleep(LOAD_SECONDS)
    with reading_nothing(peer):
        time.sleep(UNREAD_SECONDS)
        check_equal(clients.under_way(), CLIENTS, "transfers under way while nothing is read")
    clients.check_all_arrive(expected)


def peer_is_replaced_in_the_middle(lab, stentord, peer, bridge, expected):
    clients = Clients(lab, WINDOW_OVER_MEMIF)
    clients.go_on()
    time.sleep(LOAD_SECONDS)
    peer.kill()
    peer.wait()
    wait_for(lambda: stentord.logged("link is down"), 10, "stentord sees its peer go")
    check_equal(clients.under_way(), CLIENTS, "transfers under way without a peer")
    start_bridge(lab, bridge)
    clients.check_all_arrive(expected)


def ring_counters(lab, stentord):
    counters = all_is_counted(lab, stentord)
    check(counters.get("dropped transmit_full", 0) > 0, f"the ring was never full: {counters}")
    check_buffers_are_back(counters)


def group_link(program, backend):
    with Lab() as lab:
        expected = write_image(lab)
        lab.give_client_addresses()
        with configured(lab, program, BACKENDS[backend]) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield (f"{CLIENTS} transfers outlive a link that is down over {backend}",
                   lambda: link_goes_down_in_the_middle(lab, stentord, expected))
            yield (f"all is counted over {backend}",
                   lambda: link_counters(lab, stentord, backend))


def group_peer(program, bridge):
    with TapLab() as lab:
        expected = write_image(lab)
        with configured(lab, program, ports=memif_port(lab)) as stentord:
            peer = start_bridge(lab, bridge)
            wait_for(lambda: stentord.logged("link is up"), 10, "stentord sees its peer")
            lab.give_client_addresses()
            yield (f"{CLIENTS} transfers outlive a peer that reads nothing",
                   lambda: peer_reads_nothing_for_seconds(lab, peer, expected))
            yield "all is counted, and the ring was full", lambda: ring_counters(lab, stentord)
            end(peer)


def group_new_peer(program, bridge):
    with TapLab() as lab:
        expected = write_image(lab)
        lab.keep_interface()
        with configured(lab, program, ports=memif_port(lab)) as stentord:
            peer = start_bridge(lab, bridge)
            wait_for(lambda: stentord.logged("link is up"), 10, "stentord sees its peer")
            lab.give_client_addresses()
            yield (f"{CLIENTS} transfers outlive their peer, and go on with another",
                   lambda: peer_is_replaced_in_the_middle(lab, stentord, peer, bridge, expected))
            yield ("all is counted, and no buffer stayed with the peer that was killed",
                   lambda: check_buffers_are_back(all_is_counted(lab, stentord)))


if __name__ == "__main__":
    stentord_path, bridge_path = programs_under_test("STENTORD", "BRIDGE")
    main([*(group_link(stentord_path, backend) for backend in BACKENDS),
          group_peer(stentord_path, bridge_path), group_new_peer(stentord_path, bridge_path)])
