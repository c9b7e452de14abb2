# SPDX-License-Identifier: BSD-3-Clause
#
# Debian packages, unpacked and not installed: the host keeps its own kernel, initrd, boot loader
# and busybox. To be sourced; the caller has `die`.
# shellcheck shell=bash

# The newest package that METAPACKAGE stands for: its dependency, as it holds no file of its own.
kernel_package() { # METAPACKAGE
  apt-cache depends "$1" 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1
}

# Leaves in `package` the name of METAPACKAGE's kernel, even if apt has no lists yet.
find_kernel() { # METAPACKAGE
  [ -n "$(kernel_package "$1")" ] || apt-get -qq update || true
  package=$(kernel_package "$1")
  [ -n "$package" ] || die "apt knows no $1: is a Debian mirror in sources.list?"
}

# Leaves the files of PACKAGE in FOLDER, which it makes.
unpack() { # PACKAGE FOLDER
  echo "${0##*/}: fetching $1"
  mkdir "$2"
  # apt fetches as the user _apt, who must be able to write here.
  chown _apt "$2" 2>/dev/null || true
  (
    cd "$2"
    # A package list that has aged names a version that the mirror no longer has: refresh it once.
    { apt-get -qq download "$1" 2>/dev/null ||
      { apt-get -qq update && apt-get -qq download "$1"; }; } &&
      dpkg -x ./*.deb . && rm ./*.deb
  ) || die "could not download $1: is the network up, and is a Debian mirror in sources.list?"
}

# Packs FOLDER as ARCHIVE. Not compressed: an emulated guest would spend its time unpacking.
pack_initrd() { # FOLDER ARCHIVE
  (cd "$1" && find . | cpio --quiet -o -H newc -R 0:0) >"$2"
}
