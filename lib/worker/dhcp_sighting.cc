// SPDX-License-Identifier: BSD-3-Clause
#include "worker/dhcp_sighting.h"

namespace stentor::worker {

namespace {

using dhcp::MessageType;
using sighting::Seen;
using wire::DropReason;

bool asks_for_address(MessageType type) {
  return type == MessageType::discover || type == MessageType::request || type == MessageType::none;
}

Seen seen_of(MessageType asked, DropReason reason) {
  if (reason == DropReason::dhcp_released) return Seen::released;
  if (reason == DropReason::dhcp_declined) return Seen::declined;
  // Another worker has the client's other copy of the message.
  if (reason == DropReason::client_busy) return Seen::nothing;
  return asks_for_address(asked) ? Seen::unanswered : Seen::nothing;
}

Seen seen_of(const dhcp::Caller& caller, const dhcp::Reply& reply) {
  if (reply.source_port == dhcp::kPxePort) return Seen::told;
  if (!asks_for_address(caller.type)) return Seen::nothing;
  if (reply.type == MessageType::offer) return Seen::offered;
  if (reply.type == MessageType::nak) return Seen::refused;
  return caller.type == MessageType::request && caller.has_address ? Seen::renewed : Seen::bound;
}

sighting::Speaker speaker_of(const dhcp::Caller& caller) {
  if (caller.is_ipxe) return sighting::Speaker::ipxe;
  return caller.is_firmware ? sighting::Speaker::firmware : sighting::Speaker::system;
}

}  // namespace

sighting::Glimpse glimpse_of(const dhcp::Caller& caller, dhcp::NetworkIndex network,
                             const dhcp::Decision& decision) {
  sighting::Glimpse glimpse;
  if (!caller.is_known) return glimpse;
  glimpse.speaker = speaker_of(caller);
  glimpse.network = network;
  glimpse.mac = caller.mac;
  glimpse.address = caller.address;
  if (const auto* reply = std::get_if<dhcp::Reply>(&decision)) {
    glimpse.seen = seen_of(caller, *reply);
    // What another server offers has no address of ours.
    if (glimpse.seen != Seen::refused && glimpse.seen != Seen::told)
      glimpse.address = reply->yiaddr;
  } else if (const auto* reason = std::get_if<DropReason>(&decision)) {
    glimpse.seen = seen_of(caller.type, *reason);
    glimpse.reason = static_cast<std::uint16_t>(*reason);
  }
  return glimpse;
}

}  // namespace stentor::worker
