// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One message to the example server, and what came of it: for unit tests of the server's parts.

#include <gtest/gtest.h>

#include "support/dhcp_fixture.h"

namespace stentor::dhcp {

class ExchangeTest : public testing::Test {
 protected:
  using Bytes = support::DhcpBytes;

  // A message of `type` from the client whose MAC ends in `client`.
  static support::DhcpSpec message(std::uint8_t type, std::uint8_t client = 1) {
    support::DhcpSpec spec;
    spec.chaddr = {0x52, 0x54, 0, 0, 1, client};
    spec.options = {{53, {type}}};
    return spec;
  }

  static support::DhcpSpec request_of(std::string_view address, std::uint8_t client = 1) {
    support::DhcpSpec spec = message(3, client);
    spec.options.push_back({50, support::address_value(address)});
    spec.options.push_back({54, support::address_value("10.20.0.2")});
    return spec;
  }

  Decision answer(const support::DhcpSpec& spec) {
    return server_.answer(dhcp_message(spec), arrival_);
  }

  // The reply to a message that must be answered.
  support::DhcpReply reply_to(const support::DhcpSpec& spec) {
    const Decision decision = answer(spec);
    const auto* reply = std::get_if<Reply>(&decision);
    if (reply == nullptr) {
      ADD_FAILURE() << "dropped: " << wire::describe(std::get<wire::DropReason>(decision)).name;
      return {support::DhcpBytes(300), {}};
    }
    route_ = *reply;
    return server_.read(*reply).value();
  }

  std::string_view drop_of(const support::DhcpSpec& spec) {
    const Decision decision = answer(spec);
    const auto* reason = std::get_if<wire::DropReason>(&decision);
    return reason == nullptr ? "answered" : wire::describe(*reason).name;
  }

  support::DhcpFixture server_;
  Arrival arrival_ = support::DhcpFixture::arrival();
  Reply route_;
};

inline constexpr std::uint8_t kDiscover = 1;
inline constexpr std::uint8_t kOffer = 2;
inline constexpr std::uint8_t kRequest = 3;
inline constexpr std::uint8_t kAck = 5;
inline constexpr std::uint8_t kNak = 6;

inline std::uint8_t type_of(const support::DhcpReply& reply) {
  return reply.options.empty() ? 0 : reply.options[0].value[0];
}

}  // namespace stentor::dhcp
