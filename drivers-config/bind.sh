#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Gives PCI network ports to DPDK (vfio-pci), or back to the kernel. As root.
#
#   bind.sh ADDRESS...            0000:3b:00.0 ...
#   bind.sh --release ADDRESS...
set -eu
. "$(dirname "$0")/default-route.sh"

fail() { echo "bind.sh: $*" >&2; exit 1; }

# The port of the default route is how the operator is logged in.
refuse_default_route() {
  for interface in /sys/bus/pci/devices/"$1"/net/*; do
    [ -e "$interface" ] || continue
    name=${interface##*/}
    if has_default_route "$name"; then
      fail "$1 is $name, which has the default route: choose another port."
    fi
  done
}

release_driver() {
  if [ -e "/sys/bus/pci/devices/$1/driver" ]; then
    echo "$1" > "/sys/bus/pci/devices/$1/driver/unbind"
  fi
}

bind() {
  refuse_default_route "$1"
  modprobe vfio-pci 2>/dev/null || [ -d /sys/bus/pci/drivers/vfio-pci ] ||
    fail "this kernel has no vfio-pci: install one with it (linux-image-amd64)."
  if ! [ -e "/sys/bus/pci/devices/$1/iommu_group" ]; then
    fail "$1 has no IOMMU group: enable VT-d or AMD-Vi in the firmware, and boot with" \
      "intel_iommu=on."
  fi
  release_driver "$1"
  echo vfio-pci > "/sys/bus/pci/devices/$1/driver_override"
  echo "$1" > /sys/bus/pci/drivers_probe
  driver=$(readlink "/sys/bus/pci/devices/$1/driver" || true)
  [ "${driver##*/}" = vfio-pci ] || fail "$1 was not taken by vfio-pci: see dmesg."
  echo "$1 is DPDK's. Back to the kernel: $0 --release $1"
}

release() {
  release_driver "$1"
  echo > "/sys/bus/pci/devices/$1/driver_override"
  echo "$1" > /sys/bus/pci/drivers_probe
  echo "$1 is the kernel's again."
}

action=bind
if [ "${1:-}" = --release ]; then action=release; shift; fi
[ $# -gt 0 ] || fail "which ports? bind.sh [--release] ADDRESS... (lspci -D lists them)"
[ "$(id -u)" = 0 ] || fail "run as root."
for address in "$@"; do
  [ -d "/sys/bus/pci/devices/$address" ] || fail "there is no PCI device $address: see lspci -D."
  "$action" "$address"
done
