// SPDX-License-Identifier: BSD-3-Clause
#include "control/json_reply.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace stentor::control {

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpReply json_reply(const Json& json, unsigned status) {
  return {.status = status, .body = text_of(json) + "\n"};
}

HttpReply error_reply(unsigned status, const std::string& sentence) {
  return json_reply({{"error", sentence}}, status);
}

HttpReply wrong_parameter(std::string_view name, std::string_view value,
                          std::string_view expected) {
  return error_reply(400, "parameter '" + std::string(name) + "': '" + std::string(value) +
                              "' is not what it takes; expected " + std::string(expected));
}

tl::unexpected<HttpReply> refused(const Query& query, std::string_view name,
                                  std::string_view expected) {
  return tl::unexpected(wrong_parameter(name, query.find(name).value_or(""), expected));
}

Json json_of(const std::vector<Figure>& figures) {
  Json object = Json::object();
  for (const Figure& figure : figures) object[std::string(figure.name)] = figure.value;
  return object;
}

std::string utc_in(base::Duration from_now) {
  const auto at = std::chrono::system_clock::now() + from_now;
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                         std::chrono::time_point_cast<std::chrono::system_clock::duration>(at))));
}

HttpReply busy_reply() {
  return error_reply(503, "stentord is busy with something else (its log may say what); ask again");
}

}  // namespace stentor::control
