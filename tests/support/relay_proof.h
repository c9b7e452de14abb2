// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What relay agents with keys send, and a look at what they get back (RFC 4030), with a hash that
// is not the server's. Their option 82 is {1: "c1", 8: the proof, 151: 9}.

#include <algorithm>

#include "support/dhcp_builder.h"
#include "support/hmac_sha1.h"

namespace stentor::support {

inline const DhcpBytes kRelaySecret(20, 0x31);
inline constexpr std::uint32_t kRelayKeyId = 7;
inline constexpr std::size_t kRelayProofBytes = 38;  // section 7.1
inline constexpr std::size_t kRelayMacBytes = 20;

// What an agent writes into sub-option 8.
struct RelayProof {
  std::uint64_t value = 1000;
  std::uint32_t id = kRelayKeyId;
  DhcpBytes secret = kRelaySecret;
  int algorithm = 1;
  int method = 1;
  std::uint32_t relay_identifier = 0;
};

inline void append_bytes(DhcpBytes& bytes, const DhcpBytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// Without its hash.
inline DhcpBytes sub_option_of(const RelayProof& proof) {
  DhcpBytes bytes{8, kRelayProofBytes, static_cast<std::uint8_t>(proof.algorithm),
                  static_cast<std::uint8_t>(proof.method)};
  append_bytes(bytes, number_value(proof.value, 8));
  append_bytes(bytes, number_value(proof.relay_identifier, 4));
  append_bytes(bytes, number_value(proof.id, 4));
  bytes.resize(bytes.size() + kRelayMacBytes);
  return bytes;
}

// Of `message`, whose hash stands at `at` (section 7).
inline DhcpBytes relay_mac_of(DhcpBytes message, std::size_t at, const DhcpBytes& secret) {
  message[3] = 0;
  std::fill_n(message.begin() + 24, 4, std::uint8_t{0});
  std::fill_n(message.begin() + static_cast<std::ptrdiff_t>(at), kRelayMacBytes, std::uint8_t{0});
  return hmac_sha1(secret, message);
}

// Where the hash of the first sub-option 8 is, of what our agents send or got back.
inline std::size_t relay_mac_at(const DhcpBytes& message) {
  const DhcpBytes head{1, 2, 'c', '1', 8, kRelayProofBytes};
  const auto found = std::search(message.begin() + 240, message.end(), head.begin(), head.end());
  return static_cast<std::size_t>(found - message.begin()) + head.size() + 18;
}

inline bool is_proved(const DhcpBytes& message, const DhcpBytes& secret = kRelaySecret) {
  const std::size_t at = relay_mac_at(message);
  if (at + kRelayMacBytes > message.size()) return false;
  const auto mac = message.begin() + static_cast<std::ptrdiff_t>(at);
  return std::ranges::equal(DhcpBytes(mac, mac + kRelayMacBytes),
                            relay_mac_of(message, at, secret));
}

inline void prove(DhcpBytes& message, const DhcpBytes& secret) {
  const std::size_t at = relay_mac_at(message);
  std::ranges::copy(relay_mac_of(message, at, secret),
                    message.begin() + static_cast<std::ptrdiff_t>(at));
}

inline DhcpBytes proved_message(DhcpSpec spec, const RelayProof& proof = {}) {
  DhcpBytes relay_agent{1, 2, 'c', '1'};
  append_bytes(relay_agent, sub_option_of(proof));
  append_bytes(relay_agent, {151, 1, 9});
  spec.options.push_back({82, relay_agent});
  DhcpBytes message = dhcp_message(spec);
  prove(message, proof.secret);
  return message;
}

}  // namespace stentor::support
