// SPDX-License-Identifier: BSD-3-Clause
#include "event_line.h"

#include "text_table.h"

namespace stentor::ctl {

namespace {

using Json = nlohmann::ordered_json;

// " " and what stands there, if anything does.
std::string said(const Json& event, const char* key, const char* before = " ") {
  const auto found = event.find(key);
  if (found == event.end() || found->is_null()) return {};
  return before + (found->is_string() ? found->get<std::string>() : found->dump());
}

std::string transfer_text(const Json& event) {
  std::string text = said(event, "file");
  if (event.value("what", "") == "begun") return text + said(event, "file_bytes", ", ") + " bytes";
  return text + said(event, "bytes_acknowledged", ", ") + said(event, "file_bytes", " of ") +
         " bytes" + said(event, "blocks_resent", ", blocks resent: ");
}

}  // namespace

std::string event_line(const Json& event) {
  if (event.value("type", "") == "lost") {
    return "lost" + said(event, "count") + " events: they came faster than they were read";
  }
  std::string line = event.value("time", "") + said(event, "type") + said(event, "what") +
                     said(event, "address") + said(event, "mac") + said(event, "speaker", " by ");
  line += event.value("type", "") == "transfer" ? transfer_text(event) : said(event, "file");
  line += said(event, "port") + said(event, "text", ": ") + said(event, "why", ": ");
  return harmless(line);
}

}  // namespace stentor::ctl
