// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/options.h"

#include <algorithm>

#include "dhcp/option_code.h"

namespace stentor::dhcp {

namespace {

constexpr std::size_t kUuidOptionBytes = 17;
constexpr std::uint8_t kOverloadFile = 1;
constexpr std::uint8_t kOverloadSname = 2;

class Collector {
 public:
  explicit Collector(JoinBuffer& joined) : joined_(joined) {}

  // Reads one field; false if an option in it does not fit.
  bool collect(base::Bytes field) {
    OptionWalk walk(field);
    while (const auto option = walk.next()) {
      if (!take(*option)) return false;
    }
    return walk.ok();
  }

  [[nodiscard]] std::uint8_t overload() const { return overload_; }

  [[nodiscard]] Options finished(std::uint8_t overload) {
    options_.overload = overload;
    // Some ROMs send option 97 without a value or with another type: then it names nobody.
    if (options_.uuid.size() != kUuidOptionBytes || options_.uuid[0] != 0) options_.uuid = {};
    return options_;
  }

 private:
  bool take(const Option& option) {
    switch (option.code) {
      case option::kHostname:
        return join(options_.hostname, option.value);
      case option::kRequestedAddress:
        return take_address(options_.requested_address, option.value);
      case option::kLeaseTime:
        return take_lease_time(option.value);
      case option::kOverload:
        return take_byte(overload_, option.value);
      case option::kMessageType:
        return take_message_type(option.value);
      case option::kServerIdentifier:
        return take_address(options_.server_identifier, option.value);
      case option::kParameterList:
        return join(options_.parameter_list, option.value);
      case option::kMessageBytesMax:
        return take_bytes_max(option.value);
      case option::kVendorClass:
        return join(options_.vendor_class, option.value);
      case option::kClientIdentifier:
        return join(options_.client_identifier, option.value);
      case option::kUserClass:
        return join(options_.user_class, option.value);
      case option::kRapidCommit:
        options_.rapid_commit = true;
        return option.value.empty();
      case option::kAutoConfigure:
        options_.asks_auto_configure = true;
        return option.value.size() == 1;
      case option::kFqdn:
        return join(options_.fqdn, option.value);
      case option::kRelayAgent:
        return join(options_.relay_agent, option.value);
      case option::kArchitectures:
        return join(options_.architectures, option.value);
      case option::kUuid:
        return join(options_.uuid, option.value);
      case option::kSubnetSelection:
        return take_address(options_.subnet_selection, option.value);
      case option::kIpxe:
        return join(options_.ipxe, option.value);
      default:
        return true;
    }
  }

  static bool take_byte(std::uint8_t& field, base::Bytes value) {
    if (value.size() != 1) return false;
    if (field == 0) field = value[0];
    return true;
  }

  bool take_message_type(base::Bytes value) {
    auto type = static_cast<std::uint8_t>(options_.type);
    if (!take_byte(type, value)) return false;
    options_.type = MessageType{type};
    return true;
  }

  static bool take_address(std::optional<wire::Ipv4Address>& field, base::Bytes value) {
    if (value.size() != 4) return false;
    if (!field) field.emplace(base::load_big_endian<std::uint32_t>(value.data()));
    return true;
  }

  bool take_lease_time(base::Bytes value) {
    if (value.size() != 4) return false;
    if (!options_.lease_seconds) {
      options_.lease_seconds = base::load_big_endian<std::uint32_t>(value.data());
    }
    return true;
  }

  bool take_bytes_max(base::Bytes value) {
    if (value.size() != 2) return false;
    if (options_.message_bytes_max == 0) {
      options_.message_bytes_max = base::load_big_endian<std::uint16_t>(value.data());
    }
    return true;
  }

  // RFC 3396: the values of all instances, one behind the other. Every join uses up room in
  // `joined_`, which bounds the work of a hostile message.
  bool join(base::Bytes& field, base::Bytes value) {
    if (field.empty()) {
      field = value;
      return true;
    }
    const std::size_t length = field.size() + value.size();
    if (length > joined_.size() - joined_used_) return false;
    std::uint8_t* at = joined_.data() + joined_used_;
    std::copy(value.begin(), value.end(), std::copy(field.begin(), field.end(), at));
    joined_used_ += length;
    field = {at, length};
    return true;
  }

  Options options_;
  std::uint8_t overload_ = 0;
  JoinBuffer& joined_;
  std::size_t joined_used_ = 0;
};

}  // namespace

std::optional<Option> OptionWalk::next() {
  std::size_t at = 0;
  while (at < rest_.size() && rest_[at] == option::kPad) ++at;
  if (at == rest_.size() || rest_[at] == option::kEnd) {
    rest_ = {};
    return std::nullopt;
  }
  const std::size_t value_at = at + 2;
  if (value_at > rest_.size() || rest_[at + 1] > rest_.size() - value_at) {
    rest_ = {};
    failed_ = true;
    return std::nullopt;
  }
  const Option option{rest_[at], rest_.subspan(value_at, rest_[at + 1])};
  rest_ = rest_.subspan(value_at + option.value.size());
  return option;
}

wire::Parsed<Options> parse_options(base::Bytes message, JoinBuffer& joined) {
  const auto malformed = wire::drop(wire::DropReason::dhcp_malformed);
  Collector collector(joined);
  if (!collector.collect(message.subspan(kOptionsOffset))) return malformed;
  // Option 52 inside an overloaded field means nothing: both are decided before either is read.
  const std::uint8_t overload = collector.overload();
  if (overload != 0) {
    const auto fields = option_fields(message, overload);
    if (!collector.collect(fields[1]) || !collector.collect(fields[2])) return malformed;
  }
  return collector.finished(overload);
}

std::array<base::Bytes, 3> option_fields(base::Bytes message, std::uint8_t overload) {
  std::array<base::Bytes, 3> fields{message.subspan(kOptionsOffset)};
  if ((overload & kOverloadFile) != 0) {
    fields[1] = message.subspan(offsetof(Header, file), sizeof(Header::file));
  }
  if ((overload & kOverloadSname) != 0) {
    fields[2] = message.subspan(offsetof(Header, sname), sizeof(Header::sname));
  }
  return fields;
}

std::optional<base::Bytes> find_sub_option(base::Bytes rest, std::uint8_t code) {
  while (rest.size() >= 2 && rest[1] <= rest.size() - 2) {
    if (rest[0] == code) return rest.subspan(2, rest[1]);
    rest = rest.subspan(2 + std::size_t{rest[1]});
  }
  return std::nullopt;
}

bool names_user_class(base::Bytes user_class, base::Bytes wanted) {
  if (std::ranges::equal(user_class, wanted)) return !wanted.empty();
  while (!user_class.empty()) {
    const std::size_t length = user_class[0];
    if (length == 0 || length > user_class.size() - 1) return false;
    if (std::ranges::equal(user_class.subspan(1, length), wanted)) return true;
    user_class = user_class.subspan(1 + length);
  }
  return false;
}

bool lists_architecture(base::Bytes architectures, std::uint16_t architecture) {
  if (architectures.size() < 2) return architecture == 0;
  for (std::size_t at = 0; at + 2 <= architectures.size(); at += 2) {
    if (base::load_big_endian<std::uint16_t>(architectures.data() + at) == architecture) {
      return true;
    }
  }
  return false;
}

}  // namespace stentor::dhcp
