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
#include "client/dhcp_reply.h"
#include "wire/address.h"

namespace stentor::client {

// The largest message that a client makes here: header, cookie and options below.
inline constexpr std::size_t kDhcpMessageBytes = 548;

// How one kind of firmware speaks. Empty, zero or false: it does not send it, does not do it.
struct DhcpProfile {
  std::string_view vendor_class = "PXEClient:Arch:00000:UNDI:002001";  // option 60
  std::string_view user_class{};   // option 77, raw as iPXE writes it
  bool is_pxe = true;              // options 93, 94, 97 and PXE's parameter list
  std::uint16_t architecture = 0;  // option 93
  bool sends_client_id = false;    // option 61: type 1 and the MAC
  bool wants_broadcast = false;    // flag B: cannot receive unicast before it has an address
  bool renews = false;             // firmware does not
  std::uint8_t retries_max = 3;    // in a row, for each message
  base::Duration retry_first = std::chrono::seconds{4};
  base::Duration retry_max = std::chrono::seconds{32};  // doubles up to this
};

struct DhcpIdentity {
  wire::MacAddress mac;
  std::array<std::uint8_t, 16> uuid{};  // option 97
};

enum class DhcpState : std::uint8_t {
  idle,
  selecting,   // DISCOVER sent
  requesting,  // REQUEST sent
  bound,
  renewing,   // past T1: asks its server
  rebinding,  // past T2: asks any server
  failed,     // retries_max retries brought nothing
};

// A message that the caller sends from port 68 to port 67; none if `length` is 0.
struct DhcpOutgoing {
  std::size_t length = 0;
  wire::Ipv4Address destination;  // a broadcast, or the server once bound
};

class DhcpClient {
 public:
  DhcpClient(const DhcpProfile& profile, const DhcpIdentity& identity, std::uint32_t xid)
      : profile_(&profile), identity_(identity), xid_(xid) {}

  // DISCOVER, from whatever state, under a new xid.
  DhcpOutgoing start(base::Time now, base::MutableBytes out);

  // What came to port 68. Messages for others, and late ones, do nothing.
  DhcpOutgoing on_message(base::Bytes datagram, base::Time now, base::MutableBytes out);

  // When `now` has reached deadline().
  DhcpOutgoing on_timeout(base::Time now, base::MutableBytes out);

  // RELEASE (RFC 2131 section 4.4.6); the client is idle afterwards.
  DhcpOutgoing release(base::MutableBytes out);

  [[nodiscard]] DhcpState state() const { return state_; }
  [[nodiscard]] base::Time deadline() const { return deadline_; }  // kNever: waits for nothing
  [[nodiscard]] wire::Ipv4Address address() const { return address_; }
  [[nodiscard]] wire::Ipv4Address server() const { return server_; }
  [[nodiscard]] std::uint32_t naks() const { return naks_; }

 private:
  DhcpOutgoing accept_offer(const DhcpReply& offer, base::Time now, base::MutableBytes out);
  DhcpOutgoing accept_ack(const DhcpReply& ack, base::Time now);
  DhcpOutgoing continue_lease(base::Time now, base::MutableBytes out);
  DhcpOutgoing send(DhcpType type, base::Time now, base::MutableBytes out);
  std::size_t write(DhcpType type, base::Time now, base::MutableBytes out) const;
  void write_pxe_options(base::Writer& writer) const;
  [[nodiscard]] bool holds_address() const;
  void wait(base::Time now);

  const DhcpProfile* profile_;
  DhcpIdentity identity_;
  std::uint32_t xid_;
  wire::Ipv4Address address_;
  wire::Ipv4Address server_;
  std::uint32_t naks_ = 0;
  base::Time deadline_ = base::kNever;
  base::Time started_{};    // `secs` counts from here
  base::Time rebind_at_{};  // T2
  base::Time expires_at_{};
  DhcpState state_ = DhcpState::idle;
  std::uint8_t retries_ = 0;
};
static_assert(sizeof(DhcpClient) <= 96);

}  // namespace stentor::client
