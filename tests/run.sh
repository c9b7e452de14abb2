#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# sudo tests/run.sh [--quick]: installs what is missing, builds, and runs every suite.
#
#   main      unit, golden, fuzz (replay), sim, eal, tidy and, as root, e2e
#   lint      clang-tidy over lib and app
#   asan      the suites that need no DPDK, under AddressSanitizer and UndefinedBehaviorSanitizer,
#             without stress and the simulations of rates
#   search    a short fuzz search, by the same build
#   tsan      stress and the lock-free units, under ThreadSanitizer
#
# --quick runs `main` alone, without e2e. The last line is `N passed, N failed, N skipped`; the exit
# status is 0 only if nothing failed. As root an end-to-end test that is skipped, or that left out a
# part, counts as failed. A run of meson that ends badly and names no test is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=no is_ahead=no
for argument in "$@"; do
  case $argument in
    --quick) quick=yes ;;
    --ahead) is_ahead=yes ;;  # it calls itself so: see work_ahead
    -h | --help) sed -n '3,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "tests/run.sh: unknown option '$argument'; see tests/run.sh --help" >&2; exit 2 ;;
  esac
done

# What has been compiled from the same files in another folder is not compiled again: all names that
# the compiler sees are relative to this one.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

fuzz_seconds=${STENTOR_FUZZ_SECONDS:-20}
passed=0 failed=0 skipped=0
failures=()

say() { printf '\n== %s\n' "$*"; }

configure() {  # DIR, then arguments of `meson setup`
  local dir=$1 output
  if [ -f "$dir/build.ninja" ]; then set -- --reconfigure "$@"; fi
  output=$(meson setup "$@" 2>&1) || { tail -n 30 <<<"$output" >&2; return 1; }
}

# A failure counts as one failed test, and nothing of that folder is run.
build() {  # DIR TARGET, then arguments of `meson setup`
  local dir=$1 target=$2
  shift 2
  configure "$dir" "$@" && ninja -C "$dir" "$target" && return 0
  failed=$((failed + 1))
  failures+=("build of $dir")
  return 1
}

asan=(build-asan all --native-file tests/asan.ini)
tsan=(build-tsan stress_tests --native-file tests/tsan.ini)

# The end-to-end suite waits for machines more than it computes: what else compiles does so beside
# it, in time that nothing else asks for. Each test of meson's is a session, and the kernel shares
# the processor among sessions before it looks at who is idle: so this one is as nice as can be.
# What went wrong in a build, `build` says when its turn comes; the status is that of the lint,
# which leaves its findings in build/lint.log.
ahead() {
  chrt --idle --pid 0 "$$"
  { echo 19 >"/proc/$$/autogroup"; } 2>/dev/null || true  # where the kernel has it
  build "${asan[@]}" &>/dev/null || true
  build "${tsan[@]}" &>/dev/null || true
  tests/tidy/lint.py build &>build/lint.log
}

work_ahead() {
  setsid tests/run.sh --ahead &
  ahead=$!
  trap 'kill -- "-$ahead" 2>/dev/null || true' EXIT
}

linted() {
  local status=0
  wait "$ahead" || status=$?
  cat build/lint.log
  return "$status"
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

if [ "$is_ahead" = yes ]; then
  ahead
  exit
fi

say "packages"
if [ "$(id -u)" = 0 ]; then
  step "packages" deploy/install-packages.sh build test demo
else
  echo "not root: nothing is installed, and the end-to-end suite is skipped (it makes namespaces)"
  skipped=$((skipped + 1))
fi

# Line tables alone: a third less to compile.
say "main: build"
if build build all --buildtype=debugoptimized -Dcpp_args=-g1 -Dperf=true; then
  say "main: suites"
  run_suites build --no-suite e2e
  if [ "$quick" = no ]; then
    work_ahead
    if [ "$(id -u)" = 0 ]; then
      say "main: end to end"
      run_suites build --suite e2e --num-processes 1
    fi
    say "lint"
    step "lint" linted
  fi
fi
if [ "$quick" = yes ]; then
  finish
  exit
fi

say "asan and ubsan"
if build "${asan[@]}"; then
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 run_suites build-asan \
    --no-suite tidy --timeout-multiplier 5
fi

say "fuzz search, $fuzz_seconds s a target"
step "fuzz search" tests/fuzz/search.sh "$fuzz_seconds"

say "tsan"
if build "${tsan[@]}"; then
  TSAN_OPTIONS=halt_on_error=1 run_suites build-tsan --suite stress --timeout-multiplier 5
fi

finish
