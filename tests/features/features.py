#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""features.py [--check]: what dnsmasq and Kea can do for DHCP and network boot, and Stentor, as a
table in Markdown: of each ability the tests that show it here, or why it is not here.

The abilities are those of features.list; tests name them in comments "Feature: NAME, NAME". With
--check nothing is printed but what does not fit: a name that the list has not, an ability that
neither a test shows nor a reason excuses, one that has both. Exit status 1 if there is any.
"""

import collections
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
LIST = TESTS / "features/features.list"
TAG = re.compile(r"^\s*(?:#|//) Feature: (.+)$")
# What a tag stands above: a golden case, a GoogleTest, a function of Python.
CASES = re.compile(r"^(?:== (?P<golden>.+)|TEST(?:_[FP])?\((?P<test>\w+, \w+)\).*|"
                   r"def (?P<function>\w+)\(.*)$")


class Feature:
    def __init__(self, line):
        self.name, self.what, self.dnsmasq, self.kea, self.here = (
            part.strip() for part in line.split("|"))

    @property
    def reason(self):
        return None if self.here == "tests" else self.here


def features():
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [Feature(line) for line in lines if line and not line.startswith("#")]


def tags():
    """(ability, file, line number, what it stands above) of each tag in the tests."""
    for path in sorted(TESTS.rglob("*")):
        if path.suffix not in (".golden", ".cc", ".py") or path.parent == LIST.parent:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if found := TAG.match(line):
                shown = case_below(lines[number:]) or path.stem.replace("_", " ")
                for name in found[1].split(","):
                    yield name.strip(), path.relative_to(TESTS).as_posix(), number, shown


def case_below(lines):
    """None: the tag stands for the whole file."""
    for line in lines:
        if found := CASES.match(line):
            case = next(part for part in found.groups() if part)
            return case.replace(", ", ".") if found["test"] else case
        if line and not line.startswith(("#", "//")):
            return None
    return None


def misfits(known, shown):
    names = {feature.name for feature in known}
    for name, path, number, _ in tags():
        if name not in names:
            yield f"{path}:{number}: '{name}' is no ability of features.list"
    for feature in known:
        if not re.match(r"tests$|no: .|not yet: .", feature.here):
            yield f"features.list: {feature.name}: neither tests, nor no: or not yet: and a reason"
        elif feature.reason is None and feature.name not in shown:
            yield f"features.list: {feature.name}: no test shows it"
        elif feature.reason is not None and feature.name in shown:
            yield f"features.list: {feature.name}: tests show what it says that there is not"


def main():
    known = features()
    shown = collections.defaultdict(list)
    for name, path, _, case in tags():
        shown[name].append(f"{path}: {case}")
    if sys.argv[1:] == ["--check"]:
        found = list(misfits(known, shown))
        for misfit in found:
            print(misfit)
        return 1 if found else 0
    print("| ability | dnsmasq | Kea | Stentor |\n|---|---|---|---|")
    for feature in known:
        here = feature.reason or "Y: " + "; ".join(shown[feature.name])
        print(f"| {feature.what} | {feature.dnsmasq} | {feature.kea} | {here} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
