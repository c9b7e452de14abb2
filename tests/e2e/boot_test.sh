#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Goal: two stock PXE clients, one with BIOS and one with UEFI, boot from stentord at the same time,
# and what they were sent is right to the last byte; afterwards the host is as it was.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" != 0 ]; then
  echo "skipped: it reserves hugepages and installs packages, which takes root" >&2
  exit 77
fi

hugepages() { cat /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages; }
folders() { find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'stentor-up.*' | sort; }

# What an operator has reserved before must still be there afterwards.
drivers-config/hugepages.sh reserve 8 >/dev/null
trap 'drivers-config/hugepages.sh release' EXIT
pages_before=$(hugepages)
folders_before=$(folders)
deploy/up.sh --timeout 1400
[ "$(hugepages)" = "$pages_before" ] || { echo "hugepages: not as many as before" >&2; exit 1; }
[ "$(folders)" = "$folders_before" ] || { echo "a temporary folder was left behind" >&2; exit 1; }
