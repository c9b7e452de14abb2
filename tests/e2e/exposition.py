# SPDX-License-Identifier: BSD-3-Clause
"""Prometheus's text format, read as strictly as its server does
(https://prometheus.io/docs/instrumenting/exposition_formats/), and the README's figures."""

import pathlib
import re

from suite import check

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


class Family:
    def __init__(self, kind):
        self.kind = kind
        self.samples = {}  # labels, sorted -> number

    def labels(self):
        return {name for labels in self.samples for name, _ in labels}

    def total(self):
        return sum(self.samples.values())


def read_exposition(text):
    """Families by name."""
    families, helped = {}, set()
    check(text.endswith("\n"), "the last line does not end")
    for line in text.splitlines():
        if match := re.fullmatch(rf"# HELP ({NAME}) (.+)", line):
            check(match[1] not in helped, f"a second HELP of {match[1]}")
            helped.add(match[1])
        elif match := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge)", line):
            check(match[1] not in families, f"a second TYPE of {match[1]}")
            families[match[1]] = Family(match[2])
        else:
            add_sample(families, line)
    check(helped == set(families), f"without HELP or TYPE: {helped ^ set(families)}")
    for name, family in families.items():
        check(family.samples, f"{name} has no sample")
        check((family.kind == "counter") == name.endswith("_total"),
              f"{name} is a {family.kind}: a counter ends in _total, and nothing else does")
    return families


def add_sample(families, line):
    match = re.fullmatch(rf"({NAME})(?:\{{(.*)\}})? (\S+)", line)
    check(match and match[1] in families, f"no sample of a family: {line}")
    labels, rest = [], match[2] or ""
    while rest:
        label = LABEL.match(rest)
        check(label, f"no label at {rest!r}: {line}")
        labels.append((label[1], label[2]))
        rest = rest[label.end():]
    key = tuple(sorted(labels))
    check(key not in families[match[1]].samples, f"a second sample: {line}")
    families[match[1]].samples[key] = float(match[3])


def documented_families():
    """Name -> (kind, labels), as the README says them."""
    rows = re.findall(r"^\| `(stentor_\w+)` \| (counter|gauge)((?:, `\w+`)*) \|",
                      README.read_text(), re.MULTILINE)
    check(rows, "the README has no table of figures")
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
