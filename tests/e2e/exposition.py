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
        self.samples = {}  # labels, sorted -> number; of a histogram: how many values
        # Of a histogram: labels -> bound -> how many values are not above it; labels -> their sum.
        self.buckets, self.sums = {}, {}

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
        elif match := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            check(match[1] not in families, f"a second TYPE of {match[1]}")
            families[match[1]] = Family(match[2])
        else:
            add_sample(families, line)
    check(helped == set(families), f"without HELP or TYPE: {helped ^ set(families)}")
    for name, family in families.items():
        check(family.samples, f"{name} has no sample")
        check((family.kind == "counter") == name.endswith("_total"),
              f"{name} is a {family.kind}: a counter ends in _total, and nothing else does")
        if family.kind == "histogram":
            check_histogram(name, family)
    return families


def check_histogram(name, family):
    """Of each of its series: buckets ascend, and the last one has all that were counted."""
    for labels, buckets in family.buckets.items():
        bounds = sorted(buckets)
        check(bounds and bounds[-1] == float("inf"), f"{name}{labels} has no last bucket")
        counts = [buckets[bound] for bound in bounds]
        check(counts == sorted(counts), f"buckets of {name}{labels} shrink: {counts}")
        check(counts[-1] == family.samples[labels], f"{name}{labels} does not count all")
    check(set(family.buckets) == set(family.samples) == set(family.sums),
          f"{name} lacks buckets, a sum or a count")


def place_of(families, name):
    """The family of a sample, and where it goes in it."""
    for end in ("_bucket", "_sum", "_count"):
        family = families.get(name.removesuffix(end))
        if name.endswith(end) and family and family.kind == "histogram":
            return family, end
    return families.get(name), ""


def add_sample(families, line):
    match = re.fullmatch(rf"({NAME})(?:\{{(.*)\}})? (\S+)", line)
    family, end = place_of(families, match[1]) if match else (None, "")
    check(family, f"no sample of a family: {line}")
    labels, rest = [], match[2] or ""
    while rest:
        label = LABEL.match(rest)
        check(label, f"no label at {rest!r}: {line}")
        labels.append((label[1], label[2]))
        rest = rest[label.end():]
    key = tuple(sorted(label for label in labels if label[0] != "le"))
    place = family.sums if end == "_sum" else family.samples
    if end == "_bucket":
        place, bound = family.buckets.setdefault(key, {}), dict(labels)["le"]
        key = float(bound)
    check(key not in place, f"a second sample: {line}")
    place[key] = float(match[3])


def documented_families():
    """Name -> (kind, labels), as the README says them."""
    rows = re.findall(r"^\| `(stentor_\w+)` \| (counter|gauge|histogram)((?:, `\w+`)*) \|",
                      README.read_text(), re.MULTILINE)
    check(rows, "the README has no table of figures")
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
