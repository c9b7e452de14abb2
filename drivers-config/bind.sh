#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Gives PCI network ports to DPDK (vfio-pci), or back to the kernel. As root. See usage() below.
set -eu
. "$(dirname "$0")/default-route.sh"

# Another root of sysfs can be named, so that a test can show this script another host.
pci=${STENTOR_SYSFS:-/sys}/bus/pci

usage() {
  cat <<'TEXT'
usage: bind.sh ADDRESS...            gives PCI network ports to DPDK (vfio-pci)
       bind.sh --release ADDRESS...  gives them back to the kernel

ADDRESS is a port's PCI address, like 0000:3b:00.0: lspci -D lists them. A port with the host's
default route is refused.
TEXT
}

fail() { echo "bind.sh: $*" >&2; exit 1; }

# Nothing that only leads to a folder, like `..` or an empty word.
check_address() { # ADDRESS
  case $1 in
    *[!0-9a-f:.]*) ;;
    ????*:??:??.?) [ ! -d "$pci/devices/$1" ] || return 0 ;;
  esac
  fail "there is no PCI device '$1': lspci -D lists them, like 0000:3b:00.0."
}

# The port of the default route is how the operator is logged in.
refuse_default_route() { # ADDRESS
  for name in $(interfaces_of "$pci/devices/$1"); do
    if has_default_route "$name"; then
      fail "$1 is $name, which has the default route: choose another port."
    fi
  done
}

driver_of() { # ADDRESS
  driver=$(readlink "$pci/devices/$1/driver" || true)
  echo "${driver##*/}"
}

release_driver() { # ADDRESS
  if [ -e "$pci/devices/$1/driver" ]; then
    echo "$1" > "$pci/devices/$1/driver/unbind"
  fi
}

bind() { # ADDRESS
  refuse_default_route "$1"
  modprobe vfio-pci 2>/dev/null || [ -d "$pci/drivers/vfio-pci" ] ||
    fail "this kernel has no vfio-pci: install one with it (linux-image-amd64)."
  if ! [ -e "$pci/devices/$1/iommu_group" ]; then
    fail "$1 has no IOMMU group: enable VT-d or AMD-Vi in the firmware, and boot with" \
      "intel_iommu=on."
  fi
  release_driver "$1"
  echo vfio-pci > "$pci/devices/$1/driver_override"
  echo "$1" > "$pci/drivers_probe"
  [ "$(driver_of "$1")" = vfio-pci ] || fail "$1 was not taken by vfio-pci: see dmesg."
  echo "$1 is DPDK's. Back to the kernel: $0 --release $1"
}

# To take a port from the kernel's driver for a moment would be enough to cut off who uses it. One
# without a driver is what a bind leaves that failed.
release() { # ADDRESS
  case $(driver_of "$1") in
    vfio-pci | uio_pci_generic | igb_uio | '') ;;
    *) fail "$1 is not DPDK's: the kernel's driver $(driver_of "$1") has it." ;;
  esac
  release_driver "$1"
  echo > "$pci/devices/$1/driver_override"
  echo "$1" > "$pci/drivers_probe"
  echo "$1 is the kernel's again."
}

action=bind
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  --release) action=release; shift ;;
esac
[ $# -gt 0 ] || { usage >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail "run as root."
for address in "$@"; do check_address "$address"; done
for address in "$@"; do "$action" "$address"; done
