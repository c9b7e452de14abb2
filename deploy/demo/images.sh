#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# images.sh DIR: makes in DIR the boot files of the demonstration. What is there and newer than its
# inputs stays, so that a second run takes well under a second.
#
#   boot.ipxe vmlinuz initrd.img  the BIOS guest: iPXE script, kernel, busybox with the payload
#   grub.efi grub/grub.cfg        the UEFI guest: GRUB as a network boot program, and what it runs
#   payload.bin                   random bytes: no compression or stale copy can fake their SHA-256
#   undionly.kpxe                 for BIOS machines whose ROM is not iPXE already
#   SHA256SUMS                    the manifest: what each of them must hash to

set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
readonly here
readonly payload_bytes=$((64 * 1024 * 1024 + 4321)) # not a multiple of any blksize
readonly undionly=/usr/lib/ipxe/undionly.kpxe
readonly grub_modules=/usr/lib/grub/x86_64-efi

die() {
  echo "images.sh: $*" >&2
  exit 1
}

# shellcheck source=deploy/demo/packages.sh
. "$here/packages.sh"

# is_current TARGET INPUT...: true when TARGET exists and no INPUT is newer.
is_current() {
  local target=$1 input
  shift
  [ -s "$target" ] || return 1
  for input in "$@"; do
    [ "$input" -nt "$target" ] && return 1
  done
  return 0
}

make_kernel() {
  [ -s vmlinuz ] && return
  local package
  find_kernel linux-image-cloud-amd64
  unpack "$package" "$work/kernel"
  mv "$work/kernel"/boot/vmlinuz-* vmlinuz
}

make_payload() {
  [ "$(stat -c %s payload.bin 2>/dev/null)" = "$payload_bytes" ] && return
  echo "images.sh: making $payload_bytes random bytes"
  head -c "$payload_bytes" /dev/urandom >"$work/payload.bin"
  mv "$work/payload.bin" payload.bin
}

make_initrd() {
  is_current initrd.img payload.bin "$here/init" "$0" && return
  unpack busybox-static "$work/busybox"
  echo "images.sh: making initrd.img"
  local root=$work/initrd
  mkdir -p "$root/bin" "$root/proc"
  cp "$work/busybox/bin/busybox" "$root/bin/busybox"
  install -m 755 "$here/init" "$root/init"
  cp payload.bin "$root/payload.bin"
  pack_initrd "$root" "$work/initrd.img"
  mv "$work/initrd.img" initrd.img
}

# GRUB looks for grub.cfg under its prefix, on the server that its DHCP answer named.
make_grub() {
  is_current grub.efi "$0" "$grub_modules/kernel.img" && return
  echo "images.sh: making grub.efi"
  grub-mkimage -O x86_64-efi -d "$grub_modules" -p /grub -o "$work/grub.efi" \
    efinet tftp normal configfile echo test serial terminal hashsum gcry_sha256 halt
  mv "$work/grub.efi" grub.efi
}

# copy SOURCE TARGET: keeps the time stamp of a TARGET that is the same already.
copy() {
  cmp -s "$1" "$2" || install -m 644 "$1" "$2"
}

# The boot server's manifest: it serves no file whose hash is another one.
make_manifest() {
  local files
  mapfile -t files < <(find . -type f ! -name SHA256SUMS -printf '%P\n' | sort)
  is_current SHA256SUMS "${files[@]}" && return
  echo "images.sh: making SHA256SUMS"
  sha256sum "${files[@]}" >"$work/SHA256SUMS"
  mv "$work/SHA256SUMS" SHA256SUMS
}

main() {
  [ $# -eq 1 ] || die "usage: images.sh DIR"
  local program
  for program in "$undionly" "$grub_modules/kernel.img"; do
    [ -s "$program" ] || die "$program is missing: run deploy/install-packages.sh demo"
  done
  mkdir -p "$1/grub"
  cd "$1"
  # One builder at a time; the files appear whole, because each is renamed into place.
  # The scratch folder lies beside DIR, not in it: a boot server may be watching DIR.
  exec 9<.
  flock 9
  work=$(mktemp -d "$PWD.work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  make_kernel
  make_payload
  make_initrd
  make_grub
  copy "$here/boot.ipxe" boot.ipxe
  copy "$here/grub.cfg" grub/grub.cfg
  copy "$undionly" undionly.kpxe
  make_manifest
}

main "$@"
