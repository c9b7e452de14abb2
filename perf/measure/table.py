# SPDX-License-Identifier: BSD-3-Clause
"""Rows as a table for a terminal."""

import math

# Row.bound() -> what stands before the number; of 'open', nothing stands there at all.
BOUNDS = {"": "", "at least": "≥ ", "at most": "≤ ", "open": ""}


def number(value):
    """Four significant digits, thousands as k, M, G: 12.34M."""
    if value is None:
        return "-"
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    for factor, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= factor:
            scale = 1e3 if suffix == "k" else factor
            return f"{value / scale:.4g}{suffix}"
    return f"{value:.4g}"


def bounded(value, bound=""):
    """The number, and what it is where it was not measured itself: '≥ 12.34M'."""
    return bound if bound == "open" else BOUNDS[bound] + number(value)


def print_rows(rows):
    heads = ("id", "what", "ours", "theirs", "unit", "ratio", "spread", "floor", "aim", "")
    lines = [heads]
    for row in rows:
        ours, theirs = ("at least" if limited else ""
                        for limited in (row.ours_at_least, row.theirs_at_least))
        lines.append((row.id, row.what, bounded(row.ours, ours), bounded(row.theirs, theirs),
                      row.unit, bounded(row.ratio, row.bound()),
                      f"{number(row.spread[0])} to {number(row.spread[1])}",
                      number(row.floor), number(row.aim), row.verdict()))
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    left = {1, 4, 9}
    for line in lines:
        cells = (cell.ljust(width) if at in left or at == 0 else cell.rjust(width)
                 for at, (cell, width) in enumerate(zip(line, widths)))
        print("  ".join(cells).rstrip())
    for row in rows:
        if said := "; ".join(filter(None, (measured(row), row.note))):
            print(f"  {row.id}: {said}")


def measured(row):
    """How often, and between which figures either side lay."""
    sides = [f"{name} {number(spread[0])} to {number(spread[1])}"
             for name, spread in (("ours", row.ours_spread), ("theirs", row.theirs_spread))
             if spread]
    return f"{row.pairs} x {', '.join(sides)} {row.unit}" if sides else ""
