#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""count_results.py BUILD root|user STATUS: a line a test of meson, 'KIND SUITE: NAME'.

KIND is passed, failed or skipped. After a test that failed come the last lines that it printed, as
'said TEXT'. An end-to-end test that skips itself as root counts as failed: root can do all that it
needs. A case of GoogleTest that skips itself is a line of its own. STATUS is what `meson test`
ended with: one that no test explains is a failure too, for who was killed midway has not written
down what was left to do.
"""

import json
import pathlib
import re
import sys

LAST_LINES = 8  # enough for an assertion's message and where it was raised


def reason_of(result):
    """What a test said of its skip: its line that begins so, on either stream."""
    said = (result.get("stdout", "") + "\n" + result.get("stderr", "")).splitlines()
    reasons = [line for line in said if line.startswith("skipped")]
    return f" ({reasons[0]})" if reasons else ""


def skipped_cases(result):
    """GoogleTest's, which end with status 0: name and reason."""
    # The reason stands below the place in the source, up to the line that ends the case.
    pattern = r": Skipped\n(.*?)\n+\[  SKIPPED \] (\S+) \(\d+ ms\)"
    return re.findall(pattern, result.get("stdout", ""), re.DOTALL)


def last_words(result):
    """The end of each stream of a test that failed: what its reader wants to see first."""
    for stream in ("stdout", "stderr"):
        lines = [line for line in result.get(stream, "").splitlines() if line.strip()]
        for line in lines[-LAST_LINES:]:
            print("said", line)


logs = pathlib.Path(sys.argv[1], "meson-logs")
ran, failed = False, False
for log in sorted(logs.glob("testlog*.json")):
    for line in log.read_text().splitlines():
        result = json.loads(line)
        ran = True
        kind = {"OK": "passed", "SKIP": "skipped"}.get(result["result"], "failed")
        if kind == "skipped" and "e2e" in result["name"] and sys.argv[2] == "root":
            kind = "failed"
        print(kind, result["name"] + (reason_of(result) if kind == "skipped" else ""))
        for reason, case in skipped_cases(result):
            print("skipped", result["name"], case, f"({' '.join(reason.split())})")
        if kind == "failed":
            failed = True
            last_words(result)
if not ran:
    print("failed no test ran")
elif sys.argv[3] != "0" and not failed:
    print(f"failed meson test: status {sys.argv[3]}, and no test that ended failed")
