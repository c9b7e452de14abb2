// SPDX-License-Identifier: BSD-3-Clause
// dhcp.relays, with the secrets that are read from files of their own.
#include <algorithm>

#include "config/file_text.h"
#include "config/host_identifier.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Of bytes that are no text nobody can tell whether the last is an end of line.
std::optional<IdentifierBytes> parse_secret(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (std::ranges::any_of(text, is_control)) return std::nullopt;
  auto bytes = parse_relay_identifier(text);
  if (!bytes || bytes->size() < kSecretBytesMin || bytes->size() > kSecretBytesMax) {
    return std::nullopt;
  }
  return bytes;
}

// What the file says is in no message.
IdentifierBytes read_secret(const Cursor& value) {
  const auto path = read_absolute_path(value);
  if (!path) return {};
  const auto text = read_secret_file_text(*path, "file with a secret", kSecretFileBytesMax);
  if (!text) {
    value.error(text.error().sentence);
    return {};
  }
  auto secret = parse_secret(*text);
  if (!secret) {
    value.error("it holds no secret: write " + std::to_string(kSecretBytesMin) + " to " +
                std::to_string(kSecretBytesMax) +
                " bytes into it, as one line of text or as 0x and hexadecimal digits");
    return {};
  }
  return *std::move(secret);
}

void read_keys(Mapping& section, std::vector<RelayKey>& keys) {
  for (const Cursor& item : section.find_items("keys", kKeysPerRelayMax)) {
    Mapping entry(item, kRelayKeySection);
    RelayKey& key = keys.emplace_back();
    if (const auto value = entry.find("id")) {
      const auto id = read_number<std::uint32_t>(*value, 0, 0xffffffff);
      const auto has_id = [&](const RelayKey& other) { return &other != &key && other.id == id; };
      if (id && std::ranges::any_of(keys, has_id)) {
        value->error("another key of this relay agent has this id; keep one of them");
      }
      assign(key.id, id);
    }
    if (const auto value = entry.find("file")) key.secret = read_secret(*value);
  }
  // Whose list of keys is empty would be believed without one.
  if (const auto value = section.find("keys")) value->refuse_empty_list();
}

RelayDraft read_relay(const Cursor& cursor) {
  RelayDraft draft;
  Mapping section(cursor, kRelaySection);
  if (const auto value = section.find("address")) {
    if (const auto address = read_address(*value)) {
      draft.relay = *address;
      draft.address = &value->node();
    }
  }
  draft.subnets_given = section.stands("subnets");
  for (const Cursor& item : section.find_items("subnets", kSubnetsMax)) {
    if (const auto prefix = read_network(item)) draft.subnets.push_back({*prefix, &item.node()});
  }
  if (const auto value = section.find("subnets")) value->refuse_empty_list();
  if (const auto value = section.find("leasequery")) {
    assign(draft.leasequery, read_boolean(*value));
  }
  for (const Cursor& item : section.find_items("link-selection", kSubnetsMax)) {
    if (const auto prefix = read_network(item)) {
      draft.link_selection.push_back({*prefix, &item.node()});
    }
  }
  read_keys(section, draft.keys);
  return draft;
}

}  // namespace

void read_relays(Mapping& section, Draft& draft) {
  const auto value = section.find("relays");
  if (!value) return;
  if (value->is_word("none")) {
    draft.relays.emplace();
    return;
  }
  if (!value->is_list()) return value->unexpected();
  const std::vector<Cursor> items = section.find_items("relays", kRelaysMax);
  // Of a list that is refused as a whole, nobody can say whom it leaves out.
  if (items.empty() && !value->node().children.empty()) return;
  draft.relays.emplace();
  for (const Cursor& item : items) draft.relays->push_back(read_relay(item));
}

}  // namespace stentor::config
