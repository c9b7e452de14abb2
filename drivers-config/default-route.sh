# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# For other scripts: which interfaces a PCI device has, and whether one, by the kernel's name for
# it, has a default route.

# Its own, or those of the virtio device on it.
interfaces_of() { # PCI_FOLDER
  for folder in "$1"/net/* "$1"/virtio*/net/*; do
    [ ! -e "$folder" ] || printf '%s ' "${folder##*/}"
  done
}

# The rule of lib/dpdk/interface_route.h: half of the addresses or more, in any table, by any hop.
has_default_route() { # IF
  { ip -o -4 route show table all || true; ip -o -6 route show table all || true; } 2>/dev/null |
    awk -v interface="$1" '
      { bits = $1 == "default" ? 0 : $1 ~ "/" ? substr($1, index($1, "/") + 1) + 0 : 128 }
      bits <= ($1 ~ ":" ? 4 : 1) {
        for (i = 2; i < NF; ++i) if ($i == "dev" && $(i + 1) == interface) found = 1
      }
      END { exit !found }'
}
