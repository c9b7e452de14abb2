// SPDX-License-Identifier: BSD-3-Clause
#include "sim/machine.h"

#include <algorithm>
#include <cstdio>

#include "base/check.h"
#include "client/dhcp_reply.h"

namespace stentor::sim {

using client::DhcpState;
using client::TftpState;

Machine::Machine(std::size_t number, const BootPlan& plan, const Images& images, std::uint64_t seed)
    : images_(images), random_(seed) {
  CHECK(number < 65536);
  const auto high = static_cast<std::uint8_t>(number >> 8);
  const auto low = static_cast<std::uint8_t>(number & 0xff);
  identity_.mac = {{0x52, 0x54, 0x00, 0x01, high, low}};
  identity_.uuid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, high, low};
  mac_ = mac_text(identity_.mac.bytes);
  steps_ = {{Action::ask_address, plan.firmware, {}}, {Action::fetch_named, plan.firmware, {}}};
  if (plan.loader_asks_address) {
    steps_.push_back({Action::ask_address, plan.loader, {}});
    steps_.push_back({Action::fetch_named, plan.loader, {}});
  }
  steps_.push_back({Action::fetch, plan.loader, "kernel"});
  steps_.push_back({Action::fetch, plan.loader, "initrd"});
}

void Machine::power_on(base::Time now) {
  is_on_ = true;
  step_ = 0;
  address_ = server_ = 0;
  booted_at_ = restart_at_ = base::kNever;
  begin_step(now);
}

void Machine::power_off() {
  is_on_ = false;
  dhcp_.reset();
  tftp_.reset();
  address_ = 0;
  restart_at_ = base::kNever;
}

bool Machine::restart_fetch(base::Time now) {
  if (!tftp_) return false;
  start_fetch(now, port_);
  return true;
}

void Machine::release() {
  if (!dhcp_) return;
  const std::uint32_t address = address_;
  const client::DhcpOutgoing outgoing = dhcp_->release(message_);
  if (outgoing.length == 0) return;
  sent_.push_back({address,
                   outgoing.destination.host(),
                   kDhcpClientPort,
                   kDhcpServerPort,
                   {message_.begin(), message_.begin() + static_cast<long>(outgoing.length)}});
  address_ = 0;
}

void Machine::begin_step(base::Time now) {
  if (step_ == steps_.size()) {
    tftp_.reset();
    booted_at_ = now;
    return;
  }
  const Step& step = steps_[step_];
  if (step.action == Action::ask_address) {
    tftp_.reset();
    dhcp_.emplace(step.profile->dhcp, identity_, static_cast<std::uint32_t>(random_.next()));
    send_dhcp(dhcp_->start(now, message_));
    return;
  }
  file_ = step.action == Action::fetch_named ? named_file_ : step.file;
  start_fetch(now, random_port());
}

void Machine::start_fetch(base::Time now, std::uint16_t port) {
  tftp_.emplace(steps_[step_].profile->tftp, file_);
  offset_ = 0;
  is_misled_ = false;
  port_ = port;
  send_tftp(tftp_->start(now, message_));
}

void Machine::receive(const Datagram& datagram, base::Time now) {
  if (!is_on_ || is_hung_) return;
  if (datagram.destination_port == kDhcpClientPort) return receive_dhcp(datagram, now);
  if (datagram.destination != address_ || address_ == 0) return;
  if (tftp_ && datagram.destination_port == port_) receive_tftp(datagram, now);
}

void Machine::receive_dhcp(const Datagram& datagram, base::Time now) {
  if (!dhcp_) return;
  const bool was_bound = dhcp_->state() == DhcpState::bound;
  send_dhcp(dhcp_->on_message(datagram.payload, now, message_));
  if (was_bound || dhcp_->state() != DhcpState::bound) return;
  const auto reply = client::parse_dhcp_reply(datagram.payload);
  CHECK(reply.has_value());
  address_ = dhcp_->address().host();
  server_ = reply->next_server.host();
  named_file_ = reply->file_name;
  ++step_;
  begin_step(now);
}

void Machine::receive_tftp(const Datagram& datagram, base::Time now) {
  constexpr std::uint8_t kOack = 6;
  is_misled_ |= steps_[step_].profile->tftp.oack_restarts && offset_ != 0 &&
                datagram.payload.size() >= 2 && datagram.payload[1] == kOack;
  send_tftp(tftp_->on_message(
      datagram.payload, datagram.source_port, now, message_,
      [this](std::uint64_t offset, base::Bytes bytes) { take_block(offset, bytes); }));
  after_tftp(now);
}

void Machine::after_tftp(base::Time now) {
  switch (tftp_->state()) {
    case TftpState::probed:
      // From another port, so that what the probe left behind disturbs nothing (RFC 1350 4).
      port_ = random_port();
      send_tftp(tftp_->start(now, message_));
      break;
    case TftpState::complete:
      finish_fetch(now);
      break;
    case TftpState::failed:
      fail(now);
      break;
    default:
      break;
  }
}

void Machine::take_block(std::uint64_t offset, base::Bytes bytes) {
  const auto image = images_.find(file_);
  const bool is_right =
      image != images_.end() && offset == offset_ &&
      offset + bytes.size() <= image->second.size() &&
      std::equal(bytes.begin(), bytes.end(), image->second.begin() + static_cast<long>(offset));
  if (!is_right && !is_misled_) {
    faults_.push_back(mac_ + ": wrong bytes of \"" + file_ + "\" at " + std::to_string(offset));
  }
  offset_ = offset + bytes.size();
}

void Machine::finish_fetch(base::Time now) {
  if (is_misled_) return fail(now);
  const auto image = images_.find(file_);
  if (image == images_.end() || offset_ != image->second.size()) {
    faults_.push_back(mac_ + ": \"" + file_ + "\" ended at " + std::to_string(offset_));
  }
  blocks_ += tftp_->blocks_received();
  if (tftp_->windowsize() > 1) window_blocks_ += tftp_->blocks_received();
  ++step_;
  begin_step(now);
}

void Machine::fire(base::Time now) {
  if (restart_at_ <= now) return power_on(now);
  if (tftp_ && tftp_->deadline() <= now) {
    send_tftp(tftp_->on_timeout(now, message_));
    if (tftp_->state() == TftpState::failed) return fail(now);
  }
  if (dhcp_ && dhcp_->deadline() <= now) {
    send_dhcp(dhcp_->on_timeout(now, message_));
    if (dhcp_->state() == DhcpState::failed) fail(now);
  }
}

void Machine::fail(base::Time now) {
  power_off();
  is_on_ = true;
  ++restarts_;
  restart_at_ = now + kRestartPause;
}

base::Time Machine::deadline() const {
  if (!is_on_ || is_hung_) return base::kNever;
  base::Time first = restart_at_;
  if (dhcp_) first = std::min(first, dhcp_->deadline());
  if (tftp_) first = std::min(first, tftp_->deadline());
  return first;
}

void Machine::send_dhcp(const client::DhcpOutgoing& outgoing) {
  if (outgoing.length == 0) return;
  sent_.push_back({0,
                   outgoing.destination.host(),
                   kDhcpClientPort,
                   kDhcpServerPort,
                   {message_.begin(), message_.begin() + static_cast<long>(outgoing.length)}});
}

void Machine::send_tftp(const client::Outgoing& outgoing) {
  if (outgoing.length == 0) return;
  sent_.push_back({address_,
                   server_,
                   port_,
                   outgoing.port,
                   {message_.begin(), message_.begin() + static_cast<long>(outgoing.length)}});
}

std::uint16_t Machine::random_port() {
  const auto port = static_cast<std::uint16_t>(1024 + random_.below(60000));
  return port == port_ ? static_cast<std::uint16_t>(port + 1) : port;
}

std::string Machine::describe() const {
  std::string text = mac_ + " step " + std::to_string(step_) + " of " +
                     std::to_string(steps_.size()) + ", " + support::address_text(address_) +
                     ", restarts " + std::to_string(restarts_);
  if (dhcp_) text += ", DHCP state " + std::to_string(static_cast<int>(dhcp_->state()));
  if (tftp_) {
    text += ", \"" + file_ + "\" " + std::to_string(offset_) + " bytes, TFTP state " +
            std::to_string(static_cast<int>(tftp_->state()));
  }
  return text;
}

}  // namespace stentor::sim
