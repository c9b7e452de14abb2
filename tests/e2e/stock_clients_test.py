#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the README says which stock TFTP clients are tested, and how far, and says it of the tests
that there are, and of the blocks that these ask for. The versions are those of the machine that ran
them: printed here, written nowhere.
"""

import pathlib
import re

from lab import run
from suite import check, check_equal, main

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
HEADING = "| client | package | blksize | windowsize | largest file | most blocks | tests |"
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


def number_of(cell):
    """Its first: 8 of "8 to MTU"."""
    return int(cell.split()[0].replace(",", ""))


def blocks_are_those_of_the_tests():
    """Of programs, whose tests choose them: boot loaders' files are what a distribution ships."""
    from tftp_large_test import BYTES, LOCK_STEP_BLKSIZE, WINDOW_BLKSIZE
    from tftp_sizes_test import BLOCKS_ROLLED_TWICE, CLIENTS
    most = {"tftp-hpa": BLOCKS_ROLLED_TWICE + 1, "busybox": BLOCKS_ROLLED_TWICE + 1,
            "curl": BYTES // LOCK_STEP_BLKSIZE + 1, "atftp": BYTES // WINDOW_BLKSIZE + 1}
    smallest = {client: min(blksizes) for client, (_, blksizes) in CLIENTS.items()}
    rows = {row[0]: row for row in rows_of_readme()}
    for client in CLIENTS:
        _, _, blksize, _, _, blocks, _ = rows[client]
        check_equal(number_of(blksize), smallest[client], f"smallest blksize of {client}")
        check_equal(number_of(blocks), most[client], f"most blocks of {client}")


def every_package_has_a_version():
    for client, package, *_ in rows_of_readme():
        version = run("dpkg-query", "-W", "-f", "${Version}", package).stdout
        check(re.match(r"[0-9]", version), f"{package} has no version: {version}")
        print(f"        {client}: {package} {version}")


def group():
    yield "each test that the README names exists", every_test_exists
    yield "clients of tftp_sizes are in the README", every_test_with_a_client_is_named
    yield "blocks are those of the tests", blocks_are_those_of_the_tests
    yield "each client's package has a version", every_package_has_a_version


if __name__ == "__main__":
    main([group()])
