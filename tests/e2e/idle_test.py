#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: with nothing to do, stentord costs the machine next to nothing, over AF_XDP and over
AF_PACKET; and the first machine that asks after a silence waits for its answer no longer than one
sleep of the worker.
"""

import os
import pathlib
import statistics
import time

from appliance import BACKENDS, check_backend, serving, write_images
from frame import Datagram, Tap, is_udp, pxe_discover
from lab import Lab
from suite import check, check_equal, main, program_under_test

SECONDS = 10
# Of one core, each thread: it wakes 2,000 times a second, for some microseconds.
SHARE_MAX = 0.10
SILENCE_SECONDS = 0.2  # the worker sleeps 20 ms after the last frame
DISCOVERS = 50
MEDIAN_SECONDS_MAX = 0.01  # on a machine with other work; half a millisecond is usual


def seconds_of_threads(pid):
    """CPU time of each thread, proc(5), stat: thread -> (name, seconds)."""
    ticks = os.sysconf("SC_CLK_TCK")
    threads = {}
    for path in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (path / "stat").read_text().partition("(")[2].rpartition(")")
        user, system = rest.split()[11:13]
        threads[path.name] = name, (int(user) + int(system)) / ticks
    return threads


def idle_costs_little(stentord):
    pid = stentord.process.pid
    before, begun = seconds_of_threads(pid), time.monotonic()
    time.sleep(SECONDS)
    after, passed = seconds_of_threads(pid), time.monotonic() - begun
    # A thread that began meanwhile had nothing before.
    shares = {f"{name} ({thread})": (seconds - before.get(thread, (name, 0))[1]) / passed
              for thread, (name, seconds) in after.items()}
    told = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
    print(f"        CPU time while idle: {told}")
    check(max(shares.values()) < SHARE_MAX, f"a thread is not idle: {told}")


def offer_seconds(tap, xid):
    """Until the OFFER to a DISCOVER comes."""
    begun = time.monotonic()
    tap.send(pxe_discover(xid))
    frames = tap.arrivals(2, lambda seen: any(is_udp(frame, 67) for frame in seen))
    passed = time.monotonic() - begun
    offers = [Datagram(frame) for frame in frames if is_udp(frame, 67)]
    check_equal(len(offers), 1, "answers to a DISCOVER")
    return passed


def first_discover_is_answered_soon(lab):
    seconds = []
    with Tap(lab) as tap:
        for xid in range(DISCOVERS):
            time.sleep(SILENCE_SECONDS)
            seconds.append(offer_seconds(tap, xid))
    median = statistics.median(seconds)
    print(f"        DISCOVER to OFFER after silence: median {median * 1e6:.0f} us, "
          f"max {max(seconds) * 1e6:.0f} us")
    check(median < MEDIAN_SECONDS_MAX, f"the median is {median * 1e3:.1f} ms")


def group(program, backend):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        with serving(lab, program, backend) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            yield f"idle costs little over {backend}", lambda: idle_costs_little(stentord)
            yield (f"the first DISCOVER after silence is answered soon over {backend}",
                   lambda: first_discover_is_answered_soon(lab))


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
