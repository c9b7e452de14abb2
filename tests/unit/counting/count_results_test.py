#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: every test of a run is counted once, under what became of it, and a run that was cut short
is no success."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.join(os.environ["TESTS"], "count_results.py")

# As GoogleTest prints it: the reason stands below its place.
SKIPPED_CASE = """\
[ RUN      ] Rights.NamesWhatIsMissing
../tests/eal/rights_test.cc:49: Skipped
needs rights
to give some up

[  SKIPPED ] Rights.NamesWhatIsMissing (0 ms)
[ RUN      ] Rights.AreThere
[       OK ] Rights.AreThere (0 ms)
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] Rights.NamesWhatIsMissing
"""


def count(*results, user="root", status=0):
    """What is said of a run whose tests ended as (name, result, stdout)."""
    with tempfile.TemporaryDirectory() as folder:
        logs = pathlib.Path(folder, "meson-logs")
        logs.mkdir()
        logs.joinpath("testlog.json").write_text("".join(
            json.dumps({"name": name, "result": result, "stdout": stdout}) + "\n"
            for name, result, stdout in results))
        return subprocess.run([sys.executable, PROGRAM, folder, user, str(status)], check=True,
                              capture_output=True, text=True).stdout.splitlines()


class Counts(unittest.TestCase):
    def test_name_what_passed_failed_and_was_skipped(self):
        self.assertEqual(count(("unit: a", "OK", ""), ("unit: b", "FAIL", "seen: 1\n"),
                               ("unit: c", "SKIP", "skipped: why\n"), status=1),
                         ["passed unit: a", "failed unit: b", "said seen: 1",
                          "skipped unit: c (skipped: why)"])

    def test_take_a_skip_of_root_end_to_end_for_a_failure(self):
        result = ("e2e: ports", "SKIP", "skipped: two workers need two cores\n")
        self.assertEqual(count(result)[0], "failed e2e: ports")
        self.assertTrue(count(result, user="user")[0].startswith("skipped e2e: ports"))

    def test_name_each_case_that_skipped_itself_in_a_test_that_passed(self):
        self.assertEqual(count(("eal: eal", "OK", SKIPPED_CASE)),
                         ["passed eal: eal", "skipped eal: eal Rights.NamesWhatIsMissing "
                          "(needs rights to give some up)"])

    def test_take_a_run_that_was_cut_short_for_a_failure(self):
        self.assertEqual(count(("unit: a", "OK", ""), status=143)[-1],
                         "failed meson test: status 143, and no test that ended failed")
        self.assertEqual(count(), ["failed no test ran"])


if __name__ == "__main__":
    unittest.main()
