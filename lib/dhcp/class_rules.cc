// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/class_rules.h"

#include <algorithm>

#include "dhcp/option_code.h"

namespace stentor::dhcp {

namespace {

using Kind = config::ClientTest::Kind;

bool is_within(const wire::Ipv4Prefix& inner, const wire::Ipv4Prefix& outer) {
  return inner.length >= outer.length && outer.contains(inner.address);
}

}  // namespace

ClassMask ClassRules::find(const Subject& subject) const {
  JoinBuffer joined;
  SentOptions sent;
  if (options_asked_ != 0) read_options(subject.request, joined, sent);
  ClassMask classes = 0;
  for (const Entry& entry : entries_) {
    std::uint16_t at = entry.first;
    while (at < tests_.size()) {
      const Test& test = tests_[at];
      at = holds(test, subject, sent) ? test.if_true : test.if_false;
    }
    if (at == kHolds) classes |= entry.bit;
  }
  return classes;
}

// Values of repeated options are joined (RFC 3396 section 7) as long as the buffer lasts. The
// message has been parsed: every option in it fits.
void ClassRules::read_options(const Request& request, JoinBuffer& joined, SentOptions& sent) const {
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
}

bool ClassRules::holds(const Test& test, const Subject& subject, const SentOptions& sent) const {
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
    case Kind::option:
      return sent[test.place - 1U] && accepts(test, *sent[test.place - 1U]);
    case Kind::reserved:
      return subject.is_reserved;
    case Kind::subnet:
      return subject.network && is_within(*subject.network, test.prefix);
    case Kind::relay:
      return !request.giaddr().is_zero() && test.prefix.contains(request.giaddr());
    case Kind::circuit_id:
      return accepts_relay_option(test, subject, option::kCircuitId);
    case Kind::remote_id:
      return accepts_relay_option(test, subject, option::kRemoteId);
    case Kind::relay_option:
      return accepts_relay_option(test, subject, test.place);
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
