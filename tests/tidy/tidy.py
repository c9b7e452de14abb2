#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the tree, each a function that yields what breaks it: 'file:line: what, and what to
do'.

Usage: tidy.py ROOT [RULE...]. Exit status 1 if any rule is broken.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
HOT = ["base", "wire", "sighting", "capture", "dhcp", "tftp", "lease", "worker"]

# What each module may include beside itself. DESIGN section 2, "Direction"; lib/README.md.
MAY_INCLUDE = {
    "base": [],
    "wire": ["base"],
    "sighting": ["base", "wire"],
    "capture": ["base", "wire"],
    "lease": ["base", "wire"],
    "store": ["base", "wire", "lease", "config"],
    "config": ["base", "wire"],
    "dhcp": ["base", "wire", "lease", "config"],
    "image": ["base", "wire"],
    "tftp": ["base", "wire", "image", "config"],
    "worker": ["base", "wire", "sighting", "capture", "lease", "store", "config", "dhcp", "image",
               "tftp"],
    "client": ["base", "wire"],
    "storm": ["base", "wire", "client", "config", "worker"],
    "control": ["base", "wire", "sighting", "capture", "config", "image", "lease"],
    "digest": ["base", "wire", "image"],
    "topology": ["base", "wire", "config"],
    "dpdk": ["base", "wire", "config", "image", "topology", "worker"],
}

# Third-party headers and the one folder that owns each.
OWNERS = [
    (r"rte_\w+\.h|rte_[^/]*", ["lib/dpdk", "tests/eal", "perf/wire"]),
    (r"intel-ipsec-mb\.h", ["lib/digest"]),
    (r"openssl/.*", ["lib/digest"]),
    (r"numa(if)?\.h", ["lib/topology"]),
    (r"sqlite3\.h", ["lib/store", "tests/unit/store"]),
    (r"microhttpd\.h|curl/.*", ["lib/control"]),
    (r"prometheus/.*|systemd/.*", ["lib/control"]),
    (r"nlohmann/.*", ["lib/control", "app/stentor-storm", "app/stentorctl", "tests/unit/config",
                      "tests/unit/control", "tests/unit/storm_report",
                      "tests/unit/stentorctl"]),
    (r"yaml-cpp/.*", ["lib/config"]),
    (r"spdlog/.*", ["lib/control"]),
    (r"(bpf|xdp)/.*|linux/(bpf|if_link|pkt_cls|pkt_sched|rtnetlink|netlink)\.h", ["lib/dpdk"]),
    (r"CLI/.*", ["app", "perf/wire"]),
    (r"gtest/.*|gmock/.*", ["tests"]),
    (r"benchmark/.*", ["perf"]),
]

# Banned where a worker runs. Cold files (_setup) and the files below are exempt.
BANNED = [
    (r"\bnew\b(?!\w)", "new"),
    (r"\b(malloc|calloc|realloc|free)\s*\(", "malloc and free"),
    (r"std::string\b(?!_view)", "std::string"),
    (r"\.(push_back|emplace_back|resize|insert)\(", "growing a container"),
    (r"std::function\b", "std::function"),
    (r"std::(shared_ptr|make_shared|unique_ptr|make_unique)\b", "owning pointers"),
    (r"\bvirtual\b", "virtual"),
    (r"\bthrow\b", "throw"),
    (r"<(iostream|sstream|fstream|ostream)>|\bprintf\s*\(", "iostream and printf"),
]
COLD = {
    "lib/base/error.h": "sentences for the operator, made at start and reload",
    "lib/base/hex_text.h": "for people: the control API, and differences of configurations",
    "lib/base/published.h": "publish() and reclaim() belong to the control thread",
    "lib/worker/hand_over.h": "the rings are made once, at start",
    "lib/worker/worker.h": "the constructor makes the lanes, at start",
}


def code_files(*folders, endings=(".cc", ".h", ".def")):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and path.is_file():
                yield path


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def without_comments_and_strings(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return re.sub(r"//.*", "", line)


def includes_of(path):
    for number, line in enumerate(lines_of(path), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1)


def includes_keep_their_direction():
    for path in code_files("lib"):
        module = path.relative_to(ROOT / "lib").parts[0]
        for number, target in includes_of(path):
            other = target.split("/")[0]
            if other in MAY_INCLUDE and other != module and other not in MAY_INCLUDE[module]:
                yield (f"{name_of(path)}:{number}: {module} includes {other}; it may include "
                       f"{', '.join(MAY_INCLUDE[module]) or 'no module'} (lib/README.md, Layers)")


def libraries_have_one_owner():
    for path in code_files("lib", "app", "tests", "perf"):
        for number, target in includes_of(path):
            for pattern, owners in OWNERS:
                if re.fullmatch(pattern, target) and not any(
                        name_of(path).startswith(owner + "/") for owner in owners):
                    yield (f"{name_of(path)}:{number}: <{target}> belongs to "
                           f"{' and '.join(owners)}; put a seam there instead")


def hot_modules_stay_hot():
    for path in code_files(*[f"lib/{module}" for module in HOT], endings=(".cc", ".h")):
        if name_of(path) in COLD or re.search(r"_setup\.(cc|h)$", path.name):
            continue
        for number, line in enumerate(lines_of(path), 1):
            line = without_comments_and_strings(line)
            for pattern, what in BANNED:
                if re.search(pattern, line):
                    yield (f"{name_of(path)}:{number}: {what} in a hot module; "
                           "make it at start, in a *_setup file")


def files_open_as_they_should():
    for path in code_files("lib", "app", "tests", "perf", endings=(".cc", ".h")):
        lines = lines_of(path)
        if not lines or lines[0] != "// SPDX-License-Identifier: BSD-3-Clause":
            yield f"{name_of(path)}:1: the first line is not the SPDX identifier"
        if path.suffix == ".h" and "#pragma once" not in lines[:3]:
            yield f"{name_of(path)}:2: no '#pragma once' after the SPDX line"


def files_are_about_one_thing():
    for path in code_files("lib", "app", "tests", "perf"):
        count = len(lines_of(path))
        if count > 500:
            yield f"{name_of(path)}:{count}: {count} lines; split it, 500 are the limit"


def lines_fit():
    for path in code_files("lib", "app", "tests", "perf", "deploy", "drivers-config",
                           endings=(".cc", ".h", ".def", ".py", ".sh")):
        for number, line in enumerate(lines_of(path), 1):
            if len(line) > 100:
                yield f"{name_of(path)}:{number}: {len(line)} columns; 100 are the limit"


def names_are_snake_case():
    for path in code_files("lib", "app", "tests", "perf"):
        if not re.fullmatch(r"[a-z0-9_]+\.(cc|h|def)", path.name):
            yield f"{name_of(path)}:1: the file name is not snake_case"
        if re.fullmatch(r"(.*_)?(utils?|common|misc|helpers?|manager)(_.*)?\.(cc|h)", path.name):
            yield f"{name_of(path)}:1: the name says nothing; name it after what it holds"


def promises_are_kept():
    words = "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"])
    for path in code_files("lib", "app", "tests", "perf", "deploy", "drivers-config",
                           endings=(".cc", ".h", ".def", ".sh", ".py", ".md", ".build")):
        for number, line in enumerate(lines_of(path), 1):
            if re.search(rf"\b({words})\b", line):
                yield f"{name_of(path)}:{number}: a promise left behind; do it, or file an issue"


def weak_orders_name_their_pair():
    """An order weaker than sequentially consistent says, within four lines above, what it pairs
    with; relaxed ones say why no order is needed, once a function or file."""
    weak = re.compile(r"memory_order(_|::)(acquire|release|acq_rel)")
    for path in code_files("lib", endings=(".cc", ".h")):
        lines = lines_of(path)
        for number, line in enumerate(lines, 1):
            if weak.search(without_comments_and_strings(line)):
                near = " ".join(lines[max(0, number - 6):number]).lower()
                if "pairs with" not in near and "pair with" not in near:
                    yield f"{name_of(path)}:{number}: no 'pairs with' line for its memory order"


def nothing_is_volatile():
    for path in code_files("lib", "app", endings=(".cc", ".h")):
        for number, line in enumerate(lines_of(path), 1):
            if re.search(r"\bvolatile\b", without_comments_and_strings(line)) and "asm" not in line:
                yield f"{name_of(path)}:{number}: volatile; threads share std::atomic"


def drop_reasons_are_used():
    reasons = re.findall(r"^STENTOR_DROP\((\w+),", (ROOT / "lib/wire/drop_reasons.def").read_text(),
                         re.MULTILINE)
    text = "\n".join(path.read_text() for path in code_files("lib", endings=(".cc", ".h")))
    for reason in reasons:
        if not re.search(rf"DropReason::{reason}\b", text):
            yield ("lib/wire/drop_reasons.def:1: "
                   f"nothing is ever dropped as {reason}; remove the row")


def no_file_names_this_machine():
    tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True,
                             text=True)
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" in data:
            yield f"{name}:1: a binary file; make it from source when it is needed"
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if re.search(r"(?<!self)/(home|work|root|farm)/[a-z]", line):
                yield f"{name}:{number}: a path of one machine"


def suppressions_say_why():
    """lint.py's findings are fixed. The rare one that is wrong here is silenced by its name."""
    for path in code_files("lib", "app", "tests", "perf"):
        for number, line in enumerate(lines_of(path), 1):
            if re.search(r"\bNOLINT", line) and not re.search(
                    r"// NOLINT((NEXTLINE|BEGIN)?\([a-z-]+\): \w|END\([a-z-]+\)$)", line):
                yield (f"{name_of(path)}:{number}: write NOLINT(check-name): and the reason, "
                       "or fix what clang-tidy found")


def code_is_formatted():
    files = [str(path) for path in code_files("lib", "app", "tests", "perf", endings=(".cc", ".h"))]
    run = subprocess.run(["clang-format", "--dry-run", "--Werror", "--ferror-limit=1", *files],
                         capture_output=True, text=True)
    for line in run.stderr.splitlines():
        match = re.match(r"(.*?):(\d+):\d+: error:", line)
        if match:
            yield (f"{name_of(pathlib.Path(match.group(1)))}:{match.group(2)}: not as clang-format "
                   "has it; run clang-format -i")


RULES = [rule for name, rule in list(globals().items())
         if callable(rule) and getattr(rule, "__module__", "") == "__main__"
         and name not in ("code_files", "name_of", "lines_of", "without_comments_and_strings",
                          "includes_of")]


def main():
    wanted = sys.argv[2:]
    broken = 0
    for rule in RULES:
        if wanted and rule.__name__ not in wanted:
            continue
        findings = list(rule())
        broken += len(findings)
        print(f"{'ok' if not findings else 'BROKEN':7}{rule.__name__.replace('_', ' ')}")
        for finding in findings:
            print(f"       {finding}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
