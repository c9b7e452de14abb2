#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the terminal's table shows four digits of a number, and of a limit that it is one."""

import contextlib
import io
import math
import unittest

from measure.row import Row, row_of_pairs, row_of_values
from measure.table import number, print_rows


class Number(unittest.TestCase):
    def test_has_four_digits_and_thousands_as_letters(self):
        cases = {None: "-", 0: "0", 0.12345: "0.1235", 9999: "9999", 12345: "12.35k",
                 1.5e6: "1.5M", 2e9: "2G", -12345: "-12.35k", math.inf: "inf"}
        for value, text in cases.items():
            self.assertEqual(number(value), text)


class Rows(unittest.TestCase):
    def test_show_limits_as_limits(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print_rows([Row("A", "", 20.0, 10.0, "u", 2.0, (2, 2), ours_at_least=True, floor=1.0),
                        Row("B", "", 20.0, 10.0, "u", 2.0, (2, 2), theirs_at_least=True),
                        Row("C", "", 20.0, 10.0, "u", 2.0, (2, 2), ours_at_least=True,
                            theirs_at_least=True, floor=1.0)])
        first, second, third = (" ".join(line.split()) for line in out.getvalue().splitlines()[1:])
        self.assertEqual(first, "A ≥ 20 10 u ≥ 2 2 to 2 1 - floor")
        self.assertEqual(second, "B 20 ≥ 10 u ≤ 2 2 to 2 - -")
        self.assertEqual(third, "C ≥ 20 ≥ 10 u open 2 to 2 1 - open")

    def test_say_how_often_and_between_which_figures_below_the_table(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print_rows([row_of_pairs("A", "what", "u", [(20, 10), (30, 12)], note="small"),
                        row_of_values("B", "what", "u", [3, 1, 2])])
        self.assertEqual(out.getvalue().splitlines()[-2:],
                         ["  A: 2 x ours 20 to 30, theirs 10 to 12 u; small",
                          "  B: 3 x ours 1 to 3 u"])


if __name__ == "__main__":
    unittest.main()
