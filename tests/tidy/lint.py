#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""lint.py BUILD [PATH...]: clang-tidy over the .cc files of the paths (lib and app if none is
named) and the headers they include, as .clang-tidy says, with the flags of BUILD, which is built.

Most of a pass is the headers that every file of a module includes. So files that are compiled
alike are looked at together, as one translation unit, and in halves where that does not compile:
names in their unnamed namespaces may clash. What was found clean is not looked at again before it,
a header that it includes, .clang-tidy or clang-tidy changes: ~/.cache/stentor/lint remembers it.

Prints each finding once. Exit status 1 if there is one, or if a file could not be looked at.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Larger ones gain little, and leave a core idle at the end of a pass.
BATCH = 16
FAILED = "clang-tidy failed"
MEMORY = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache",
                      "stentor/lint")
CLEAN, CLASHES = "clean", "clashes"
FORGOTTEN_AFTER = 30 * 24 * 3600  # seconds without use


def commands_by_file(build):
    """The first command of each source file: some are compiled into several programs."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        # Clang does not know all of g++'s warnings, and -Werror would stop it at the first.
        arguments = [each for each in shlex.split(entry["command"]) if not each.startswith("-W")]
        if arguments[0].endswith("ccache"):
            arguments = arguments[1:]
        for source in sources_in(path):
            commands.setdefault(source, {"directory": entry["directory"], "arguments": arguments})
    return commands


def sources_in(path):
    """The file, or those that the build has put together in it."""
    text = path.read_text(encoding="utf-8") if path.name.startswith("unit_") else ""
    return [ROOT / name for name in re.findall(r'#include "(.*\.cc)"', text)] or [path]


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


@functools.cache
def checks():
    """What decides over a finding beside the code."""
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    return version + (ROOT / ".clang-tidy").read_bytes()


@functools.cache
def content(path):
    return hashlib.sha256(path.read_bytes()).digest()


def including(paths):
    """A translation unit of all of them."""
    return "".join(f'#include "{path}"\n' for path in paths)


def memory_of(paths, command):
    """The file that remembers the outcome for these sources as they are, with all that they
    include; None: something of it is not there."""
    run = subprocess.run(["clang++", *flags_of(command)[1:], "-w", "-M", "-x", "c++", "-"],
                         cwd=command["directory"], input=including(paths), capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        return None
    key = hashlib.sha256(checks())
    for each in flags_of(command):
        key.update(each.replace(str(ROOT), "").encode() + b"\0")
    included = {named_from_root(word, command["directory"])
                for word in run.stdout.replace("\\\n", " ").split() if not word.endswith(":")}
    for name in sorted(included):
        key.update(name.encode() + content(ROOT / name))
    return MEMORY / key.hexdigest()


def remembered(memory):
    if memory is None or not memory.exists():
        return None
    os.utime(memory)
    return memory.read_text(encoding="utf-8")


def remember(memory, outcome):
    if memory is not None:
        MEMORY.mkdir(parents=True, exist_ok=True)
        memory.write_text(outcome, encoding="utf-8")


def forget_what_is_unused():
    for memory in MEMORY.glob("*"):
        if time.time() - memory.stat().st_mtime > FORGOTTEN_AFTER:
            memory.unlink(missing_ok=True)


def findings_in(paths, commands):
    """Those of files that are compiled alike, each under its own name."""
    memory = memory_of(paths, commands[paths[0]])
    outcome = remembered(memory)
    if outcome == CLEAN:
        return []
    alone = len(paths) == 1
    # To compile takes a tenth of what the checks do, which a clash would come out of in the end.
    fits = outcome != CLASHES and (alone or compiles(paths, commands[paths[0]]))
    found = looked_at(paths, commands) if fits else None
    if found is None:
        remember(memory, CLASHES)
        middle = len(paths) // 2
        return findings_in(paths[:middle], commands) + findings_in(paths[middle:], commands)
    if not found:
        remember(memory, CLEAN)
    return found


def compiles(paths, command):
    """Whether they do as one translation unit."""
    return subprocess.run(["clang++", *flags_of(command)[1:], "-w", "-fsyntax-only", "-x", "c++",
                           "-"], cwd=command["directory"], input=including(paths),
                          capture_output=True, text=True, check=False).returncode == 0


def looked_at(paths, commands):
    """What is found in the files as one translation unit; None: they do not compile as one."""
    first = commands[paths[0]]
    with tempfile.TemporaryDirectory() as database:
        together = pathlib.Path(database, "together.cc")
        together.write_text(including(paths), encoding="utf-8")
        alone = len(paths) == 1
        source = paths[0] if alone else together
        entry = {"directory": first["directory"], "file": str(source),
                 "arguments": flags_of(first) + ["-c", str(source)]}
        pathlib.Path(database, "compile_commands.json").write_text(
            json.dumps([entry]), encoding="utf-8")
        found = tidied(source, first["directory"], database)
    if not alone and any("[clang-diagnostic-error" in block or FAILED in block for block in found):
        return None
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
    sources = [path for path in files if path in commands]
    forget_what_is_unused()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for blocks in threads.map(lambda batch: findings_in(batch, commands),
                                  batches_of(sources, commands)):
            found += blocks
    # A header's finding comes back with every file that includes it.
    distinct = {block.splitlines()[0]: block for block in found}
    for block in distinct.values():
        print(block)
    print(f"{len(sources)} files, {len(distinct)} findings")
    sys.exit(1 if distinct else 0)


if __name__ == "__main__":
    main()
