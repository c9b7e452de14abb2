#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what was found clean is looked at again as soon as something changes that could change the
finding, and not before; a finding is told each time. clang-tidy is a script that takes 'bad' ill.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

CLANG_TIDY = """\
#!/bin/sh
[ "$1" = --version ] && exec cat "$STORE/version"
for last; do :; done
echo "$last" >>"$STORE/asked"
grep -q '#include "/' "$last" && sed 's/.*"\\(.*\\)"/\\1/' "$last" >"$STORE/$$" ||
  echo "$last" >"$STORE/$$"
while read -r file; do
  ! grep -q bad "$file" || { echo "$file:1:1: error: bad [bad]"; status=1; }
done <"$STORE/$$"
exit ${status:-0}
"""


def checkout(folder):
    """A tree of two files that are compiled alike, with a header, and the lint."""
    (folder / "tests/tidy").mkdir(parents=True)
    shutil.copy(os.path.join(os.environ["TESTS"], "tidy/lint.py"), folder / "tests/tidy")
    (folder / ".clang-tidy").write_text("Checks: bad\n")
    (folder / "lib").mkdir()
    (folder / "app").mkdir()
    (folder / "build").mkdir()
    (folder / "lib/both.h").write_text("int both();\n")
    names = ["lib/first.cc", "lib/second.cc", "app/main.cc"]
    for name in names:
        include = '#include "both.h"\n' if name.startswith("lib") else ""
        (folder / name).write_text(include + f"int in_{pathlib.Path(name).stem}();\n")
    (folder / "build/compile_commands.json").write_text(json.dumps(
        [{"directory": str(folder / "build"), "file": "../" + name,
          "command": f"c++ -I../lib -MD -MQ x.o -MF x.d -o x.o -c ../{name}"} for name in names]))


class Lint(unittest.TestCase):
    def setUp(self):
        root = tempfile.TemporaryDirectory()
        self.addCleanup(root.cleanup)
        self.root = pathlib.Path(root.name)
        (self.root / "bin").mkdir()
        (self.root / "bin/clang-tidy").write_text(CLANG_TIDY)
        (self.root / "bin/clang-tidy").chmod(0o755)
        (self.root / "version").write_text("14")
        self.tree = self.root / "tree"
        checkout(self.tree)

    def lint(self, tree=None):
        """The exit status, how many translation units were looked at, and what was printed."""
        tree = tree or self.tree
        (self.root / "asked").write_text("")
        path = f"{self.root / 'bin'}:{os.environ['PATH']}"
        run = subprocess.run(
            ["python3", tree / "tests/tidy/lint.py", tree / "build"], capture_output=True,
            text=True, check=False, env={**os.environ, "PATH": path, "STORE": str(self.root),
                                         "XDG_CACHE_HOME": str(self.root / "cache")})
        return (run.returncode, len((self.root / "asked").read_text().splitlines()),
                run.stdout + run.stderr)

    def test_looks_once_at_what_is_clean(self):
        self.assertEqual(self.lint(), (0, 2, "3 files, 0 findings\n"))
        self.assertEqual(self.lint(), (0, 0, "3 files, 0 findings\n"))

    def test_knows_the_same_files_in_another_checkout(self):
        self.lint()
        other = self.root / "other"
        checkout(other)
        self.assertEqual(self.lint(other), (0, 0, "3 files, 0 findings\n"))

    def test_looks_again_at_whoever_includes_what_changed(self):
        self.lint()
        (self.tree / "lib/both.h").write_text("long both();\n")
        self.assertEqual(self.lint()[:2], (0, 1))

    def test_looks_again_at_all_when_the_checks_change(self):
        for name, text in ((self.tree / ".clang-tidy", "Checks: other\n"),
                           (self.root / "version", "15")):
            with self.subTest(name.name):
                self.lint()
                name.write_text(text)
                self.assertEqual(self.lint()[:2], (0, 2))

    def test_looks_again_when_a_flag_changes(self):
        self.lint()
        commands = self.tree / "build/compile_commands.json"
        commands.write_text(commands.read_text().replace("c++ ", "c++ -DNEW "))
        self.assertEqual(self.lint()[:2], (0, 2))

    def test_tells_a_finding_each_time(self):
        (self.tree / "lib/second.cc").write_text("int bad();\n")
        for _ in range(2):
            status, _, said = self.lint()
            self.assertEqual(status, 1)
            self.assertIn("lib/second.cc:1:1: error: bad [bad]\n3 files, 1 findings\n", said)

    def test_tells_a_file_that_does_not_compile(self):
        (self.tree / "lib/second.cc").write_text('#include "absent.h"\nint bad();\n')
        self.assertEqual(self.lint()[0], 1)


if __name__ == "__main__":
    unittest.main()
