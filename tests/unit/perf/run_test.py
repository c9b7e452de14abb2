#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: perf/run.py measures the rows that are asked for and no other, and one that fails costs no
other; each suite says which rows it has without measuring any."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

import run
from measure.row import Pending, Row


def context(only):
    return run.Context(build=pathlib.Path("/nowhere"), peers=pathlib.Path("/nowhere"), pairs=5,
                       cores=[0, 1], only=only)


class RowsOf(unittest.TestCase):
    def setUp(self):
        self.measured = []
        module = types.SimpleNamespace(rows=lambda context: (
            Pending(id, lambda id=id: self.measure(id)) for id in ("P1", "P2.w1", "bad", "P2.w16")))
        self.enterContext = contextlib.ExitStack()
        self.addCleanup(self.enterContext.close)
        self.enterContext.enter_context(mock.patch.dict(sys.modules, {"made_up": module}))
        self.enterContext.enter_context(mock.patch.dict(run.SUITES, {"one": ["made_up"],
                                                                     "two": ["no_such_module"]}))

    def measure(self, id):
        self.measured.append(id)
        if id == "bad":
            raise RuntimeError("it broke")
        return Row(id, "", 1.0, None, "u", 1.0, (1.0, 1.0))

    def rows_of(self, suites, only):
        kept = []
        with contextlib.redirect_stdout(io.StringIO()):
            rows, failures = run.rows_of(suites, context(only),
                                         lambda rows: kept.append([row.id for row in rows]))
        return [row.id for row in rows], failures, kept

    def test_measures_only_what_is_asked_for(self):
        rows, failures, _ = self.rows_of(["one"], "P2*")
        self.assertEqual((rows, failures), (["P2.w1", "P2.w16"], []))
        self.assertEqual(self.measured, ["P2.w1", "P2.w16"])

    def test_keeps_each_row_as_soon_as_it_is_there(self):
        _, _, kept = self.rows_of(["one"], "P*")
        self.assertEqual(kept, [["P1"], ["P1", "P2.w1"], ["P1", "P2.w1", "P2.w16"]])

    def test_goes_on_after_a_row_and_after_a_module_that_fail(self):
        rows, failures, _ = self.rows_of(["two", "one"], "*")
        self.assertEqual(rows, ["P1", "P2.w1", "P2.w16"])
        self.assertEqual(len(failures), 2)
        self.assertIn("no_such_module: ModuleNotFoundError", failures[0])
        self.assertEqual(failures[1], "bad: RuntimeError: it broke")


class Arguments(unittest.TestCase):
    def refused(self, *arguments):
        err = io.StringIO()
        with mock.patch.object(sys, "argv", ["run.py", *arguments]), (
                contextlib.redirect_stderr(err)), self.assertRaises(SystemExit) as ended:
            run.parse_arguments()
        self.assertEqual(ended.exception.code, 2)
        return err.getvalue()

    def test_name_files_that_can_be_written(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn(f"--json {folder}/none/x: No such file",
                          self.refused("micro", "--json", f"{folder}/none/x"))
            self.assertIn("no regular file", self.refused("micro", "--html", folder))
            kept, new = pathlib.Path(folder, "kept"), pathlib.Path(folder, "new")
            kept.write_text("rows")
            for path in (kept, new):
                self.assertEqual(run.fault_of_path(path), "")
            self.assertEqual(kept.read_text(), "rows")
            self.assertFalse(new.exists())

    def test_name_a_suite_before_anything_is_installed(self):
        script = pathlib.Path(run.__file__).with_name("run.sh")
        for suite in ("macro", "--json"):
            ended = subprocess.run([script, suite], capture_output=True, text=True, timeout=30)
            self.assertEqual((ended.returncode, ended.stdout), (2, ""))
            self.assertIn(f"'{suite}' is no suite", ended.stderr)
            for known in (*run.SUITES, "all"):
                self.assertIn(known, ended.stderr)


class Suites(unittest.TestCase):
    def test_name_their_rows_without_measuring(self):
        import scale.rows
        import wire.null_rows
        import wire.path_rows
        ids = [pending.id for module in (wire.null_rows, wire.path_rows, scale.rows)
               for pending in module.rows(context("*"))]
        self.assertEqual(len(ids), len(set(ids)), "an id stands twice")
        for id in ("P3", "P4.w1", "P18", "wire.loss", "wire.pacing", "P14", "P16",
                   "scale.transfers.100000"):
            self.assertIn(id, ids)


if __name__ == "__main__":
    unittest.main()
