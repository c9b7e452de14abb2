// SPDX-License-Identifier: BSD-3-Clause
#include "config/value.h"

#include <chrono>

#include "config/limit.h"

namespace stentor::config {
namespace {

constexpr std::string_view kDigits = "0123456789";

// Why a text is no number with a unit, as far as one can guess.
std::string_view duration_fault(std::string_view text) {
  if (is_quantity(text, parse_duration)) return "out of range";
  if (text.find_first_not_of(kDigits) == std::string_view::npos) {
    return "the unit is missing (ms, s, m, h or d)";
  }
  return "a duration is a whole number and its unit, ms, s, m, h or d";
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (!is_letter_or_digit(label.front()) || !is_letter_or_digit(label.back())) return false;
  return std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

}  // namespace

std::optional<std::uint64_t> read_number(const Cursor& value, std::uint64_t min,
                                         std::uint64_t max) {
  const std::string& text = value.text();
  const std::optional<std::uint64_t> number = parse_number(text);
  if (number && *number >= min && *number <= max) return number;
  const bool digits = !text.empty() && text.find_first_not_of(kDigits) == std::string::npos;
  if (digits && text.size() > 1 && text.front() == '0') {
    value.unexpected("a leading zero makes other YAML readers take it for octal; remove it");
  } else if (digits) {
    value.unexpected("out of range");
  } else {
    value.unexpected();
  }
  return std::nullopt;
}

std::optional<bool> read_boolean(const Cursor& value) {
  if (value.text() == "true") return true;
  if (value.text() == "false") return false;
  constexpr std::array<std::string_view, 6> kYes{"yes", "Yes", "on", "On", "True", "TRUE"};
  constexpr std::array<std::string_view, 6> kNo{"no", "No", "off", "Off", "False", "FALSE"};
  if (std::ranges::find(kYes, value.text()) != kYes.end()) {
    value.unexpected("write true");
  } else if (std::ranges::find(kNo, value.text()) != kNo.end()) {
    value.unexpected("write false");
  } else {
    value.unexpected();
  }
  return std::nullopt;
}

std::optional<base::Duration> read_duration(const Cursor& value, base::Duration min,
                                            base::Duration max) {
  const std::optional<base::Duration> duration = parse_duration(value.text());
  if (duration && *duration >= min && *duration <= max) return duration;
  value.unexpected(duration ? "out of range" : duration_fault(value.text()));
  return std::nullopt;
}

std::optional<base::Duration> read_seconds(const Cursor& value, base::Duration min,
                                           base::Duration max) {
  const std::optional<base::Duration> duration = read_duration(value, min, max);
  if (duration && *duration % std::chrono::seconds{1} != base::Duration::zero()) {
    value.unexpected("DHCP counts whole seconds");
    return std::nullopt;
  }
  return duration;
}

std::optional<wire::Ipv4Address> read_address(const Cursor& value) {
  const auto address = wire::Ipv4Address::parse(value.text());
  if (!address) {
    value.unexpected("no IPv4 address (four numbers from 0 to 255)");
    return std::nullopt;
  }
  if (!address->is_unicast()) {
    value.unexpected("no machine can have this address");
    return std::nullopt;
  }
  return address;
}

std::optional<TcpAddress> read_tcp_address(const Cursor& value) {
  const std::string_view text = value.text();
  const std::size_t colon = text.rfind(':');
  const auto address = wire::Ipv4Address::parse(text.substr(0, colon));
  const auto port =
      colon == std::string_view::npos ? std::nullopt : parse_number(text.substr(colon + 1));
  if (!address || !port || *port == 0 || *port > 65535) {
    value.unexpected("no IPv4 address and port");
    return std::nullopt;
  }
  if (address->is_multicast() || address->is_broadcast()) {
    value.unexpected("no host has this address");
    return std::nullopt;
  }
  return TcpAddress{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<wire::Ipv4Prefix> read_network(const Cursor& value) {
  const auto prefix = wire::Ipv4Prefix::parse(value.text());
  if (!prefix || prefix->length == 0) {
    value.unexpected("no IPv4 network (ADDRESS/LENGTH, with a length from 1 to 32)");
    return std::nullopt;
  }
  if (prefix->address != prefix->network()) {
    value.unexpected("host bits are set; the network is " +
                     std::string(prefix->network().text().view()) + "/" +
                     std::to_string(prefix->length));
    return std::nullopt;
  }
  if (!prefix->address.is_unicast()) {
    value.unexpected("no machine can have an address in this network");
    return std::nullopt;
  }
  return prefix;
}

std::optional<AddressRange> read_range(const Cursor& value) {
  const std::string_view text = value.text();
  const std::size_t dash = text.find('-');
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  const auto first = wire::Ipv4Address::parse(trimmed(text.substr(0, dash)));
  const auto last = dash == std::string_view::npos
                        ? first
                        : wire::Ipv4Address::parse(trimmed(text.substr(dash + 1)));
  if (!first || !last) {
    value.unexpected();
    return std::nullopt;
  }
  if (*last < *first) {
    value.unexpected("the range ends before it begins");
    return std::nullopt;
  }
  return AddressRange{*first, *last};
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> read_port_range(const Cursor& value,
                                                                       std::uint16_t min,
                                                                       std::uint16_t max) {
  const std::string_view text = value.text();
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    value.unexpected();
    return std::nullopt;
  }
  const auto first = parse_number(text.substr(0, dash));
  const auto last = parse_number(text.substr(dash + 1));
  if (!first || !last) {
    value.unexpected();
    return std::nullopt;
  }
  if (*last < *first) {
    value.unexpected("the range ends before it begins");
    return std::nullopt;
  }
  if (*first < min || *last > max) {
    value.unexpected("out of range");
    return std::nullopt;
  }
  return std::pair{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}

std::optional<std::string> read_text(const Cursor& value, std::size_t bytes_max) {
  const std::string& text = value.text();
  if (text.empty()) {
    value.unexpected("it is empty");
  } else if (text.size() > bytes_max) {
    value.unexpected("it is " + std::to_string(text.size()) + " bytes long, at most " +
                     std::to_string(bytes_max) + " fit");
  } else if (has_control_characters(text)) {
    value.unexpected("it holds a control character");
  } else {
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> read_relative_path(const Cursor& value, std::size_t bytes_max) {
  std::optional<std::string> path = read_text(value, bytes_max);
  if (!path) return std::nullopt;
  if (path->ends_with('/') || path->ends_with('\\')) {
    value.unexpected("it names a folder");
    return std::nullopt;
  }
  std::string_view rest = *path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part == "." || part == "..") {
      value.unexpected("'" + std::string(part) + "' cannot be a part of it");
      return std::nullopt;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return path;
}

std::optional<std::string> read_absolute_path(const Cursor& value) {
  std::optional<std::string> path = read_text(value, kPathBytesMax);
  if (path && !path->starts_with('/')) {
    value.unexpected("the path is relative");
    return std::nullopt;
  }
  return path;
}

std::optional<std::string> read_name(const Cursor& value) {
  constexpr std::size_t kNameBytesMax = 32;
  const std::string& text = value.text();
  const bool good =
      !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
      });
  if (good) return text;
  value.unexpected();
  return std::nullopt;
}

bool is_hostname(std::string_view text) {
  bool good = !text.empty() && text.size() <= kHostnameBytesMax;
  while (good && !text.empty()) {
    const std::size_t end = std::min(text.find('.'), text.size());
    good = is_label(text.substr(0, end)) && end + 1 != text.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return good;
}

std::optional<std::string> read_hostname(const Cursor& value) {
  if (is_hostname(value.text())) return value.text();
  value.unexpected();
  return std::nullopt;
}

}  // namespace stentor::config
