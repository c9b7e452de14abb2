#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=dash
# The PCI guest's first process: serves from one device after the other, and boots a client from
# each; then the rig on one device storms stentord on another. What happens goes to the second
# serial port; pci_guest.py reads it, pci_test.py judges it.
# A line "@ NIC KEY" opens an entry, and all lines up to the next belong to it.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ln -s /proc/self/fd /dev/fd
ln -s /run /var/run
mount -t tmpfs run /run
exec >/dev/ttyS1 2>&1

sizes=/sys/kernel/mm/hugepages
nic=guest
entry() { echo "@ $nic $1"; }
# Runs a command, and says how it ended.
try() { # KEY COMMAND...
  key=$1
  shift
  entry "$key"
  "$@"
  echo "status $?"
}
kernel_driver() { basename "$(readlink "/sys/bus/pci/devices/$address/driver")"; }

# How often each worker went to sleep in two seconds in which nobody asks anything: its sum before,
# and after.
idle() {
  entry idle
  for round in before after; do
    sleep 2
    for thread in "/proc/$server/task"/*; do
      read -r name <"$thread/comm"
      case $name in
        rte-worker-*) echo "$round $name $(grep ^voluntary "$thread/status" | tr -dc 0-9)" ;;
      esac
    done
  done
}

# The entry is for pci_guest.py: the cable is out for two seconds from then on.
fetch_through_a_cut() {
  tftp -g -r linux -l /tmp/cut -b 1468 10.99.0.1 &
  client=$!
  until [ "$(stat -c %s /tmp/cut)" -gt 500000 ] || [ ! -d "/proc/$client" ]; do
    usleep 20000
  done 2>/dev/null
  entry cut
  wait "$client"
  echo "status $?"
  try "sha256 cut" sha256sum /tmp/cut
  rm -f /tmp/cut
}

# The client: what a machine does, by the kernel's own stack on another NIC.
boot_client() {
  idle
  try lease udhcpc -i eth0 -n -q -f -t 10 -T 1 -s /udhcpc.sh
  try ping ping -c 10 -i 0.3 -W 2 10.99.0.1
  for image in $images; do
    try "tftp $image" tftp -g -r "$image" -l "/tmp/$image" -b 1468 10.99.0.1
    try "sha256 $image" sha256sum "/tmp/$image"
  done
  try atftp atftp --option "blksize 1468" --option "windowsize 16" --get --remote-file linux \
    --local-file /tmp/window 10.99.0.1 69
  try "sha256 atftp" sha256sum /tmp/window
  rm -f /tmp/linux /tmp/pxelinux.0 /tmp/window
  fetch_through_a_cut
  ip address flush dev eth0
}

run_storm() {
  try storm stentor-storm --port "$rig" --cores 2 --machines 3 --script "dora, $stages" \
    --profile winpe --reference /images --expect booted=100% --expect wrong=0 \
    --expect unverified=0 --give-up 60s
}

serve() { # CLIENT
  stentord --config "/ports/$nic.yaml" >"/tmp/$nic.log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    grep -q 'link is up' "/tmp/$nic.log" && break
    [ -d "/proc/$server" ] || break
    usleep 100000
  done
  [ ! -d "/proc/$server" ] || "$1"
  kill -TERM "$server"
  wait "$server"
  echo "status $?" >"/tmp/$nic.status"
  entry log
  cat "/tmp/$nic.log" "/tmp/$nic.status"
}

# The kernel was started with one page of 1 GiB.
reserve_pages() {
  [ "$pages" = 2048kB ] || return
  echo 0 >"$sizes/hugepages-1048576kB/nr_hugepages"
  try hugepages hugepages.sh reserve 256
}

test_port() {
  try 'driver before' kernel_driver
  try bind bind.sh "$address"
  try 'host check' check-host.sh --pci "$address"
  try check stentord --check "/ports/$nic.yaml"
  serve boot_client
  try release bind.sh --release "$address"
  try 'driver after' kernel_driver
}

# vfio_iommu_type1 is a soft dependency of vfio's: kmod's modprobe loads it, busybox's does not.
for module in virtio_pci virtio_net e1000 e1000e vmxnet3 vfio_iommu_type1; do
  modprobe "$module"
done
ip link set lo up
ip link set eth0 up
while read -r nic address pages images; do
  reserve_pages
  test_port
  pool=$sizes/hugepages-$pages
  try 'pages left' cat "$pool/nr_hugepages" "$pool/free_hugepages"
done </ports/list
nic=storm
read -r address rig stages </ports/storm
try bind bind.sh "$address" "$rig"
serve run_storm
try release bind.sh --release "$address" "$rig"
nic=guest
try udp cat /proc/net/snmp
try kernel dmesg -r
entry end
poweroff -f
