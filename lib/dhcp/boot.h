// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which boot file a client is told, and how it is told.

#include <array>

#include "base/path.h"
#include "dhcp/exchange.h"

namespace stentor::dhcp {

// The reservation's file, else that of the first boot rule that matches; none for a machine that is
// to boot locally. One with a word that is
// not known of the client, or that would be too long, is passed over; so is a URL for a client that
// is neither UEFI's HTTP boot nor iPXE, and a menu for one that is no PXE client: the next rule is
// asked.
class BootChoice {
 public:
  // `granted`: the address that the client gets from us; zero: none.
  BootChoice(const Exchange& exchange, wire::Ipv4Address granted);
  BootChoice(const BootChoice&) = delete;
  BootChoice& operator=(const BootChoice&) = delete;

  // Null if there is none.
  [[nodiscard]] const BootFile* file() const { return is_found_ ? &file_ : nullptr; }

  // Goes on from a menu to its item of this type, or to the first with a file. There may be none.
  void choose(const Exchange& exchange, std::optional<std::uint16_t> type);

 private:
  [[nodiscard]] bool take(const BootTarget& target, const Exchange& exchange,
                          wire::Ipv4Address granted);
  [[nodiscard]] bool fill_in(const BootTarget& target, const Exchange& exchange,
                             wire::Ipv4Address granted);

  bool is_found_ = false;
  BootFile file_;
  // Where a name with words is written. A file's is not longer than `file` of the header holds.
  std::array<char, config::kBootUrlBytesMax> name_;
  base::PathBuffer path_;
};

// `siaddr`, `sname` and `file`, which shim and old ROMs read alone. By quirk only the first.
void write_boot_fields(ReplyWriter& writer, const Exchange& exchange, const BootFile& file);

// Options 67, 66 and 13, which UEFI prefers; by quirk none. Option 13 saves it from asking TFTP for
// the size; it is sent only for a file of ours whose size it can express.
void write_boot_options(ReplyWriter& writer, const Exchange& exchange, const BootFile& file);

}  // namespace stentor::dhcp
