#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# From a fresh Debian 12 to machines that boot from Stentor, in one command. See usage() below.
# Whatever happens, it stops what it started and gives back the hugepages that it reserved.

set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(dirname "$here")
readonly here top
readonly stentord=$top/build-release/app/stentord/stentord
readonly cache=${STENTOR_CACHE:-/var/cache/stentor}
readonly started=$EPOCHREALTIME

# shellcheck source=deploy/demo/boot.sh
source "$here/demo/boot.sh"

usage() {
  cat <<TEXT
usage: sudo deploy/up.sh [--guests bios|uefi|both] [--keep] [--timeout SECONDS]
       sudo deploy/up.sh --interface IF --images DIR [--pool FIRST-LAST] [--take-over]

Installs what is missing, builds stentord and reserves hugepages. Then, without --interface, boots
two virtual machines from it at the same time, one with BIOS (iPXE, Linux) and one with UEFI (GRUB),
each of which hashes the 64 MiB that it was sent. Exit status 0: all booted, all hashes are right.

  --guests WHICH     bios, uefi or both (default)
  --keep             leave the folder with config, logs and consoles for inspection
  --timeout SECONDS  give up after this long, installing and building included (default: 3600)

  --interface IF     serve real machines on this network interface instead, until Ctrl-C
  --images DIR       the boot files to serve
  --pool FIRST-LAST  be a DHCP server that gives out these addresses (default: ProxyDHCP)
  --take-over        serve even if IF has the host's default route, and cut off what goes by it

The demonstration needs about 2 GiB of free memory, and keeps its boot files in $cache/demo
(another place: STENTOR_CACHE=DIR).
TEXT
}

die() {
  echo "up.sh: $*" >&2
  exit 1
}

# say WHO TEXT: one line of progress, in the form that demo/guest.sh prints too.
say() {
  printf '[%6s s] %-8s  %s\n' "$(seconds_since_start)" "$1" "$2"
}

seconds_since_start() {
  awk -v now="$EPOCHREALTIME" -v then="$started" 'BEGIN { printf "%.1f", now - then }'
}

parse_arguments() {
  guests='' keep=no timeout='' interface='' images='' pool='' take_over=no
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --keep) keep=yes && shift && continue ;;
      --take-over) take_over=yes && shift && continue ;;
      --guests | --timeout | --interface | --images | --pool) ;;
      *) die "unknown argument '$1' (see --help)" ;;
    esac
    [ -n "${2:-}" ] || die "$1 needs a value (see --help)"
    printf -v "${1#--}" %s "$2"
    shift 2
  done
  if [ -n "$interface" ]; then
    [ "$guests$timeout$keep" = no ] ||
      die "--guests, --timeout and --keep do not go with --interface"
    # sysfs has the one name, ip(8) the alternative ones too.
    [ -e "/sys/class/net/$interface" ] || ip link show dev "$interface" >/dev/null 2>&1 ||
      die "there is no network interface '$interface' (see: ip link)"
    [ -n "$images" ] || die "--interface needs --images DIR: the boot files to serve"
    [ -d "$images" ] || die "--images: '$images' is not a folder"
  else
    [ "$images$pool$take_over" = no ] ||
      die "--images, --pool and --take-over need --interface IF"
  fi
  guests=${guests:-both} timeout=${timeout:-3600}
  case $guests in
    bios | uefi | both) ;;
    *) die "--guests takes bios, uefi or both, not '$guests'" ;;
  esac
  [[ $timeout =~ ^[1-9][0-9]{0,5}$ ]] ||
    die "--timeout takes a whole number of seconds from 1 to 999999, not '$timeout'"
}

seconds_left() {
  local left=$((timeout - SECONDS))
  [ "$left" -gt 0 ] || die "not done within $timeout s (--timeout)"
  echo "$left"
}

# bounded COMMAND...: runs it within what is left of the time. It runs as a child that is waited
# for, because bash acts on a signal while it waits, but not while it runs a command in the
# foreground.
bounded() {
  local left
  left=$(seconds_left) || exit 1
  timeout --kill-after=10 "$left" "$@" &
  children+=($!)
  wait $!
}

# start COMMAND...: runs it beside this script; its process id is then the last of `children`. In a
# session of its own, so that Ctrl-C reaches it once, through clean_up; and bound to this script, so
# that it ends with it even when this script is killed.
start() {
  setsid setpriv --pdeathsig TERM "$@" &
  children+=($!)
}

# Asked of bash and not of the kernel, which may have given the id of an ended child to a stranger.
is_running() { # PID
  [[ " $(jobs -rp | xargs) " == *" $1 "* ]]
}

# Stops one of our own processes: asks, and after ten seconds insists. Returns the status it ended
# with.
stop() { # PID
  local tenths
  if is_running "$1"; then
    kill "$1"
    for ((tenths = 0; tenths < 100; tenths++)); do
      is_running "$1" || break
      sleep 0.1
    done
    ! is_running "$1" || kill -KILL "$1"
  fi
  wait "$1" 2>/dev/null
}

clean_up() {
  trap '' INT TERM HUP
  local child
  # The youngest first: guests end before the server that they boot from.
  for ((child = ${#children[@]} - 1; child >= 0; child--)); do
    ! is_running "${children[child]}" || stop "${children[child]}" || true
  done
  [ "$reserved" = no ] || hugepages release
  if [ "$keep" = yes ] && [ -n "$scratch" ]; then
    echo "up.sh: config, logs and consoles are in $scratch"
  elif [ -n "$scratch" ]; then
    rm -rf "$scratch"
  fi
}

prepare() {
  [ "$(id -u)" -eq 0 ] ||
    die "needs root, for packages, hugepages and network ports: sudo deploy/up.sh"
  children=() reserved=no scratch=''
  mkdir -p /run/stentor
  exec 8>/run/stentor/up.lock
  flock -n 8 || die "another deploy/up.sh is running on this host"
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

install_packages() { # GROUP...
  say packages "checking: $*"
  bounded "$here/install-packages.sh" "$@" || die "packages are missing"
}

# With a state of up.sh's own: what the operator has reserved by hand stays reserved.
hugepages() { # ARGUMENT...
  STENTOR_RUN=/run/stentor/up "$top/drivers-config/hugepages.sh" "$@"
}

# What stentord says that it needs with these arguments.
reserve_hugepages() { # ARGUMENT_OF_STENTORD...
  local mib
  mib=$("$stentord" --hugepages-needed "$@") ||
    die "stentord would not start, so nothing is reserved"
  say memory "reserving $mib MiB of hugepages"
  reserved=yes
  hugepages reserve "$mib" >/dev/null ||
    die "no hugepages, so nothing is started"
}

# The folder belongs to whoever owns the tree, who can then go on building without sudo.
as_owner() {
  local owner
  owner=$(stat -c %U "$top")
  if [ "$owner" = root ] || [ "$owner" = UNKNOWN ]; then
    bounded "$@"
  else
    bounded runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d: -f6)" "$@"
  fi
}

build() {
  local folder=$top/build-release march=x86-64-v3
  say build "release build of stentord"
  if [ ! -e "$folder/build.ninja" ]; then
    grep -qw avx2 /proc/cpuinfo || march=x86-64-v2
    as_owner meson setup "$folder" "$top" --native-file "$here/release.ini" -Dmarch=$march \
      -Dperf=false >/dev/null ||
      die "meson could not configure the build: see $folder/meson-logs/meson-log.txt"
  fi
  as_owner ninja --quiet -C "$folder" app/stentord/stentord || die "the build failed"
}

serve() {
  install_packages build run
  build
  local what=(--interface "$interface" --images "$images" ${pool:+--pool "$pool"}) flags=()
  reserve_hugepages "${what[@]}"
  [ "$take_over" = no ] || flags=(--take-over)
  "$top/drivers-config/check-host.sh" --interface "$interface" "${flags[@]}" ||
    die "the host is not ready: see above"
  say stentord "serving on $interface; Ctrl-C stops"
  start "$stentord" "${what[@]}" "${flags[@]}"
  wait "${children[-1]}"
}

demonstrate() {
  install_packages build demo
  build
  say images "boot files in $cache/demo"
  bounded "$here/demo/images.sh" "$cache/demo" || die "the boot files could not be made"
  scratch=$(mktemp -d -t stentor-up.XXXXXX)
  write_config "$scratch/stentor.yaml"
  reserve_hugepages --config "$scratch/stentor.yaml"
  boot_guests
}

main() {
  parse_arguments "$@"
  prepare
  if [ -n "$interface" ]; then
    serve
  else
    demonstrate
  fi
}

main "$@"
