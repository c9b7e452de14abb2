#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: an end-to-end file that left a group out does not end like one that ran all of them."""

import contextlib
import io
import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.environ["TESTS"], "e2e"))
from suite import Failure, Skip, main  # noqa: E402


def passing():
    yield "one that passes", lambda: None


def failing():
    def fail():
        raise Failure("it saw something else")
    yield "one that fails", fail


def raising():
    yield "one that is broken", lambda: 1 // 0


def left_out():
    raise Skip("two workers need cores 0 and 1")
    yield


def outcome(*groups):
    """The exit status, and the lines on stdout."""
    said = io.StringIO()
    with mock.patch("os.geteuid", return_value=0), contextlib.redirect_stdout(said):
        try:
            main([group() for group in groups])
        except SystemExit as end:
            return end.code, said.getvalue().splitlines()
    raise AssertionError("main() returned")


class Main(unittest.TestCase):
    def test_ends_with_zero_if_every_group_ran_and_passed(self):
        self.assertEqual(outcome(passing, passing)[0], 0)

    def test_says_why_a_group_is_left_out_and_runs_the_others(self):
        status, lines = outcome(left_out, passing)
        self.assertEqual(status, 77)
        self.assertIn("skipped: two workers need cores 0 and 1", lines)
        self.assertIn("1 passed, 0 failed, 1 groups skipped", lines)

    def test_hides_no_failure_behind_a_group_that_is_left_out(self):
        self.assertEqual(outcome(left_out, failing)[0], 1)

    def test_says_at_its_end_again_what_failed_and_what_was_raised(self):
        _, lines = outcome(failing, raising, passing)
        self.assertEqual(lines[-3:], [
            "FAILED  one that fails: it saw something else",
            "FAILED  one that is broken: Traceback (most recent call last): "
            "ZeroDivisionError: integer division or modulo by zero",
            "1 passed, 2 failed, 0 groups skipped"])


if __name__ == "__main__":
    unittest.main()
