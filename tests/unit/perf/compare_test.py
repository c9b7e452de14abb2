#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: compare.py calls worse what got worse beyond its spread, and nothing else; and refuses what
is no result, by a sentence that says which file and what of it."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import compare

MACHINE = {"cpu": "A", "cores": 2, "kernel": "6"}


def row(ratio, low=None, high=None, id="X1", **more):
    return {"id": id, "ratio": ratio, "spread": [low or ratio, high or ratio], **more}


class Comparing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def result(self, name, rows, machine=None):
        return self.write(name, {"machine": machine or MACHINE, "rows": rows})

    def run_main(self, *paths):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = compare.main(list(paths))
        return status, out.getvalue(), err.getvalue()

    def compared(self, before, after):
        status, out, err = self.run_main(self.result("before.json", before),
                                         self.result("after.json", after))
        self.assertEqual(err, "")
        return status, " ".join(out.split())


class Change(Comparing):
    def test_counts_when_the_spreads_do_not_touch(self):
        self.assertEqual(self.compared([row(2.0, 1.9, 2.1)], [row(1.0, 0.9, 1.1)]),
                         (1, "X1 2 -> 1 -50.0% worse"))
        self.assertEqual(self.compared([row(1.0, 0.9, 1.1)], [row(2.0, 1.9, 2.1)]),
                         (0, "X1 1 -> 2 +100.0% better"))

    def test_is_noise_when_they_touch(self):
        self.assertEqual(self.compared([row(2.0, 1.5, 2.1)], [row(1.4, 0.9, 1.5)]),
                         (0, "X1 2 -> 1.4 -30.0% within the spread"))

    def test_turns_round_where_lower_is_better(self):
        slow, fast = row(2.0, better="lower"), row(1.0, better="lower")
        self.assertEqual(self.compared([fast], [slow]), (1, "X1 1 -> 2 +100.0% worse"))
        self.assertEqual(self.compared([slow], [fast]), (0, "X1 2 -> 1 -50.0% better"))

    def test_of_one_row_does_not_hide_in_another(self):
        status, out = self.compared([row(2.0), row(1.0, id="X2")], [row(1.0), row(2.0, id="X2")])
        self.assertEqual(status, 1)
        self.assertIn("X1 2 -> 1 -50.0% worse", out)
        self.assertIn("X2 1 -> 2 +100.0% better", out)

    def test_is_not_judged_where_the_rig_was_the_limit(self):
        limited = row(1.0, bound="at least", ours_at_least=True)
        self.assertEqual(self.compared([row(2.0)], [limited]),
                         (0, "X1 2 -> ≥ 1 -50.0% limited by the rig"))
        self.assertEqual(self.compared([limited], [row(0.5)]),
                         (0, "X1 ≥ 1 -> 0.5 -50.0% limited by the rig"))

    def test_to_and_from_an_infinite_ratio_counts(self):
        infinite = {"id": "X1", "ratio": None, "spread": [None, None]}
        self.assertEqual(self.compared([infinite], [row(2.0)]), (1, "X1 inf -> 2 worse"))
        self.assertEqual(self.compared([row(2.0)], [infinite])[0], 0)
        self.assertEqual(self.compared([infinite], [infinite]),
                         (0, "X1 inf -> inf +0.0% within the spread"))

    def test_of_a_ratio_that_was_zero_is_no_fraction(self):
        zero = {"id": "X1", "ratio": 0, "spread": [0, 0]}
        self.assertEqual(self.compared([zero], [row(1.0)]), (0, "X1 0 -> 1 better"))


class Rows(Comparing):
    def test_that_come_and_go_are_said_and_count_nothing(self):
        status, out = self.compared([row(1.0)], [row(1.0, id="X2")])
        self.assertEqual((status, out), (0, "X1 1 gone X2 -> 1 new"))

    def test_of_another_machine_are_compared_with_a_note(self):
        status, out, _ = self.run_main(
            self.result("a.json", [row(1.0)]),
            self.result("b.json", [row(1.0)], {**MACHINE, "kernel": "7"}))
        self.assertEqual(status, 0)
        self.assertIn("note: kernel differs: 6 / 7", out)


class Refusal(Comparing):
    def refused(self, content, *words):
        good = self.result("good.json", [row(1.0)])
        bad = content if content == "/nowhere.json" else self.write("bad.json", content)
        for arguments in ((good, bad), (bad, good)):
            status, out, err = self.run_main(*arguments)
            self.assertEqual((status, out), (2, ""))
            self.assertEqual(err.count("\n"), 1, f"one sentence: {err}")
            for word in (bad, *words):
                self.assertIn(word, err)

    def test_names_a_file_that_is_not_there(self):
        self.refused("/nowhere.json", "No such file")

    def test_names_what_is_not_json(self):
        self.refused("{", "is not JSON", "line 1 column 2", "perf/run.sh --json")
        self.refused("", "is not JSON")

    def test_names_what_is_nested_too_deeply(self):
        self.refused("[" * 200_000, "nested too deeply")

    def test_names_what_nobody_can_print(self):
        self.refused({"machine": MACHINE, "rows": [row(1.0, id="\ud800")]}, "no text in UTF-8")
        self.refused({"machine": {"cpu": "\ud800"}, "rows": []}, "no text in UTF-8")

    def test_names_what_is_no_result(self):
        for content in ([], {}, 7, None, {"machine": {}}, {"machine": {}, "rows": {}},
                        {"machine": 1, "rows": []}):
            self.refused(json.dumps(content), "no machine and rows")

    def test_names_the_row_and_what_is_wrong_with_it(self):
        for wrong, words in ((7, "without an id"), ({"ratio": 1}, "without an id"),
                             ({"id": "X1"}, "no number as its ratio"),
                             (row("1"), "no number as its ratio"),
                             (row(True), "no number as its ratio"),
                             ({"id": "X1", "ratio": 1}, "no spread"),
                             ({"id": "X1", "ratio": 1, "spread": [1]}, "no spread"),
                             ({"id": "X1", "ratio": 1, "spread": [1, "2"]}, "no spread"),
                             (row(10 ** 400), "no number as its ratio"),
                             ({"id": "X1", "ratio": 1, "spread": [2, 1]}, "ends below its begin"),
                             ({"id": "X1", "ratio": 1, "spread": [None, 1]}, "ends below its"),
                             (row(1.0, better="bigger"), "better is 'bigger'"),
                             (row(1.0, bound="perhaps"), "bound is 'perhaps'")):
            content = {"machine": MACHINE, "rows": [row(1.0, id="X0"), wrong]}
            self.refused(content, "rows[1]", words)
        self.refused({"machine": MACHINE, "rows": [row(1.0), row(2.0)]}, "'X1' stands twice")

    def test_of_wrong_arguments_shows_the_usage(self):
        status, _, err = self.run_main("one.json")
        self.assertEqual(status, 2)
        self.assertIn("compare.py BEFORE.json AFTER.json", err)


if __name__ == "__main__":
    unittest.main()
