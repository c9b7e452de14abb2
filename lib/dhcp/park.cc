// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/park.h"

#include <array>

namespace stentor::dhcp {

namespace {

// Who sent it, and where it is: (network, htype, chaddr).
std::uint64_t client_of(const Exchange& exchange) {
  const Header& header = *exchange.request.header;
  std::array<std::uint8_t, 3 + sizeof header.chaddr> bytes;
  base::store_big_endian(bytes.data(), exchange.arrival.network);
  bytes[2] = header.htype;
  std::ranges::copy(header.chaddr, bytes.begin() + 3);
  return base::siphash64(exchange.policy.owner_key(), bytes);
}

}  // namespace

std::optional<Park> find_delay(const Exchange& exchange) {
  const base::Duration delay = exchange.quirks.reply_delay;
  if (delay == base::Duration{}) return std::nullopt;
  const Arrival& arrival = exchange.arrival;
  const base::Time since = arrival.resumed != nullptr ? arrival.resumed->since : arrival.now;
  if (arrival.now - since >= delay) return std::nullopt;
  return Park{.client = client_of(exchange), .due = since + delay};
}

std::optional<Park> find_check(const Exchange& exchange, const lease::Lease& held) {
  const config::ConflictCheck& check = exchange.policy.conflict_check();
  const Arrival& arrival = exchange.arrival;
  using Method = config::ConflictCheck::Method;
  const bool is_relayed = !exchange.request.giaddr().is_zero();
  if (check.method == Method::none || (check.method == Method::arp && is_relayed)) {
    return std::nullopt;
  }
  if (!arrival.may_probe || held.state == lease::State::bound) return std::nullopt;
  if (arrival.resumed != nullptr && arrival.resumed->probed == held.address) return std::nullopt;
  return Park{.client = client_of(exchange),
              .due = arrival.now + check.wait,
              .probe = held.address,
              .is_on_link = !is_relayed};
}

}  // namespace stentor::dhcp
