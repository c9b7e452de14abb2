# SPDX-License-Identifier: BSD-3-Clause
"""A storm of stentor-storm inside a lab: its command, its files, its end and its report."""

import json
import os
import random
import subprocess

from suite import Failure, check, check_equal

BOOT_FILE = "pxelinux.0"
# Enough for each machine, and names and sizes that no other test has.
FILES = {BOOT_FILE: 26_579, "kernel": 700_001, "conf/a, b.cfg": 1_468}


def write_files(folder):
    for name, size in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.Random(name).randbytes(size))
    return folder


def cores():
    """One for each side where there are two: (stentord's, the storm's)."""
    allowed = sorted(os.sched_getaffinity(0))
    return (f"[{allowed[0]}]", str(allowed[1])) if len(allowed) > 1 else ("auto", "auto")


def storm_command(storm, *arguments, port="interface:cli0"):
    return [storm, "--port", port, "--hugepages", "none", "--cores", cores()[1], *arguments]


class Storm:
    """A storm that has ended: its exit status, what it said, and its report."""

    def __init__(self, lab, storm, *arguments, namespace=None, wrapper=(), seconds=120, **how):
        self.json_path = lab.folder / "storm.json"
        command = [*wrapper, *storm_command(storm, *arguments, **how)]
        if "--find-max" not in arguments:
            command += ["--json", self.json_path]
        process = lab.start(namespace or lab.cli, *command, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)
        try:
            self.out, self.err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Failure(f"the storm did not end within {seconds} s:\n{out}{err}") from None
        self.status = process.returncode

    def text(self):
        return f"{self.out}\n{self.err}"

    def check(self, status, *pieces):
        check_equal(self.status, status, f"exit status of a storm that said:\n{self.text()}\n")
        for piece in pieces:
            check(piece in self.text(), f"'{piece}' is not in:\n{self.text()}")
        return self

    def report(self):
        return json.loads(self.json_path.read_text())
