#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a service manager hears that stentord serves, that all is well as long as every worker
loops, and that it ends; a worker that hangs is named within 2 s."""

import contextlib
import ctypes
import os
import pathlib
import socket
import time

from appliance import Appliance, config_text, write_images
from control_client import Command, socket_of
from lab import LIBC, Lab
from suite import check, check_equal, main, programs_under_test, wait_for

WATCHDOG_SECONDS = 2
NOTICED_SECONDS = 2
PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17


class Manager:
    """A socket such as systemd hands to a service of Type=notify (sd_notify(3))."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.heard = []

    def environment(self):
        return {**os.environ, "NOTIFY_SOCKET": str(self.path),
                "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000)}

    def listen(self, seconds):
        """What was said within the time."""
        said = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                said.append(self.socket.recv(4096).decode())
        return said


class ServiceAppliance(Appliance):
    """A stentord that a service manager has started."""

    def __init__(self, lab, program, manager):
        text = config_text(lab.folder / "images", control=f"socket: {{path: {socket_of(lab)}}}")
        variables = [f"{name}={value}" for name, value in manager.environment().items()
                     if name.startswith(("NOTIFY", "WATCHDOG"))]
        super().__init__(lab, program, text, wrapper=("env", *variables))


def worker_thread(process):
    """The one that polls: it takes the most of its core."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task")
    for task in tasks.iterdir():
        if (task / "comm").read_text().startswith(("dpdk-worker", "rte-worker", "lcore-worker")):
            return int(task.name)
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()]
    check(False, f"no worker among the threads {names}")


@contextlib.contextmanager
def hanging(thread):
    """One thread stands still, and the process with it goes on (ptrace(2))."""
    def call(request, data=None):
        LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        check(LIBC.ptrace(request, thread, None, data) == 0,
              f"ptrace: {os.strerror(ctypes.get_errno())}")

    call(PTRACE_SEIZE)
    try:
        call(PTRACE_INTERRUPT)
        os.waitpid(thread, 0x40000000)  # __WALL
        yield
    finally:
        call(PTRACE_DETACH)


def manager_hears_the_start(manager):
    check_equal(manager.listen(1)[0], "READY=1\nSTATUS=serving, 1 ports", "the first word")


def manager_hears_that_all_is_well(manager):
    said = manager.listen(2 * WATCHDOG_SECONDS)
    check(len(said) >= 4 and set(said) == {"WATCHDOG=1"}, f"it heard {said}")


def hanging_worker_is_named(manager, stentord, command):
    manager.listen(0.1)
    with hanging(worker_thread(stentord.process)):
        begun = time.monotonic()
        wait_for(lambda: stentord.logged("does not loop"), 10, "a line of the log")
        seconds = time.monotonic() - begun
        check(seconds < NOTICED_SECONDS, f"it took {seconds:.1f} s")
        print(f"        noticed after {seconds:.1f} s")
        manager.listen(0.2)
        check_equal(manager.listen(WATCHDOG_SECONDS), [], "what the manager hears meanwhile")
        problems = command.json("status")["problems"]
        check(any("does not loop" in sentence for sentence in problems), f"status has {problems}")
    wait_for(lambda: stentord.logged("all workers loop again"), 10, "its return")
    check("WATCHDOG=1" in manager.listen(WATCHDOG_SECONDS), "the manager does not hear of it")
    check_equal(command.json("status")["problems"], [], "problems afterwards")


def manager_hears_the_end(manager, stentord):
    manager.listen(0.1)
    stentord.stop()
    check("STOPPING=1\nSTATUS=stopping" in manager.listen(0.5), "it heard nothing of the end")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        manager = Manager(lab.folder)
        command = Command(lab, stentorctl)
        with ServiceAppliance(lab, program, manager) as stentord:
            yield "the start", lambda: manager_hears_the_start(manager)
            yield "all is well", lambda: manager_hears_that_all_is_well(manager)
            yield ("a worker that hangs",
                   lambda: hanging_worker_is_named(manager, stentord, command))
            yield "the end", lambda: manager_hears_the_end(manager, stentord)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
