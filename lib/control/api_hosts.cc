// SPDX-License-Identifier: BSD-3-Clause
// /v1/hosts: what is said of machines while the appliance runs.
#include <algorithm>
#include <memory>
#include <string>

#include "control/api.h"
#include "control/event.h"
#include "control/json_reply.h"
#include "control/log.h"

namespace stentor::control {

namespace {

using config::RunTimeHost;

// Less than a connection may last (http_endpoint.h).
constexpr base::Duration kDiskPatience = std::chrono::seconds{4};

constexpr std::string_view kMacExpected = "a MAC address like 52:54:00:12:34:56";

std::string text_of(const wire::MacAddress& mac) { return std::string(mac.text().view()); }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

constexpr std::size_t kHostKeys = 9;

Json json_of(const RunTimeHost& host, const std::vector<std::string>& problems) {
  Json json = Json::object();
  json.get_ref<Json::object_t&>().reserve(kHostKeys);
  json["mac"] = text_of(host.mac);
  json["address"] = nullptr;
  if (host.address) json["address"] = host.address->text().view();
  json["hostname"] = text_or_null(host.hostname);
  json["classes"] = host.classes;
  json["boot_file"] = text_or_null(host.boot_file);
  json["local"] = host.is_local;
  json["boot_once"] = text_or_null(host.boot_once);
  json["boot_once_for"] = nullptr;
  if (!host.boot_once.empty()) json["boot_once_for"] = host.is_for_ipxe ? "ipxe" : "all";
  json["problems"] = problems;
  return json;
}

HttpReply unknown_reply(const wire::MacAddress& mac) {
  return error_reply(404, "nothing was said of " + text_of(mac) +
                              " at run time; `stentorctl hosts list` shows of whom");
}

HttpReply not_on_disk_reply(const wire::MacAddress& mac) {
  return error_reply(500, "what was said of " + text_of(mac) +
                              " counts, but has not reached the disk: a restart may not know it. "
                              "/v1/status says what is wrong with the disk");
}

// Waits until the disk has it; then the reply is `done`.
class OnDiskLater final : public HttpLater {
 public:
  OnDiskLater(const Report& report, std::uint64_t ticket, const wire::MacAddress& mac,
              HttpReply done)
      : report_(report),
        ticket_(ticket),
        mac_(mac),
        done_(std::move(done)),
        until_(base::MonotonicClock::now() + kDiskPatience) {}

  std::optional<HttpReply> look(base::Time now) override {
    const OnDisk state = report_.host_on_disk(ticket_);
    if (state == OnDisk::yes) return std::move(done_);
    if (state == OnDisk::waits && now < until_) return std::nullopt;
    log_warning("hosts: " + text_of(mac_) + " was set by the control API, and the disk has it not");
    return not_on_disk_reply(mac_);
  }

 private:
  const Report& report_;
  const std::uint64_t ticket_;
  const wire::MacAddress mac_;
  HttpReply done_;
  const base::Time until_;
};

using Field = tl::expected<void, HttpReply>;

Field read_address(const Query& query, RunTimeHost& host) {
  const auto text = query.find("address");
  if (!text) return {};
  host.address = text->empty() ? std::nullopt : wire::Ipv4Address::parse(*text);
  if (!text->empty() && !host.address) {
    return refused(query, "address", "an IPv4 address like 10.20.0.7, or nothing");
  }
  return {};
}

Field read_local(const Query& query, RunTimeHost& host) {
  const auto text = query.find("local");
  if (!text) return {};
  if (!text->empty() && *text != "true" && *text != "false") {
    return refused(query, "local", "true or false");
  }
  host.is_local = *text == "true";
  return {};
}

Field read_boot_once(const Query& query, RunTimeHost& host) {
  if (const auto text = query.find("boot-once")) {
    host.boot_once = *text;
    host.is_for_ipxe = false;
  }
  const auto text = query.find("boot-once-for");
  if (!text) return {};
  if (!text->empty() && *text != "all" && *text != "ipxe") {
    return refused(query, "boot-once-for", "all or ipxe");
  }
  host.is_for_ipxe = *text == "ipxe";
  if (text->empty() || !host.boot_once.empty()) return {};
  return tl::unexpected(
      error_reply(400, "boot-once-for: there is no boot-once that it could be about; give both"));
}

// The fields that are given; an empty one is taken away.
Field read_fields(const Query& query, RunTimeHost& host) {
  if (const auto text = query.find("hostname")) host.hostname = *text;
  if (const auto text = query.find("classes")) host.classes = config::names_in(*text);
  if (const auto text = query.find("boot-file")) host.boot_file = *text;
  if (auto read = read_address(query, host); !read) return read;
  if (auto read = read_local(query, host); !read) return read;
  if (auto read = read_boot_once(query, host); !read) return read;
  if (const auto flaw = config::flaw_of(host)) return tl::unexpected(error_reply(400, *flaw));
  return {};
}

bool names_field(const Query& query) {
  return std::ranges::any_of(Api::kHostFields,
                             [&](std::string_view name) { return query.find(name).has_value(); });
}

}  // namespace

HttpReply Api::hosts(const Query& query) {
  const auto limit = query.number("limit", kRows, kRowsMax);
  if (!limit) {
    return wrong_parameter("limit", query.find("limit").value_or(""), "1 to 1000 rows");
  }
  std::optional<wire::MacAddress> after;
  if (const auto text = query.find("after")) {
    after = wire::MacAddress::parse(*text);
    if (!after) return wrong_parameter("after", *text, kMacExpected);
  }
  const auto list = copied(lock_, kPatience, [&] {
    Json rows = Json::array();
    const auto hosts = report_.hosts(after, *limit + 1);
    const std::size_t count = std::min<std::size_t>(hosts.size(), *limit);
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back(json_of(hosts[i], report_.host_problems(hosts[i])));
    }
    Json next = nullptr;
    if (hosts.size() > count) next = text_of(hosts[count - 1].mac);
    return Json{{"hosts", std::move(rows)}, {"next", std::move(next)}};
  });
  return list ? json_reply(*list) : busy_reply();
}

HttpReply Api::host(const Query& query) {
  const std::string_view text = query.find("mac").value_or("");
  const auto mac = wire::MacAddress::parse(text);
  if (!mac) return wrong_parameter("mac", text, kMacExpected);
  const auto found = copied(lock_, kPatience, [&]() -> HttpReply {
    const auto host = report_.host(*mac);
    return host ? json_reply(json_of(*host, report_.host_problems(*host))) : unknown_reply(*mac);
  });
  return found ? *found : busy_reply();
}

HttpReply Api::put_host(const Query& query) { return change_host(query, Known::dropped); }

HttpReply Api::patch_host(const Query& query) { return change_host(query, Known::kept); }

HttpReply Api::delete_host(const Query& query) {
  const std::string_view text = query.find("mac").value_or("");
  const auto mac = wire::MacAddress::parse(text);
  if (!mac) return wrong_parameter("mac", text, kMacExpected);
  const auto reply = copied(lock_, kPatience, [&]() -> HttpReply {
    if (!report_.host(*mac)) return unknown_reply(*mac);
    return set_host({.mac = *mac}, json_reply({{"mac", text_of(*mac)}, {"removed", true}}));
  });
  return reply ? *reply : busy_reply();
}

HttpReply Api::change_host(const Query& query, Known known) {
  const std::string_view text = query.find("mac").value_or("");
  const auto mac = wire::MacAddress::parse(text);
  if (!mac) return wrong_parameter("mac", text, kMacExpected);
  if (!names_field(query)) {
    return error_reply(400, "nothing is said of " + text_of(*mac) + "; this path takes " +
                                std::string(kHostFieldsExpected));
  }
  const auto reply = copied(lock_, kPatience, [&]() -> HttpReply {
    RunTimeHost host{.mac = *mac};
    if (known == Known::kept) host = report_.host(*mac).value_or(host);
    if (auto read = read_fields(query, host); !read) return std::move(read).error();
    return set_host(host, json_reply(json_of(host, report_.host_problems(host))));
  });
  return reply ? *reply : busy_reply();
}

// Under the lock. `done`: the reply once it is on disk.
HttpReply Api::set_host(const RunTimeHost& host, HttpReply done) {
  const HostOutcome outcome = report_.set_host(host);
  if (!outcome.refusal.empty()) {
    return error_reply(outcome.is_for_now ? 503 : kRefused, outcome.refusal);
  }
  if (outcome.has_changed) {
    events_.add(Event{.type = EventType::host,
                      .what = host.is_empty() ? "removed" : "set",
                      .utc_ms = utc_milliseconds(),
                      .glimpse = {.mac = host.mac},
                      .file = host.boot_once});
  }
  if (outcome.ticket == 0) return done;
  return {.later =
              std::make_shared<OnDiskLater>(report_, outcome.ticket, host.mac, std::move(done))};
}

}  // namespace stentor::control
