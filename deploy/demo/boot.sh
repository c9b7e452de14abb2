# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Sourced by up.sh: starts stentord with a config of its own, boots the guests from it at the same
# time, and judges. Uses up.sh's say, die, start, stop, is_running, seconds_left, and its variables.
# shellcheck disable=SC2154 # cache, stentord, here, started, guests: set by up.sh

# Half a minute is usual; on two cores that compile something else at the same time, minutes.
readonly guest_seconds_max=480
readonly socket_seconds_max=30

# One port and one network a guest: they boot side by side and never see each other.
write_config() { # FILE
  cat >"$1" <<YAML
workers: {cores: auto, idle: adaptive, hugepages: auto}

ports:
  - name: bios
    device: "vdev:net_vhost0,iface=$scratch/bios.sock,queues=1"
    queues: 1
    networks:
      - {address: 10.77.0.1/24}
  - name: uefi
    device: "vdev:net_vhost1,iface=$scratch/uefi.sock,queues=1"
    queues: 1
    networks:
      - {address: 10.78.0.1/24}

dhcp:
  mode: server
  subnets:
    - {subnet: 10.77.0.0/24, pools: [10.77.0.100-10.77.0.199]}
    - {subnet: 10.78.0.0/24, pools: [10.78.0.100-10.78.0.199]}

boot:
  rules:
    - {match: {user-class: iPXE}, file: boot.ipxe}
    - {match: {arch: bios}, file: undionly.kpxe}
    - {match: {arch: efi-x64}, file: grub.efi}

images: {root: $cache/demo}
leases: {database: $scratch/leases.db}
YAML
}

start_stentord() {
  start "$stentord" --config "$scratch/stentor.yaml" >"$scratch/stentord.log" 2>&1
  server=${children[-1]}
  local deadline=$((SECONDS + socket_seconds_max))
  until [ -S "$scratch/bios.sock" ] && [ -S "$scratch/uefi.sock" ]; do
    is_running "$server" || give_up "stentord ended before its ports were open"
    [ "$SECONDS" -lt "$deadline" ] || give_up "stentord opened no port within $socket_seconds_max s"
    sleep 0.05
  done
  say stentord "ports open, two networks"
}

start_guest() { # bios|uefi
  local left
  left=$(seconds_left) || exit 1
  start "$here/demo/guest.sh" "$1" --socket "$scratch/$1.sock" \
    --console "$scratch/$1.console" --stages "$scratch/$1.stages" --expect "$expected" \
    --since "$started" --timeout $((left < guest_seconds_max ? left : guest_seconds_max))
  running[${children[-1]}]=$1
}

# A file's last lines, without the colours and cursor moves of a firmware's console.
show_end() { # TITLE FILE
  [ -s "$2" ] || return 0
  echo "--- the last lines of $1"
  sed -E 's/\x1b\[[0-9;=?]*[A-Za-z]//g' "$2" | tr -d '\r\000' | grep -v '^ *$' | tail -n 20
}

give_up() {
  show_end "stentord's log" "$scratch/stentord.log"
  local guest
  for guest in "${failed[@]}"; do
    show_end "the $guest guest's console" "$scratch/$guest.console"
  done
  die "$*"
}

await_guests() {
  local ended status
  while [ "${#running[@]}" -gt 0 ]; do
    status=0
    wait -n -p ended "$server" "${!running[@]}" || status=$?
    if [ "$ended" = "$server" ]; then
      failed=("${running[@]}")
      give_up "stentord ended (status $status) while guests were booting"
    fi
    [ "$status" -eq 0 ] || failed+=("${running[$ended]}")
    unset "running[$ended]"
  done
}

# The seconds from power-on to each stage, a column a guest; "-" where a guest has no such stage.
print_table() { # POWER_ON
  local guest
  for guest in "${wanted[@]}"; do
    sed "s/^/$guest\t/" "$scratch/$guest.stages"
  done | awk -F '\t' -v zero="$1" -v wanted="${wanted[*]}" '
    { at[$1, $2] = sprintf("%.1f", $3 - zero) }
    END {
      columns = split(wanted, guest, " ")
      rows = split("firmware address loader config kernel initrd linux userspace hash", stage, " ")
      printf "\n%-24s", "seconds from power-on"
      for (c = 1; c <= columns; c++) printf "%8s", guest[c]
      print ""
      for (r = 1; r <= rows; r++) {
        line = sprintf("%-24s", "  " stage[r])
        seen = 0
        for (c = 1; c <= columns; c++) {
          seen += ((guest[c], stage[r]) in at)
          line = line sprintf("%8s", ((guest[c], stage[r]) in at) ? at[guest[c], stage[r]] : "-")
        }
        if (seen) print line
      }
    }'
}

boot_guests() {
  local expected server power_on guest
  local -a wanted=(bios uefi) failed=()
  local -A running=()
  [ "$guests" = both ] || wanted=("$guests")
  expected=$(sha256sum "$cache/demo/payload.bin" | cut -d' ' -f1)
  say host "payload's SHA-256 $expected"
  start_stentord
  power_on=$(seconds_since_start)
  for guest in "${wanted[@]}"; do
    start_guest "$guest"
  done
  await_guests
  [ "${#failed[@]}" -eq 0 ] || give_up "did not boot: ${failed[*]}"
  stop "$server" || give_up "the guests booted, but stentord did not stop cleanly (status $?)"
  print_table "$power_on"
  echo "up.sh: booted from Stentor, and every byte was right: ${wanted[*]}"
}
