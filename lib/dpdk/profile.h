// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What drivers-config/profiles says of each NIC family that this build links, as a table.
// Immutable; any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stentor::dpdk {

// Lists are words between single blanks.
struct Profile {
  std::string_view name;            // of the profile file: "vhost"
  std::string_view title;           // for people
  std::string_view drivers;         // rte_eth_dev_info::driver_name
  std::string_view vdev_prefixes;   // first letters of a virtual device's name
  std::string_view pci_ids;         // "8086:1572"
  std::string_view queue_argument;  // the device argument that sets the number of queues
  std::uint16_t queues_max = 1;
  std::uint16_t rx_descriptors = 1024;
  std::uint16_t tx_descriptors = 1024;
  bool segments = false;           // sends chained frames right, where its capabilities say so
  bool tx_udp_checksum = false;    // ask it to complete UDP checksums, where it can
  bool partial_checksums = false;  // received UDP may carry the pseudo-header's sum alone
  // Where its driver takes a rule for UDP ports under a mask, it minds the mask (flow_rules.h).
  bool port_masks = true;
  // DPDK's interrupt thread unmaps its rings when the peer goes (queue_gate.h).
  bool unmaps_rings = false;
  // What finds the receive ring full is not lost: it waits with its sender.
  bool sender_waits = false;
  // A frame that comes wakes who waits for it (receive_wait.h), where the device lets it.
  bool interrupts = false;
};

[[nodiscard]] std::span<const Profile> profiles();

// Each returns nullptr when no profile matches.
[[nodiscard]] const Profile* find_profile_by_driver(std::string_view driver_name);
// The longest prefix wins: net_virtio_user0 is not net_virtio.
[[nodiscard]] const Profile* find_profile_by_vdev(std::string_view vdev_name);
[[nodiscard]] const Profile* find_profile_by_pci(std::string_view vendor_device);

// "net_vhost, net_memif, ...": the virtual devices that this build knows, for messages.
[[nodiscard]] std::string vdev_names();

}  // namespace stentor::dpdk
