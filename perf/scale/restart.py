# SPDX-License-Identifier: BSD-3-Clause
"""How long machines wait for a stentord that starts with a million leases on disk: row P17."""

import contextlib
import json
import pathlib
import sqlite3
import tempfile
import time

from measure.process import end
from peers.lab import SERVER  # first: it names the folder of the tests
from frame import DhcpReply, Datagram, Tap, init_reboot, is_udp
from lab import Lab
from peers.servers import write_images
from wire.shared_memory import check_all_booted, config_text, partner, stentord

LEASES = 1_000_000
ASK_AGAIN_SECONDS = 0.005
PATIENCE_SECONDS = 60
DHCPACK = b"\x05"


class Restart:
    """`with` makes the database, of machines that got their leases over memif; each call starts a
    stentord on it, on a veth pair."""

    def __init__(self, context):
        self.context = context
        self.undo = contextlib.ExitStack()

    def __enter__(self):
        with self.undo:
            folder = pathlib.Path(self.undo.enter_context(
                tempfile.TemporaryDirectory(prefix="stentor-perf-")))
            self.images, self.database = folder / "images", folder / "leases.db"
            write_images(self.images, {"loader": 1 << 10})
            self._fill(folder / "storm.json")
            self.lab = self.undo.enter_context(Lab(prefix=8))
            self.undo = self.undo.pop_all()
        return self

    def __exit__(self, *_):
        self.undo.close()

    def __call__(self):
        """Seconds from the start of the process to the ACK of one whose lease is on disk."""
        address, mac = self._some_lease()
        config = self.lab.folder / "stentor.yaml"
        config.write_text(config_text(self.context, "interface:srv0", self.images, server=SERVER,
                                      leases=self._leases()))
        with Tap(self.lab) as tap, open(self.lab.folder / "log", "w", encoding="utf-8") as log:
            begun = time.monotonic()
            process = self.lab.start(self.lab.srv, self.context.build / "app/stentord/stentord",
                                     "--config", config, stdout=log, stderr=log)
            try:
                _ask_until_acknowledged(tap, address, mac, begun)
                return time.monotonic() - begun
            finally:
                end(process)

    def _leases(self):
        return f"database: {self.database}"

    def _fill(self, report):
        command = stentord(self.context, self.images, leases=self._leases())
        with partner(self.context, command, "memif") as rig:
            rig("--json", report, "--machines", LEASES, "--script", "dora")
        check_all_booted(json.loads(report.read_text()))

    def _some_lease(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as file:
            count, = file.execute("SELECT count(*) FROM lease WHERE state = 'bound'").fetchone()
            if count != LEASES:
                raise RuntimeError(f"{count:,} leases are on disk, not {LEASES:,}")
            address, mac = file.execute(
                "SELECT ip, hardware FROM lease ORDER BY owner LIMIT 1").fetchone()
        return address, bytes.fromhex(mac)


def _ask_until_acknowledged(tap, address, mac, begun):
    xid = 0
    while time.monotonic() - begun < PATIENCE_SECONDS:
        xid += 1
        tap.send(init_reboot(xid, address, mac))
        for frame in tap.arrivals(ASK_AGAIN_SECONDS, lambda seen: any(map(_is_reply, seen))):
            if not _is_reply(frame):
                continue
            reply = DhcpReply(Datagram(frame).payload)
            if reply.options[53] != DHCPACK or reply.yiaddr != address:
                raise RuntimeError(f"{address} was not acknowledged: {reply.options}")
            return
    raise RuntimeError(f"no answer for {PATIENCE_SECONDS} s")


def _is_reply(frame):
    return is_udp(frame, 67)
