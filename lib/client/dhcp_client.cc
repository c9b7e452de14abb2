// SPDX-License-Identifier: BSD-3-Clause
#include "client/dhcp_client.h"

#include <algorithm>

namespace stentor::client {
namespace {

constexpr wire::Ipv4Address kBroadcast{0xffffffff};

}  // namespace

DhcpOutgoing DhcpClient::start(base::Time now, base::MutableBytes out) {
  ++xid_;
  state_ = DhcpState::selecting;
  address_ = server_ = {};
  started_ = now;
  retries_ = 0;
  renews_now_ = false;
  return send(DhcpType::discover, now, out);
}

void DhcpClient::adopt(wire::Ipv4Address address) {
  state_ = DhcpState::bound;
  address_ = address;
  server_ = {};
  deadline_ = base::kNever;
}

DhcpOutgoing DhcpClient::on_message(base::Bytes datagram, base::Time now, base::MutableBytes out) {
  const std::optional<DhcpReply> reply = parse_dhcp_reply(datagram);
  return reply ? on_reply(*reply, now, out) : DhcpOutgoing{};
}

DhcpOutgoing DhcpClient::on_reply(const DhcpReply& reply, base::Time now, base::MutableBytes out) {
  if (reply.xid != xid_ || reply.client != identity_.mac) return {};
  switch (reply.type) {
    case DhcpType::offer:
      return accept_offer(reply, now, out);
    case DhcpType::ack:
      return accept_ack(reply, now);
    case DhcpType::nak:
      // RFC 2131 section 3.1 (5): from the beginning.
      if (state_ != DhcpState::requesting && state_ != DhcpState::renewing &&
          state_ != DhcpState::rebinding) {
        return {};
      }
      if (state_ == DhcpState::requesting && reply.server != server_) return {};
      ++naks_;
      return start(now, out);
    default:
      return {};
  }
}

DhcpOutgoing DhcpClient::on_timeout(base::Time now, base::MutableBytes out) {
  if (now < deadline_) return {};
  const bool is_asked = renews_now_ || state_ == DhcpState::asking_boot_server;
  if (holds_address() && !is_asked) return continue_lease(now, out);
  if (retries_ >= profile_->retries_max) {
    if (state_ == DhcpState::requesting) return start(now, out);
    state_ = DhcpState::failed;
    deadline_ = base::kNever;
    return {};
  }
  ++retries_;
  if (is_asked) return repeat(now, out);
  return send(state_ == DhcpState::selecting ? DhcpType::discover : DhcpType::request, now, out);
}

DhcpOutgoing DhcpClient::renew(base::Time now, base::MutableBytes out) {
  if (state_ != DhcpState::bound) return {};
  ++xid_;
  started_ = now;
  retries_ = 0;
  state_ = DhcpState::renewing;
  renews_now_ = true;
  return repeat(now, out);
}

DhcpOutgoing DhcpClient::ask_boot_server(wire::Ipv4Address boot_server, base::Time now,
                                         base::MutableBytes out) {
  if (state_ != DhcpState::bound) return {};
  ++xid_;
  started_ = now;
  retries_ = 0;
  state_ = DhcpState::asking_boot_server;
  boot_server_ = boot_server;
  return repeat(now, out);
}

// What renew() or ask_boot_server() has begun.
DhcpOutgoing DhcpClient::repeat(base::Time now, base::MutableBytes out) {
  wait(now);
  const std::size_t length = write(DhcpType::request, now, out);
  if (state_ == DhcpState::asking_boot_server) return {length, boot_server_, kBootServerPort};
  return {length, server_};
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
  if (state_ == DhcpState::asking_boot_server) {
    // PXE 2.1 section 2.2.5: it gives a file, not an address; the lease is as it was.
    state_ = DhcpState::bound;
    deadline_ = renew_at_;
    return {};
  }
  const bool is_asking = state_ == DhcpState::requesting || state_ == DhcpState::renewing ||
                         state_ == DhcpState::rebinding;
  if (!is_asking || ack.address != address_) return {};
  if (state_ == DhcpState::requesting && ack.server != server_) return {};
  if (!ack.server.is_zero()) server_ = ack.server;
  state_ = DhcpState::bound;
  retries_ = 0;
  // RFC 2131 section 4.4.5: T1 and T2, by default a half and seven eighths of the lease.
  const std::uint32_t lease = ack.lease_seconds;
  const std::uint32_t renew = ack.renew_seconds != 0 ? ack.renew_seconds : lease / 2;
  const std::uint32_t rebind = ack.rebind_seconds != 0 ? ack.rebind_seconds : lease - lease / 8;
  expires_at_ = now + std::chrono::seconds{lease};
  rebind_at_ = now + std::chrono::seconds{rebind};
  const bool is_endless = lease == 0xffffffff;
  renew_at_ = profile_->renews && !is_endless ? now + std::chrono::seconds{renew} : base::kNever;
  renews_now_ = false;
  deadline_ = renew_at_;
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

std::size_t DhcpClient::write(DhcpType type, base::Time now, base::MutableBytes out) const {
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  const DhcpRequestFields fields{
      .type = type,
      .holds_address = type == DhcpType::release || holds_address(),
      .xid = xid_,
      .secs = static_cast<std::uint16_t>(std::clamp<std::int64_t>(waited, 0, 65535)),
      .address = address_,
      .server = server_};
  const DhcpTemplates* templates = profile_->templates;
  const std::size_t length = templates == nullptr ? 0 : templates->write(identity_, fields, out);
  return length != 0 ? length : write_dhcp_message(*profile_, identity_, fields, out);
}

bool DhcpClient::holds_address() const {
  return state_ == DhcpState::bound || state_ == DhcpState::renewing ||
         state_ == DhcpState::rebinding || state_ == DhcpState::asking_boot_server;
}

void DhcpClient::wait(base::Time now) {
  const unsigned doublings = std::min<unsigned>(retries_, 16);
  deadline_ = now + std::min(profile_->retry_first * (1 << doublings), profile_->retry_max);
}

}  // namespace stentor::client
