#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: of what `paths` says, each row has the ratio that its floor is about, of every seed, and
its note says what the ratio does not."""

import unittest

from wire import path_rows


def fetch(rate, start=0.01, frames=1.0, whole=1e6):
    return {"bytes_per_second": rate, "whole_bytes_per_second": whole, "frames_per_block": frames,
            "start_seconds": start}


def racks(share, lost=0.0, failed=0):
    return {"least_share": share, "lost": lost, "machines_failed": failed}


def row_of(measure, none, *seeds):
    asked = []

    def paths(which):
        asked.append(which)
        return {"none": none, "seeds": list(seeds)}
    return measure(paths), asked


class Loss(unittest.TestCase):
    def test_is_each_seeds_throughput_by_that_without_loss(self):
        row, asked = row_of(path_rows.loss, fetch(100e6), fetch(71e6, 1.25, 1.3),
                            fetch(68e6, 0.02, 1.4), fetch(73e6, 0.03, 1.2))
        self.assertEqual(asked, ["loss"], "it is exact: once is enough")
        self.assertEqual((row.id, row.ours, row.theirs), ("wire.loss", 71e6, 100e6))
        self.assertEqual((row.ratio, row.spread, row.pairs), (0.71, (0.68, 0.73), 3))
        self.assertEqual((row.floor, row.aim, row.verdict()), (0.5, 0.7, "aim"))

    def test_says_that_the_start_is_left_out_and_how_long_it_was(self):
        row, _ = row_of(path_rows.loss, fetch(100e6, 0.0005, whole=100e6),
                        fetch(71e6, 1.25, 1.3, whole=20e6), fetch(68e6, 0.02, 1.4, whole=66e6))
        self.assertIn("from the second window on", row.what)
        self.assertIn("left out: the start, to the second window, 1.25 s at most (1 of 2 longer "
                      "than 0.5 s), 0.5 ms without loss; with the start 0.43 (0.20 to 0.66) of the "
                      "throughput", row.note)
        self.assertIn("1.30 to 1.40 DATA frames a block", row.note)


class Pacing(unittest.TestCase):
    def test_is_the_share_itself_with_that_of_unpaced_windows_beside_it(self):
        row, asked = row_of(path_rows.pacing, racks(0.4, 0.108), racks(0.99), racks(0.97, 0.0005),
                            racks(0.98))
        self.assertEqual(asked, ["pacing"])
        self.assertEqual((row.id, row.ours, row.theirs), ("wire.pacing", 0.98, 0.4))
        self.assertEqual((row.ratio, row.spread), (0.98, (0.97, 0.99)))
        self.assertEqual(row.verdict(), "aim")
        self.assertIn("blocks lost: 0.0500% at most (floor: under 0.1%), without pacing 10.80%",
                      row.note)

    def test_is_below_its_floor_where_a_thousandth_is_lost_or_a_machine_gives_up(self):
        for bad in (racks(0.99, 0.001), racks(0.99, failed=1), racks(0.89)):
            row, _ = row_of(path_rows.pacing, racks(0.4, 0.1, 7), bad)
            self.assertEqual(row.verdict(), "below", bad)


if __name__ == "__main__":
    unittest.main()
