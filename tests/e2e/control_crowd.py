# SPDX-License-Identifier: BSD-3-Clause
"""Many who ask a stentord by its control socket at the same time, in one thread. With a thread each
they took as much of a core as stentord took for its answers, and each of its reads woke one of them
for nothing (a blocking recv is woken by room to write too)."""

import heapq
import itertools
import re
import select
import socket
import time

from control_client import socket_of
from suite import check

PATIENCE = 20  # seconds without any answer
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


class Caller:
    """A connection that stays open, and one request on it at a time."""

    def __init__(self, lab, talk):
        self.talk = talk
        self.unread = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(socket_of(lab)))

    def ask(self, method, path):
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: stentor\r\n\r\n".encode())

    def answer(self):
        """(status, body) once all of it is there, else None."""
        more = self.socket.recv(65536)
        check(more, f"the connection ended behind {self.unread!r}")
        self.unread += more
        head, end, body = self.unread.partition(b"\r\n\r\n")
        if not end:
            return None
        length = int(LENGTH.search(head + b"\r\n")[1])
        if len(body) < length:
            return None
        check(len(body) == length, f"more than an answer came: {self.unread!r}")
        self.unread = b""
        return int(head[len("HTTP/1.1 "):][:3]), body


def talk_all(lab, talks):
    """Runs all to their ends, a connection each. A talk is a generator that yields (method, path),
    and is sent (status, body), or a monotonic time until which it has nothing to ask."""
    callers = {}
    due = []  # (when, order, caller)
    order = itertools.count()
    events = select.epoll()
    waiting = set()  # for an answer

    def go_on(caller, answer):
        try:
            wish = caller.talk.send(answer)
        except StopIteration:
            return
        if isinstance(wish, tuple):
            caller.ask(*wish)
            waiting.add(caller)
        else:
            heapq.heappush(due, (wish, next(order), caller))

    try:
        for talk in talks:
            caller = Caller(lab, talk)
            callers[caller.socket.fileno()] = caller
            events.register(caller.socket, select.EPOLLIN)
        for caller in callers.values():
            go_on(caller, None)
        while waiting or due:
            rest = max(0, due[0][0] - time.monotonic()) if due else PATIENCE
            ready = events.poll(rest)
            check(ready or due, f"{len(waiting)} requests were not answered in {PATIENCE} s")
            for number, _ in ready:
                answer = callers[number].answer()
                if answer:
                    waiting.remove(callers[number])
                    go_on(callers[number], answer)
            while due and due[0][0] <= time.monotonic():
                go_on(heapq.heappop(due)[2], None)
    finally:
        events.close()
        for caller in callers.values():
            caller.socket.close()
