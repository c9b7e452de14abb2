# SPDX-License-Identifier: BSD-3-Clause
"""One figure: ours beside theirs, measured in one run, and what is wanted of their ratio."""

import collections.abc
import dataclasses
import functools
import math
import statistics


@dataclasses.dataclass
class Pending:
    """A row that can be measured: a suite says which it has before anything is run."""
    id: str
    measure: collections.abc.Callable[[], "Row"]


class AtLeast(float):
    """A figure that what measures it did not let grow: the true one may be larger."""


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
    ours_at_least: bool = False    # a run of ours was limited by what measures it
    theirs_at_least: bool = False
    has_failed: bool = False       # ours left work undone: no ratio makes that good
    pairs: int | None = None       # how many were measured, the first and discarded one left out
    ours_spread: tuple | None = None    # least and greatest of the absolutes
    theirs_spread: tuple | None = None

    def bound(self):
        """What the ratio is where a side is only 'at least' so much: 'at least', 'at most', 'open'
        (nobody knows), or '' where it was measured."""
        return {(False, False): "", (True, False): "at least", (False, True): "at most",
                (True, True): "open"}[self.ours_at_least, self.theirs_at_least]

    def verdict(self):
        """Of the ratio: 'aim', 'floor' (reached), 'below', or '' where nothing is asked. 'open':
        the true ratio may stand elsewhere."""
        if self.floor is None:
            return ""
        if self.has_failed:
            return "below"
        verdict = next((name for name, mark in (("aim", self.aim), ("floor", self.floor))
                        if mark is not None and self.reaches(mark)), "below")
        # A bound proves what lies on its own side: "at least" a good ratio is a good one.
        proven = {"": True, "open": False,
                  "at least": (verdict == "below") == (self.better == "lower"),
                  "at most": (verdict == "below") == (self.better == "higher")}
        return verdict if proven[self.bound()] else "open"

    def reaches(self, mark):
        return self.ratio >= mark if self.better == "higher" else self.ratio <= mark

    def to_json(self):
        """What is absent is not said; but JSON knows no infinity, and an infinite ratio is null."""
        fields = dataclasses.asdict(self)
        fields |= {"verdict": self.verdict(), "bound": self.bound()}
        present = {key: value for key, value in fields.items()
                   if value is not None and value != "" and value is not False}
        return present | {"ratio": finite(self.ratio),
                          "spread": [finite(value) for value in self.spread]}


def finite(value):
    return value if math.isfinite(value) else None


def rounds(measures, count, warm_up=True):
    """Calls each in turn, count + 1 times, and discards the first round, if it is to warm up; of
    each round the results in the order of `measures`.

    Which goes first moves on by one a round, so that a machine that slows down favours none.
    """
    results = []
    for turn in range(count + warm_up):
        made = {}
        for place in range(len(measures)):
            who = (turn + place) % len(measures)
            made[who] = measures[who]()
        results.append(tuple(made[who] for who in range(len(measures))))
    return results[warm_up:]


def pairs(ours, theirs, count):
    """Rounds of two: [(ours, theirs)]."""
    return rounds((ours, theirs), count)


class Contest:
    """Ours and several others, measured in rounds: once, when a row first wants them."""

    def __init__(self, measure, ours, others, count, warm_up=True):
        self.measure, self.ours, self.others = measure, ours, list(others)
        self.count, self.warm_up = count, warm_up

    @functools.cached_property
    def results(self):
        return rounds([functools.partial(self.measure, who) for who in (self.ours, *self.others)],
                      self.count, self.warm_up)

    def pairs_with(self, other):
        place = 1 + self.others.index(other)
        return [(result[0], result[place]) for result in self.results]


def repeats(measure, count):
    """Rounds of one, by themselves."""
    return [value for value, in rounds((measure,), count)]


def row_of_pairs(id, what, unit, results, ratio=None, **more):
    """`ratio` of each pair, else ours by theirs; both absolutes are medians."""
    ratios = [(ratio or quotient)(mine, yours) for mine, yours in results]
    ours, theirs = ([float(pair[side]) for pair in results] for side in (0, 1))
    return Row(id, what, statistics.median(ours), statistics.median(theirs), unit,
               statistics.median(ratios), (min(ratios), max(ratios)),
               ours_at_least=any(isinstance(mine, AtLeast) for mine, _ in results),
               theirs_at_least=any(isinstance(yours, AtLeast) for _, yours in results),
               pairs=len(results), ours_spread=(min(ours), max(ours)),
               theirs_spread=(min(theirs), max(theirs)), **more)


def quotient(mine, yours):
    """Who serves nobody is infinitely far behind."""
    return mine / yours if yours else float("inf")


def row_of_values(id, what, unit, values, **more):
    """A figure with nothing beside it: floor and aim speak of itself."""
    middle = statistics.median(values)
    spread = (min(values), max(values))
    return Row(id, what, middle, None, unit, middle, spread, pairs=len(values), ours_spread=spread,
               **more)
