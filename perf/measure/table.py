# SPDX-License-Identifier: BSD-3-Clause
"""Rows as a table for a terminal."""

import math


def number(value):
    """Four significant digits, thousands as k, M, G: 12.34M."""
    if value is None:
        return "-"
    for factor, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= factor:
            scale = 1e3 if suffix == "k" else factor
            return f"{value / scale:.4g}{suffix}"
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.4g}"


def print_rows(rows):
    heads = ("id", "what", "ours", "theirs", "unit", "ratio", "spread", "floor", "aim", "")
    lines = [heads]
    for row in rows:
        lines.append((row.id, row.what, number(row.ours), number(row.theirs), row.unit,
                      number(row.ratio), f"{number(row.spread[0])} to {number(row.spread[1])}",
                      number(row.floor), number(row.aim), row.verdict()))
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    left = {1, 4, 9}
    for line in lines:
        cells = (cell.ljust(width) if at in left or at == 0 else cell.rjust(width)
                 for at, (cell, width) in enumerate(zip(line, widths)))
        print("  ".join(cells).rstrip())
    for row in rows:
        if row.note:
            print(f"  {row.id}: {row.note}")
