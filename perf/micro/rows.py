# SPDX-License-Identifier: BSD-3-Clause
"""What a message costs without a device: Google Benchmark's programs, as rows without a ratio."""

import json

from measure.process import output_of
from measure.row import row_of_values

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def rows(context):
    for program in sorted((context.build / "perf/micro").glob("*_bench")):
        text = output_of([program, "--benchmark_format=json", "--benchmark_min_time=0.2",
                          f"--benchmark_repetitions={context.pairs}"], seconds=1800)
        yield from rows_of(program.name.removesuffix("_bench"), json.loads(text)["benchmarks"])


def rows_of(program, benchmarks):
    times, rates = {}, {}
    for run in benchmarks:
        if run["run_type"] != "iteration":
            continue
        name = run["run_name"]
        # A benchmark that takes its own time does more than it wants to be measured.
        clock = "real_time" if name.endswith("/manual_time") else "cpu_time"
        times.setdefault(name, []).append(run[clock] * NANOSECONDS[run["time_unit"]])
        if "items_per_second" in run:
            rates.setdefault(name, []).append(run["items_per_second"])
    for name, values in times.items():
        note = ""
        if name in rates:
            best = max(rates[name])
            note = f"up to {best / 1e6:.3g} million items/s"
        yield row_of_values(f"micro.{program}.{name}", f"{program}: {name}", "ns", values,
                            better="lower", note=note)
