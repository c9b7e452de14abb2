#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# sudo perf/run.sh micro|wire|peers|scale|all [--json FILE] [--html FILE] [--pairs N] [--only GLOB]
#
# Installs what is missing, builds (release, in build-perf), reserves hugepages for as long as it
# measures, runs the suites, prints their tables. perf/README.md says how to read them.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help | "") exec python3 perf/run.py "${@:---help}" ;;
  micro | wire | peers | scale | all) ;;
  *)
    echo "perf/run.sh: '$1' is no suite; the first word is micro, wire, peers, scale or all" >&2
    exit 2
    ;;
esac
if [ "$(id -u)" != 0 ]; then
  echo "perf/run.sh: hugepages and namespaces need root: run it with sudo" >&2
  exit 2
fi

deploy/install-packages.sh build perf
if [ ! -f build-perf/build.ninja ]; then
  meson setup build-perf --native-file deploy/release.ini >/dev/null
fi
ninja -C build-perf >/dev/null
case $1 in wire | all)
  if ! command -v dpdk-testpmd >/dev/null; then
    echo "perf/run.sh: dpdk-testpmd, a yardstick, is missing (in Debian's dpdk-dev)" >&2
    exit 1
  fi
  ;;
esac
case $1 in wire | peers | all) deploy/unpack-packages.sh build-perf/peers peers ;; esac

drivers-config/hugepages.sh reserve 3072
trap 'drivers-config/hugepages.sh release' EXIT
PYTHONDONTWRITEBYTECODE=1 python3 perf/run.py "$@"
