// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/packet.h"

#include <algorithm>
#include <limits>

namespace stentor::tftp {
namespace {

// `word` is lower case. RFC 1350 section 1 and RFC 2347 section 3: modes and names have no case.
bool equals_folded(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char left, char right) {
    return base::fold(left, base::PathCase::folded) == right;
  });
}

// Text up to its NUL; nullopt without one.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

// Digits and nothing else: no sign, no blank, no prefix.
std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

template <typename T>
void parse_number(std::string_view text, std::uint64_t low, std::uint64_t high,
                  std::optional<T>& value) {
  const std::optional<std::uint64_t> number = parse_decimal(text);
  if (number && *number >= low && *number <= high) value = static_cast<T>(*number);
}

// Fills one request's options. A name counts once: its first value stands, also if it is invalid.
class OptionReader {
 public:
  explicit OptionReader(ReadRequest& request) : request_(request) {}

  // A value out of range leaves its option not asked, an unknown name has no effect: neither may
  // cost the client its file (RFC 2347 section 3).
  void read(std::string_view name, std::string_view value) {
    if (is_first(name, "blksize", Seen::blksize)) {
      parse_number(value, kBlksizeMin, kBlksizeMax, request_.blksize);
    } else if (is_first(name, "tsize", Seen::tsize)) {
      parse_number(value, 0, std::numeric_limits<std::uint64_t>::max(), request_.tsize);
    } else if (is_first(name, "timeout", Seen::timeout)) {
      parse_number(value, 1, 255, request_.timeout);
    } else if (is_first(name, "windowsize", Seen::windowsize)) {
      parse_number(value, 1, 65535, request_.windowsize);
    } else if (is_first(name, "utimeout", Seen::utimeout)) {
      parse_number(value, 10'000, 255'000'000, request_.utimeout);
    } else if (is_first(name, "rollover", Seen::rollover)) {
      parse_number(value, 0, 1, request_.rollover);
    }
  }

 private:
  enum class Seen : unsigned {
    blksize = 1,
    tsize = 2,
    timeout = 4,
    windowsize = 8,
    utimeout = 16,
    rollover = 32
  };

  bool is_first(std::string_view name, std::string_view word, Seen option) {
    const unsigned bit = static_cast<unsigned>(option);
    if (!equals_folded(name, word) || (seen_ & bit) != 0) return false;
    seen_ |= bit;
    return true;
  }

  ReadRequest& request_;
  unsigned seen_ = 0;
};

Message parse_read_request(std::string_view rest) {
  const auto file_name = take_string(rest);
  if (!file_name) return MalformedRequest{};
  const auto mode = take_string(rest);
  if (!mode) return MalformedRequest{};

  ReadRequest request;
  request.file_name = *file_name;
  request.mode = equals_folded(*mode, "octet")      ? Mode::octet
                 : equals_folded(*mode, "netascii") ? Mode::netascii
                                                    : Mode::unsupported;
  OptionReader options(request);
  while (!rest.empty()) {
    const auto name = take_string(rest);
    if (!name) return MalformedRequest{};
    // No option has an empty name: what follows is the padding of a ROM with a fixed-size buffer.
    if (name->empty()) break;
    const auto value = take_string(rest);
    if (!value) return MalformedRequest{};
    options.read(*name, *value);
  }
  return request;
}

}  // namespace

std::optional<Opcode> opcode_of(base::Bytes datagram) {
  base::Reader reader(datagram);
  const auto opcode = reader.read<std::uint16_t>();
  if (!reader.ok()) return std::nullopt;
  return static_cast<Opcode>(opcode);
}

wire::Parsed<Message> parse_message(base::Bytes datagram) {
  const auto opcode = opcode_of(datagram);
  if (!opcode) return wire::drop(wire::DropReason::tftp_malformed);
  base::Reader reader(datagram.subspan(sizeof(Opcode)));
  switch (*opcode) {
    case Opcode::read_request:
      return parse_read_request(base::as_text(reader.rest()));
    case Opcode::write_request:
      return WriteRequest{};
    case Opcode::ack: {
      const Ack ack{reader.read<std::uint16_t>()};
      if (!reader.ok()) return wire::drop(wire::DropReason::tftp_malformed);
      return ack;
    }
    case Opcode::error: {
      ErrorMessage error{reader.read<std::uint16_t>(), {}};
      if (!reader.ok()) return wire::drop(wire::DropReason::tftp_malformed);
      // Whatever its text, the client has gone: one without a NUL ends the transfer too.
      error.text = base::as_text(reader.rest());
      error.text = error.text.substr(0, error.text.find('\0'));
      return error;
    }
    default:
      return Unexpected{static_cast<std::uint16_t>(*opcode)};
  }
}

std::size_t write_error(base::MutableBytes out, ErrorCode code, std::string_view text) {
  base::Writer writer(out);
  writer.write(static_cast<std::uint16_t>(Opcode::error));
  writer.write(static_cast<std::uint16_t>(code));
  writer.write(base::as_bytes(text));
  writer.write<std::uint8_t>(0);
  return writer.ok() ? writer.size() : 0;
}

}  // namespace stentor::tftp
