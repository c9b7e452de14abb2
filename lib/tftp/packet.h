// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TFTP messages: RFC 1350, options RFC 2347. Parsing makes views into the datagram; writing fills a
// span and returns the length, 0 if it does not fit.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/path.h"
#include "wire/drop_reason.h"

namespace stentor::tftp {

inline constexpr std::uint16_t kServerPort = 69;

// RFC 1350 section 5, RFC 2347 section 3.
enum class Opcode : std::uint16_t {
  read_request = 1,
  write_request = 2,
  data = 3,
  ack = 4,
  error = 5,
  option_ack = 6,
};
inline constexpr std::size_t kFileNameBytesMax = base::kPathBytesMax;
// RFC 2348.
inline constexpr std::uint16_t kBlksizeMin = 8;
inline constexpr std::uint16_t kBlksizeMax = 65464;
// Of a transfer in netascii, whose blocks are made one by one, however long the frames may be.
inline constexpr std::uint16_t kTextBlksizeMax = 8192;

// RFC 1350 section 5 and appendix, RFC 2347 section 4.
enum class ErrorCode : std::uint16_t {
  undefined = 0,
  file_not_found = 1,
  access_violation = 2,
  disk_full = 3,
  illegal_operation = 4,
  unknown_transfer = 5,
  file_exists = 6,
  no_such_user = 7,
  option_refused = 8,
};

enum class Mode : std::uint8_t { octet, netascii, unsupported };

// What a client asked for; an absent option was not asked. Values are as asked, range-checked to
// their RFC only: negotiation decides. The file name may be longer than any path
// (kFileNameBytesMax): whoever looks for it sees that it is not there.
struct ReadRequest {
  std::string_view file_name{};
  Mode mode = Mode::octet;
  std::optional<std::uint16_t> blksize{};     // RFC 2348: 8 to 65464
  std::optional<std::uint64_t> tsize{};       // RFC 2349
  std::optional<std::uint8_t> timeout{};      // RFC 2349: 1 to 255 s
  std::optional<std::uint32_t> utimeout{};    // tftp-hpa: 10,000 to 255,000,000 us
  std::optional<std::uint16_t> windowsize{};  // RFC 7440: 1 to 65535
  std::optional<std::uint16_t> rollover{};    // tftp-hpa: the number after 65535; here 0 or 1
};

// An RRQ without a mode, or whose last string has no NUL.
struct MalformedRequest {};
struct WriteRequest {};
struct Ack {
  std::uint16_t block = 0;
};
struct ErrorMessage {
  std::uint16_t code = 0;
  std::string_view text;
};
// A message that only a server sends, or an opcode that nobody knows.
struct Unexpected {
  std::uint16_t opcode = 0;
};

using Message =
    std::variant<ReadRequest, MalformedRequest, WriteRequest, Ack, ErrorMessage, Unexpected>;

// nullopt: too short for one. Another value than the named ones is possible.
[[nodiscard]] std::optional<Opcode> opcode_of(base::Bytes datagram);

// tftp_malformed: too short for its opcode. Of an option named twice the first counts; a value that
// is not strictly decimal or out of range leaves its option not asked; an empty name ends the
// options.
[[nodiscard]] wire::Parsed<Message> parse_message(base::Bytes datagram);

// Opcode, code, and the NUL of a text (RFC 1350 section 5).
inline constexpr std::size_t kErrorBytesMin = 5;
std::size_t write_error(base::MutableBytes out, ErrorCode code, std::string_view text);

}  // namespace stentor::tftp
