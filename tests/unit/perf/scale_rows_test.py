#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: both sides of a row of scale differ in what the row is about, and in nothing else."""

import unittest

from scale import rows


class Runs:
    """Instead of DataRate: keeps the options of each call."""

    def __init__(self):
        self.calls = []

    def __call__(self, *arguments):
        self.calls.append(dict(zip(arguments[::2], arguments[1::2])))
        return {"frames_per_second": 1e6}


class Sides(unittest.TestCase):
    def differing(self, measure, *more):
        """Options that the two sides do not share: name -> (ours, theirs)."""
        run = Runs()
        measure("id", run, 1, *more)
        ours, theirs = run.calls[:2]
        self.assertEqual(run.calls[2:], [theirs, ours], "the second pair goes the other way round")
        return {name: (ours.get(name), theirs.get(name)) for name in {**ours, **theirs}
                if ours.get(name) != theirs.get(name)}

    def test_of_the_number_of_images_differ_in_it(self):
        self.assertEqual(self.differing(rows.images, 10_000), {"--files": (10_000, 1)})

    def test_of_the_size_of_an_image_differ_in_it(self):
        self.assertEqual(self.differing(rows.image_mib, 512), {"--image-mib": (512, 1)})

    def test_of_transfers_differ_in_their_number(self):
        self.assertEqual(self.differing(rows.transfers, 1_000), {"--clients": (1_000, 100)})


if __name__ == "__main__":
    unittest.main()
