#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""compare.py BEFORE.json AFTER.json: what changed between two results of perf/run.sh.

A change counts when the two spreads of a row's ratio do not touch. A ratio that the rig limited
("at least" so much) says nothing of a change. Exit status: 0 if nothing that counts got worse, 1 if
something did, 2 if the files cannot be compared.
"""

import json
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from measure.table import BOUNDS, bounded  # noqa: E402


class Unusable(Exception):
    """A sentence: which file, what of it is no result, and how one is made."""


def read(path):
    """(machine, rows by id), of which every field that is compared is there and as it should be."""
    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        # JSON can say half of a surrogate pair, which nobody can print.
        json.dumps(result, ensure_ascii=False).encode()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeError as error:
        raise Unusable(f"{path} is no text in UTF-8: {error}; perf/run.sh --json FILE writes one"
                       ) from None
    except RecursionError:
        raise Unusable(f"{path} is nested too deeply for a result; perf/run.sh --json FILE writes "
                       "one") from None
    except ValueError as error:
        raise Unusable(f"{path} is not JSON: {error}; perf/run.sh --json FILE writes one") from None
    if not isinstance(result, dict) or not isinstance(result.get("machine"), dict) or (
            not isinstance(result.get("rows"), list)):
        raise Unusable(f"{path} has no machine and rows; perf/run.sh --json FILE writes them")
    rows = {}
    for at, row in enumerate(result["rows"]):
        wrong = fault_of(row)
        if not wrong and row["id"] in rows:
            wrong = f"'{row['id']}' stands twice"
        if wrong:
            raise Unusable(f"{path}: rows[{at}]: {wrong}")
        rows[row["id"]] = row | {"ratio": or_infinite(row["ratio"]),
                                 "spread": [or_infinite(value) for value in row["spread"]]}
    return result["machine"], rows


def fault_of(row):
    """What is wrong with a row, or nothing."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return "no row, or one without an id"
    if "ratio" not in row or not is_ratio(row["ratio"]):
        return f"'{row['id']}' has no number as its ratio"
    spread = row.get("spread")
    if not isinstance(spread, list) or len(spread) != 2 or not all(map(is_ratio, spread)):
        return f"'{row['id']}' has no spread of two numbers"
    if or_infinite(spread[0]) > or_infinite(spread[1]):
        return f"'{row['id']}' has a spread that ends below its begin"
    for key, words in (("better", ("higher", "lower")), ("bound", tuple(BOUNDS))):
        if row.get(key, words[0]) not in words:
            known = ", ".join(filter(None, words))
            return f"'{row['id']}': {key} is '{row[key]}'; known are {known}"
    return ""


def is_ratio(value):
    """None: it is infinite, which JSON cannot say."""
    if value is None:
        return True
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        return not math.isnan(value)
    except OverflowError:  # an integer of more than 308 digits
        return False


def or_infinite(value):
    return math.inf if value is None else value


def change_of(before, after):
    """('better' | 'worse' | '', change of the median ratio as a fraction; NaN: there is none)."""
    if 0 < before["ratio"] < math.inf:
        change = after["ratio"] / before["ratio"] - 1
    else:
        change = 0.0 if after["ratio"] == before["ratio"] else math.nan
    touch = (before["spread"][0] <= after["spread"][1] and
             after["spread"][0] <= before["spread"][1])
    if touch or before.get("bound") or after.get("bound"):
        return "", change
    grew = after["ratio"] > before["ratio"]
    return ("better" if grew != (before.get("better") == "lower") else "worse"), change


def line_of(id, before, after):
    """One row of the table, and whether it counts as worse."""
    if after is None:
        return f"{id:24} {shown(before):>9}    gone", False
    if before is None:
        return f"{id:24} {'':>9} -> {shown(after):>9}    new", False
    word, change = change_of(before, after)
    if not word:
        limited = before.get("bound") or after.get("bound")
        word = "limited by the rig" if limited else "within the spread"
    percent = "" if math.isnan(change) else f"{change:+.1%}"
    return f"{id:24} {shown(before):>9} -> {shown(after):>9} {percent:>8}  {word}", word == "worse"


def shown(row):
    return bounded(row["ratio"], row.get("bound", ""))


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        (machine_before, before), (machine_after, after) = map(read, arguments)
    except Unusable as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    for key in ("cpu", "cores", "kernel"):
        if machine_before.get(key) != machine_after.get(key):
            print(f"note: {key} differs: {machine_before.get(key)} / {machine_after.get(key)}")
    lines = [line_of(id, before.get(id), after.get(id)) for id in (before | after)]
    print("\n".join(line for line, _ in lines))
    return 1 if any(worse for _, worse in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
