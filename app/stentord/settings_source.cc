// SPDX-License-Identifier: BSD-3-Clause
#include "settings_source.h"

#include <cstdio>
#include <fmt/format.h>

#include "base/check.h"
#include "config/derive.h"
#include "config/parse.h"
#include "interface_facts.h"

namespace stentor {

namespace {

using Read = tl::expected<config::Settings, std::vector<std::string>>;

Read lines_of(tl::expected<config::Settings, config::Diagnostics> parsed) {
  if (parsed) return *std::move(parsed);
  std::vector<std::string> lines;
  for (const config::Diagnostic& diagnostic : parsed.error()) lines.push_back(diagnostic.text());
  return tl::unexpected(std::move(lines));
}

Read refused(std::string sentence) {
  return tl::unexpected(std::vector<std::string>{std::move(sentence)});
}

Read read_derived(const ServeInterface& serve, bool prints) {
  auto facts = read_interface_facts(serve.interface);
  if (!facts) return refused(std::move(facts.error().sentence));
  const auto yaml = config::derive_config(*facts, serve.images, serve.pool);
  if (!yaml) return refused(yaml.error().sentence);
  if (prints) fmt::print("# The configuration derived from {}:\n{}", serve.interface, *yaml);
  std::fflush(stdout);
  return lines_of(config::parse_settings(*yaml, "derived configuration"));
}

}  // namespace

Read read_settings(const CommandLine& line, bool prints_derived) {
  const auto* file = std::get_if<ServeFile>(&line.action);
  const auto* interface = std::get_if<ServeInterface>(&line.action);
  CHECK(file != nullptr || interface != nullptr);
  Read settings = file != nullptr ? lines_of(config::load_settings(file->config))
                                  : read_derived(*interface, prints_derived);
  if (settings && line.hugepages) settings->workers.hugepages = *line.hugepages;
  return settings;
}

}  // namespace stentor
