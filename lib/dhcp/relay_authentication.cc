// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/relay_authentication.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "dhcp/option_code.h"
#include "dhcp/relay_information.h"
#include "dhcp/server.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

constexpr std::uint8_t kHmacSha1 = 1;     // algorithm (RFC 4030 section 7.1)
constexpr std::uint8_t kCounter = 1;      // replay detection method (section 5)
constexpr std::uint8_t kMethodBits = 15;  // the others are reserved, and not looked at (section 4)

// The value of sub-option 8 with algorithm 1 (section 7.1).
struct Authentication {
  std::uint8_t algorithm;
  std::uint8_t method;
  base::Be64 replay_value;
  base::Be32 relay_identifier;
  base::Be32 key_id;
  RelayMac mac;
};
static_assert(sizeof(Authentication) == 38 && alignof(Authentication) == 1);
static_assert(kReplyBytesMax <= kMacTextBytesMax);

// Where it stands in `message`, whose option 82 is `relay_agent`; null: nowhere, in another form,
// more than once, or in an option of several pieces, which could not be told from each other.
const Authentication* find_authentication(base::Bytes message, base::Bytes relay_agent) {
  const auto found = find_sub_option(relay_agent, sub_option::kAuthentication);
  if (!found || found->size() != sizeof(Authentication)) return nullptr;
  const std::uint8_t* end = found->data() + found->size();
  const std::less<const std::uint8_t*> before;
  if (before(found->data(), message.data()) || before(message.data() + message.size(), end)) {
    return nullptr;
  }
  const auto behind = static_cast<std::size_t>(relay_agent.data() + relay_agent.size() - end);
  if (find_sub_option(relay_agent.last(behind), sub_option::kAuthentication)) return nullptr;
  return reinterpret_cast<const Authentication*>(found->data());
}

// Section 7: the whole message, with zeros for hops and giaddr, which may change on the way, and
// for the hash itself.
RelayMac mac_of(const RelayGuard& guard, const RelayKey& key, base::Bytes message,
                const Authentication& at) {
  constexpr std::array<std::uint8_t, sizeof(RelayMac)> kZeros{};
  constexpr std::size_t kHops = offsetof(Header, hops);
  constexpr std::size_t kGiaddr = offsetof(Header, giaddr);
  constexpr std::size_t kChaddr = offsetof(Header, chaddr);
  const base::Bytes zeros(kZeros);
  const auto mac = static_cast<std::size_t>(at.mac.data() - message.data());
  const std::array<base::Bytes, 7> text{
      message.first(kHops),
      zeros.first(1),
      message.subspan(kHops + 1, kGiaddr - kHops - 1),
      zeros.first(kChaddr - kGiaddr),
      message.subspan(kChaddr, mac - kChaddr),
      zeros,
      message.subspan(mac + sizeof(RelayMac)),
  };
  return guard.mac(key.hmac, text);
}

// In a time that does not depend on the bytes.
bool are_equal(const RelayMac& one, const RelayMac& other) {
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (one[i] ^ other[i]));
  }
  return difference == 0;
}

const RelayKey* find_key(const Policy& policy, const Relay& relay, const Authentication& said) {
  if (said.algorithm != kHmacSha1 || (said.method & kMethodBits) != kCounter) return nullptr;
  const auto keys = policy.relay_keys_of(relay);
  const auto found = std::ranges::find(keys, said.key_id.host(), &RelayKey::id);
  return found != keys.end() ? &*found : nullptr;
}

}  // namespace

wire::Parsed<const RelayKey*> authenticate(const Policy& policy, const Request& request,
                                           base::Bytes message, bool is_resumed) {
  const auto relay = policy.find_relay(request.giaddr());
  if (!relay || relay->keys == 0) return nullptr;
  // Without a guard nobody can prove anything.
  if (relay->filter == nullptr || message.size() > kMacTextBytesMax) {
    return wire::drop(DropReason::dhcp_relay_not_authentic);
  }
  const Authentication* said = find_authentication(message, request.options.relay_agent);
  if (said == nullptr) return wire::drop(DropReason::dhcp_relay_not_authentic);
  const RelayKey* key = find_key(policy, *relay, *said);
  if (key == nullptr) return wire::drop(DropReason::dhcp_relay_not_authentic);

  // The value first, as it is cheap; what it says is known once the hash is right (section 9).
  const std::uint64_t value = said->replay_value.host();
  const std::uint64_t client = base::siphash64(policy.owner_key(), request.header->chaddr);
  if (!is_resumed && !relay->filter->is_new(client, value)) {
    return wire::drop(DropReason::dhcp_relay_replayed);
  }
  if (!are_equal(mac_of(*policy.guard(), *key, message, *said), said->mac)) {
    return wire::drop(DropReason::dhcp_relay_not_authentic);
  }
  if (!is_resumed && !relay->filter->accept(client, value)) {
    return wire::drop(DropReason::dhcp_relay_replayed);
  }
  return key;
}

void seal(const Policy& policy, const RelayKey& key, base::MutableBytes reply) {
  OptionWalk walk(reply.subspan(kOptionsOffset));
  auto option = walk.next();
  while (option && option->code != option::kRelayAgent) option = walk.next();
  CHECK(option);
  const Authentication* echoed = find_authentication(reply, option->value);
  CHECK(echoed != nullptr);
  const auto offset = reinterpret_cast<const std::uint8_t*>(echoed) - reply.data();
  auto& ours = *reinterpret_cast<Authentication*>(reply.data() + offset);
  ours = {.algorithm = kHmacSha1,
          .method = kCounter,
          .replay_value = base::Be64{policy.guard()->next_value()},
          .relay_identifier = base::Be32{0},  // section 6: a server is none
          .key_id = base::Be32{key.id},
          .mac = {}};
  ours.mac = mac_of(*policy.guard(), key, reply, ours);
}

}  // namespace stentor::dhcp
