#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the manual page and the shell completion have every command and option that stentorctl
has, and no other."""

import pathlib
import re
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)
FOLDER = pathlib.Path(__file__).resolve().parents[3] / "app" / "stentorctl"


def help_of(*command):
    return subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True,
                          check=True).stdout


def commands_below(*command):
    """As --help lists them: all the way down."""
    section = re.search(r"^Subcommands:\n((?: .*\n?)+)", help_of(*command), re.MULTILINE)
    if not section:
        yield command
        return
    for name in re.findall(r"^  (\S+)", section[1], re.MULTILINE):
        yield from commands_below(*command, name)


def options_of(command):
    return set(re.findall(r"(?<![\w-])(--[a-z-]+)", help_of(*command).split("Exit status")[0]))


def completed(*words):
    """What bash offers behind these words."""
    script = (f"source {FOLDER / 'stentorctl.bash'}; COMP_WORDS=({' '.join(words)} ''); "
              f"COMP_CWORD={len(words)}; _stentorctl; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return set(subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                              cwd="/proc/self/fdinfo").stdout.split())


class Manual(unittest.TestCase):
    commands = list(commands_below())
    page = (FOLDER / "stentorctl.1").read_text()
    # Behind a command.
    value = r"(?: Ar (?:DIR|FILE|ADDRESS \.\.\.|MAC|MAC FILE)| Op Ar (?:LEVEL|MAC))?"

    def test_it_has_every_command(self):
        self.assertGreater(len(self.commands), 7)
        for command in self.commands:
            self.assertRegex(self.page, rf"(?m)^\.It Cm {' '.join(command)}{self.value}$")
        listed = set(re.findall(rf"(?m)^\.It Cm ((?:[a-z-]+ ?)+?){self.value}$", self.page))
        self.assertEqual(listed, {" ".join(command) for command in self.commands})

    def test_it_has_every_option(self):
        written = {f"--{name}" for name in re.findall(r"-([a-z-]{2,})(?= |$)", " ".join(
            line for line in self.page.splitlines() if line.startswith((".It Fl", ".Fl"))))}
        options = set().union(*(options_of(command) for command in self.commands), ["--version"])
        self.assertEqual(written, options)


class Completion(unittest.TestCase):
    def test_it_offers_commands(self):
        first = {command[0] for command in Manual.commands}
        self.assertEqual(completed("stentorctl"), first | {"--help", "--version"})
        for group in ("leases", "hosts", "images", "config"):
            below = {command[1] for command in Manual.commands if command[0] == group}
            self.assertEqual(completed("stentorctl", group), below | {"--help"})

    def test_it_offers_the_options_of_each(self):
        for command in Manual.commands:
            offered = {word for word in completed("stentorctl", *command) if word.startswith("-")}
            self.assertEqual(offered, options_of(command), command)

    def test_it_offers_values(self):
        self.assertEqual(completed("stentorctl", "leases", "list", "--state"),
                         {"offered", "bound", "declined"})
        self.assertEqual(completed("stentorctl", "images", "manifest", "--format"),
                         {"chunks", "sha256sums"})
        self.assertEqual(completed("stentorctl", "leases", "export", "--format"), {"json", "csv"})
        self.assertEqual(completed("stentorctl", "hosts", "set", "--local"), {"yes", "no"})
        self.assertEqual(completed("stentorctl", "hosts", "set", "--boot-once-for"),
                         {"all", "ipxe"})


if __name__ == "__main__":
    unittest.main()
