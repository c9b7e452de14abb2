// SPDX-License-Identifier: BSD-3-Clause
// One machine: what it is known by, and what it gets.
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// An OFFER names the machine that it is for: a group address or zero is none.
void read_mac(const Cursor& value, std::vector<MacPattern>& macs) {
  const auto pattern = MacPattern::parse(value.text());
  if (!pattern) return value.unexpected();
  const auto mac = whole_mac(*pattern);
  if (mac && (mac->is_group() || mac->is_zero())) {
    return value.unexpected("no machine has this address");
  }
  macs.push_back(*pattern);
}

void read_macs(Mapping& section, ReservationDraft& draft) {
  const auto value = section.find("mac");
  if (!value) return;
  std::vector<MacPattern>& macs = draft.reservation.host.macs;
  value->refuse_empty_list();
  if (value->is_scalar()) read_mac(*value, macs);
  for (const Cursor& item : section.find_items("mac", kMacsPerHostMax)) read_mac(item, macs);
  if (!macs.empty()) draft.mac = &value->node();
}

void read_uuid(Mapping& section, ReservationDraft& draft) {
  const auto value = section.find("uuid");
  if (!value) return;
  const auto uuid = parse_uuid(value->text());
  if (!uuid) return value->unexpected();
  if (is_nobody(*uuid)) {
    return value->error(
        "boards without a UUID of their own say this one; name the machine by its "
        "MAC address");
  }
  draft.reservation.host.uuid = uuid;
}

template <typename Parse>
void read_bytes(Mapping& section, std::string_view key, const Parse& parse,
                IdentifierBytes& bytes) {
  const auto value = section.find(key);
  if (!value) return;
  auto parsed = parse(value->text());
  if (!parsed) return value->unexpected();
  bytes = *std::move(parsed);
}

void check_address(const ReservationDraft& draft, Report& report) {
  const HostIdentifiers& host = draft.reservation.host;
  if (draft.address == nullptr || host.macs.empty() || has_names(host)) {
    return;
  }
  const auto is_whole = [](const MacPattern& pattern) { return whole_mac(pattern).has_value(); };
  if (std::ranges::any_of(host.macs, is_whole)) return;
  report.add(*draft.address,
             "an address is for one machine, and these MAC addresses are of many; name one whole, "
             "or remove the address");
}

}  // namespace

ReservationDraft read_reservation(const Cursor& cursor, const std::vector<ClientClass>& classes,
                                  const CustomOptions& custom) {
  ReservationDraft draft;
  draft.node = &cursor.node();
  Reservation& reservation = draft.reservation;
  Mapping section(cursor, kReservationSection);
  read_macs(section, draft);
  read_bytes(section, "client-id", parse_client_id, reservation.host.client_id);
  read_uuid(section, draft);
  read_bytes(section, "circuit-id", parse_relay_identifier, reservation.host.circuit_id);
  read_bytes(section, "remote-id", parse_relay_identifier, reservation.host.remote_id);
  if (const auto value = section.find("address")) {
    reservation.address = read_address(*value);
    if (reservation.address) draft.address = &value->node();
  }
  if (const auto value = section.find("hostname")) {
    assign(reservation.hostname, read_hostname(*value));
  }
  if (const auto value = section.find("boot")) {
    Mapping target(*value, kBootTargetSection);
    reservation.boot = read_boot_target(*value, target);
  }
  assign(reservation.classes, read_class_names(section, "classes", {classes}));
  if (const auto value = section.find("options"))
    reservation.options = read_options(*value, custom);
  check_address(draft, section.report());
  constexpr std::array<std::string_view, 5> kKnown{"mac", "client-id", "uuid", "circuit-id",
                                                   "remote-id"};
  if (std::ranges::none_of(kKnown, [&](auto key) { return section.stands(key); })) {
    cursor.error("it is for nobody; give it a mac, client-id, uuid, circuit-id or remote-id");
  }
  constexpr std::array<std::string_view, 5> kReserved{"address", "hostname", "boot", "classes",
                                                      "options"};
  if (std::ranges::none_of(kReserved, [&](auto key) { return section.stands(key); })) {
    cursor.error(
        "it reserves nothing; give it an address, a hostname, a boot file, classes or options");
  }
  return draft;
}

}  // namespace stentor::config
