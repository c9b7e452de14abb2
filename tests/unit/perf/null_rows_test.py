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


def slices(*values):
    """As data_rate alternates: with, without, without, with..."""
    return [{"checksums": (at + 1) // 2 % 2 == 0, "worker": value}
            for at, value in enumerate(values)]


class Checksums(unittest.TestCase):
    def test_are_the_median_of_neighbours_differences_not_of_medians(self):
        # A machine that becomes ten times slower half way, and is interrupted once.
        run = slices(105, 100, 100, 105, 1005, 1000, 9000, 1005, 1006, 1000)
        self.assertEqual(null_rows.compared_slices(run), (1005, 1000, 5))

    def test_leave_out_a_slice_without_a_partner(self):
        self.assertEqual(null_rows.compared_slices(slices(107, 100, 1)), (107, 100, 7))

    def test_are_none_of_slices_that_do_not_alternate(self):
        for run in ([], slices(1), [slices(1)[0]] * 2):
            with self.assertRaises(RuntimeError):
                null_rows.compared_slices(run)

    def test_row_is_the_difference_of_each_run(self):
        runs = Runs(*({"slices": slices(100 + difference, 100)} for difference in (99, 4, 9, 5)))
        row = null_rows.checksums(runs, 3)
        self.assertEqual((row.ours, row.theirs, row.ratio, row.spread), (105, 100, 5, (4, 9)))
        self.assertEqual(runs.calls, [("--window", 16, "--compare-checksums")] * 4)


class Latency(unittest.TestCase):
    def test_is_that_of_all_that_the_kernel_let_through_and_says_what_was_left_out(self):
        def of(p99, share, whole):
            return {"undisturbed": {"turnaround_p99_us": p99, "share": share},
                    "turnaround_us": {"p99": whole}}
        most = {"frames_per_second": 16_000}
        runs = Runs(most, of(9, 1, 9), most, of(3, 0.75, 900), most, of(4, 0.98, 5))
        row = null_rows.latency(runs, 2)
        self.assertEqual((row.ours, row.spread), (3.5, (3, 4)))
        self.assertIn("2.0% to 25.0% of a run; with them 5 to 900 us", row.note)
        self.assertEqual(runs.calls[1], ("--window", 16, "--clients", 1_000, "--arrivals", 500))

    def test_is_not_taken_where_others_have_the_core(self):
        runs = Runs({"frames_per_second": 16_000},
                    {"undisturbed": {"turnaround_p99_us": 3, "share": 0.4}})
        with self.assertRaisesRegex(RuntimeError, "in 60% of a run"):
            null_rows.latency(runs, 1)


if __name__ == "__main__":
    unittest.main()
