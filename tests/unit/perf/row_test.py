#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a row is the median of pairs measured in turn, says no more of its ratio than was measured,
and is JSON that every reader takes."""

import itertools
import json
import math
import unittest

from measure.row import AtLeast, Contest, Row, pairs, repeats, rounds, row_of_pairs, row_of_values


def row(ratio, **more):
    return Row("X1", "what", 1.0, 1.0, "unit", ratio, (ratio, ratio), **more)


class Measuring(unittest.TestCase):
    def test_the_first_pair_is_discarded_and_the_order_alternates(self):
        order, clock = [], itertools.count()

        def side(name):
            order.append(name)
            return next(clock)
        results = pairs(lambda: side("ours"), lambda: side("theirs"), 3)
        self.assertEqual("".join(name[0] for name in order), "ottootto")
        self.assertEqual(results, [(3, 2), (4, 5), (7, 6)])

    def test_in_a_round_each_goes_first_in_turn_and_has_its_place(self):
        order = []

        def side(name):
            order.append(name)
            return name
        results = rounds([lambda name=name: side(name) for name in "abc"], 2)
        self.assertEqual("".join(order), "abc" "bca" "cab")
        self.assertEqual(results, [("a", "b", "c")] * 2)

    def test_a_contest_measures_once_whichever_rows_want_it(self):
        measured = []

        def measure(who):
            measured.append(who)
            return who * len(measured)
        contest = Contest(measure, "a", ["b", "c"], 1)
        self.assertEqual(contest.pairs_with("c"), [("a" * 6, "c" * 5)])
        self.assertEqual(contest.pairs_with("b"), [("a" * 6, "b" * 4)])
        self.assertEqual("".join(measured), "abc" "bca")

    def test_who_needs_no_warming_up_discards_none(self):
        order = []
        contest = Contest(lambda who: order.append(who) or who, "a", ["b"], 2, warm_up=False)
        self.assertEqual(contest.pairs_with("b"), [("a", "b")] * 2)
        self.assertEqual("".join(order), "ab" "ba")

    def test_a_repeat_more_is_made_and_discarded(self):
        clock = itertools.count()
        self.assertEqual(repeats(lambda: next(clock), 3), [1, 2, 3])


class Ratio(unittest.TestCase):
    def test_is_the_median_of_the_pairs_ratios_not_of_the_medians(self):
        made = row_of_pairs("X1", "what", "unit", [(10, 1), (20, 10), (30, 30)])
        self.assertEqual((made.ours, made.theirs), (20, 10))
        self.assertEqual((made.ratio, made.spread), (2, (1, 10)))
        self.assertEqual((made.pairs, made.ours_spread, made.theirs_spread), (3, (10, 30), (1, 30)))

    def test_may_be_another_figure_of_each_pair(self):
        made = row_of_pairs("X1", "what", "unit", [(10, 1), (20, 10)], ratio=lambda m, y: m - y)
        self.assertEqual((made.ratio, made.spread), (9.5, (9, 10)))

    def test_is_infinite_where_the_other_served_nobody(self):
        self.assertEqual(row_of_pairs("X1", "what", "unit", [(10, 0)]).ratio, math.inf)

    def test_of_values_alone_is_their_median(self):
        made = row_of_values("X1", "what", "unit", [3, 1, 2])
        self.assertEqual((made.ours, made.theirs, made.ratio, made.spread), (2, None, 2, (1, 3)))


class Verdict(unittest.TestCase):
    def test_is_the_best_mark_that_the_ratio_reaches(self):
        for ratio, expected in ((2.0, "aim"), (1.9, "floor"), (1.0, "floor"), (0.9, "below")):
            self.assertEqual(row(ratio, floor=1.0, aim=2.0).verdict(), expected, ratio)

    def test_turns_round_where_lower_is_better(self):
        for ratio, expected in ((1.0, "aim"), (1.5, "floor"), (2.1, "below")):
            made = row(ratio, better="lower", floor=2.0, aim=1.0)
            self.assertEqual(made.verdict(), expected, ratio)

    def test_is_below_where_work_was_left_undone(self):
        self.assertEqual(row(3.0, floor=1.0, aim=2.0, has_failed=True).verdict(), "below")

    def test_is_nothing_where_nothing_is_asked(self):
        self.assertEqual(row(1.0).verdict(), "")

    def test_says_no_more_than_a_bound_proves(self):
        """At least 1 reaches a floor of 1; whether it is below one of 2, nobody knows."""
        cases = ((True, False, "higher", "floor", "open"), (False, True, "higher", "open", "below"),
                 (True, False, "lower", "open", "below"), (False, True, "lower", "floor", "open"),
                 (True, True, "higher", "open", "open"), (False, False, "higher", "floor", "below"))
        for ours, theirs, better, when_reached, when_missed in cases:
            limits = {"ours_at_least": ours, "theirs_at_least": theirs, "better": better}
            missed = 2.0 if better == "higher" else 0.5
            self.assertEqual(row(1.0, floor=1.0, **limits).verdict(), when_reached, limits)
            self.assertEqual(row(1.0, floor=missed, **limits).verdict(), when_missed, limits)


class Bound(unittest.TestCase):
    def test_one_limited_run_makes_the_side_at_least(self):
        made = row_of_pairs("X1", "what", "unit", [(AtLeast(10), 5.0), (12.0, 5.0), (11.0, 5.0)])
        self.assertEqual((made.ours_at_least, made.theirs_at_least), (True, False))
        self.assertEqual((made.bound(), made.ours), ("at least", 11))
        self.assertIs(type(made.ours), float)

    def test_theirs_limits_the_ratio_from_above_and_both_leave_it_open(self):
        self.assertEqual(row_of_pairs("X1", "", "", [(1.0, AtLeast(2))]).bound(), "at most")
        self.assertEqual(row_of_pairs("X1", "", "", [(AtLeast(1), AtLeast(2))]).bound(), "open")


class Json(unittest.TestCase):
    def test_holds_what_was_measured_and_nothing_else(self):
        fields = json.loads(json.dumps(row(0.5, floor=1.0).to_json(), allow_nan=False))
        self.assertEqual(fields, {"id": "X1", "what": "what", "ours": 1.0, "theirs": 1.0,
                                  "unit": "unit", "ratio": 0.5, "spread": [0.5, 0.5],
                                  "better": "higher", "floor": 1.0, "verdict": "below"})

    def test_says_which_side_was_limited(self):
        fields = row(1.0, floor=1.0, ours_at_least=True).to_json()
        self.assertIs(fields["ours_at_least"], True)
        self.assertEqual((fields["bound"], fields["verdict"]), ("at least", "floor"))
        self.assertNotIn("theirs_at_least", fields)

    def test_keeps_a_figure_of_zero(self):
        fields = Row("X1", "", 0.0, 0.0, "", 0.0, (0.0, 0.0)).to_json()
        self.assertEqual((fields["ours"], fields["theirs"], fields["ratio"]), (0.0, 0.0, 0.0))

    def test_has_null_for_an_infinite_ratio_which_json_cannot_say(self):
        made = row_of_pairs("X1", "what", "unit", [(1.0, 2.0), (1.0, 0.0), (1.0, 0.0)])
        fields = json.loads(json.dumps(made.to_json(), allow_nan=False))
        self.assertEqual((fields["ratio"], fields["spread"]), (None, [0.5, None]))


if __name__ == "__main__":
    unittest.main()
