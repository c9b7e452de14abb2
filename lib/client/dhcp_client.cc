// SPDX-License-Identifier: BSD-3-Clause
#include "client/dhcp_client.h"

#include <algorithm>

namespace stentor::client {
namespace {

constexpr std::uint32_t kMagicCookie = 0x63825363;
constexpr std::uint16_t kMessageBytesMax = 1472;  // option 57, as EDK2 and iPXE send it
constexpr std::size_t kBootpBytesMin = 300;       // RFC 1542 section 2.1
constexpr wire::Ipv4Address kBroadcast{0xffffffff};
constexpr std::array<std::uint8_t, 4> kParameters = {1, 3, 6, 15};
// RFC 4578 section 2.4 and the boot options.
constexpr std::array<std::uint8_t, 9> kPxeParameters = {13, 43, 54, 60, 66, 67, 93, 97, 128};

void write_option(base::Writer& writer, std::uint8_t code, base::Bytes value) {
  writer.write(code);
  writer.write(static_cast<std::uint8_t>(value.size()));
  writer.write(value);
}

void write_option(base::Writer& writer, std::uint8_t code, wire::Ipv4Address value) {
  writer.write(code);
  writer.write<std::uint8_t>(4);
  writer.write(value.host());
}

void write_option(base::Writer& writer, std::uint8_t code, std::uint16_t value) {
  writer.write(code);
  writer.write<std::uint8_t>(2);
  writer.write(value);
}

}  // namespace

DhcpOutgoing DhcpClient::start(base::Time now, base::MutableBytes out) {
  ++xid_;
  state_ = DhcpState::selecting;
  address_ = server_ = {};
  started_ = now;
  retries_ = 0;
  return send(DhcpType::discover, now, out);
}

DhcpOutgoing DhcpClient::on_message(base::Bytes datagram, base::Time now, base::MutableBytes out) {
  const std::optional<DhcpReply> reply = parse_dhcp_reply(datagram);
  if (!reply || reply->xid != xid_ || reply->client != identity_.mac) return {};
  switch (reply->type) {
    case DhcpType::offer:
      return accept_offer(*reply, now, out);
    case DhcpType::ack:
      return accept_ack(*reply, now);
    case DhcpType::nak:
      // RFC 2131 section 3.1 (5): from the beginning.
      if (state_ != DhcpState::requesting && state_ != DhcpState::renewing &&
          state_ != DhcpState::rebinding) {
        return {};
      }
      if (state_ == DhcpState::requesting && reply->server != server_) return {};
      ++naks_;
      return start(now, out);
    default:
      return {};
  }
}

DhcpOutgoing DhcpClient::on_timeout(base::Time now, base::MutableBytes out) {
  if (now < deadline_) return {};
  if (holds_address()) return continue_lease(now, out);
  if (retries_ >= profile_->retries_max) {
    if (state_ == DhcpState::requesting) return start(now, out);
    state_ = DhcpState::failed;
    deadline_ = base::kNever;
    return {};
  }
  ++retries_;
  return send(state_ == DhcpState::selecting ? DhcpType::discover : DhcpType::request, now, out);
}

DhcpOutgoing DhcpClient::release(base::MutableBytes out) {
  if (!holds_address()) return {};
  const std::size_t length = write(DhcpType::release, started_, out);
  const wire::Ipv4Address server = server_;
  state_ = DhcpState::idle;
  address_ = server_ = {};
  deadline_ = base::kNever;
  return {length, server};
}

DhcpOutgoing DhcpClient::accept_offer(const DhcpReply& offer, base::Time now,
                                      base::MutableBytes out) {
  // An offer without an address is a ProxyDHCP's; without option 54 it cannot be requested.
  if (state_ != DhcpState::selecting || offer.address.is_zero() || offer.server.is_zero()) {
    return {};
  }
  address_ = offer.address;
  server_ = offer.server;
  state_ = DhcpState::requesting;
  retries_ = 0;
  return send(DhcpType::request, now, out);
}

DhcpOutgoing DhcpClient::accept_ack(const DhcpReply& ack, base::Time now) {
  const bool is_asking = state_ == DhcpState::requesting || state_ == DhcpState::renewing ||
                         state_ == DhcpState::rebinding;
  if (!is_asking || ack.address != address_) return {};
  if (state_ == DhcpState::requesting && ack.server != server_) return {};
  server_ = ack.server;
  state_ = DhcpState::bound;
  retries_ = 0;
  // RFC 2131 section 4.4.5: T1 and T2, by default a half and seven eighths of the lease.
  const std::uint32_t lease = ack.lease_seconds;
  const std::uint32_t renew = ack.renew_seconds != 0 ? ack.renew_seconds : lease / 2;
  const std::uint32_t rebind = ack.rebind_seconds != 0 ? ack.rebind_seconds : lease - lease / 8;
  expires_at_ = now + std::chrono::seconds{lease};
  rebind_at_ = now + std::chrono::seconds{rebind};
  const bool is_endless = lease == 0xffffffff;
  deadline_ = profile_->renews && !is_endless ? now + std::chrono::seconds{renew} : base::kNever;
  return {};
}

// RFC 2131 section 4.4.5: half of the time that remains passes between two messages, a minute at
// least.
DhcpOutgoing DhcpClient::continue_lease(base::Time now, base::MutableBytes out) {
  if (now >= expires_at_) return start(now, out);
  if (state_ == DhcpState::bound) {
    ++xid_;
    started_ = now;
  }
  state_ = now < rebind_at_ ? DhcpState::renewing : DhcpState::rebinding;
  const base::Time end = state_ == DhcpState::renewing ? rebind_at_ : expires_at_;
  const base::Duration pause = std::max<base::Duration>((end - now) / 2, std::chrono::seconds{60});
  deadline_ = std::min(now + pause, end);
  return {write(DhcpType::request, now, out), state_ == DhcpState::renewing ? server_ : kBroadcast};
}

DhcpOutgoing DhcpClient::send(DhcpType type, base::Time now, base::MutableBytes out) {
  wait(now);
  return {write(type, now, out), kBroadcast};
}

// RFC 2131 table 5 says which field and option stands in which message.
std::size_t DhcpClient::write(DhcpType type, base::Time now, base::MutableBytes out) const {
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  const bool by_ciaddr = type == DhcpType::release || holds_address();
  base::Writer writer(out);
  writer.write<std::uint8_t>(1);  // BOOTREQUEST
  writer.write<std::uint8_t>(1);  // Ethernet
  writer.write<std::uint8_t>(6);
  writer.write<std::uint8_t>(0);
  writer.write(xid_);
  writer.write(static_cast<std::uint16_t>(std::clamp<std::int64_t>(waited, 0, 65535)));
  writer.write<std::uint16_t>(profile_->wants_broadcast && !by_ciaddr ? 0x8000 : 0);
  writer.write(by_ciaddr ? address_.host() : 0u);
  writer.fill(12, 0);  // yiaddr, siaddr, giaddr
  writer.write(base::Bytes{identity_.mac.bytes});
  writer.fill(10 + 64 + 128, 0);  // the rest of chaddr, sname, file
  writer.write(kMagicCookie);
  const auto type_byte = static_cast<std::uint8_t>(type);
  write_option(writer, 53, base::Bytes{&type_byte, 1});
  if (type == DhcpType::request && !by_ciaddr) write_option(writer, 50, address_);
  if (type == DhcpType::release || (type == DhcpType::request && !by_ciaddr)) {
    write_option(writer, 54, server_);
  }
  if (profile_->sends_client_id) {
    writer.write<std::uint8_t>(61);
    writer.write<std::uint8_t>(7);
    writer.write<std::uint8_t>(1);
    writer.write(base::Bytes{identity_.mac.bytes});
  }
  if (type != DhcpType::release) {
    write_option(writer, 57, kMessageBytesMax);
    write_pxe_options(writer);
  }
  writer.write<std::uint8_t>(255);
  if (writer.size() < kBootpBytesMin) writer.fill(kBootpBytesMin - writer.size(), 0);
  return writer.ok() ? writer.size() : 0;
}

void DhcpClient::write_pxe_options(base::Writer& writer) const {
  writer.write<std::uint8_t>(55);
  const std::size_t pxe_count = profile_->is_pxe ? kPxeParameters.size() : 0;
  writer.write(static_cast<std::uint8_t>(kParameters.size() + pxe_count));
  writer.write(base::Bytes{kParameters});
  writer.write(base::Bytes{kPxeParameters}.first(pxe_count));
  if (!profile_->vendor_class.empty()) {
    write_option(writer, 60, base::as_bytes(profile_->vendor_class));
  }
  if (!profile_->user_class.empty()) write_option(writer, 77, base::as_bytes(profile_->user_class));
  if (!profile_->is_pxe) return;
  write_option(writer, 93, profile_->architecture);
  write_option(writer, 94, base::Bytes{std::array<std::uint8_t, 3>{1, 3, 16}});  // UNDI 3.16
  writer.write<std::uint8_t>(97);
  writer.write<std::uint8_t>(17);
  writer.write<std::uint8_t>(0);
  writer.write(base::Bytes{identity_.uuid});
}

bool DhcpClient::holds_address() const {
  return state_ == DhcpState::bound || state_ == DhcpState::renewing ||
         state_ == DhcpState::rebinding;
}

void DhcpClient::wait(base::Time now) {
  const unsigned doublings = std::min<unsigned>(retries_, 16);
  deadline_ = now + std::min(profile_->retry_first * (1 << doublings), profile_->retry_max);
}

}  // namespace stentor::client
