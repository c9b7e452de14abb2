#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Reserves 2 MiB hugepages for stentord, and gives back exactly what it reserved.
#
# What was reserved is kept per NUMA node in a state file, as a difference and not as the former
# total: `release` then takes away ours, whatever other programs and the operator have reserved
# meanwhile. Nothing is mounted: stentord runs the EAL with --in-memory, which takes pages by memfd.

set -euo pipefail

readonly page_kib=2048
# Other places can be named, so that a test can show this script a host with several nodes.
readonly state_dir=${STENTOR_RUN:-/run/stentor}
readonly state=$state_dir/hugepages
readonly nodes_dir=${STENTOR_SYSFS:-/sys}/devices/system/node

usage() {
  cat <<'TEXT'
usage: hugepages.sh reserve MIB   make at least MIB MiB of 2 MiB hugepages free, spread evenly
                                  over the NUMA nodes
       hugepages.sh release       give back what `reserve` took, and nothing else
       hugepages.sh status        of each NUMA node: pages reserved, free, and reserved by us
TEXT
}

die() {
  echo "hugepages.sh: $*" >&2
  exit 1
}

# The nodes that hold memory and can have 2 MiB pages, one name a line (node0, node1, ...).
list_nodes() {
  local node
  for node in "$nodes_dir"/node[0-9]*; do
    [ -e "$node/hugepages/hugepages-${page_kib}kB/nr_hugepages" ] || continue
    grep -qE 'MemTotal: +[1-9]' "$node/meminfo" && basename "$node"
  done
  return 0
}

read_pages() { # NODE nr_hugepages|free_hugepages
  cat "$nodes_dir/$1/hugepages/hugepages-${page_kib}kB/$2"
}

write_pages() { # NODE COUNT
  echo "$2" >"$nodes_dir/$1/hugepages/hugepages-${page_kib}kB/nr_hugepages"
}

ours_on() { # NODE
  [ -e "$state" ] || { echo 0 && return; }
  awk -v node="$1" '$1 == node { pages = $2 } END { print pages + 0 }' "$state"
}

remember() { # NODE PAGES
  touch "$state"
  awk -v node="$1" -v pages="$2" '$1 != node; END { if (pages > 0) print node, pages }' \
    "$state" >"$state.next"
  mv "$state.next" "$state"
}

# grow NODE PAGES: asks the kernel for PAGES more; returns with `given` set to what it really gave.
grow() {
  local node=$1 wanted=$2 before after
  before=$(read_pages "$node" nr_hugepages)
  write_pages "$node" $((before + wanted))
  after=$(read_pages "$node" nr_hugepages)
  if [ "$after" -lt $((before + wanted)) ] && [ -w /proc/sys/vm/compact_memory ]; then
    # Free memory that lies in pieces: one compaction often makes whole pages of it.
    echo 1 >/proc/sys/vm/compact_memory
    write_pages "$node" $((before + wanted))
    after=$(read_pages "$node" nr_hugepages)
  fi
  given=$((after - before))
  remember "$node" $(($(ours_on "$node") + given))
}

shrink() { # NODE PAGES
  local now
  now=$(read_pages "$1" nr_hugepages)
  # Less than ours can be left, if somebody else has lowered the number meanwhile.
  write_pages "$1" $((now > $2 ? now - $2 : 0))
  remember "$1" $(($(ours_on "$1") - $2))
}

# Asking for more than there is makes the kernel push everything else out of memory before it says
# no.
check_available() { # PAGES
  local available
  available=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
  [ $(($1 * page_kib / 1024)) -le $((available * 9 / 10)) ] ||
    die "$(($1 * page_kib / 1024)) MiB of hugepages are missing," \
      "and the host has only $available MiB to spare." \
      "Stop other programs, ask for less, or add memory"
}

reserve() { # MIB
  local nodes node share missing short=0 total=0
  local -A wanted=() grown=()
  mapfile -t nodes < <(list_nodes)
  [ "${#nodes[@]}" -gt 0 ] ||
    die "this kernel offers no 2 MiB hugepages: set 'hugepages: none' in the config"
  share=$((($1 * 1024 + page_kib * ${#nodes[@]} - 1) / (page_kib * ${#nodes[@]})))
  for node in "${nodes[@]}"; do
    missing=$((share - $(read_pages "$node" free_hugepages)))
    [ "$missing" -gt 0 ] || continue
    wanted[$node]=$missing
    total=$((total + missing))
  done
  check_available "$total"
  for node in "${!wanted[@]}"; do
    grow "$node" "${wanted[$node]}"
    grown[$node]=$given
    short=$((short + wanted[$node] - given))
  done
  if [ "$short" -gt 0 ]; then
    # A part of what was asked for serves nobody: this call leaves things as it found them.
    for node in "${!grown[@]}"; do
      shrink "$node" "${grown[$node]}"
    done
    die "the kernel gave $short of $total pages too few: its memory is in pieces." \
      "Stop other programs, or reserve at boot: add hugepages=$total to the kernel's command line"
  fi
  status
}

release() {
  [ -e "$state" ] || return 0
  local node pages
  while read -r node pages; do
    shrink "$node" "$pages"
  done < <(cat "$state")
  rm -f "$state"
}

status() {
  local node
  for node in $(list_nodes); do
    printf '%s: %s pages of 2 MiB, %s free, %s of them reserved by us\n' "$node" \
      "$(read_pages "$node" nr_hugepages)" "$(read_pages "$node" free_hugepages)" \
      "$(ours_on "$node")"
  done
}

# One change at a time; the kernel's counters and the state file must agree.
lock() {
  [ "$(id -u)" -eq 0 ] || die "changing hugepages needs root: run it with sudo"
  mkdir -p "$state_dir"
  exec 9>"$state.lock"
  flock 9
}

main() {
  case ${1:-} in
    reserve)
      [ $# -eq 2 ] || die "reserve takes one number of MiB"
      [[ $2 =~ ^[1-9][0-9]{0,7}$ ]] || die "'$2' is not a number of MiB between 1 and 99999999"
      lock
      reserve "$2"
      ;;
    release) [ $# -eq 1 ] || die "release takes no argument" && lock && release ;;
    status) [ $# -eq 1 ] || die "status takes no argument" && status ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
  esac
}

main "$@"
