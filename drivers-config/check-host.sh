#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Looks at a host before stentord serves from it, and changes nothing. One line a finding:
#   OK    as it should be
#   WARN  works, but slower or only in part; the remedy follows the arrow
#   FAIL  stentord cannot serve; the remedy follows the arrow
# Exit status: 0 nothing blocks, 1 at least one FAIL, 2 usage.

set -euo pipefail
. "$(dirname "$0")/default-route.sh"

# Another root of sysfs can be named, so that a test can show this script another host.
readonly sys=${STENTOR_SYSFS:-/sys}
readonly cpu=$sys/devices/system/cpu
blocked=no

usage() {
  cat <<'TEXT'
usage: check-host.sh [--interface IF]... [--pci ADDRESS]... [--no-hugepages] [--take-over]

  --interface IF  also check this interface for `device: interface:IF`
  --pci ADDRESS   also check this device for `device: "ADDRESS"` (0000:3b:00.0)
  --no-hugepages  the config says `hugepages: none`: having none blocks nothing
  --take-over     stentord is started with --take-over: the default route on IF blocks nothing
TEXT
}

ok() { printf 'OK    %s\n' "$1"; }
warn() { printf 'WARN  %s -> %s\n' "$1" "$2"; }
fail() {
  printf 'FAIL  %s -> %s\n' "$1" "$2"
  blocked=yes
}

# A sysfs file's content; nothing if it is not there.
read_file() {
  [ ! -r "$1" ] || cat "$1" 2>/dev/null || true
}

check_instructions() {
  if ! grep -qw sse4_2 /proc/cpuinfo; then
    fail "processor: no SSE4.2, which DPDK needs" \
      "use a processor of 2009 or later, or a VM with its host's CPU model"
  elif ! grep -qw avx2 /proc/cpuinfo; then
    warn "processor: no AVX2, which the default build uses" \
      "build with: meson setup -Dmarch=x86-64-v2"
  else
    ok "processor: AVX2"
  fi
}

check_cores() {
  local online isolated governors
  online=$(getconf _NPROCESSORS_ONLN)
  if [ "$online" -lt 2 ]; then
    warn "cores: only one, shared by the worker and everything else" "give the host at least two"
  else
    ok "cores: $online"
  fi
  isolated=$(read_file "$cpu/isolated")
  if [ -n "$isolated" ]; then
    ok "isolated cores: $isolated"
  else
    warn "isolated cores: none, so other programs interrupt workers" \
      "boot with isolcpus=LIST nohz_full=LIST rcu_nocbs=LIST, and set workers.cores to LIST"
  fi
  governors=$(cat "$cpu"/cpu[0-9]*/cpufreq/scaling_governor 2>/dev/null | sort -u | xargs || true)
  case $governors in
    '') ok "frequency governor: none visible (a virtual machine, or fixed by firmware)" ;;
    performance) ok "frequency governor: performance" ;;
    *) warn "frequency governor: $governors" \
      "echo performance | tee $cpu/cpu*/cpufreq/scaling_governor" ;;
  esac
}

check_hugepages() {
  local node pages size without='' total=0
  for node in "$sys"/devices/system/node/node[0-9]*; do
    pages=0
    for size in "$node"/hugepages/hugepages-*; do
      [ ! -e "$size/free_hugepages" ] || pages=$((pages + $(cat "$size/free_hugepages")))
    done
    [ "$pages" -gt 0 ] || without+=" ${node##*/}"
    total=$((total + pages))
  done
  if [ "$total" -gt 0 ] && [ -z "$without" ]; then
    ok "hugepages: $total free"
  elif [ "$total" -gt 0 ]; then
    warn "hugepages: none free on$without" \
      "sudo drivers-config/hugepages.sh reserve MIB, which serves all nodes"
  elif [ "$hugepages_wanted" = no ]; then
    ok "hugepages: none, and none wanted"
  else
    fail "hugepages: none free" \
      "sudo drivers-config/hugepages.sh reserve 1024, or 'hugepages: none' in the config (slow)"
  fi
}

# A kernel without NUMA has no such folder.
check_numa() {
  local nodes
  nodes=$({ find "$sys/devices/system/node" -maxdepth 1 -name 'node[0-9]*' 2>/dev/null || true; } |
    wc -l)
  ok "NUMA nodes: $nodes"
}

# Only ports that are named by PCI address need these two.
check_vfio() {
  local report=warn
  [ "${#pci[@]}" -eq 0 ] || report=fail
  if [ -n "$(find "$sys/kernel/iommu_groups" -mindepth 1 -maxdepth 1 2>/dev/null)" ]; then
    ok "IOMMU: on"
  else
    warn "IOMMU: no groups, so a PCI port has no protection from stray DMA" \
      "switch it on in the firmware and boot with intel_iommu=on iommu=pt (AMD: iommu=pt)"
  fi
  if [ -e "$sys/bus/pci/drivers/vfio-pci" ]; then
    ok "vfio-pci: loaded"
  elif modprobe --dry-run --quiet vfio-pci 2>/dev/null; then
    ok "vfio-pci: can be loaded (modprobe vfio-pci)"
  else
    $report "vfio-pci: this kernel has none, so PCI ports other than mlx4 and mlx5 cannot be used" \
      "install a kernel with it (linux-image-amd64), or use interface: ports"
  fi
}

# What the kernel calls it: IF may be an alternative name, and its tables and sysfs have the one.
kernel_name() { # IF
  local name
  name=$(ip -o link show dev "$1" 2>/dev/null | awk '{ print $2 }' || true)
  name=${name%%@*}
  name=${name%:}
  printf '%s\n' "${name:-$1}"
}

check_devices() {
  local device address driver names where name found=no
  for device in "$sys"/bus/pci/devices/*; do
    case $(read_file "$device/class") in 0x02*) ;; *) continue ;; esac
    found=yes
    address=${device##*/}
    driver=$(basename "$(readlink "$device/driver" || echo none)")
    names=$(interfaces_of "$device")
    where="$address: $(read_file "$device/vendor"):$(read_file "$device/device")"
    where+=", NUMA node $(read_file "$device/numa_node")"
    case $driver in
      vfio-pci | uio_pci_generic | igb_uio) ok "device $where, $driver: ready for DPDK" ;;
      mlx5_core | mlx4_core) ok "device $where, $driver: DPDK shares it with the kernel" ;;
      none) ok "device $where, no driver" ;;
      *) ok "device $where, $driver: belongs to the kernel as ${names% }" ;;
    esac
    for name in $names; do
      ! has_default_route "$name" ||
        ok "device $address: $name carries the default route, so it is not one to bind"
    done
  done
  [ "$found" = yes ] || warn "devices: no PCI network device" "use interface: or vdev: ports"
}

check_pci() { # ADDRESS
  local device=$sys/bus/pci/devices/$1 driver name
  if [ ! -e "$device" ]; then
    fail "device $1: there is none" \
      "lspci -D -d ::0200 lists them; write the address as 0000:3b:00.0"
    return
  fi
  driver=$(basename "$(readlink "$device/driver" || echo none)")
  case $driver in
    vfio-pci | uio_pci_generic | igb_uio | mlx5_core | mlx4_core) ;;
    *) fail "device $1: its driver is $driver, which DPDK cannot use" "bind it to vfio-pci" ;;
  esac
  for name in $(interfaces_of "$device"); do
    ! has_default_route "$name" ||
      fail "device $1: $name carries the default route" "serve on another device"
  done
}

check_interface() { # IF
  local folder
  set -- "$(kernel_name "$1")"
  folder=$sys/class/net/$1
  if [ ! -e "$folder" ]; then
    fail "interface $1: there is none" "ip link lists them"
    return
  fi
  if [ "$(read_file "$folder/type")" != 1 ]; then # ARPHRD_ETHER
    fail "interface $1: carries no Ethernet frames, which machines boot by" \
      "choose another; those with link/ether in 'ip link' do"
    return
  fi
  if has_default_route "$1"; then
    if [ "$take_over" = yes ]; then
      warn "interface $1: carries the default route, which serving cuts off" \
        "serve on another interface, unless this is meant"
    else
      fail "interface $1: carries the default route, which serving would cut off" \
        "serve on another interface, or start with --take-over"
    fi
  fi
  if [ -z "$(ip -4 -o address show dev "$1" 2>/dev/null)" ]; then
    fail "interface $1: has no IPv4 address to serve from" "ip address add ADDRESS/LENGTH dev $1"
  fi
  if [ "$(read_file "$folder/carrier")" != 1 ]; then
    warn "interface $1: no link" "ip link set $1 up, and look at the cable"
  else
    ok "interface $1: link is up"
  fi
}

# Servers in the kernel's stack never see what DPDK takes, but on other interfaces they answer the
# same machines.
check_servers() {
  local port name
  for port in 0043:67:DHCP 0FAB:4011:PXE 0045:69:TFTP; do
    name=${port##*:}
    if awk -v port=":${port%%:*}$" '$2 ~ port { found = 1 } END { exit !found }' /proc/net/udp; then
      port=${port#*:}
      warn "servers: something on this host listens on UDP port ${port%%:*} ($name)" \
        "ss -lunp shows it; stop it, unless it serves other networks"
    fi
  done
}

main() {
  local interfaces=() item
  pci=() hugepages_wanted=yes take_over=no
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --no-hugepages) hugepages_wanted=no && shift && continue ;;
      --take-over) take_over=yes && shift && continue ;;
      --interface | --pci) ;;
      *) echo "check-host.sh: unknown argument '$1' (see --help)" >&2 && exit 2 ;;
    esac
    [ -n "${2:-}" ] || { echo "check-host.sh: $1 needs a value" >&2 && exit 2; }
    if [ "$1" = --pci ]; then pci+=("$2"); else interfaces+=("$2"); fi
    shift 2
  done
  check_instructions
  check_cores
  check_hugepages
  check_numa
  check_vfio
  check_devices
  check_servers
  for item in "${pci[@]}"; do check_pci "$item"; done
  for item in "${interfaces[@]}"; do check_interface "$item"; done
  [ "$blocked" = no ]
}

main "$@"
