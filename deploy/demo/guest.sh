#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Boots one QEMU guest from the network, watches its serial console and says how far it came.
# Exit status: 0 the guest read the payload (with --expect: and its hash is right), 1 it did not,
# 2 usage. Software emulation only (-accel tcg): no /dev/kvm needed, and iPXE hangs in nested KVM.

set -euo pipefail
export LC_ALL=C # the console is bytes, not UTF-8

usage() {
  cat <<'TEXT'
usage: guest.sh bios|uefi (--socket PATH | --netdev SPEC) --console FILE [options]

  --socket PATH     vhost-user socket of the boot server's port (the server listens, QEMU connects)
  --netdev SPEC     any other QEMU network backend, with id=n0, for example
                    user,id=n0,tftp=DIR,bootfile=boot.ipxe
  --console FILE    where the guest's serial console is written
  --expect SHA256   the hash that the guest must compute over the payload
  --stages FILE     append one line a stage: key, seconds, text; separated by tabs
  --since SECONDS   time zero of the printed stages, as seconds since the epoch (default: now)
  --timeout SECONDS give up after this long (default: 240)
  --mac ADDRESS     the guest's MAC address
TEXT
}

die() {
  echo "guest.sh: $*" >&2
  exit 2
}

# Each stage: a key, the console pattern that proves it, and what to print (\1 is the pattern's
# group). A pattern matches only a complete item: a console that is still being written must not cut
# an address short.
readonly bios_stages=(
  'firmware|iPXE initialising devices|iPXE ROM started'
  'address|net[0-9]: ([0-9.]+)/[0-9]|address \1'
  'loader|stentor-demo: script loaded|boot.ipxe runs'
  'kernel|stentor-demo: kernel loaded|kernel loaded'
  'initrd|stentor-demo: initrd loaded|initrd loaded'
  'linux|Linux version ([0-9][^ ]*) |Linux \1 started'
  'userspace|stentor-demo: userspace|userspace reached'
  'hash|stentor-demo: sha256 ([0-9a-f]{64})|SHA-256 \1'
)
readonly uefi_stages=(
  'firmware|Start PXE over IPv4|OVMF started PXE'
  'address|Station IP address is ([0-9.]+)[^0-9.]|address \1'
  'loader|NBP file downloaded successfully|grub.efi loaded'
  'config|stentor-demo: grub.cfg loaded|grub.cfg runs'
  'hash|([0-9a-f]{64})  /payload.bin|SHA-256 \1'
)
# The guest has given up: waiting for the timeout would tell nothing more.
readonly failure='stentor-demo: failed|Kernel panic|No bootable device|BdsDxe: failed to load'

parse_arguments() {
  firmware='' socket='' netdev='' console='' expect='' stages=/dev/null
  since=$EPOCHREALTIME timeout=240 mac=''
  [ $# -gt 0 ] || { usage >&2 && exit 2; }
  while [ $# -gt 0 ]; do
    case $1 in
      bios | uefi) firmware=$1 && shift && continue ;;
      -h | --help) usage && exit 0 ;;
      --socket | --netdev | --console | --expect | --stages | --since | --timeout | --mac) ;;
      *) die "unknown argument '$1' (see --help)" ;;
    esac
    [ $# -ge 2 ] || die "$1 needs a value"
    printf -v "${1#--}" %s "$2"
    shift 2
  done
  [ -n "$firmware" ] || die "say which guest: bios or uefi"
  [ -n "$console" ] || die "--console FILE is missing"
  [ -n "$socket$netdev" ] || die "one of --socket and --netdev is needed"
  [ -z "$socket" ] || [ -z "$netdev" ] || die "--socket and --netdev exclude each other"
  [[ $timeout =~ ^[1-9][0-9]*$ ]] || die "--timeout takes a whole number of seconds, not '$timeout'"
  [ -n "$mac" ] || { [ "$firmware" = bios ] && mac=52:54:00:57:0e:01 || mac=52:54:00:57:0e:02; }
}

# The virtual machine, as an array in `machine`. vhost-user needs guest memory that the server can
# map.
# shellcheck disable=SC2054 # QEMU separates the properties of one argument by commas
describe_machine() {
  local memory=512
  machine=(
    qemu-system-x86_64 -name "stentor-$firmware" -accel tcg -smp 1 -m "$memory"
    -object "memory-backend-memfd,id=memory,size=${memory}M,share=on"
    -nodefaults -no-user-config -no-reboot -display none
    -serial "file:$console"
  )
  if [ -n "$socket" ]; then
    machine+=(-chardev "socket,id=c0,path=$socket,reconnect=1" -netdev vhost-user,id=n0,chardev=c0)
  else
    machine+=(-netdev "$netdev")
  fi
  local nic="virtio-net-pci,netdev=n0,mac=$mac,bootindex=1"
  if [ "$firmware" = bios ]; then
    # graphics=off makes SeaBIOS, and iPXE through it, write to the serial port.
    machine+=(-machine pc,memory-backend=memory,graphics=off -device "$nic")
  else
    # An empty romfile takes iPXE out of the way: OVMF boots with its own network stack.
    cp /usr/share/OVMF/OVMF_VARS_4M.fd "$scratch/vars.fd"
    machine+=(
      -machine q35,memory-backend=memory -device "$nic,romfile="
      -drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd
      -drive "if=pflash,unit=1,format=raw,file=$scratch/vars.fd"
    )
  fi
}

# find_on_console PATTERN TEXT: prints TEXT, filled in, if PATTERN stands on the console.
find_on_console() {
  sed -nE "s#.*$1.*#$2#p;T;q" "$console" | tr -d '\r'
}

elapsed() {
  awk -v now="$EPOCHREALTIME" -v since="$since" 'BEGIN { printf "%.1f", now - since }'
}

report() { # KEY TEXT
  local seconds
  seconds=$(elapsed)
  printf '[%6s s] %-8s  %s\n' "$seconds" "$firmware" "$2"
  printf '%s\t%s\t%s\n' "$1" "$seconds" "$2" >>"$stages"
}

give_up() {
  report failed "$1"
  exit 1
}

# Waits for one stage; fails when the guest dies, gives up, or runs out of time.
await_stage() { # KEY PATTERN TEXT
  local key=$1 pattern=$2 text=$3 alive
  while :; do
    # Looked up before the console is read: what a guest wrote just before it ended still counts.
    alive=$(jobs -rp)
    found=$(find_on_console "$pattern" "$text")
    [ -n "$found" ] && break
    [ -n "$alive" ] || give_up "QEMU ended before: $key. $(tail -n 3 "$scratch/qemu.err")"
    grep -aqE "$failure" "$console" && give_up "the guest gave up before: $key"
    [ "$SECONDS" -lt "$timeout" ] || give_up "no '$key' within $timeout s"
    sleep 0.1
  done
  report "$key" "$found"
}

stop_guest() {
  if [ -n "$(jobs -rp)" ]; then
    kill "$qemu" || true
    wait "$qemu" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}

main() {
  parse_arguments "$@"
  scratch=$(mktemp -d)
  trap stop_guest EXIT
  trap 'exit 1' INT TERM HUP
  : >"$console"
  describe_machine
  # pdeathsig: a guest does not outlive this script, even when the script is killed.
  setpriv --pdeathsig TERM "${machine[@]}" 2>"$scratch/qemu.err" </dev/null &
  qemu=$!

  local stages_wanted stage key rest
  case $firmware in
    bios) stages_wanted=("${bios_stages[@]}") ;;
    uefi) stages_wanted=("${uefi_stages[@]}") ;;
  esac
  for stage in "${stages_wanted[@]}"; do
    key=${stage%%|*}
    rest=${stage#*|}
    await_stage "$key" "${rest%|*}" "${rest##*|}"
  done
  if [ -n "$expect" ]; then
    [ "$found" = "SHA-256 $expect" ] || give_up "the hash is wrong: expected $expect"
    report verified "the hash is right"
  fi
}

main "$@"
