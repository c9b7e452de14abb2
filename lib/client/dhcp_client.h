// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A machine that asks for its address, as a state machine without I/O: the client of RFC 2131
// section 4.4 with the PXE options of RFC 4578, as far as firmware goes: DISCOVER, REQUEST,
// renewal, rebinding, release; NAK starts over.
//
// It shares no codec with lib/dhcp: what it checks there, a shared misunderstanding would hide.
// Every call makes at most one message, in `out`, of kDhcpMessageBytes at most. The profile belongs
// to the caller and outlives the client. No call allocates.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/dhcp_message.h"
#include "client/dhcp_reply.h"
#include "wire/address.h"

namespace stentor::client {

enum class DhcpState : std::uint8_t {
  idle,
  selecting,   // DISCOVER sent
  requesting,  // REQUEST sent
  bound,
  renewing,            // past T1: asks its server
  rebinding,           // past T2: asks any server
  asking_boot_server,  // bound; REQUEST sent to port 4011
  failed,              // retries_max retries brought nothing
};

inline constexpr std::uint16_t kDhcpServerPort = 67;
inline constexpr std::uint16_t kDhcpClientPort = 68;
inline constexpr std::uint16_t kBootServerPort = 4011;

// A message that the caller sends from port 68; none if `length` is 0.
struct DhcpOutgoing {
  std::size_t length = 0;
  wire::Ipv4Address destination;  // a broadcast, or the server once bound
  std::uint16_t port = kDhcpServerPort;
};

class DhcpClient {
 public:
  DhcpClient(const DhcpProfile& profile, const DhcpIdentity& identity, std::uint32_t xid)
      : profile_(&profile), identity_(identity), xid_(xid) {}

  // DISCOVER, from whatever state, under a new xid.
  DhcpOutgoing start(base::Time now, base::MutableBytes out);

  // What came to port 68. Messages for others, and late ones, do nothing.
  DhcpOutgoing on_message(base::Bytes datagram, base::Time now, base::MutableBytes out);
  // The same, of a message that the caller has parsed.
  DhcpOutgoing on_reply(const DhcpReply& reply, base::Time now, base::MutableBytes out);

  // When `now` has reached deadline().
  DhcpOutgoing on_timeout(base::Time now, base::MutableBytes out);

  // While bound, before T1: REQUEST to the server (RFC 2131 section 4.3.2, RENEWING). Repeated as a
  // REQUEST of the first exchange is, not by halves of the lease; fails as that does.
  DhcpOutgoing renew(base::Time now, base::MutableBytes out);

  // While bound: REQUEST to a PXE boot server's port 4011 (PXE 2.1 section 2.2.4), which answers
  // with an ACK that names a file and gives no address. The client is bound again when it has come.
  DhcpOutgoing ask_boot_server(wire::Ipv4Address boot_server, base::Time now,
                               base::MutableBytes out);

  // RELEASE (RFC 2131 section 4.4.6); the client is idle afterwards.
  DhcpOutgoing release(base::MutableBytes out);

  [[nodiscard]] DhcpState state() const { return state_; }
  [[nodiscard]] base::Time deadline() const { return deadline_; }  // kNever: waits for nothing
  [[nodiscard]] wire::Ipv4Address address() const { return address_; }
  [[nodiscard]] wire::Ipv4Address server() const { return server_; }
  [[nodiscard]] std::uint32_t naks() const { return naks_; }
  [[nodiscard]] std::uint8_t retries() const { return retries_; }  // of the message that is out
  // Bound to an address that no server gave it, for good.
  void adopt(wire::Ipv4Address address);

  [[nodiscard]] std::uint32_t xid() const { return xid_; }
  [[nodiscard]] const DhcpIdentity& identity() const { return identity_; }
  [[nodiscard]] const wire::MacAddress& mac() const { return identity_.mac; }
  [[nodiscard]] bool holds_address() const;

 private:
  DhcpOutgoing accept_offer(const DhcpReply& offer, base::Time now, base::MutableBytes out);
  DhcpOutgoing accept_ack(const DhcpReply& ack, base::Time now);
  DhcpOutgoing repeat(base::Time now, base::MutableBytes out);
  DhcpOutgoing continue_lease(base::Time now, base::MutableBytes out);
  DhcpOutgoing send(DhcpType type, base::Time now, base::MutableBytes out);
  std::size_t write(DhcpType type, base::Time now, base::MutableBytes out) const;
  void wait(base::Time now);

  const DhcpProfile* profile_;
  DhcpIdentity identity_;
  std::uint16_t naks_ = 0;
  std::uint32_t xid_;
  wire::Ipv4Address address_;
  wire::Ipv4Address server_;
  wire::Ipv4Address boot_server_;
  base::Time deadline_ = base::kNever;
  base::Time started_{};                // `secs` counts from here
  base::Time renew_at_ = base::kNever;  // T1
  base::Time rebind_at_{};              // T2
  base::Time expires_at_{};
  DhcpState state_ = DhcpState::idle;
  std::uint8_t retries_ = 0;
  bool renews_now_ = false;  // renew(), not T1
};
static_assert(sizeof(DhcpClient) <= 96);

}  // namespace stentor::client
