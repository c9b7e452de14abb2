// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The options of a received message, as views into it (RFC 2132, 3396).
//
// Tolerated: any order, runs of pads, a missing END. Refused: an option that runs past its field,
// and a fixed-length option of another length. An option that repeats is joined (RFC 3396 section
// 7) if its length is variable; of a fixed-length option the first instance counts. Overloaded
// `file` and `sname` are read after the options field, in this order (RFC 2131 section 4.1).

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "dhcp/message.h"
#include "wire/address.h"
#include "wire/drop_reason.h"

namespace stentor::dhcp {

struct Option {
  std::uint8_t code = 0;
  base::Bytes value;
};

// Steps over the options of one field; touches each byte at most once.
class OptionWalk {
 public:
  explicit OptionWalk(base::Bytes field) : rest_(field) {}

  // The next option other than pads; nullopt at END, at the end of the field, or once an option
  // does not fit.
  std::optional<Option> next();

  // False once an option ran past the field.
  [[nodiscard]] bool ok() const { return !failed_; }

 private:
  base::Bytes rest_;
  bool failed_ = false;
};

struct Options {
  MessageType type = MessageType::none;
  std::optional<wire::Ipv4Address> requested_address;
  std::optional<wire::Ipv4Address> server_identifier;
  std::optional<std::uint32_t> lease_seconds;
  std::optional<wire::Ipv4Address> subnet_selection;
  std::uint16_t message_bytes_max = 0;  // option 57; 0: absent
  std::uint8_t overload = 0;            // option 52
  bool rapid_commit = false;            // option 80
  bool asks_auto_configure = false;     // option 116
  // Empty: absent, or present without a value.
  base::Bytes parameter_list;
  base::Bytes hostname;
  base::Bytes vendor_class;
  base::Bytes client_identifier;
  base::Bytes user_class;
  base::Bytes fqdn;
  base::Bytes relay_agent;
  base::Bytes architectures;
  base::Bytes uuid;  // option 97 as sent: the type byte and 16 bytes, if it is well formed
  base::Bytes ipxe;
};

// Where repeated options are joined. A message whose repeats need more is refused.
inline constexpr std::size_t kJoinedBytesMax = 2048;
using JoinBuffer = std::array<std::uint8_t, kJoinedBytesMax>;

// `message` is at least kOptionsOffset long; the views lie in it and in `joined`.
wire::Parsed<Options> parse_options(base::Bytes message, JoinBuffer& joined);

// Where options stand, in the order in which they are read; those that option 52 does not name are
// empty.
std::array<base::Bytes, 3> option_fields(base::Bytes message, std::uint8_t overload);

// Of option 82: the first of this code; nullopt if there is none before one that does not fit.
// Unlike options, they have neither pads nor an end.
std::optional<base::Bytes> find_sub_option(base::Bytes rest, std::uint8_t code);

// Whether option 77 names `wanted`: as one raw string (what iPXE sends), or as one of the
// length-prefixed items of RFC 3004.
bool names_user_class(base::Bytes user_class, base::Bytes wanted);

// Whether option 93 lists `architecture`. A client without the option is a BIOS, code 0 (PXE 2.1).
bool lists_architecture(base::Bytes architectures, std::uint16_t architecture);

}  // namespace stentor::dhcp
