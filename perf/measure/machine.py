# SPDX-License-Identifier: BSD-3-Clause
"""What a figure was measured on: processor, memory, kernel, versions of all that took part."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

PACKAGES = ("libdpdk-dev", "dpdk-dev", "g++")


def facts(root, peers):
    """`peers`: versions of the servers that Stentor is compared with, by package."""
    cpu = pathlib.Path("/proc/cpuinfo").read_text()
    memory = pathlib.Path("/proc/meminfo").read_text()
    release = pathlib.Path("/etc/os-release").read_text()
    return {
        "cpu": re.search(r"model name\s*: (.*)", cpu)[1],
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(re.search(r"MemTotal:\s+(\d+)", memory)[1]) / 2**20, 1),
        "hypervisor": "hypervisor" in cpu,
        "kernel": platform.release(),
        "system": re.search(r'PRETTY_NAME="(.*)"', release)[1],
        "measured": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output("git", "-C", root, "describe", "--always", "--dirty"),
        "packages": {**{name: version for name in PACKAGES
                        if (version := output("dpkg-query", "-W", "-f", "${Version}", name))},
                     **peers},
    }


def output(*command):
    """Of a command that may be missing or fail: then empty."""
    try:
        return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
