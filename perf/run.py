# SPDX-License-Identifier: BSD-3-Clause
"""What perf/run.sh runs once everything is built: the suites, their table, JSON and report."""

import argparse
import dataclasses
import fnmatch
import importlib
import json
import os
import pathlib
import signal
import sys

from measure import machine, table
from peers.servers import versions
from report.page import page

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Suite -> the modules whose rows() make it up.
SUITES = {
    "micro": ["micro.rows"],
    "wire": ["wire.null_rows", "wire.path_rows", "wire.device_rows", "peers.tftp_rows"],
    "scale": ["scale.rows"],
    "peers": ["peers.dhcp_rows", "peers.storm_rows"],
}


@dataclasses.dataclass
class Context:
    """What every suite is given."""
    build: pathlib.Path
    peers: pathlib.Path  # what deploy/unpack-packages.sh made
    pairs: int
    cores: list
    only: str = "*"  # a pattern of the ids that are wanted

    def asks_for(self, id):
        return fnmatch.fnmatchcase(id, self.only)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="perf/run.sh", description=(
        "Builds, measures, prints a table. Every ratio is the median of pairs that were measured "
        "in turn, in this run."))
    parser.add_argument("suite", choices=[*SUITES, "all"])
    parser.add_argument("--json", metavar="FILE", help="write the rows there too")
    parser.add_argument("--html", metavar="FILE", help="write a report with plots there")
    parser.add_argument("--pairs", type=int, default=5, metavar="N",
                        help="measurements of each side; 5 (default) at least for a claim")
    parser.add_argument("--only", metavar="GLOB", default="*",
                        help="of the suite, measure the rows alone whose id matches")
    parser.add_argument("--build", default="build-perf", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.pairs < 1:
        parser.error("--pairs: at least 1")
    for flag, path in (("--json", arguments.json), ("--html", arguments.html)):
        fault = path and fault_of_path(pathlib.Path(path))
        if fault:
            parser.error(f"{flag} {path}: {fault}")
    return arguments


def fault_of_path(path):
    """Why nothing can be written there, if so: an hour of measuring should not end in it."""
    if path.exists() and not path.is_file():
        return "what is there is no regular file"
    was_there = path.exists()
    try:
        path.open("a").close()
    except OSError as error:
        return error.strerror
    if not was_there:
        path.unlink()
    return ""


def rows_of(suites, context, keep):
    """Every row of the suites that is asked for, each given to `keep` as soon as it is measured.

    A row or a module that fails is said, and the others go on.
    """
    rows, failures = [], []

    def failed(what, error):
        failures.append(f"{what}: {type(error).__name__}: {error}")
        print(f"FAILED {failures[-1]}", flush=True)

    for name in (name for suite in suites for name in SUITES[suite]):
        print(f"== {name}", flush=True)
        try:
            for pending in importlib.import_module(name).rows(context):
                if not context.asks_for(pending.id):
                    continue
                try:
                    row = pending.measure()
                except Exception as error:  # whatever it is, the other rows are worth having
                    failed(pending.id, error)
                    continue
                rows.append(row)
                keep(rows)
                table.print_rows([row])
                sys.stdout.flush()
        except Exception as error:  # as above, of a module that cannot set up what it measures in
            failed(name, error)
    return rows, failures


def main():
    arguments = parse_arguments()
    # Whoever ends it in the middle leaves no server behind, and no folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    build = ROOT / arguments.build
    context = Context(build=build, peers=build / "peers", pairs=arguments.pairs,
                      cores=sorted(os.sched_getaffinity(0)), only=arguments.only)
    suites = list(SUITES) if arguments.suite == "all" else [arguments.suite]
    measured_on = machine.facts(ROOT, versions(context.peers))

    def keep(rows):
        """A run of an hour that is interrupted has its rows so far."""
        result = {"machine": measured_on, "rows": [row.to_json() for row in rows]}
        if arguments.json:
            pathlib.Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n")
        if arguments.html:
            pathlib.Path(arguments.html).write_text(page(result), encoding="utf-8")

    rows, failures = rows_of(suites, context, keep)
    if not rows and not failures:
        failures.append(f"no row of {', '.join(suites)} matches {arguments.only}")
    print("\n== all rows")
    table.print_rows(rows)
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
