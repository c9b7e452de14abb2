// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One emulated machine: five cache lines, allocated once, because there are a million of them. What
// a DATA frame changes stands first. What follows from its number (VLAN, relay, profile, how it
// ends) is computed from the plan when it is needed.

#include <cstdint>

#include "client/boot_profile.h"
#include "client/dhcp_client.h"
#include "client/tftp_client.h"
#include "storm/ack_header.h"
#include "storm/result.h"

namespace stentor::storm {

enum class MachineState : std::uint8_t {
  off,          // before its time, or until it is switched on again
  finding_hop,  // the stage waits for the MAC of its server or router
  working,      // the stage is under way
  booted,
  failed,
};

struct alignas(64) Machine {
  client::TftpClient tftp;
  base::Time asked_at{};       // when the message or ACK left that is not answered yet
  std::uint32_t fetching = 0;  // its file's name in the core's NameTable; kNoName: in OwnNames
  std::uint16_t vlan = 0;
  std::uint8_t link_bytes = wire::kEthernetHeaderBytes;
  bool is_streaming = false;     // the hot lane may take its DATA
  AckHeader ack;                 // of the transfer, or of none
  std::uint16_t hop = 0;         // the NextHops entry that the stage sends to
  std::uint16_t error_code = 0;  // of Failure::tftp_error

  client::DhcpClient dhcp;
  base::Time powered_on{};
  base::Time stage_begun{};         // of a machine that is done: when it was
  base::Time timer = base::kNever;  // of its state: end of a pause, of patience with ARP, of death
  std::uint64_t bytes = 0;          // of files that it has received whole, and of the one under way
  std::uint32_t resends = 0;
  std::uint32_t duplicates = 0;
  std::uint32_t random = 0;
  std::uint32_t named_file = 0;    // as the last ACK said; kNoName
  wire::Ipv4Address tftp_server;   // as the last ACK said
  wire::Ipv4Address answered_by;   // the last server that did; 0.0.0.0: none
  wire::Ipv4Address router;        // as the last ACK said; 0.0.0.0: none
  wire::Ipv4Address claimed;       // in the ledger
  wire::Ipv4Address peer;          // whom the stage speaks to
  std::uint8_t prefix_length = 0;  // of its network
  std::uint8_t group = 0;
  std::uint8_t stage = 0;
  std::uint8_t naks = 0;   // of the stage
  std::uint8_t probe = 0;  // of Stage::Kind::pxelinux_config: the name that it asks for
  MachineState state = MachineState::off;
  Failure failure = Failure::none;
  bool is_waiting = false;  // stands in the list of those who wait for a hop
  bool has_died = false;    // once is enough
  bool has_been_on = false;

  Machine(const client::BootProfile& profile, const client::DhcpIdentity& identity,
          std::uint32_t xid)
      : tftp(profile.tftp, {}), dhcp(profile.dhcp, identity, xid) {}

  [[nodiscard]] bool is_over() const {
    return state == MachineState::booted || state == MachineState::failed;
  }
};
static_assert(sizeof(Machine) <= 320);

// Of the stages that a machine passed, the one that took longest. Beside it, not in it: written
// once a stage, read by the report alone.
struct LongestStage {
  std::uint32_t microseconds = 0;  // 0: it passed none; over an hour counts as an hour
  std::uint8_t stage = 0;
};

}  // namespace stentor::storm
