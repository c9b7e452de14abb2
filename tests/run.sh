#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# sudo tests/run.sh [--quick]: installs what is missing, builds, and runs every suite.
#
#   main      unit, golden, fuzz (replay), sim, eal, tidy and, as root, e2e
#   lint      clang-tidy over lib and app
#   asan      the suites that need no DPDK, under AddressSanitizer and UndefinedBehaviorSanitizer
#   tsan      stress and the lock-free units, under ThreadSanitizer
#   search    a short fuzz search with clang
#
# --quick runs `main` alone, without e2e. The last line is `N passed, N failed, N skipped`; the exit
# status is 0 only if nothing failed. As root an end-to-end test that is skipped, or that left out a
# part, counts as failed. A run of meson that ends badly and names no test is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=no
for argument in "$@"; do
  case $argument in
    --quick) quick=yes ;;
    -h | --help) sed -n '3,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "tests/run.sh: unknown option '$argument'; see tests/run.sh --help" >&2; exit 2 ;;
  esac
done

fuzz_seconds=${STENTOR_FUZZ_SECONDS:-20}
passed=0 failed=0 skipped=0
failures=()

say() { printf '\n== %s\n' "$*"; }

# Configures and builds; a failure counts as one failed test, and nothing of that folder is run.
build() {  # DIR TARGET, then meson options
  local dir=$1 target=$2 output
  shift 2
  if [ -f "$dir/build.ninja" ]; then
    meson configure "$dir" "$@" >/dev/null && ninja -C "$dir" "$target" && return 0
  elif output=$(meson setup "$dir" "$@" 2>&1); then
    ninja -C "$dir" "$target" && return 0
  else
    tail -n 30 <<<"$output" >&2
  fi
  failed=$((failed + 1))
  failures+=("build of $dir")
  return 1
}

# Runs the suites of a build folder and adds their counts: one JSON object a line in meson's log.
run_suites() {  # DIR, then arguments of `meson test`
  local dir=$1
  shift
  rm -f "$dir"/meson-logs/testlog*.json
  local counts status=0
  meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || status=$?
  counts=$(python3 tests/count_results.py "$dir" \
    "$([ "$(id -u)" = 0 ] && echo root || echo user)" "$status")
  while read -r kind name; do
    case $kind in
      passed) passed=$((passed + 1)) ;;
      skipped) skipped=$((skipped + 1)); echo "skipped: $name" ;;
      failed) failed=$((failed + 1)); failures+=("$dir: $name") ;;
      said) failures[-1]+=$'\n    '$name ;;
    esac
  done <<<"$counts"
}

# A step that is not a meson test counts as one.
step() {  # NAME, then a command
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); failures+=("$name"); fi
}

finish() {
  say "summary"
  for failure in ${failures[@]+"${failures[@]}"}; do echo "FAILED: $failure"; done
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}

say "packages"
if [ "$(id -u)" = 0 ]; then
  step "packages" deploy/install-packages.sh build test demo
else
  echo "not root: nothing is installed, and the end-to-end suite is skipped (it makes namespaces)"
  skipped=$((skipped + 1))
fi

say "main: build"
if build build all --buildtype=debugoptimized -Dperf=true; then
  say "main: suites"
  run_suites build --no-suite e2e
  if [ "$(id -u)" = 0 ] && [ "$quick" = no ]; then
    say "main: end to end"
    run_suites build --suite e2e --num-processes 1
  fi
  if [ "$quick" = no ]; then
    say "lint"
    step "lint" tests/tidy/lint.py build
  fi
fi
if [ "$quick" = yes ]; then
  finish
  exit
fi

say "asan and ubsan"
# -O1 and line tables alone: it compiles in half the time, and the reports are the same. GCC warns
# of code that the sanitizers insert; `main` has the warnings as errors.
if build build-asan all -Db_sanitize=address,undefined -Ddpdk=disabled -Dperf=false \
  -Dbuildtype=plain -Doptimization=1 -Dcpp_args=-g1 -Dwerror=false; then
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 run_suites build-asan \
    --no-suite tidy --no-suite stress --timeout-multiplier 5
fi

say "tsan"
if build build-tsan stress_tests -Db_sanitize=thread -Ddpdk=disabled -Dperf=false \
  --buildtype=debugoptimized; then
  TSAN_OPTIONS=halt_on_error=1 run_suites build-tsan --suite stress --timeout-multiplier 5
fi

say "fuzz search, $fuzz_seconds s a target"
step "fuzz search" tests/fuzz/search.sh "$fuzz_seconds"

finish
