// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes one DHCP reply into a span: the fixed header, options in call order, padding.
//
// The limit is the smallest of the span, kReplyBytesMax and what the client accepts (option 57;
// RFC 2131 section 4.1). Room for the echoed relay agent information, which must come last (RFC
// 3046 section 2.1), is set aside from the start, so that options that do not fit are never the
// relay's.
//
// Options that find no room behind the header stand in `file` and `sname` (option 52; RFC 2131
// section 4.1), but only of a client that is no firmware: boot ROMs read those as they are.

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "dhcp/option_code.h"
#include "dhcp/quirks.h"
#include "dhcp/request.h"
#include "wire/address.h"

namespace stentor::dhcp {

class ReplyWriter {
 public:
  // Copies xid, flags, giaddr and chaddr from the request (RFC 2131 table 3); the other fields are
  // zero. Of type `none` it is a BOOTREPLY without a type. `out`, `request` and `quirks` outlive
  // the writer.
  ReplyWriter(const Request& request, MessageType type, base::MutableBytes out,
              const Quirks& quirks = kUsualQuirks);

  ReplyWriter(const ReplyWriter&) = delete;
  ReplyWriter& operator=(const ReplyWriter&) = delete;

  [[nodiscard]] MessageType type() const { return type_; }
  // Call only while ok().
  [[nodiscard]] Header& header() { return *reinterpret_cast<Header*>(out_.data()); }
  // `file` and `sname` will not change any more: what is empty of them may hold options.
  void settle_header();

  // Options that the reply cannot do without: one that does not fit fails the writer. Values over
  // 255 bytes are split (RFC 3396 section 5). What the quirks suppress is not sent for all that.
  void require(std::uint8_t code, base::Bytes value);
  void require(std::uint8_t code, wire::Ipv4Address value);
  void require_seconds(std::uint8_t code, std::uint32_t seconds);

  // An option that is left out if it does not fit. `encoded` is code, length and value, or several
  // of them. False if it was left out.
  bool append(base::Bytes encoded);
  // A value of at most 254 bytes and, unless the quirks say otherwise, a NUL behind it (Windows 95,
  // old Intel ROMs and EDK2 read past the end of a string without one).
  bool append_text(std::uint8_t code, std::string_view text);

  // Whether the option stands in the reply already, or is none that policy may add.
  [[nodiscard]] bool has(std::uint8_t code) const { return written_[code]; }
  // Keeps policy from adding the option.
  void withhold(std::uint8_t code) { written_.set(code); }

  [[nodiscard]] bool ok() const { return ok_; }

  // Echoes the relay agent information, ends and pads. The length of the reply; nullopt if what
  // must be in it does not fit.
  std::optional<std::size_t> finish();

 private:
  // A part of the header that may hold options: `room` bytes of it, END not counted.
  struct Field {
    std::uint8_t bit = 0;  // in option 52
    std::size_t at = 0;
    std::size_t room = 0;
    std::size_t used = 0;
  };

  [[nodiscard]] std::size_t room() const { return limit_ - used_; }
  void write(std::uint8_t code, base::Bytes value);
  // Room for an option that may be left out; null: there is none.
  std::uint8_t* find_room(std::size_t bytes);
  void write_overload();
  void put_first_options();

  const Request& request_;
  const Quirks& quirks_;
  const MessageType type_;
  base::MutableBytes out_;
  std::size_t limit_ = 0;  // where policy's options end; END and the relay's come behind
  std::size_t used_ = 0;
  bool ok_ = false;
  std::bitset<256> written_;
  std::size_t fields_ = 0;  // that hold options, or may
  std::array<Field, 2> overloaded_;
};

}  // namespace stentor::dhcp
