// SPDX-License-Identifier: BSD-3-Clause
#include "config/option_value.h"

#include <chrono>

#include "base/hex.h"
#include "config/limit.h"
#include "config/option_domain.h"
#include "config/option_encapsulation.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// As many items as could ever fit; what they encode to is checked afterwards.
constexpr std::size_t kItemsMax = kLongOptionBytesMax;

constexpr std::uint8_t kDomainSearch = 119;
constexpr std::uint8_t kIpxe = 175;
constexpr std::uint8_t kIpxeNoProxy = 176;  // inside it

void append(OptionBytes& bytes, std::uint64_t number, std::size_t width) {
  for (std::size_t left = width; left > 0; --left) {
    bytes.push_back(static_cast<std::uint8_t>(number >> (8 * (left - 1))));
  }
}

std::size_t width_of(OptionType type) {
  if (type == OptionType::uint8 || type == OptionType::boolean) return 1;
  return type == OptionType::uint16 || type == OptionType::uint16_list ? 2 : 4;
}

std::uint32_t max_of(const OptionDefinition& definition) {
  if (definition.max != 0) return definition.max;
  if (definition.type == OptionType::uint8) return 0xff;
  return width_of(definition.type) == 2 ? 0xffff : 0xffffffff;
}

bool is_list(OptionType type) {
  return type == OptionType::address_list || type == OptionType::address_pairs ||
         type == OptionType::domain_list || type == OptionType::route_list ||
         type == OptionType::uint16_list;
}

// Clients put these together from several instances.
bool is_long(OptionType type) {
  return type == OptionType::domain_list || type == OptionType::route_list ||
         type == OptionType::vendor_options;
}

// Any address: masks, 0.0.0.0 and broadcast addresses are values of options too.
bool append_address(OptionBytes& bytes, const Cursor& value, std::string_view text) {
  const auto address = wire::Ipv4Address::parse(text);
  if (address) {
    append(bytes, address->host(), 4);
  } else {
    value.unexpected("no IPv4 address (four numbers from 0 to 255)");
  }
  return address.has_value();
}

bool append_text(OptionBytes& bytes, const Cursor& value) {
  const std::optional<std::string> text = read_text(value, kOptionBytesMax);
  if (text) bytes.insert(bytes.end(), text->begin(), text->end());
  return text.has_value();
}

bool append_domain(OptionBytes& bytes, const Cursor& value, DomainEncoder& domains) {
  const std::optional<std::string> name = read_hostname(value);
  if (name) domains.append(bytes, *name);
  return name.has_value();
}

// "10.0.0.0/8 via 10.20.0.1": length, the significant octets of the network, router.
bool append_route(OptionBytes& bytes, const Cursor& value) {
  constexpr std::string_view kVia = " via ";
  const std::string_view text = value.text();
  const std::size_t via = text.find(kVia);
  const auto network = wire::Ipv4Prefix::parse(text.substr(0, via));
  if (via == std::string_view::npos || !network || network->address != network->network()) {
    value.unexpected();
    return false;
  }
  append(bytes, network->length, 1);
  const std::size_t octets = (network->length + std::size_t{7}) / 8;
  append(bytes, std::uint64_t{network->address.host()} >> (8 * (4 - octets)), octets);
  return append_address(bytes, value, text.substr(via + kVia.size()));
}

bool append_number(OptionBytes& bytes, const Cursor& value, const OptionDefinition& definition) {
  const auto number = read_number(value, definition.min, max_of(definition));
  if (number) append(bytes, *number, width_of(definition.type));
  return number.has_value();
}

// Seconds east of Greenwich are negative in the west.
bool append_signed(OptionBytes& bytes, const Cursor& value) {
  constexpr std::uint64_t kMax = 0x7fffffff;
  const std::string_view text = value.text();
  const bool is_negative = text.starts_with('-');
  const auto number = parse_number(text.substr(is_negative ? 1 : 0));
  if (!number || *number > kMax) {
    value.unexpected();
    return false;
  }
  append(bytes, is_negative ? ~*number + 1 : *number, 4);
  return true;
}

bool append_raw(OptionBytes& bytes, const Cursor& value) {
  const auto raw = encode_raw_option(value);
  if (raw) bytes.insert(bytes.end(), raw->begin(), raw->end());
  return raw.has_value();
}

bool append_seconds(OptionBytes& bytes, const Cursor& value, const OptionDefinition& definition) {
  const auto duration = read_seconds(value, std::chrono::seconds{definition.min},
                                     std::chrono::seconds{max_of(definition)});
  if (duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*duration);
    append(bytes, static_cast<std::uint64_t>(seconds.count()), 4);
  }
  return duration.has_value();
}

bool append_scalar(OptionBytes& bytes, const Cursor& value, const OptionDefinition& definition,
                   DomainEncoder& domains) {
  switch (definition.type) {
    case OptionType::address:
    case OptionType::address_list:
    case OptionType::address_pairs:
      return append_address(bytes, value, value.text());
    case OptionType::uint8:
    case OptionType::uint16:
    case OptionType::uint16_list:
    case OptionType::uint32:
      return append_number(bytes, value, definition);
    case OptionType::int32:
      return append_signed(bytes, value);
    case OptionType::seconds:
      return append_seconds(bytes, value, definition);
    case OptionType::text:
      return append_text(bytes, value);
    case OptionType::domain_name:
      return read_hostname(value) && append_text(bytes, value);
    case OptionType::domain_list:
      return append_domain(bytes, value, domains);
    case OptionType::route_list:
      return append_route(bytes, value);
    case OptionType::binary:
    case OptionType::sub_options:
      return append_raw(bytes, value);
    case OptionType::vendor_options:
      break;
    case OptionType::boolean: {
      const std::optional<bool> truth = read_boolean(value);
      if (truth) append(bytes, *truth ? 1 : 0, 1);
      return truth.has_value();
    }
  }
  return false;
}

std::optional<OptionBytes> checked_length(const Cursor& value, OptionBytes bytes,
                                          std::size_t bytes_max = kOptionBytesMax) {
  if (bytes.empty()) {
    value.unexpected("it is empty");
    return std::nullopt;
  }
  if (bytes.size() > bytes_max) {
    value.error("it takes " + std::to_string(bytes.size()) + " bytes; an option carries " +
                std::to_string(bytes_max) + " at most; shorten it");
    return std::nullopt;
  }
  return bytes;
}

std::optional<OptionBytes> parse_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  OptionBytes bytes;
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    const auto byte = base::hex_byte(digits[at], digits[at + 1]);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  return bytes;
}

// A scalar, or a list of them.
bool append_all(OptionBytes& bytes, const Cursor& cursor, const OptionDefinition& definition) {
  const std::string expected = option_expectation(definition);
  DomainEncoder domains(definition.code == kDomainSearch);
  if (!cursor.check_form(is_list(definition.type) ? kScalar | kList : kScalar)) return false;
  if (!cursor.is_list()) return append_scalar(bytes, cursor, definition, domains);
  cursor.refuse_empty_list();
  const std::vector<Cursor> items = read_items(cursor, kScalar, expected, kItemsMax);
  bool good = items.size() == cursor.node().children.size() && !items.empty();
  for (const Cursor& item : items) good = append_scalar(bytes, item, definition, domains) && good;
  return good;
}

bool has_sub_option(const OptionBytes& bytes, std::uint8_t code) {
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2U + bytes[at + 1]) {
    if (bytes[at] == code) return true;
  }
  return false;
}

bool append_mapping(OptionBytes& bytes, const Cursor& cursor, const OptionDefinition& definition) {
  if (definition.type == OptionType::vendor_options) {
    return cursor.check_form(kMapping) && append_vendor_options(bytes, cursor);
  }
  if (!cursor.check_form(kScalar | kMapping)) return false;
  if (!cursor.is_mapping()) return append_raw(bytes, cursor);
  if (!append_sub_options(bytes, cursor)) return false;
  // What the server says to iPXE by itself: that no ProxyDHCP server is to be waited for.
  if (definition.code == kIpxe && !has_sub_option(bytes, kIpxeNoProxy)) {
    bytes.insert(bytes.end(), {kIpxeNoProxy, 1, 1});
  }
  return true;
}

}  // namespace

std::string option_expectation(const OptionDefinition& definition) {
  switch (definition.type) {
    case OptionType::address:
      return "an IPv4 address";
    case OptionType::address_list:
      return "an IPv4 address or a list of them, like [10.20.0.1]";
    case OptionType::address_pairs:
      return "a list of IPv4 addresses, two by two, like [10.30.0.9, 10.20.0.1]";
    case OptionType::uint16_list:
      return "a number from " + std::to_string(definition.min) + " to 65535, or a list of them";
    case OptionType::int32:
      return "a number from -2147483647 to 2147483647";
    case OptionType::binary:
      return "bytes in hexadecimal like \"0x0a1b\", or text";
    case OptionType::sub_options:
      return "sub-options by number like {1: \"0x0a1b\"}, or bytes in hexadecimal, or text";
    case OptionType::vendor_options:
      return "sub-options of vendors by enterprise number, like {4491: {2: \"0x0a1b\"}}";
    case OptionType::uint8:
    case OptionType::uint16:
    case OptionType::uint32:
      return "a number from " + std::to_string(definition.min) + " to " +
             std::to_string(max_of(definition));
    case OptionType::boolean:
      return "true or false";
    case OptionType::seconds:
      return "a duration in whole seconds like 30m" +
             (definition.min > 0 ? ", at least " + std::to_string(definition.min) + "s"
                                 : std::string());
    case OptionType::text:
      return "text of 1 to 255 bytes";
    case OptionType::domain_name:
      return "a domain name like example.net";
    case OptionType::domain_list:
      return "a domain name or a list of them, like [example.net]";
    case OptionType::route_list:
      return "a list of routes like [10.30.0.0/16 via 10.20.0.1]";
  }
  return {};
}

bool takes_mapping(OptionType type) {
  return type == OptionType::sub_options || type == OptionType::vendor_options;
}

std::optional<OptionBytes> encode_option(const Cursor& value, const OptionDefinition& definition) {
  const std::string expected = option_expectation(definition);
  const Cursor cursor = value.expecting(expected);
  OptionBytes bytes;
  const bool good = takes_mapping(definition.type) ? append_mapping(bytes, cursor, definition)
                                                   : append_all(bytes, cursor, definition);
  if (!good) return std::nullopt;
  if (definition.type == OptionType::address_pairs && bytes.size() % 8 != 0) {
    cursor.unexpected("an odd number of addresses");
    return std::nullopt;
  }
  return checked_length(cursor, std::move(bytes),
                        is_long(definition.type) ? kLongOptionBytesMax : kOptionBytesMax);
}

std::optional<OptionBytes> encode_raw_option(const Cursor& value) {
  const Cursor cursor = value.expecting("bytes in hexadecimal like 0x0a1b, or text");
  if (!cursor.check_form(kScalar)) return std::nullopt;
  const std::string& text = cursor.text();
  if (text.starts_with("0x") || text.starts_with("0X")) {
    std::optional<OptionBytes> bytes = parse_hex(std::string_view(text).substr(2));
    if (bytes) return checked_length(cursor, std::move(*bytes));
    cursor.unexpected("bytes are pairs of hexadecimal digits");
    return std::nullopt;
  }
  const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  if (!cursor.node().quoted && digits.find_first_not_of("0123456789") == std::string_view::npos) {
    cursor.unexpected("how many bytes a number takes is not known; quote it if it is text");
    return std::nullopt;
  }
  OptionBytes bytes;
  if (!append_text(bytes, cursor)) return std::nullopt;
  return bytes;
}

}  // namespace stentor::config
