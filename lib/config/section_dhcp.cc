// SPDX-License-Identifier: BSD-3-Clause
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::Duration kLeaseTimeMin = seconds{10};
constexpr base::Duration kLeaseTimeMax = hours{3650 * 24};

// What the file does not say about the limits gives way to the time that it does say.
void read_lease_time(const Cursor& value, LeaseTime& lease_time) {
  std::optional<base::Duration> standard;
  std::optional<base::Duration> min;
  std::optional<base::Duration> max;
  const auto read = [](const std::optional<Cursor>& cursor) {
    return cursor ? read_seconds(*cursor, kLeaseTimeMin, kLeaseTimeMax) : std::nullopt;
  };
  if (value.is_scalar()) {
    standard = read(value);
  } else {
    Mapping section(value, kLeaseTimeSection);
    standard = read(section.find("default"));
    min = read(section.find("min"));
    max = read(section.find("max"));
  }
  if (min && max && *min > *max) return value.error("min is longer than max; exchange them");
  assign(lease_time.standard, standard);
  if (!standard) {
    if (min) lease_time.standard = std::max(lease_time.standard, *min);
    if (max) lease_time.standard = std::min(lease_time.standard, *max);
  }
  lease_time.min = min ? *min : std::min(lease_time.min, lease_time.standard);
  lease_time.max = max ? *max : std::max(lease_time.max, lease_time.standard);
  if (lease_time.standard < lease_time.min || lease_time.standard > lease_time.max) {
    value.error("default is not between min and max; change one of them");
  }
}

void read_conflict_check(const Cursor& value, ConflictCheck& check) {
  using Method = ConflictCheck::Method;
  constexpr std::array<Choice<Method>, 3> kMethods{
      {{"none", Method::none}, {"arp", Method::arp}, {"ping", Method::ping}}};
  if (value.is_scalar()) return assign(check.method, read_choice(value, kMethods));
  Mapping section(value, kConflictCheckSection);
  if (const auto method = section.find("method")) {
    assign(check.method, read_choice(*method, kMethods));
  }
  if (const auto wait = section.find("wait")) {
    assign(check.wait, read_duration(*wait, milliseconds{10}, seconds{3}));
  }
}

// What is wrong with `made`, behind `before`.
std::string refusal_of_pxe_class(std::string_view made, const std::vector<std::string>& before) {
  if (made.starts_with("PXEClient")) return "PXEClient counts in any case; remove it";
  if (std::string_view("HTTPClient").starts_with(made) || made.starts_with("HTTPClient")) {
    return "UEFI's HTTP boot, which takes no answer of PXE, says HTTPClient; write more of what "
           "the firmware sends, or remove it";
  }
  for (const std::string& other : before) {
    if (made == other) return "it stands here twice; remove one";
    if (made.starts_with(other)) {
      return "it begins with '" + other + "', which stands before it; exchange them, or remove one";
    }
  }
  return {};
}

void read_pxe_vendor_classes(Mapping& section, std::vector<std::string>& classes) {
  if (const auto value = section.find("pxe-vendor-classes")) value->refuse_empty_list();
  for (const Cursor& item : section.find_items("pxe-vendor-classes", kPxeVendorClassesMax)) {
    const auto text = read_text(item, kPxeVendorClassBytesMax);
    if (!text) continue;
    const std::string refusal = refusal_of_pxe_class(*text, classes);
    if (!refusal.empty()) item.error(refusal);
    classes.push_back(*text);
  }
}

}  // namespace

std::optional<DhcpMode> read_dhcp_mode(const Cursor& value) {
  constexpr std::array<Choice<DhcpMode>, 3> kModes{
      {{"server", DhcpMode::server}, {"proxy", DhcpMode::proxy}, {"none", DhcpMode::none}}};
  return read_choice(value, kModes);
}

void read_dhcp(const Cursor& cursor, Draft& draft) {
  Dhcp& dhcp = draft.settings.dhcp;
  Mapping section(cursor, kDhcpSection);
  if (const auto value = section.find("mode")) assign(dhcp.mode, read_dhcp_mode(*value));
  if (const auto value = section.find("authoritative")) {
    assign(draft.authoritative, read_boolean(*value));
  }
  if (const auto value = section.find("lease-time")) read_lease_time(*value, dhcp.lease_time);
  if (const auto value = section.find("pxe-lease-time")) {
    assign(dhcp.pxe_lease_time, read_seconds(*value, kLeaseTimeMin, kLeaseTimeMax));
  }
  if (const auto value = section.find("offer-hold")) {
    assign(dhcp.offer_hold, read_duration(*value, seconds{1}, hours{1}));
  }
  if (const auto value = section.find("decline-hold")) {
    assign(dhcp.decline_hold, read_duration(*value, seconds{1}, hours{30 * 24}));
  }
  if (const auto value = section.find("min-secs")) {
    assign(dhcp.min_secs, read_number<std::uint16_t>(*value, 0, 255));
  }
  read_pxe_vendor_classes(section, dhcp.pxe_vendor_classes);
  if (const auto value = section.find("rapid-commit")) {
    assign(dhcp.rapid_commit, read_boolean(*value));
  }
  if (const auto value = section.find("bootp-dynamic")) {
    assign(dhcp.bootp_dynamic, read_boolean(*value));
  }
  if (const auto value = section.find("empty-router-advertisements")) {
    assign(dhcp.empty_router_advertisements, read_boolean(*value));
  }
  const CustomOptions& custom = draft.custom_options = read_option_definitions(section);
  if (const auto value = section.find("options")) dhcp.options = read_options(*value, custom);
  if (const auto value = section.find("conflict-check")) {
    read_conflict_check(*value, dhcp.conflict_check);
  }
  read_relays(section, draft);
  read_classes(section, dhcp.classes, custom);
  for (const Cursor& item : section.find_items("subnets", kSubnetsMax)) {
    draft.subnets.push_back(read_subnet(item, dhcp.classes, custom));
  }
  for (const Cursor& item : section.find_items("hosts", kHostPatternsMax)) {
    if (const auto pattern = read_absolute_path(item)) {
      draft.hosts.push_back({*pattern, &item.node()});
    }
  }
  for (const Cursor& item : section.find_items("shared-networks", kSubnetsMax)) {
    draft.shared_networks.push_back(read_shared_network(item, custom));
  }
}

}  // namespace stentor::config
