// SPDX-License-Identifier: BSD-3-Clause
// Goal: the description that is served is of the paths that there are, with their parameters, and
// of the answers that they give.
#include <cctype>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "api_fixture.h"
#include "reload_clerk.h"
#include "sighting_builder.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;

// As the description has it.
std::string method_of(std::string_view written) {
  std::string method(written);
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
  return method;
}

Names keys_of(const Json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

class OpenapiTest : public ApiFixture {
 protected:
  OpenapiTest() {
    // One row at least in each list, so that rows are compared too.
    report.serve(1, {"a"});
    report.rejected = {.rows = {{"b", "why"}}, .count = 1};
    report.drop_rows = {{"vlan_unknown", "no network", 3}};
    report.records = 1;
    report.held[report.first] = lease::State::bound;
    const config::RunTimeHost host{.mac = kMachine,
                                   .address = kAddress,
                                   .hostname = "node1",
                                   .classes = {"lab"},
                                   .boot_file = "grub.efi",
                                   .is_local = true,
                                   .boot_once = "wipe.efi"};
    report.known_hosts[kMachine] = host;
    report.problems_of_hosts = {"why"};
    sighting::Sighting begun = transfer_at(base::Duration{}, sighting::Seen::begun, "a");
    sessions.take({&begun, 1});
    transfers.take({&begun, 1}, begun.at);
    events.add(Event{.type = EventType::port, .what = "down", .subject = "boot0", .text = "why"});
    events.add(*event_of(begun, 0));
    events.add(Event{.type = EventType::host,
                     .what = "booted-once",
                     .glimpse = {.mac = kMachine},
                     .file = "wipe.efi",
                     .text = "why"});
    description = Json::parse(api.answer({.method = "GET", .path = "/openapi.json"}).body);
  }

  [[nodiscard]] const Json& resolve(const Json& schema) const {
    if (!schema.contains("$ref")) return schema;
    return description.at(Json::json_pointer(schema.at("$ref").get<std::string>().substr(1)));
  }

  void compare(const Json& seen, const Json& written, const std::string& at) const {
    const Json& schema = resolve(written);
    if (seen.is_null()) {
      EXPECT_TRUE(schema.value("nullable", false)) << at;
      return;
    }
    const std::string type = schema.at("type");
    EXPECT_TRUE((type == "object" && seen.is_object()) || (type == "array" && seen.is_array()) ||
                (type == "string" && seen.is_string()) ||
                (type == "boolean" && seen.is_boolean()) ||
                (type == "integer" && seen.is_number_integer()))
        << at << " is no " << type << ": " << seen;
    if (schema.contains("enum")) {
      EXPECT_EQ(std::ranges::count(schema.at("enum"), seen), 1) << at;
    }
    if (seen.is_array()) {
      EXPECT_FALSE(seen.empty() && at != "/v1/status.problems" && at != "/v1/drops.refusals" &&
                   at != "/v1/workers.queues")
          << at << ": a list without rows shows nothing";
      for (const Json& row : seen) compare(row, schema.at("items"), at);
    }
    if (seen.is_object()) compare_object(seen, schema, at);
  }

  void compare_object(const Json& seen, const Json& schema, const std::string& at) const {
    const Json properties = schema.value("properties", Json::object());
    for (const Json& name : schema.value("required", Json::array())) {
      EXPECT_TRUE(seen.contains(name.get<std::string>())) << at << "." << name;
    }
    for (const auto& [name, value] : seen.items()) {
      if (!properties.contains(name) && schema.contains("additionalProperties")) {
        compare(value, schema.at("additionalProperties"), at + "." + name);
      } else if (properties.contains(name)) {
        compare(value, properties.at(name), at + "." + name);
      } else {
        ADD_FAILURE() << at << "." << name << " is not described";
      }
    }
  }

  // One that is answered by 200, of what the constructor has made.
  [[nodiscard]] HttpRequest example_of(const Api::Route& route, const Json& operation) const {
    HttpRequest request{.method = std::string(route.method), .path = std::string(route.path)};
    for (const Json& each : operation.value("parameters", Json::array())) {
      const Json& parameter = resolve(each);
      const std::string name = parameter.at("name");
      if (parameter.at("in") == "path") {
        request.path.replace(request.path.find('{'), name.size() + 2,
                             name == "mac" ? "52:54:00:00:00:01" : "10.0.0.0");
      } else if (parameter.value("required", false)) {
        request.query.emplace_back(name, resolve(parameter.at("schema")).at("enum").at(0));
      } else if (name == "classes") {
        request.query.emplace_back(name, "blade");
      }
    }
    return request;
  }

  ReloadOutcome outcome{.is_taken = true, .generation = 2, .warnings = {"a warning"}};
  const ReloadClerk clerk{reloads, [this](ReloadKind) { return outcome; }};
  Json description;
};

TEST_F(OpenapiTest, DescribesThePathsThatThereAre) {
  std::map<std::string, Names> methods;
  for (const Api::Route& route : Api::routes()) {
    methods[std::string(route.path)].insert(method_of(route.method));
    const Json& path = description.at("paths").at(std::string(route.path));
    const Json& operation = path.at(method_of(route.method));
    EXPECT_EQ(operation.at("summary"), route.summary);
    const Json parameters = operation.value("parameters", Json::array());
    ASSERT_EQ(parameters.size(), route.parameters.size()) << route.path;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Json& parameter = resolve(parameters[i]);
      EXPECT_EQ(parameter.at("name"), route.parameters[i].name) << route.path;
      EXPECT_EQ(parameter.at("description"), route.parameters[i].expected) << route.path;
      EXPECT_EQ(parameter.at("in"), route.parameters[i].is_in_path ? "path" : "query");
    }
  }
  ASSERT_EQ(keys_of(description.at("paths")).size(), methods.size());
  for (const auto& [path, of_path] : methods) {
    EXPECT_EQ(keys_of(description.at("paths").at(path)), of_path) << path;
  }
}

TEST_F(OpenapiTest, DescribesTheAnswersThatAreGiven) {
  for (const Api::Route& route : Api::routes()) {
    const std::string path(route.path);
    const Json& operation = description.at("paths").at(path).at(method_of(route.method));
    const HttpReply reply = api.answer(example_of(route, operation));
    ASSERT_EQ(reply.status, 200u) << path << ": " << reply.body;
    const Json& content = resolve(operation.at("responses").at("200")).at("content");
    ASSERT_TRUE(content.contains(reply.type.substr(0, reply.type.find(';')))) << path;
    if (reply.type != kJsonType || path == "/openapi.json") continue;
    compare(Json::parse(reply.body), content.at("application/json").at("schema"), path);
  }
}

TEST_F(OpenapiTest, DescribesEveryOutcomeOfAReload) {
  const Json& responses =
      description.at("paths").at("/v1/config/reload").at("post").at("responses");
  outcome.difference.changes = {{.path = "a", .from = "1", .to = "2"}};
  for (const bool is_taken : {true, false}) {
    outcome.is_taken = is_taken;
    if (!is_taken) outcome.reasons = {"f:1:2: no"};
    for (const char* dry_run : {"true", "false"}) {
      const HttpReply reply = api.answer(
          {.method = "POST", .path = "/v1/config/reload", .query = {{"dry-run", dry_run}}});
      EXPECT_EQ(reply.status, is_taken ? 200u : 422u);
      const Json& content = resolve(responses.at(std::to_string(reply.status))).at("content");
      compare(Json::parse(reply.body), content.at("application/json").at("schema"), "reload");
    }
  }
}

TEST_F(OpenapiTest, DescribesWhatElseBecomesOfAHost) {
  using Query = std::vector<std::pair<std::string, std::string>>;
  const auto expect = [&](unsigned status, const std::string& method, const Query& query,
                          const std::string& mac = "52:54:00:00:00:01") {
    HttpReply reply = api.answer({.method = method, .path = "/v1/hosts/" + mac, .query = query});
    if (reply.later != nullptr) reply = *reply.later->look(base::MonotonicClock::now());
    ASSERT_EQ(reply.status, status) << method << ": " << reply.body;
    const Json& operation = description.at("paths").at("/v1/hosts/{mac}").at(method_of(method));
    const Json& response = resolve(operation.at("responses").at(std::to_string(status)));
    compare(Json::parse(reply.body), response.at("content").at("application/json").at("schema"),
            method);
  };
  expect(404, "GET", {}, "52:54:00:00:00:02");
  expect(404, "DELETE", {}, "52:54:00:00:00:02");
  for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) expect(400, method, {}, "x");
  report.host_refusal = {.refusal = "why"};
  for (const unsigned status : {422U, 503U}) {
    expect(status, "PUT", {{"hostname", "a"}});
    expect(status, "PATCH", {{"hostname", "a"}});
    expect(status, "DELETE", {});
    report.host_refusal.is_for_now = true;
  }
  report.host_refusal = {};
  report.host_ticket = 1;
  report.disk_of_hosts = OnDisk::failed;
  expect(500, "PUT", {{"hostname", "a"}});
  expect(500, "PATCH", {{"hostname", "b"}});
  expect(500, "DELETE", {});
}

TEST_F(OpenapiTest, DescribesMistakes) {
  const HttpReply reply =
      api.answer({.method = "GET", .path = "/v1/leases", .query = {{"limit", "0"}}});
  const Json& responses = description.at("paths").at("/v1/leases").at("get").at("responses");
  const Json& content = resolve(responses.at(std::to_string(reply.status))).at("content");
  compare(Json::parse(reply.body), content.at("application/json").at("schema"), "mistake");
}

}  // namespace
}  // namespace stentor::control
