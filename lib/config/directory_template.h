// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A directory below images.root that differs from client to client: words in braces stand for what
// is known of it. Filled in by tftp::Lookup; a directory with a word that is not known of a client
// is none of that client's.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace stentor::config {

enum class ClientWord : std::uint8_t {
  mac_dashes,      // b8-27-eb-01-02-03: dnsmasq's tftp-unique-root, the Raspberry Pi, PXELINUX
  mac_colons,      // b8:27:eb:01:02:03: iPXE's ${mac}
  mac_digits,      // b827eb010203
  address_dotted,  // 10.20.1.9
  address_digits,  // 0A140109: PXELINUX, GRUB
  serial,          // 9ffefdef: a Raspberry Pi's
};

struct ClientWordName {
  std::string_view written;
  ClientWord word;
  std::size_t bytes;  // of what stands in its place, at the most
};
inline constexpr std::array<ClientWordName, 6> kClientWords{{
    {"{mac}", ClientWord::mac_dashes, 17},
    {"{mac:colons}", ClientWord::mac_colons, 17},
    {"{mac:hex}", ClientWord::mac_digits, 12},
    {"{address}", ClientWord::address_dotted, 15},
    {"{address:hex}", ClientWord::address_digits, 8},
    {"{serial}", ClientWord::serial, 8},
}};

struct DirectoryTemplate {
  struct Piece {
    std::string text;  // as it stands, before the word
    ClientWord word;
  };
  std::vector<Piece> pieces;  // at least one
  std::string end;            // behind the last word

  // `text` is a normalised path; "{{" is a brace. An error says what is wrong with it.
  static tl::expected<DirectoryTemplate, std::string_view> parse(std::string_view text);
};

}  // namespace stentor::config
