#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the README says which stock TFTP clients are tested, and how far, and says it of the tests
that there are. The versions are those of the machine that ran them: printed here, written nowhere.
"""

import pathlib
import re

from lab import run
from suite import check, check_equal, main

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
HEADING = "| client | package | blksize | windowsize | largest file | tests |"
ENDINGS = ("_test.py", "_test.sh")


def rows_of_readme():
    text = README.read_text()
    check(HEADING in text, f"README.md has no table `{HEADING}`")
    table = text[text.index(HEADING):].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def every_test_exists():
    for client, *_, tests in rows_of_readme():
        names = re.findall(r"\w+", tests)
        check(names, f"no test is named for {client}")
        for name in names:
            check(any((HERE / (name + ending)).exists() for ending in ENDINGS),
                  f"{client}: there is no test `{name}` in tests/e2e")


def every_test_with_a_client_is_named():
    """A client that somebody adds to tftp_sizes has a row too."""
    from tftp_sizes_test import CLIENTS
    named = {row[0] for row in rows_of_readme() if "tftp_sizes" in row[-1]}
    check_equal(named, set(CLIENTS), "clients of tftp_sizes in README.md")


def every_package_has_a_version():
    for client, package, *_ in rows_of_readme():
        version = run("dpkg-query", "-W", "-f", "${Version}", package).stdout
        check(re.match(r"[0-9]", version), f"{package} has no version: {version}")
        print(f"        {client}: {package} {version}")


def group():
    yield "each test that the README names exists", every_test_exists
    yield "clients of tftp_sizes are in the README", every_test_with_a_client_is_named
    yield "each client's package has a version", every_package_has_a_version


if __name__ == "__main__":
    main([group()])
