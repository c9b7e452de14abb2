// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A text that differs from client to client: words in braces stand for what is known of it, and
// "{{" is a brace. Boot file names (filled in by DHCP), and folders of clients' own below
// images.root (by TFTP). Filled in without allocation; see client_text.h.

#include <array>
#include <cstdint>
#include <optional>
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
  uuid,            // 4c4c4544-0042-3510-8052-b4c04f4d3732: iPXE's ${uuid}
  architecture,    // efi-x64: the first of option 93
  hostname,        // node9: its reservation's, else what it says in option 12
};

struct ClientWordName {
  std::string_view written;
  ClientWord word;
  std::size_t bytes;  // of what stands in its place, at the most
  bool lasts;         // whether it is still known when the client asks TFTP for a file
};
inline constexpr std::array<ClientWordName, 9> kClientWords{{
    {"{mac}", ClientWord::mac_dashes, 17, true},
    {"{mac:colons}", ClientWord::mac_colons, 17, true},
    {"{mac:hex}", ClientWord::mac_digits, 12, true},
    {"{address}", ClientWord::address_dotted, 15, true},
    {"{address:hex}", ClientWord::address_digits, 8, true},
    {"{serial}", ClientWord::serial, 8, true},
    {"{uuid}", ClientWord::uuid, 36, false},
    {"{arch}", ClientWord::architecture, 24, false},
    {"{hostname}", ClientWord::hostname, 253, false},
}};
constexpr const ClientWordName& name_of(ClientWord word) {
  return kClientWords[static_cast<std::size_t>(word)];
}

struct ClientTemplate {
  struct Piece {
    std::string text;  // as it stands, before the word
    ClientWord word;
  };
  std::vector<Piece> pieces;  // none: the same text for every client
  std::string end;            // behind the last word

  // An error says what is wrong with it.
  static tl::expected<ClientTemplate, std::string_view> parse(std::string_view text);
  // A folder: at least one word, none that TFTP does not know. `text` is a normalised path.
  static tl::expected<ClientTemplate, std::string_view> parse_directory(std::string_view text);

  // What stands in it for every client.
  [[nodiscard]] std::size_t fixed_bytes() const;
  // Whether TFTP can fill it in too.
  [[nodiscard]] bool lasts() const;
  // What is before its last '/', which stands in no word; nullopt if there is none.
  [[nodiscard]] std::optional<ClientTemplate> directory() const;
  // With `text` in the place of each `word`.
  [[nodiscard]] ClientTemplate with(ClientWord word, std::string_view text) const;
  // As it is written: parse(written()) is the same again.
  [[nodiscard]] std::string written() const;
};

}  // namespace stentor::config
