#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# pci_image.sh DIR: makes in DIR what the PCI guest of pci_test.py boots from, apart from what is
# under test. What is there stays: the kernel's package is 70 MB.
#
#   vmlinuz   Debian's kernel; the one for clouds has neither vfio-pci nor drivers for real NICs
#   base.img  an initrd with busybox and the modules below, to which the test appends its own

set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
readonly here
readonly modules=(vfio-pci vfio_iommu_type1 virtio_pci virtio_net e1000 e1000e vmxnet3)

die() {
  echo "pci_image.sh: $*" >&2
  exit 1
}

# shellcheck source=deploy/demo/packages.sh
. "$here/../../deploy/demo/packages.sh"

# A module's line in modules.dep: itself, a colon, all that it needs.
files_of() { # MODULES_DEP MODULE
  sed -n "s#^\(.*/$2\.ko\):#\1#p" "$1"
}

# The wanted modules and what they need. The package has no modules.dep: installing it makes one.
copy_modules() { # KERNEL_FOLDER ROOT
  local release module file
  release=$(ls "$1/lib/modules")
  "$2/bin/busybox" depmod -b "$1" "$release"
  for module in "${modules[@]}"; do
    for file in $(files_of "$1/lib/modules/$release/modules.dep" "$module"); do
      install -D -m 644 "$1/lib/modules/$release/$file" "$2/lib/modules/$release/$file"
    done
  done
  "$2/bin/busybox" depmod -b "$2" "$release"
}

main() {
  [ $# -eq 1 ] || die "usage: pci_image.sh DIR"
  mkdir -p "$1"
  cd "$1"
  [ ! -s base.img ] || [ "$here/pci_image.sh" -nt base.img ] || exit 0
  work=$(mktemp -d "$PWD.work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  local package root=$work/root
  find_kernel linux-image-amd64
  unpack "$package" "$work/kernel"
  unpack busybox-static "$work/busybox"
  install -D -m 755 "$work/busybox/bin/busybox" "$root/bin/busybox"
  copy_modules "$work/kernel" "$root"
  pack_initrd "$root" "$work/base.img"
  mv "$work/kernel"/boot/vmlinuz-* vmlinuz
  mv "$work/base.img" base.img
}

main "$@"
