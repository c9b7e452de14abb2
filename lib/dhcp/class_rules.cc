// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/class_rules.h"

#include <algorithm>

#include "dhcp/option_code.h"
#include "dhcp/relay_information.h"
#include "dhcp/uuid_text.h"

namespace stentor::dhcp {

namespace {

using Kind = config::ClientTest::Kind;

bool has_feature(base::Bytes ipxe, std::uint8_t code) {
  OptionWalk walk(ipxe);
  while (const auto feature = walk.next()) {
    if (feature->code == code) return true;
  }
  return false;
}

bool is_within(const wire::Ipv4Prefix& inner, const wire::Ipv4Prefix& outer) {
  return inner.length >= outer.length && outer.contains(inner.address);
}

}  // namespace

void ClassRules::find(Subject& subject) const {
  for (const Entry& entry : entries_) {
    if (holds(entry.first, subject)) subject.classes |= entry.bit;
  }
}

bool ClassRules::holds(std::uint16_t rule, const Subject& subject) const {
  std::uint16_t at = rule;
  while (at < tests_.size()) {
    const Test& test = tests_[at];
    at = passes(test, subject) ? test.if_true : test.if_false;
  }
  return at == kHolds;
}

// Values of repeated options are joined (RFC 3396 section 7) as long as the buffer lasts. The
// message has been parsed: every option in it fits.
SentOptions ClassRules::read_options(const Request& request, JoinBuffer& joined) const {
  SentOptions sent;
  if (options_asked_ == 0) return sent;
  std::size_t used = 0;
  for (const base::Bytes field : option_fields(request.message, request.options.overload)) {
    OptionWalk walk(field);
    while (const auto option = walk.next()) {
      const std::uint8_t place = option_places_[option->code];
      if (place == 0) continue;
      std::optional<base::Bytes>& known = sent[place - 1U];
      if (!known) {
        known = option->value;
        continue;
      }
      const std::size_t length = known->size() + option->value.size();
      if (length > joined.size() - used) continue;
      std::uint8_t* at = joined.data() + used;
      std::ranges::copy(option->value, std::ranges::copy(*known, at).out);
      used += length;
      known = base::Bytes{at, length};
    }
  }
  return sent;
}

bool ClassRules::passes(const Test& test, const Subject& subject) const {
  const Request& request = subject.request;
  switch (test.kind) {
    case Kind::mac:
      return subject.mac && test.mac.matches(*subject.mac);
    case Kind::vendor_class:
      return accepts(test, request.options.vendor_class);
    case Kind::user_class:
      return accepts_user_class(test, request.options.user_class);
    case Kind::architecture:
      return lists_architecture(request.options.architectures, test.architecture);
    case Kind::uuid:
      return accepts_uuid(test, request.options.uuid);
    case Kind::ipxe_feature:
      return has_feature(request.options.ipxe, test.code);
    case Kind::option:
      return subject.sent[test.place - 1U] && accepts(test, *subject.sent[test.place - 1U]);
    case Kind::in_class:
      return (subject.classes & test.classes) != 0;
    case Kind::reserved:
      return subject.is_reserved;
    case Kind::subnet:
      return subject.network && is_within(*subject.network, test.prefix);
    case Kind::relay:
      return !request.giaddr().is_zero() && test.prefix.contains(request.giaddr());
    case Kind::circuit_id:
      return accepts_relay_option(test, subject, sub_option::kCircuitId);
    case Kind::remote_id:
      return accepts_relay_option(test, subject, sub_option::kRemoteId);
    case Kind::relay_option:
      return accepts_relay_option(test, subject, test.code);
  }
  return false;
}

bool ClassRules::accepts(const Test& test, base::Bytes value) const {
  switch (test.value) {
    case config::ValueTest::Kind::present:
      return true;
    case config::ValueTest::Kind::glob:
      return globs_[test.operand].match(base::as_text(value)).has_value();
    case config::ValueTest::Kind::bytes:
      return std::ranges::equal(bytes_[test.operand], value);
  }
  return false;
}

bool ClassRules::accepts_uuid(const Test& test, base::Bytes uuid) const {
  if (uuid.empty()) return false;
  using Order = UuidText::Order;
  return accepts(test, base::as_bytes(UuidText(uuid).view())) ||
         accepts(test, base::as_bytes(UuidText(uuid, Order::as_sent).view()));
}

// As a whole (what iPXE sends), or one of the items of RFC 3004.
bool ClassRules::accepts_user_class(const Test& test, base::Bytes user_class) const {
  if (accepts(test, user_class)) return true;
  while (!user_class.empty()) {
    const std::size_t length = user_class[0];
    if (length == 0 || length > user_class.size() - 1) return false;
    if (accepts(test, user_class.subspan(1, length))) return true;
    user_class = user_class.subspan(1 + length);
  }
  return false;
}

// Anybody can send option 82: it counts from a relay agent that the configuration lists.
bool ClassRules::accepts_relay_option(const Test& test, const Subject& subject,
                                      std::uint8_t sub_option) const {
  if (!subject.is_relay_listed) return false;
  const auto value = find_sub_option(subject.request.options.relay_agent, sub_option);
  return value && accepts(test, *value);
}

}  // namespace stentor::dhcp
