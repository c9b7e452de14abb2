# SPDX-License-Identifier: BSD-3-Clause
"""One figure: ours beside theirs, measured in one run, and what is wanted of their ratio."""

import collections.abc
import dataclasses
import statistics


@dataclasses.dataclass
class Pending:
    """A row that can be measured: a suite says which it has before anything is run."""
    id: str
    measure: collections.abc.Callable[[], "Row"]


@dataclasses.dataclass
class Row:
    id: str                     # "P3"; of rows without a number, "peers.tftp.32.w16.dnsmasq"
    what: str
    ours: float                 # median
    theirs: float | None        # median; None: there is nothing to compare with
    unit: str                   # of ours and theirs
    ratio: float                # what floor and aim speak of: median of the pairs' ratios
    spread: tuple               # least and greatest of these
    better: str = "higher"      # or "lower"
    floor: float | None = None
    aim: float | None = None
    note: str = ""              # what a reader must know: sizes, what failed

    def verdict(self):
        """Of the ratio: 'aim', 'floor' (reached), 'below', or '' where nothing is asked."""
        if self.floor is None:
            return ""
        for name, mark in (("aim", self.aim), ("floor", self.floor)):
            if mark is not None and (self.ratio >= mark if self.better == "higher"
                                     else self.ratio <= mark):
                return name
        return "below"

    def to_json(self):
        fields = dataclasses.asdict(self)
        fields["spread"] = list(self.spread)
        fields["verdict"] = self.verdict()
        return {key: value for key, value in fields.items() if value not in (None, "")}


def pairs(ours, theirs, count):
    """Calls both in turn, count + 1 times, and discards the first pair; [(ours, theirs)].

    Which goes first alternates, so that a machine that slows down favours neither.
    """
    results = []
    for turn in range(count + 1):
        if turn % 2 == 0:
            mine = ours()
            yours = theirs()
        else:
            yours = theirs()
            mine = ours()
        results.append((mine, yours))
    return results[1:]


def repeats(measure, count):
    """Calls it count + 1 times and discards the first."""
    return [measure() for _ in range(count + 1)][1:]


def row_of_pairs(id, what, unit, results, ratio=None, **more):
    """`ratio` of each pair, else ours by theirs; both absolutes are medians."""
    ratios = [(ratio or quotient)(mine, yours) for mine, yours in results]
    return Row(id, what, statistics.median(mine for mine, _ in results),
               statistics.median(yours for _, yours in results), unit,
               statistics.median(ratios), (min(ratios), max(ratios)), **more)


def quotient(mine, yours):
    """Who serves nobody is infinitely far behind."""
    return mine / yours if yours else float("inf")


def row_of_values(id, what, unit, values, **more):
    """A figure with nothing beside it: floor and aim speak of itself."""
    middle = statistics.median(values)
    return Row(id, what, middle, None, unit, middle, (min(values), max(values)), **more)
