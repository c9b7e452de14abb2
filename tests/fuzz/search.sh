#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Searches for inputs that break a fuzz target: search.sh SECONDS [TARGET...]
#
# Builds every target in build-asan/, as tests/asan.ini says, runs each for SECONDS from its corpus,
# one a core at a time, and fails if an input breaks one, which it prints as the line to add to the
# corpus. What a search learns stays in build-asan/found/ for the next one.
set -euo pipefail

seconds=${1:-}
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: search.sh SECONDS [TARGET...]" >&2
  exit 2
fi
shift
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
build=$tree/build-asan

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in "$here"/*_fuzz.cc; do targets+=("$(basename "$source" _fuzz.cc)"); done
fi

if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$tree" --native-file "$tree/tests/asan.ini"
fi
ninja -C "$build" "${targets[@]/#/tests/fuzz/fuzz_}"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# One file a line of hex, named by its line.
corpus_files() {
  python3 - "$1" "$2" <<'PYTHON'
import pathlib, sys
for number, line in enumerate(open(sys.argv[1]), 1):
    if data := bytes.fromhex(line.split('#')[0]):
        pathlib.Path(sys.argv[2], f'line{number}').write_bytes(data)
PYTHON
}

search() {  # TARGET
  local target=$1 found=$build/found/$1 broken
  mkdir -p "$scratch/$target" "$found"
  corpus_files "$here/corpus/$target.hex" "$scratch/$target"
  if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$build/tests/fuzz/fuzz_$target" \
      -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
      -verbosity=1 -artifact_prefix="$scratch/broken-$target-" "$found" "$scratch/$target" \
      2> "$scratch/$target.log"; then
    echo "== $target, $seconds s"
    grep -E '^(Done|stat::number_of_executed_units|stat::peak)' "$scratch/$target.log"
    return
  fi
  echo "== $target is broken" >&2
  tail -n 60 "$scratch/$target.log" >&2
  for broken in "$scratch/broken-$target-"*; do
    [ -f "$broken" ] || continue
    echo "Add to tests/fuzz/corpus/$target.hex, with the failing test first:" >&2
    python3 -c 'import sys; print(open(sys.argv[1], "rb").read().hex())' "$broken" >&2
  done
  return 1
}

status=0 running=0
for target in "${targets[@]}"; do
  if [ "$running" = "$(nproc)" ]; then
    wait -n || status=1
    running=$((running - 1))
  fi
  search "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || status=1
  running=$((running - 1))
done
exit "$status"
