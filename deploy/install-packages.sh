#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# install-packages.sh GROUP...: installs what is missing of the groups in packages.list. When
# nothing is missing it asks nobody: no root, no network, a fraction of a second.

set -euo pipefail
export LC_ALL=C

here=$(dirname "$(readlink -f "$0")")
readonly here
readonly list=$here/packages.list

die() {
  echo "install-packages.sh: $*" >&2
  exit 1
}

groups_known() {
  awk '/^[a-z]/ { print $1 }' "$list" | sort -u | xargs
}

packages_of() { # GROUP...
  local group
  for group in "$@"; do
    awk -v group="$group" '$1 == group { print $2 }' "$list"
  done | sort -u
}

# Prints the packages that are not fully installed. dpkg-query's status 1 only says that it knows
# some not.
missing_of() { # PACKAGE...
  comm -23 <(printf '%s\n' "$@") <(
    dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
      awk '$1 == "ii" { print $2 }' | sort -u
  )
}

install() { # PACKAGE...
  [ "$(id -u)" -eq 0 ] || die "missing: $*. Installing needs root: run it with sudo"
  echo "install-packages.sh: installing $*"
  export DEBIAN_FRONTEND=noninteractive
  # Another apt may be at work (unattended upgrades of a fresh machine): wait for it.
  local options=(-qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  apt-get "${options[@]}" update ||
    die "could not fetch the package lists: is the network up, a mirror in sources.list?"
  # --no-remove: what the host already has is not ours to take away.
  apt-get "${options[@]}" install --yes --no-install-recommends --no-remove "$@" ||
    die "apt could not install: $*. Its own words stand above; is the network up?"
}

main() {
  [ $# -gt 0 ] || die "usage: install-packages.sh GROUP...   (groups: $(groups_known))"
  local group
  for group in "$@"; do
    [ -n "$(packages_of "$group")" ] ||
      die "no group '$group' in packages.list (groups: $(groups_known))"
  done
  [ -x /usr/bin/apt-get ] ||
    die "this is not Debian: install by hand what packages.list names"
  local packages missing
  mapfile -t packages < <(packages_of "$@")
  mapfile -t missing < <(missing_of "${packages[@]}")
  [ "${#missing[@]}" -eq 0 ] || install "${missing[@]}"
}

main "$@"
