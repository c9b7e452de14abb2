#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""count_results.py BUILD root|user: one line a meson test, 'passed|failed|skipped SUITE: NAME'.

After a test that failed come the last lines that it printed, as 'said TEXT'. An end-to-end test
that skips itself as root counts as failed: root can do all that it needs.
"""

import json
import pathlib
import sys

LAST_LINES = 8  # enough for an assertion's message and where it was raised


def reason_of(result):
    """What a test said of its skip: its line that begins so, on either stream."""
    said = (result.get("stdout", "") + "\n" + result.get("stderr", "")).splitlines()
    reasons = [line for line in said if line.startswith("skipped")]
    return f" ({reasons[0]})" if reasons else ""


def last_words(result):
    """The end of each stream of a test that failed: what its reader wants to see first."""
    for stream in ("stdout", "stderr"):
        lines = [line for line in result.get(stream, "").splitlines() if line.strip()]
        for line in lines[-LAST_LINES:]:
            print("said", line)


logs = pathlib.Path(sys.argv[1], "meson-logs")
ran = False
for log in sorted(logs.glob("testlog*.json")):
    for line in log.read_text().splitlines():
        result = json.loads(line)
        ran = True
        kind = {"OK": "passed", "SKIP": "skipped"}.get(result["result"], "failed")
        if kind == "skipped" and "e2e" in result["name"] and sys.argv[2] == "root":
            kind = "failed"
        print(kind, result["name"] + (reason_of(result) if kind == "skipped" else ""))
        if kind == "failed":
            last_words(result)
if not ran:
    print("failed no test ran")
