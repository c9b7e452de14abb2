# SPDX-License-Identifier: BSD-3-Clause
"""What a message costs without a device: Google Benchmark's programs, as rows without a ratio."""

import functools
import json
import re
import statistics

from measure.process import output_of
from measure.row import Pending, row_of_values

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def rows(context):
    for program in sorted((context.build / "perf/micro").glob("*_bench")):
        for name in output_of([program, "--benchmark_list_tests"]).splitlines():
            id = f"micro.{program.name.removesuffix('_bench')}.{name}"
            yield Pending(id, functools.partial(measure, id, program, name, context.pairs))


def measure(id, program, name, count):
    text = output_of([program, f"--benchmark_filter=^{re.escape(name)}$",
                      "--benchmark_format=json", "--benchmark_min_time=0.2",
                      f"--benchmark_repetitions={count}"], seconds=1800)
    return row_of(id, name, json.loads(text)["benchmarks"])


def row_of(id, name, benchmarks):
    runs = [run for run in benchmarks if run["run_type"] == "iteration"]
    # A benchmark that takes its own time does more than it wants to be measured.
    clock = "real_time" if name.endswith("/manual_time") else "cpu_time"
    times = [run[clock] * NANOSECONDS[run["time_unit"]] for run in runs]
    rates = [run["items_per_second"] for run in runs if "items_per_second" in run]
    note = f"{statistics.median(rates) / 1e6:.3g} million items/s" if rates else ""
    return row_of_values(id, id.removeprefix("micro.").replace(".", ": ", 1), "ns", times,
                         better="lower", note=note)
