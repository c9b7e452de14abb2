#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what stentor-storm --find-max says is taken as it is said: a rate, or one that the rig
limited, or none."""

import unittest

from measure.row import AtLeast
from peers.lab import rate_found

HELD = "highest rate held: 12800 DORA/s (0.1 % or less lost)\n"
RIG = "The rig itself offers no more: give it more --cores, on a port with as many queues.\n"


class RateFound(unittest.TestCase):
    def test_is_the_rate_that_was_held(self):
        rate = rate_found("trial  9:     25600 DORA/s for 2 s\n" + HELD)
        self.assertEqual((rate, type(rate)), (12800, float))

    def test_is_at_least_that_when_the_rig_was_the_limit(self):
        rate = rate_found("trial  9:     25600 DORA/s for 2 s\n" + HELD + RIG)
        self.assertEqual((rate, type(rate)), (12800, AtLeast))

    def test_is_an_error_with_what_was_said_when_there_is_none(self):
        for text in ("", "No rate held: more than 0.1 % were lost at each.\n"):
            with self.assertRaisesRegex(RuntimeError, "find-max: " + text.strip()):
                rate_found(text)


if __name__ == "__main__":
    unittest.main()
