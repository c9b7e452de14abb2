#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""compare.py BEFORE.json AFTER.json: what changed between two results of perf/run.sh.

A change counts when the two spreads of a row's ratio do not touch. Exit status: 0 if nothing that
counts got worse, 1 if something did, 2 if the files cannot be compared.
"""

import json
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from measure.table import number  # noqa: E402


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        return result["machine"], {row["id"]: row for row in result["rows"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"compare.py: {path} is not a result of perf/run.sh: {error!r}", file=sys.stderr)
        sys.exit(2)


def change_of(before, after):
    """('better' | 'worse' | '', change of the median ratio as a fraction)."""
    lower_is_better = before.get("better") == "lower"
    change = after["ratio"] / before["ratio"] - 1 if before["ratio"] else float("inf")
    if before["spread"][0] <= after["spread"][1] and after["spread"][0] <= before["spread"][1]:
        return "", change
    return ("better" if (change < 0) == lower_is_better else "worse"), change


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    (machine_before, before), (machine_after, after) = map(read, arguments)
    for key in ("cpu", "cores", "kernel"):
        if machine_before.get(key) != machine_after.get(key):
            print(f"note: {key} differs: {machine_before.get(key)} / {machine_after.get(key)}")
    worse = 0
    for id, row in before.items():
        if id not in after:
            print(f"{id:24} {number(row['ratio']):>9}    gone")
            continue
        word, change = change_of(row, after[id])
        worse += word == "worse"
        print(f"{id:24} {number(row['ratio']):>9} -> {number(after[id]['ratio']):>9} "
              f"{change:+8.1%}  {word or 'within the spread'}")
    for id in after.keys() - before.keys():
        print(f"{id:24} {'':>9} -> {number(after[id]['ratio']):>9}    new")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
