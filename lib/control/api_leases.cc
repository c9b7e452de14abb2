// SPDX-License-Identifier: BSD-3-Clause
// /v1/leases: the lease table a piece at a time, and then what the disk knows of its clients.
#include <algorithm>
#include <array>

#include "control/api.h"
#include "control/json_reply.h"
#include "control/lease_state.h"

namespace stentor::control {

// What a page is made of.
struct LeaseFilter {
  wire::Ipv4Address first{};           // not before this one
  wire::Ipv4Address last{0xffffffff};  // nor behind this one
  std::optional<lease::State> state{};
  std::uint64_t limit = Api::kRows;

  [[nodiscard]] bool takes(const LeaseRow& row) const {
    return row.lease.address >= first && row.lease.address <= last &&
           (!state || row.lease.state == *state);
  }
};

struct Api::LeasePage {
  std::vector<LeaseRow> rows{};
  std::optional<wire::Ipv4Address> next{};  // behind which the next page begins
};

namespace {

void add_said(Json& json, const char* key, const std::string& said) {
  if (!said.empty()) json[key] = said;
}

Json json_of(const LeaseRow& row, base::Time now) {
  Json json{{"address", row.lease.address.text().view()}, {"state", name_of(row.lease.state)}};
  if (row.lease.expiry == base::kNever) {
    json["expires"] = nullptr;
  } else {
    const base::Duration left = row.lease.expiry - now;
    json["expires"] = utc_in(left);
    json["seconds_left"] = std::chrono::ceil<std::chrono::seconds>(left).count();
  }
  if (row.htype != 0) json["htype"] = row.htype;
  add_said(json, "mac", row.mac);
  add_said(json, "hostname", row.hostname);
  add_said(json, "client_id", row.client_id);
  add_said(json, "circuit_id", row.circuit_id);
  add_said(json, "remote_id", row.remote_id);
  return json;
}

// An error is the reply.
tl::expected<LeaseFilter, HttpReply> read_filter(const Query& query) {
  LeaseFilter filter;
  if (const auto text = query.find("address")) {
    const auto address = wire::Ipv4Address::parse(*text);
    if (!address) return refused(query, "address", "an IPv4 address like 10.20.0.7");
    filter.first = filter.last = *address;
  }
  if (const auto text = query.find("subnet")) {
    const auto subnet = wire::Ipv4Prefix::parse(*text);
    if (!subnet) return refused(query, "subnet", "a network like 10.20.0.0/16");
    filter.first = std::max(filter.first, subnet->network());
    filter.last = std::min(filter.last, subnet->last());
  }
  if (const auto text = query.find("state")) {
    filter.state = find_lease_state(*text);
    if (!filter.state) return refused(query, "state", "offered, bound or declined");
  }
  if (const auto text = query.find("after")) {
    const auto after = wire::Ipv4Address::parse(*text);
    if (!after) return refused(query, "after", "an IPv4 address like 10.20.0.7");
    // Behind the last address there is: a page without rows.
    if (after->is_broadcast()) filter.last = wire::Ipv4Address{};
    filter.first = std::max(filter.first, wire::Ipv4Address{after->host() + 1});
  }
  const auto limit = query.number("limit", Api::kRows, Api::kRowsMax);
  if (!limit) return refused(query, "limit", "1 to 1000");
  filter.limit = *limit;
  return filter;
}

}  // namespace

HttpReply Api::leases(const Query& query) {
  const auto filter = read_filter(query);
  if (!filter) return filter.error();
  const base::Time now = base::MonotonicClock::now();
  std::optional<LeasePage> page;
  if (const auto text = query.find("mac")) {
    const auto mac = wire::MacAddress::parse(*text);
    if (!mac) return wrong_parameter("mac", *text, "a MAC address like 52:54:00:12:34:56");
    page = leases_of(*mac, *filter, now);
  } else {
    page = walk_leases(*filter, now);
  }
  if (!page) return busy_reply();
  report_.add_details(page->rows);
  Json list = Json::array();
  for (const LeaseRow& row : page->rows) list.push_back(json_of(row, now));
  Json json{{"leases", std::move(list)}, {"next", nullptr}};
  if (page->next) json["next"] = page->next->text().view();
  return json_reply(json);
}

std::optional<Api::LeasePage> Api::walk_leases(const LeaseFilter& filter, base::Time now) {
  LeasePage page;
  std::optional<wire::Ipv4Address> from = filter.first;
  // One address is one record; between two pieces others have their turn with the lock.
  const std::uint32_t slots = filter.first == filter.last ? 1 : Report::kSlotsAtOnce;
  for (std::uint32_t looked = 0; from && *from <= filter.last; looked += slots) {
    if (looked >= kSlotsMax) {
      page.next = wire::Ipv4Address{from->host() - 1};
      break;
    }
    const auto piece = copied(lock_, kPatience, [&] { return report_.leases(*from, slots, now); });
    if (!piece) return std::nullopt;
    for (const LeaseRow& row : piece->rows) {
      if (!filter.takes(row)) continue;
      if (page.rows.size() == filter.limit) {
        page.next = page.rows.back().lease.address;
        return page;
      }
      page.rows.push_back(row);
    }
    from = piece->next;
  }
  return page;
}

std::optional<Api::LeasePage> Api::leases_of(const wire::MacAddress& mac, const LeaseFilter& filter,
                                             base::Time now) {
  return copied(lock_, kPatience, [&] {
    LeasePage page;
    for (const wire::Ipv4Address address : report_.addresses_of(mac)) {
      for (const LeaseRow& row : report_.leases(address, 1, now).rows) {
        if (row.lease.address == address && filter.takes(row)) page.rows.push_back(row);
      }
    }
    return page;
  });
}

}  // namespace stentor::control
