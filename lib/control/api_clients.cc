// SPDX-License-Identifier: BSD-3-Clause
// /v1/clients: boot sessions, a piece at a time, with where each machine stands in words.
#include "control/api.h"
#include "control/boot_session_text.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

// Sessions that are looked at under one lock of the table.
constexpr std::uint32_t kSlotsAtOnce = 4096;

struct ClientFilter {
  std::optional<wire::MacAddress> mac{};
  std::optional<wire::Ipv4Address> address{};
  std::optional<Stage> stage{};
  bool is_stuck = false;
  base::Duration silence = std::chrono::seconds{Api::kStuckSeconds};
  std::uint32_t first = 0;  // slot
  std::uint64_t limit = Api::kRows;
  base::Time now{};

  [[nodiscard]] bool takes(const BootSession& session) const {
    if (address && session.address != *address) return false;
    if (stage && session.stage != *stage) return false;
    return !is_stuck || session.is_stuck(now, silence);
  }
};

struct ClientPage {
  std::vector<BootSessionTable::Row> rows{};
  std::optional<std::uint32_t> next{};  // a slot
};

// What is said of a session besides what it has itself.
struct Surroundings {
  Vocabulary words;
  std::vector<std::string> networks;
};

// When each stage was entered, in milliseconds of the session.
Json stages_of(const BootSession& session) {
  Json stages = Json::object();
  for (std::size_t i = 0; i < kStages; ++i) {
    if (session.entered[i] == BootSession::kNotReached) continue;
    stages[std::string(name_of(static_cast<Stage>(i)))] = session.entered[i];
  }
  return stages;
}

Json json_of(const BootSessionTable::Row& row, const ClientFilter& filter,
             const Surroundings& around) {
  const BootSession& session = row.session;
  const bool is_stuck = session.is_stuck(filter.now, filter.silence);
  Json json{{"mac", nullptr}, {"address", nullptr}, {"network", nullptr}, {"speaker", nullptr}};
  if (!session.mac.is_zero()) json["mac"] = session.mac.text().view();
  if (!session.address.is_zero()) json["address"] = session.address.text().view();
  if (session.network < around.networks.size()) json["network"] = around.networks[session.network];
  if (session.speaker) json["speaker"] = name_of(*session.speaker);
  json["stage"] = name_of(session.stage);
  json["stuck"] = is_stuck;
  json["where"] = where_text(row, is_stuck, around.words);
  json["began"] = utc_in(session.began - filter.now);
  json["seconds"] = seconds_of(session.heard - session.began);
  json["silent_seconds"] = seconds_of(filter.now - session.heard);
  json["stages"] = stages_of(session);
  json["file"] = nullptr;
  if (!row.file.empty()) {
    json["file"] = {{"path", row.file},
                    {"bytes", session.file_bytes},
                    {"bytes_acknowledged", session.file_has},
                    {"bytes_per_second", session.rate()},
                    {"blocks_resent", session.file_resent}};
  }
  json["files_loaded"] = session.files_loaded;
  json["bytes"] = session.bytes;
  json["blocks_resent"] = session.resent;
  return json;
}

// An error is the reply.
tl::expected<ClientFilter, HttpReply> read_filter(const Query& query) {
  ClientFilter filter;
  filter.now = base::MonotonicClock::now();
  if (const auto text = query.find("mac")) {
    filter.mac = wire::MacAddress::parse(*text);
    if (!filter.mac) return refused(query, "mac", "a MAC address like 52:54:00:12:34:56");
  }
  if (const auto text = query.find("address")) {
    filter.address = wire::Ipv4Address::parse(*text);
    if (!filter.address) return refused(query, "address", "an IPv4 address like 10.20.0.7");
  }
  if (const auto text = query.find("stage")) {
    filter.stage = find_stage(*text);
    if (!filter.stage) return refused(query, "stage", Api::kStageExpected);
  }
  if (const auto text = query.find("stuck")) {
    if (*text != "true" && *text != "false") return refused(query, "stuck", Api::kStuckExpected);
    filter.is_stuck = *text == "true";
  }
  const auto silent = query.number("silent", Api::kStuckSeconds, Api::kStuckSecondsMax);
  if (!silent) return refused(query, "silent", Api::kSilentExpected);
  filter.silence = std::chrono::seconds{*silent};
  const auto after = query.number("after", 0, BootSessionTable::kMachinesMax);
  if (!after) return refused(query, "after", Api::kAfterExpected);
  filter.first = static_cast<std::uint32_t>(*after);
  const auto limit = query.number("limit", Api::kRows, Api::kRowsMax);
  if (!limit) return refused(query, "limit", "1 to 1000");
  filter.limit = *limit;
  return filter;
}

ClientPage walk(const BootSessionTable& sessions, const ClientFilter& filter) {
  ClientPage page;
  const auto takes = [&filter](const BootSession& session) { return filter.takes(session); };
  const std::uint32_t end = sessions.slots();
  for (std::uint32_t from = filter.first; from < end; from += kSlotsAtOnce) {
    for (BootSessionTable::Row& row : sessions.rows(from, kSlotsAtOnce, takes)) {
      if (page.rows.size() == filter.limit) {
        page.next = row.slot;
        return page;
      }
      page.rows.push_back(std::move(row));
    }
  }
  return page;
}

ClientPage find(const BootSessionTable& sessions, const ClientFilter& filter) {
  if (!filter.mac && !filter.address) return walk(sessions, filter);
  ClientPage page;
  auto row = filter.mac ? sessions.find(*filter.mac) : sessions.find(*filter.address);
  if (row && filter.takes(row->session)) page.rows.push_back(*std::move(row));
  return page;
}

}  // namespace

std::vector<std::string> Api::networks_of(const Report& report) {
  std::vector<std::string> networks;
  for (const PortRow& port : report.ports()) {
    for (const std::string& network : port.networks) networks.push_back(port.name + " " + network);
  }
  return networks;
}

HttpReply Api::clients(const Query& query) {
  const auto filter = read_filter(query);
  if (!filter) return filter.error();
  const auto around = copied(lock_, kPatience, [this] {
    return Surroundings{vocabulary_of(report_), networks_of(report_)};
  });
  if (!around) return busy_reply();
  const ClientPage page = find(sessions_, *filter);
  Json list = Json::array();
  for (const BootSessionTable::Row& row : page.rows) list.push_back(json_of(row, *filter, *around));
  Json json{{"clients", std::move(list)}, {"next", nullptr}};
  if (page.next) json["next"] = std::to_string(*page.next);
  return json_reply(json);
}

}  // namespace stentor::control
