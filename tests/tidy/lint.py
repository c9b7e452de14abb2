#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""lint.py BUILD [PATH...]: clang-tidy over the .cc files of the paths (lib and app if none is
named) and the headers they include, as .clang-tidy says, with the flags of BUILD, which is built.

Most of a pass is the headers that every file of a module includes. So files that are compiled
alike are looked at together, as one translation unit, and in halves where that does not compile:
names in their unnamed namespaces may clash.

Prints each finding once. Exit status 1 if there is one, or if a file could not be looked at.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Larger ones gain little, and leave a core idle at the end of a pass.
BATCH = 8
FAILED = "clang-tidy failed"


def commands_by_file(build):
    """The first command of each source file: some are compiled into several programs."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        # Clang does not know all of g++'s warnings, and -Werror would stop it at the first.
        arguments = [each for each in shlex.split(entry["command"]) if not each.startswith("-W")]
        if arguments[0].endswith("ccache"):
            arguments = arguments[1:]
        commands.setdefault(path, {"directory": entry["directory"], "file": str(path),
                                   "arguments": arguments})
    return commands


def flags_of(command):
    """What the compiler is told, but for the names of this one file."""
    arguments = command["arguments"]
    own = {index for index, each in enumerate(arguments) if each in ("-o", "-c", "-MF", "-MQ")}
    return [each for index, each in enumerate(arguments)
            if index not in own and index - 1 not in own and each != "-MD"]


def named_from_root(name, directory):
    path = pathlib.Path(os.path.normpath(os.path.join(directory, name)))
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def tidied(path, directory, database):
    """Text blocks, each opening with 'file:line:column:'. None: the file is clean."""
    run = subprocess.run(["clang-tidy", "--quiet", f"--config-file={ROOT / '.clang-tidy'}",
                          "-p", database, str(path)], capture_output=True, text=True, check=False)
    starts = [match.start() for match in
              re.finditer(r"^\S[^:\n]*:\d+:\d+: (error|warning): ", run.stdout, re.MULTILINE)]
    blocks = [run.stdout[start:end].rstrip()
              for start, end in zip(starts, starts[1:] + [len(run.stdout)])]
    if run.returncode != 0 and not blocks:
        return [f"{path}:1:1: {FAILED}:\n{run.stdout}{run.stderr}"]
    named = (block.partition(":") for block in blocks)
    return [named_from_root(name, directory) + colon + rest for name, colon, rest in named]


def findings_in(paths, commands):
    """Those of files that are compiled alike, each under its own name."""
    first = commands[paths[0]]
    with tempfile.TemporaryDirectory() as database:
        together = pathlib.Path(database, "together.cc")
        together.write_text("".join(f'#include "{path}"\n' for path in paths), encoding="utf-8")
        alone = len(paths) == 1
        looked_at = paths[0] if alone else together
        entry = first if alone else {"directory": first["directory"], "file": str(together),
                                     "arguments": flags_of(first) + ["-c", str(together)]}
        pathlib.Path(database, "compile_commands.json").write_text(
            json.dumps([entry]), encoding="utf-8")
        found = tidied(looked_at, first["directory"], database)
    if not alone and any("[clang-diagnostic-error" in block or FAILED in block for block in found):
        middle = len(paths) // 2
        return findings_in(paths[:middle], commands) + findings_in(paths[middle:], commands)
    # To include .cc files, as `together` does, is suspicious indeed.
    return [block for block in found if alone or not block.startswith(str(together))]


def batches_of(paths, commands):
    """The paths in lists of files of one folder that are compiled alike."""
    alike = {}
    for path in paths:
        alike.setdefault((path.parent, *flags_of(commands[path])), []).append(path)
    return [group[start:start + BATCH]
            for group in alike.values() for start in range(0, len(group), BATCH)]


def sources_of(name):
    path = pathlib.Path(name).resolve()
    sources = [path] if path.is_file() else sorted(path.rglob("*.cc"))
    if not sources or not all(source.is_relative_to(ROOT) for source in sources):
        sys.exit(f"lint.py: {name}: no .cc file of this tree")
    return sources


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    commands = commands_by_file(pathlib.Path(sys.argv[1]))
    named = sys.argv[2:] or [ROOT / "lib", ROOT / "app"]
    files = [path for name in named for path in sources_of(name)]
    found = [f"{path.relative_to(ROOT)}:1:1: not looked at: {sys.argv[1]} does not compile it"
             for path in files if path not in commands]
    looked_at = [path for path in files if path in commands]
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for blocks in threads.map(lambda batch: findings_in(batch, commands),
                                  batches_of(looked_at, commands)):
            found += blocks
    # A header's finding comes back with every file that includes it.
    distinct = {block.splitlines()[0]: block for block in found}
    for block in distinct.values():
        print(block)
    print(f"{len(looked_at)} files, {len(distinct)} findings")
    sys.exit(1 if distinct else 0)


if __name__ == "__main__":
    main()
