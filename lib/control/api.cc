// SPDX-License-Identifier: BSD-3-Clause
// Which path is what, and the answers that are short; api_leases.cc, api_clients.cc and
// api_images.cc have those that come in pages, api_changes.cc and api_hosts.cc what changes
// something, api_events.cc and api_capture.cc what does not end.
#include "control/api.h"

#include <algorithm>
#include <array>

#include "control/json_reply.h"
#include "openapi.inc"

namespace stentor::control {

namespace {

constexpr std::string_view kLimitExpected = "1 to 1000 rows; absent: 100";

constexpr std::array kLeaseParameters{
    Api::Parameter{"address", "the IPv4 address of one lease"},
    Api::Parameter{"mac", "the MAC address of a machine, like 52:54:00:12:34:56"},
    Api::Parameter{"subnet", "a network whose addresses are wanted, like 10.20.0.0/16"},
    Api::Parameter{"state", "offered, bound or declined; absent: all of them"},
    Api::Parameter{"after", "the address behind which the page begins"},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr std::array kReleaseParameters{
    Api::Parameter{"address", "the IPv4 address whose lease is to end", true},
};

constexpr std::array kHostListParameters{
    Api::Parameter{"after", "the MAC address behind which the page begins"},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr Api::Parameter kHostMac{"mac", "the MAC address of the machine", true};
constexpr std::array kHostParameters{kHostMac};
constexpr std::array kHostChangeParameters{
    kHostMac,
    Api::Parameter{"address", "the IPv4 address that it gets, of a subnet of the configuration"},
    Api::Parameter{"hostname", "the name that it is told"},
    Api::Parameter{"classes", "classes of dhcp.classes that it is in, with commas"},
    Api::Parameter{"boot-file", "the file that it is told, in which words in braces stand for it"},
    Api::Parameter{"local", "true (it is told no file, and boots from its disk) or false"},
    Api::Parameter{"boot-once",
                   "a file that it is told in place of all else until it has got it, once"},
    Api::Parameter{"boot-once-for",
                   "all, or ipxe (firmware is told what it is told else); absent: all"},
};

constexpr std::array kClientParameters{
    Api::Parameter{"mac", "the MAC address of one machine, like 52:54:00:12:34:56"},
    Api::Parameter{"address", "the IPv4 address of one machine"},
    Api::Parameter{"stage", Api::kStageExpected},
    Api::Parameter{"stuck", Api::kStuckExpected},
    Api::Parameter{"silent", Api::kSilentExpected},
    Api::Parameter{"after", Api::kAfterExpected},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr std::array kTransferParameters{
    Api::Parameter{"address", "the IPv4 address of one client"},
    Api::Parameter{"after", Api::kTransferExpected},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr std::array kEventParameters{
    Api::Parameter{"type", Api::kTypeExpected},
    Api::Parameter{"after", Api::kEventAfterExpected},
};

constexpr std::array kHistoryParameters{
    Api::Parameter{"type", Api::kTypeExpected},
    Api::Parameter{"after", Api::kEventAfterExpected},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr std::array kCaptureParameters{
    Api::Parameter{"mac", "the MAC address of a side, or of the machine that DHCP is about"},
    Api::Parameter{"address", "the IPv4 address of a side, or of the machine that DHCP is about"},
    Api::Parameter{"port", Api::kCapturePortExpected},
    Api::Parameter{"drops", Api::kCaptureDropsExpected},
    Api::Parameter{"snap", Api::kCaptureSnapExpected},
    Api::Parameter{"frames", Api::kCaptureFramesExpected},
    Api::Parameter{"seconds", Api::kCaptureSecondsExpected},
};

constexpr std::array kImageParameters{
    Api::Parameter{"prefix", "what the paths begin with, 1 to 255 bytes"},
    Api::Parameter{"after", "the path behind which the page begins"},
    Api::Parameter{"limit", kLimitExpected},
};

constexpr std::array kReloadParameters{
    Api::Parameter{"dry-run", Api::kDryRunExpected},
};

constexpr std::array kDrainParameters{Api::Parameter{"state", Api::kDrainExpected}};
constexpr std::array kLevelParameters{
    Api::Parameter{"level", Api::kLevelExpected},
};

// Behind the path of a route that ends in {name}, what stands for that: one part, not empty.
// nullopt: the path is another one. Of other routes, empty.
std::optional<std::string_view> part_of(std::string_view path, const Api::Route& route) {
  const std::size_t brace = route.path.find('{');
  if (brace == std::string_view::npos) {
    return path == route.path ? std::optional(std::string_view()) : std::nullopt;
  }
  if (!path.starts_with(route.path.substr(0, brace))) return std::nullopt;
  path.remove_prefix(brace);
  return path.empty() || path.find('/') != std::string_view::npos ? std::nullopt
                                                                  : std::optional(path);
}

Json list_of(const std::vector<ReasonRow>& rows) {
  Json list = Json::array();
  for (const ReasonRow& row : rows) {
    list.push_back({{"reason", row.name}, {"count", row.count}, {"meaning", row.meaning}});
  }
  return list;
}

Json json_of(const lease::Table::Census& census) {
  return {{"bound", census.bound},
          {"offered", census.offered},
          {"declined", census.declined},
          {"reserved", census.reserved},
          {"free", census.free}};
}

Json json_of(const std::vector<LeaseCount::Row>& rows) {
  Json list = Json::array();
  for (const LeaseCount::Row& row : rows) {
    Json& json = list.emplace_back(Json{{"subnet", text_of(row.subnet)}});
    json["addresses"] = row.census.size();
    json.update(json_of(row.census));
  }
  return list;
}

}  // namespace

std::span<const Api::Route> Api::routes() {
  static constexpr std::array kRoutes{
      Route{"GET",
            "/v1/status",
            "How the appliance does, and what somebody should look at",
            {},
            &Api::status},
      Route{"GET",
            "/v1/drops",
            "Frames that were dropped and requests that were refused, by reason",
            {},
            &Api::drops},
      Route{"GET", "/v1/workers", "What each polling thread does", {}, &Api::workers},
      Route{"GET",
            "/v1/ports",
            "Links, networks, and what devices received, sent and lost",
            {},
            &Api::ports},
      Route{"GET", "/v1/leases", "Addresses that somebody has, by address", kLeaseParameters,
            &Api::leases},
      Route{"DELETE", "/v1/leases/{address}",
            "Ends a lease as if its holder had given it back, or what sets an address aside",
            kReleaseParameters, &Api::release_lease},
      Route{"GET", "/v1/hosts", "Machines of which something was said at run time, by MAC address",
            kHostListParameters, &Api::hosts},
      Route{"GET", "/v1/hosts/{mac}", "What was said of one machine at run time", kHostParameters,
            &Api::host},
      Route{"PUT", "/v1/hosts/{mac}",
            "Says this of a machine, over the configuration, in place of all that was said before",
            kHostChangeParameters, &Api::put_host},
      Route{"PATCH", "/v1/hosts/{mac}",
            "Says this of a machine besides what was said before; an empty value takes one away",
            kHostChangeParameters, &Api::patch_host},
      Route{"DELETE", "/v1/hosts/{mac}", "Takes back all that was said of a machine",
            kHostParameters, &Api::delete_host},
      Route{"GET", "/v1/clients", "How far machines have come with their boot, and which are stuck",
            kClientParameters, &Api::clients},
      Route{"GET", "/v1/transfers", "Files that are on their way, by client", kTransferParameters,
            &Api::transfers},
      Route{"GET", "/v1/events", "What happens from now on, as server-sent events",
            kEventParameters, &Api::events},
      Route{"GET", "/v1/events/history", "What has happened of late, the oldest first",
            kHistoryParameters, &Api::event_history},
      Route{"GET", "/v1/capture",
            "Frames as workers receive and send them, from now on, as a pcapng file",
            kCaptureParameters, &Api::capture},
      Route{"GET", "/v1/images", "Files that are served, by path, and files that are not, with why",
            kImageParameters, &Api::images},
      Route{"GET",
            "/v1/config",
            "The configuration that is in force, as it was read",
            {},
            &Api::config},
      Route{"POST", "/v1/config/reload",
            "Reads the configuration again, and serves it if nothing is wrong with it",
            kReloadParameters, &Api::reload},
      Route{"PUT", "/v1/drain", "Begins nothing new from now on, or does again", kDrainParameters,
            &Api::drain},
      Route{"GET", "/v1/log-level", "Which lines are written to the log", {}, &Api::log_level},
      Route{"PUT", "/v1/log-level",
            "Has fewer or more lines written to the log, until a restart, or a reload whose "
            "log.level is another one",
            kLevelParameters, &Api::set_log_level},
      Route{"GET", "/metrics", "All figures, for Prometheus", {}, &Api::metrics},
      Route{"GET", "/openapi.json", "This description", {}, &Api::description},
  };
  return kRoutes;
}

HttpReply Api::answer(const HttpRequest& request) {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string methods;
  for (const Route& route : routes()) {
    if (!part_of(request.path, route)) continue;
    if (route.method == method) return answer_route(request, route);
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (methods.empty()) {
    return error_reply(404, "there is nothing at this path; GET /openapi.json says what there is");
  }
  HttpReply reply = error_reply(405, "this path takes " + methods + ", and nothing else");
  reply.allow = methods;
  return reply;
}

HttpReply Api::answer_metrics(const HttpRequest& request) {
  constexpr std::string_view kPath = "/metrics";
  if (request.path != kPath) return error_reply(404, "there is /metrics here, and nothing else");
  return answer(request);
}

HttpReply Api::answer_route(HttpRequest request, const Route& route) {
  if (request.has_body) {
    return error_reply(400, "this path takes no body; what it takes stands in the query");
  }
  for (auto at = request.query.begin(); at != request.query.end(); ++at) {
    const std::string& name = at->first;
    const auto is_it = [&](const Parameter& each) { return !each.is_in_path && each.name == name; };
    if (std::ranges::none_of(route.parameters, is_it)) {
      std::string known;
      for (const Parameter& each : route.parameters) {
        if (!each.is_in_path) known += " " + std::string(each.name);
      }
      return error_reply(400, "'" + name + "' is no parameter of this path; it takes" +
                                  (known.empty() ? " none" : ":" + known));
    }
    const auto is_same = [&](const auto& other) { return other.first == name; };
    if (std::find_if(std::next(at), request.query.end(), is_same) != request.query.end()) {
      return error_reply(400, "parameter '" + name + "' stands twice; give it once");
    }
  }
  for (const Parameter& each : route.parameters) {
    if (each.is_in_path) request.query.emplace_back(each.name, *part_of(request.path, route));
  }
  return (this->*route.answer)(Query(request));
}

HttpReply Api::status(const Query& /*query*/) {
  const LeaseCount* const counted = lease_counter_.count(kPatience);
  const auto row = copied(lock_, kPatience, [this] { return report_.status(); });
  if (counted == nullptr || !row) return busy_reply();
  Json ports{{"all", row->ports}, {"up", row->ports_up}};
  Json images{
      {"generation", row->generation}, {"served", row->images}, {"rejected", row->images_rejected}};
  Json leases{{"addresses", row->addresses}, {"durability", row->durability}};
  leases.update(json_of(counted->total()));
  leases["elsewhere"] = counted->elsewhere.size();
  leases["subnets"] = json_of(counted->rows);
  return json_reply(
      {{"version", row->version},
       {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(row->uptime).count()},
       {"problems", row->problems},
       {"workers", row->workers},
       {"ports", std::move(ports)},
       {"images", std::move(images)},
       {"leases", std::move(leases)},
       {"transfers", row->transfers},
       {"draining", row->is_draining},
       {"figures", json_of(row->figures)}});
}

HttpReply Api::drops(const Query& /*query*/) {
  const auto rows =
      copied(lock_, kPatience, [this] { return std::pair(report_.drops(), report_.refusals()); });
  if (!rows) return busy_reply();
  return json_reply({{"drops", list_of(rows->first)}, {"refusals", list_of(rows->second)}});
}

HttpReply Api::workers(const Query& /*query*/) {
  const auto rows = copied(lock_, kPatience, [this] { return report_.workers(); });
  if (!rows) return busy_reply();
  Json list = Json::array();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const WorkerRow& row = (*rows)[i];
    list.push_back({{"worker", i},
                    {"core", row.core},
                    {"node", row.node},
                    {"queues", row.queues},
                    {"transfers", row.transfers},
                    {"figures", json_of(row.figures)}});
  }
  return json_reply({{"workers", std::move(list)}});
}

HttpReply Api::ports(const Query& /*query*/) {
  const auto rows = copied(lock_, kPatience, [this] { return report_.ports(); });
  if (!rows) return busy_reply();
  Json list = Json::array();
  for (const PortRow& row : *rows) {
    list.push_back({{"port", row.name},
                    {"device", row.device},
                    {"mac", row.mac},
                    {"link", row.is_up ? "up" : "down"},
                    {"devices_in_use", row.devices_in_use ? Json(*row.devices_in_use) : Json()},
                    {"queues", row.queues},
                    {"networks", row.networks},
                    {"figures", json_of(row.figures)}});
  }
  return json_reply({{"ports", std::move(list)}});
}

HttpReply Api::config(const Query& /*query*/) {
  const auto config = copied(lock_, kPatience, [this] { return report_.config(); });
  if (!config) return busy_reply();
  return json_reply({{"origin", config->origin}, {"text", config->text}});
}

HttpReply Api::metrics(const Query& /*query*/) {
  const LeaseCount* const counted = lease_counter_.count(kPatience);
  auto families = copied(lock_, kPatience, [this] { return report_.metrics(); });
  if (counted == nullptr || !families) return busy_reply();
  for (MetricFamily& family : metrics_of(*counted)) families->push_back(std::move(family));
  for (MetricFamily& family : metrics_of(sessions_)) families->push_back(std::move(family));
  for (MetricFamily& family : metrics_of(events_)) families->push_back(std::move(family));
  return {.body = metrics_text(*families), .type = kMetricsType};
}

HttpReply Api::description(const Query& /*query*/) {
  return {.body = std::string(kOpenapiJson) + "\n"};
}

}  // namespace stentor::control
