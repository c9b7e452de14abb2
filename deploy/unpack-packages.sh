#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# unpack-packages.sh DIR GROUP: the packages of a group in packages.list, each under DIR/PACKAGE.
#
# Unpacked and not installed: they are servers that tests and measurements run in namespaces; some
# exclude each other, and none may start by itself on the host. What a package needs is unpacked
# beside it, unless the host has it. A second run finds everything there, and asks nobody.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
readonly here

die() {
  echo "unpack-packages.sh: $*" >&2
  exit 1
}

[ $# = 2 ] || die "usage: unpack-packages.sh DIR GROUP"
mapfile -t packages < <(awk -v group="$2" '$1 == group { print $2 }' "$here/packages.list")
[ "${#packages[@]}" -gt 0 ] || die "no group '$2' in packages.list"
mkdir -p "$1"
dir=$(readlink -f "$1")
readonly dir

# The package and what the host does not have of its dependencies, as .deb files.
fetch() { # PACKAGE FOLDER
  mkdir -p "$2/partial"
  apt-get -qq --yes --no-install-recommends --download-only --reinstall \
    -o Dir::Cache::archives="$2" -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
    install "$1" >/dev/null
}

for package in "${packages[@]}"; do
  [ -d "$dir/$package" ] && continue
  echo "unpack-packages.sh: fetching $package"
  work=$dir/$package.new
  rm -rf "$work"
  # A package list that has aged names versions that the mirror no longer has: refresh it once.
  fetch "$package" "$work/archives" 2>/dev/null ||
    { apt-get -qq update && fetch "$package" "$work/archives"; } ||
    die "could not download $package: is the network up, a mirror in sources.list?"
  for file in "$work"/archives/*.deb; do dpkg -x "$file" "$work"; done
  rm -r "$work/archives"
  mv "$work" "$dir/$package"
done
