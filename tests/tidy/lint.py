#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""lint.py BUILD [PATH...]: clang-tidy over the .cc files of the paths (lib and app if none is
named) and the headers they include, as .clang-tidy says, with the flags of BUILD, which is built.

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


def named_from_root(name, directory):
    path = pathlib.Path(os.path.normpath(os.path.join(directory, name)))
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def findings_in(path, directory, database):
    """Text blocks, each opening with 'file:line:column:'. None: the file is clean."""
    run = subprocess.run(["clang-tidy", "--quiet", "-p", database, str(path)],
                         capture_output=True, text=True, check=False)
    starts = [match.start() for match in
              re.finditer(r"^\S[^:\n]*:\d+:\d+: (error|warning): ", run.stdout, re.MULTILINE)]
    blocks = [run.stdout[start:end].rstrip()
              for start, end in zip(starts, starts[1:] + [len(run.stdout)])]
    if run.returncode != 0 and not blocks:
        return [f"{path}:1:1: clang-tidy failed:\n{run.stdout}{run.stderr}"]
    named = (block.partition(":") for block in blocks)
    return [named_from_root(name, directory) + colon + rest for name, colon, rest in named]


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
    with tempfile.TemporaryDirectory() as database, \
            concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        pathlib.Path(database, "compile_commands.json").write_text(
            json.dumps(list(commands.values())), encoding="utf-8")
        looked_at = [path for path in files if path in commands]
        for blocks in threads.map(
                lambda path: findings_in(path, commands[path]["directory"], database), looked_at):
            found += blocks
    # A header's finding comes back with every file that includes it.
    distinct = {block.splitlines()[0]: block for block in found}
    for block in distinct.values():
        print(block)
    print(f"{len(looked_at)} files, {len(distinct)} findings")
    sys.exit(1 if distinct else 0)


if __name__ == "__main__":
    main()
