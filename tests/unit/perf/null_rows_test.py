#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: of what data_rate says, each row takes the share that it is about, and its note says what
was left out."""

import contextlib
import types
import unittest
from unittest import mock

from wire import null_rows

FRAMES = {"frames_per_second": 10e6, "frames_per_second_of_server": 12e6}


def result(worker=100.0, driver=40.0, clients=30.0, clock=1.25):
    shares = {"all": worker + driver + clients, "worker": worker, "driver": driver,
              "clients": clients, "clock": clock}
    return {"tsc_cycles_per_frame": shares, **FRAMES}


class Runs:
    """Instead of DataRate: gives its results in turn and keeps how it was called."""

    def __init__(self, *results):
        self.results, self.calls = iter(results), []

    def __call__(self, *arguments):
        self.calls.append(arguments)
        return next(self.results)


class OwnShare(unittest.TestCase):
    def test_is_the_workers_alone_and_the_rest_is_said(self):
        runs = Runs(result(9), result(90), result(110), result(100))
        row = null_rows.own_share("P4.w1", "what", 1, runs, 3, floor=260, aim=180)
        self.assertEqual((row.ratio, row.spread, row.better), (100, (90, 110), "lower"))
        self.assertEqual(row.verdict(), "aim")
        self.assertEqual(runs.calls, [("--window", 1)] * 4)
        self.assertEqual(row.note, "of 170 in all; left out: 40 of the driver, 30 of the clients "
                         "that feed ACKs; not left out: 1.2 of reading the clock for this")


class BesideTestpmd(unittest.TestCase):
    def test_leaves_out_the_clients_time(self):
        testpmd = types.SimpleNamespace(say=lambda word: None, rate=lambda seconds: 24e6)
        with mock.patch.object(null_rows, "Testpmd",
                               lambda *_, **__: contextlib.nullcontext(testpmd)):
            row = null_rows.beside_testpmd(types.SimpleNamespace(cores=[0, 1]),
                                           lambda *_: result(), 1)
        self.assertEqual((row.ours, row.theirs, row.ratio), (12e6, 24e6, 0.5))


if __name__ == "__main__":
    unittest.main()
