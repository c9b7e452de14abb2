// SPDX-License-Identifier: BSD-3-Clause
// /v1/transfers: what runs, in the order of clients, a page at a time.
#include "control/api.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

struct TransferFilter {
  std::optional<wire::Ipv4Address> address{};
  std::optional<TransferKey> after{};
  std::uint64_t limit = Api::kRows;
};

// An error is the reply.
tl::expected<TransferFilter, HttpReply> read_filter(const Query& query) {
  TransferFilter filter;
  if (const auto text = query.find("address")) {
    filter.address = wire::Ipv4Address::parse(*text);
    if (!filter.address) return refused(query, "address", "an IPv4 address like 10.20.0.7");
  }
  if (const auto text = query.find("after")) {
    filter.after = TransferKey::parse(*text);
    if (!filter.after) return refused(query, "after", Api::kTransferExpected);
  }
  const auto limit = query.number("limit", Api::kRows, Api::kRowsMax);
  if (!limit) return refused(query, "limit", "1 to 1000");
  filter.limit = *limit;
  return filter;
}

Json json_of(const TransferList::Row& row, const std::vector<std::string>& networks,
             base::Time now) {
  const auto& [key, transfer] = row;
  Json json{{"address", key.address.text().view()},
            {"port", key.port},
            {"mac", nullptr},
            {"network", nullptr}};
  if (!transfer.mac.is_zero()) json["mac"] = transfer.mac.text().view();
  if (transfer.network < networks.size()) json["network"] = networks[transfer.network];
  json["path"] = transfer.file;
  json["bytes"] = transfer.file_bytes;
  json["bytes_acknowledged"] = transfer.bytes;
  json["bytes_per_second"] = transfer.rate();
  json["blocks_resent"] = transfer.resent;
  json["began"] = utc_in(transfer.began - now);
  json["seconds"] = seconds_of(transfer.heard - transfer.began);
  json["silent_seconds"] = seconds_of(now - transfer.heard);
  return json;
}

}  // namespace

HttpReply Api::transfers(const Query& query) {
  const auto filter = read_filter(query);
  if (!filter) return filter.error();
  const auto networks = copied(lock_, kPatience, [this] { return networks_of(report_); });
  if (!networks) return busy_reply();
  auto rows = transfers_.rows(filter->after, filter->address, filter->limit + 1);
  const bool is_last = rows.size() <= filter->limit;
  if (!is_last) rows.pop_back();
  const base::Time now = base::MonotonicClock::now();
  Json list = Json::array();
  for (const TransferList::Row& row : rows) list.push_back(json_of(row, *networks, now));
  Json json{{"transfers", std::move(list)}, {"next", nullptr}};
  if (!is_last) json["next"] = rows.back().first.text();
  return json_reply(json);
}

}  // namespace stentor::control
