// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/check.h"
#include "dhcp/boot_menu.h"
#include "dhcp/option_code.h"

namespace stentor::dhcp {

namespace {

// No discovery by broadcast or multicast: the servers are listed (PXE 2.1 table 2-1, tag 6).
constexpr std::uint8_t kListedServersOnly = 0x03;

class Encoder {
 public:
  explicit Encoder(BootMenu& menu) : menu_(menu) {}

  void begin(std::uint8_t code) {
    add(code);
    length_at_ = menu_.options.size();
    add(0);
  }
  void end() {
    menu_.options[length_at_] = static_cast<std::uint8_t>(menu_.options.size() - length_at_ - 1);
  }
  void add(std::uint8_t byte) { menu_.options.push_back(byte); }
  void add_type(std::uint16_t type) {
    add(static_cast<std::uint8_t>(type >> 8));
    add(static_cast<std::uint8_t>(type));
  }
  void add_text(std::string_view text) {
    menu_.options.insert(menu_.options.end(), text.begin(), text.end());
  }
  // nullopt: ours.
  void add_address(const std::optional<wire::Ipv4Address>& address) {
    if (!address) menu_.own_places.push_back(static_cast<std::uint8_t>(menu_.options.size()));
    const std::uint32_t number = address.value_or(wire::Ipv4Address{}).host();
    for (const int shift : {24, 16, 8, 0}) add(static_cast<std::uint8_t>(number >> shift));
  }

 private:
  BootMenu& menu_;
  std::size_t length_at_ = 0;
};

}  // namespace

BootMenu encode_menu(const config::BootMenu& menu) {
  BootMenu made;
  Encoder encoder(made);
  encoder.begin(option::kPxeDiscoveryControl);
  encoder.add(kListedServersOnly);
  encoder.end();

  const bool has_servers = std::any_of(menu.items.begin(), menu.items.end(),
                                       [](const auto& item) { return item.type != 0; });
  if (has_servers) encoder.begin(option::kPxeBootServers);
  for (const config::BootMenuItem& item : menu.items) {
    if (item.type == 0) continue;
    encoder.add_type(item.type);
    encoder.add(1);
    encoder.add_address(item.boot_server);
  }
  if (has_servers) encoder.end();

  encoder.begin(option::kPxeBootMenu);
  for (const config::BootMenuItem& item : menu.items) {
    encoder.add_type(item.type);
    encoder.add(static_cast<std::uint8_t>(item.name.size()));
    encoder.add_text(item.name);
  }
  encoder.end();

  encoder.begin(option::kPxeMenuPrompt);
  encoder.add(menu.timeout_seconds);
  encoder.add_text(menu.prompt);
  encoder.end();
  encoder.add(option::kEnd);
  CHECK(made.options.size() <= config::kOptionBytesMax);
  return made;
}

}  // namespace stentor::dhcp
