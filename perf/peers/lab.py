# SPDX-License-Identifier: BSD-3-Clause
"""Two namespaces and a veth pair, as the end-to-end tests make them, and the rig inside."""

import contextlib
import json
import pathlib
import re
import sys

from measure.row import AtLeast

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from lab import SERVER, Lab  # noqa: E402

PREFIX = 16  # a network that has room for thousands of machines


@contextlib.contextmanager
def lab():
    """The lab of the tests. What fails in it fails one module of the suite."""
    try:
        with Lab(prefix=PREFIX) as made:
            yield made
    except Exception as error:
        raise RuntimeError(str(error)) from error


def storm(context, made, *arguments, seconds=300):
    """One storm from the client namespace; its JSON report."""
    report = made.folder / "storm.json"
    report.unlink(missing_ok=True)
    result = made.client(context.build / "app/stentor-storm/stentor-storm", "--port",
                         "interface:cli0", "--cores", context.cores[0], "--json", report,
                         *arguments, ok=False, seconds=seconds)
    if result.returncode == 2 or not report.exists():
        raise RuntimeError(f"stentor-storm: {result.stdout}")
    return json.loads(report.read_text())


def highest_rate(context, made, what, *arguments, seconds=300):
    """What --find-max finds, a second; AtLeast if it was the rig that could offer no more."""
    result = made.client(context.build / "app/stentor-storm/stentor-storm", "--port",
                         "interface:cli0", "--cores", context.cores[0], "--find-max", what,
                         *arguments, ok=False, seconds=seconds)
    return rate_found(result.stdout)


def rate_found(text):
    found = re.search(r"^highest rate held: (\d+) ", text, re.MULTILINE)
    if not found:
        raise RuntimeError(f"stentor-storm --find-max: {text}")
    rig_was_the_limit = re.search(r"^The rig itself offers no more: ", text, re.MULTILINE)
    return AtLeast(found[1]) if rig_was_the_limit else float(found[1])
