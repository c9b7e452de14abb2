// SPDX-License-Identifier: BSD-3-Clause
// What a document does not say itself: hosts and secrets that stand in files of their own.
#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>

#include "base/hex_text.h"
#include "config/difference_report.h"

namespace stentor::config {
namespace {

// "52:54:00:12:34:56", "uuid 4c4c...".
std::string text_of(const HostTable& table, const HostTable::Name& name) {
  const base::Bytes bytes = table.bytes_of(name);
  switch (name.kind) {
    case name_kind::kMac:
      return base::hex_text(bytes, ":");
    case name_kind::kClientIdentifier:
      return "client-id " + base::hex_text(bytes);
    case name_kind::kUuid:
      return "uuid " + base::hex_text(bytes);
    case name_kind::kCircuit:
      return "circuit-id " + base::hex_text(bytes);
    case name_kind::kRemote:
      return "remote-id " + base::hex_text(bytes);
    default:
      return "circuit-id and remote-id " + base::hex_text(bytes);
  }
}

std::string name_of(const HostTable& table, std::size_t host) {
  std::string text;
  for (const HostTable::Name& name : table.names_of(host)) {
    if (!text.empty()) text += ", ";
    text += text_of(table, name);
  }
  return text;
}

std::string_view hostname_of(const HostTable& table, const HostTable::Host& host) {
  return {table.text.data() + host.hostname_at, host.hostname_bytes};
}

// Classes by name: their bits are those of one configuration.
template <typename Visit>
void for_each_class(const Dhcp& dhcp, ClassMask classes, const Visit& visit) {
  for (; classes != 0; classes &= classes - 1) {
    visit(std::string_view(dhcp.classes[static_cast<std::size_t>(std::countr_zero(classes))].name));
  }
}

// What is said of a host.
std::string value_of(const Dhcp& dhcp, std::size_t at) {
  const HostTable& table = dhcp.hosts;
  const HostTable::Host& host = table.hosts[at];
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value) {
    text += text.empty() ? "" : ", ";
    text.append(key).append(" ").append(value);
  };
  if (host.address != wire::Ipv4Address{}) add("address", host.address.text().view());
  if (host.hostname_bytes != 0) add("hostname", hostname_of(table, host));
  for_each_class(dhcp, host.classes, [&](std::string_view name) { add("class", name); });
  if (host.boot != 0) add("boot-file", table.boot_files[host.boot - 1]);
  return text.empty() ? "known" : text;
}

// All of a host as bytes that no other host has; the texts of name_of() and value_of() are for
// those that are shown, not for each of a million.
void pack(const Dhcp& dhcp, std::size_t at, std::string& bytes) {
  const HostTable& table = dhcp.hosts;
  const HostTable::Host& host = table.hosts[at];
  bytes.clear();
  const auto add = [&](std::string_view part) {
    const auto length = static_cast<std::uint16_t>(part.size());
    bytes += static_cast<char>(length & 0xff);
    bytes += static_cast<char>(length >> 8);
    bytes += part;
  };
  for (const HostTable::Name& name : table.names_of(at)) {
    bytes += static_cast<char>(name.kind);
    add(base::as_text(table.bytes_of(name)));
  }
  bytes += '\xff';  // no kind of name
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes += static_cast<char>(host.address.host() >> shift & 0xff);
  }
  add(hostname_of(table, host));
  add(host.boot != 0 ? std::string_view(table.boot_files[host.boot - 1]) : std::string_view());
  for_each_class(dhcp, host.classes, add);
}

struct Print {
  std::size_t hash = 0;
  std::size_t host = 0;
};

// By hash: two hosts that say different things are one with a chance of 1 in 2^64.
std::vector<Print> prints_of(const Dhcp& dhcp) {
  std::vector<Print> prints(dhcp.hosts.hosts.size());
  std::string bytes;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    pack(dhcp, i, bytes);
    prints[i] = {std::hash<std::string_view>()(bytes), i};
  }
  std::ranges::sort(prints, {}, &Print::hash);
  return prints;
}

// By their places in the table.
std::vector<std::size_t> not_among(const std::vector<Print>& these,
                                   const std::vector<Print>& those) {
  std::vector<Print> missing;
  std::ranges::set_difference(these, those, std::back_inserter(missing), {}, &Print::hash,
                              &Print::hash);
  std::vector<std::size_t> hosts(missing.size());
  std::ranges::transform(missing, hosts.begin(), &Print::host);
  std::ranges::sort(hosts);
  return hosts;
}

// How many are too many, which go.
std::size_t cut(std::vector<std::size_t>& hosts) {
  const std::size_t count = hosts.size();
  hosts.resize(std::min(count, Difference::kChangesMax));
  return count - hosts.size();
}

const RelayKey* find_key(const Dhcp& dhcp, wire::Ipv4Address relay, std::uint32_t id) {
  if (!dhcp.relays) return nullptr;
  for (const Relay& each : *dhcp.relays) {
    if (each.address != relay) continue;
    const auto found = std::ranges::find(each.keys, id, &RelayKey::id);
    return found == each.keys.end() ? nullptr : &*found;
  }
  return nullptr;
}

void compare_relay_keys(const Dhcp& running, const Dhcp& next, DifferenceReport& report) {
  if (!running.relays) return;
  for (const Relay& relay : *running.relays) {
    for (const RelayKey& key : relay.keys) {
      const RelayKey* same = find_key(next, relay.address, key.id);
      if (same == nullptr || same->secret == key.secret) continue;
      report.add({.path = "dhcp.relays[" + std::string(relay.address.text().view()) + "].keys[" +
                          std::to_string(key.id) + "]",
                  .from = "its secret",
                  .to = "another secret"});
    }
  }
}

// One that comes or goes is in the document.
void compare_token(const char* name, const std::string& running, const std::string& next,
                   DifferenceReport& report) {
  if (running.empty() || next.empty() || running == next) return;
  report.add(
      {.path = std::string("control.tokens.") + name, .from = "its token", .to = "another token"});
}

void compare_file(std::string_view path, const std::string& file, const std::string& next_file,
                  bool is_same, DifferenceReport& report) {
  if (is_same || file != next_file) return;  // another file is in the document
  report.add({.path = std::string(path), .from = file, .to = file + ", with something else in it"});
}

void compare_identity(const Control& running, const Control& next, DifferenceReport& report) {
  if (!running.http || !next.http || !running.http->tls || !next.http->tls) return;
  const TlsIdentity& a = *running.http->tls;
  const TlsIdentity& b = *next.http->tls;
  compare_file("control.http.tls.cert", a.certificate_file, b.certificate_file,
               a.certificate == b.certificate, report);
  compare_file("control.http.tls.key", a.key_file, b.key_file, a.key == b.key, report);
}

}  // namespace

void compare_hosts(const Settings& running, const Settings& next, DifferenceReport& report) {
  const std::vector<Print> before = prints_of(running.dhcp);
  const std::vector<Print> after = prints_of(next.dhcp);
  std::vector<std::size_t> gone = not_among(before, after);
  std::vector<std::size_t> come = not_among(after, before);
  // Most of those that are not looked at are on both sides, with another value.
  report.leave_out(std::max(cut(gone), cut(come)));
  std::map<std::string, std::string> new_values;
  for (const std::size_t host : come) {
    new_values.emplace(name_of(next.dhcp.hosts, host), value_of(next.dhcp, host));
  }
  for (const std::size_t host : gone) {
    const std::string name = name_of(running.dhcp.hosts, host);
    Change change{.kind = Change::Kind::removed,
                  .path = "dhcp.hosts[" + name + "]",
                  .from = value_of(running.dhcp, host)};
    if (auto same = new_values.extract(name)) {
      change.kind = Change::Kind::changed;
      change.to = std::move(same.mapped());
    }
    report.add(std::move(change));
  }
  for (auto& [name, value] : new_values) {
    report.add(
        {.kind = Change::Kind::added, .path = "dhcp.hosts[" + name + "]", .to = std::move(value)});
  }
}

// What the secrets are is in no message.
void compare_secrets(const Settings& running, const Settings& next, DifferenceReport& report) {
  compare_relay_keys(running.dhcp, next.dhcp, report);
  compare_token("read", running.control.tokens.read, next.control.tokens.read, report);
  compare_token("write", running.control.tokens.write, next.control.tokens.write, report);
  compare_identity(running.control, next.control, report);
}

}  // namespace stentor::config
