// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Small configurations for tests, and what the parser says about them.

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "config/parse.h"

namespace stentor::config {

// Everything that a file needs. Other top-level sections may follow.
inline constexpr std::string_view kMinimal =
    "images: {root: /srv/images}\n"
    "ports:\n"
    "  - name: boot0\n"
    "    device: interface:eth1\n"
    "    networks: [{address: 10.0.0.1/24, dhcp: proxy}]\n";

inline std::string minimal_with(std::string_view sections) {
  return std::string(kMinimal) + std::string(sections);
}

inline std::vector<std::string> findings(std::string_view yaml) {
  std::vector<std::string> messages;
  const auto settings = parse_settings(yaml, "f");
  if (settings) return messages;
  for (const Diagnostic& finding : settings.error()) messages.push_back(finding.message);
  return messages;
}

// The only finding; anything else fails the test.
inline std::string finding(std::string_view yaml) {
  const std::vector<std::string> all = findings(yaml);
  if (all.size() == 1) return all.front();
  std::string text = std::to_string(all.size()) + " findings:";
  for (const std::string& message : all) text += "\n" + message;
  return text;
}

inline Settings settings_of(std::string_view yaml) {
  const auto settings = parse_settings(yaml, "f");
  if (settings) return *settings;
  for (const Diagnostic& finding : settings.error()) ADD_FAILURE() << finding.text();
  return {};
}

// Every test of a match, in the order of the file.
inline std::vector<ClientTest> tests_in(const std::optional<ClientMatch>& match) {
  if (!match) return {};
  if (match->kind == ClientMatch::Kind::test) return {match->test};
  std::vector<ClientTest> tests;
  for (const ClientMatch& child : match->children) {
    for (const ClientTest& test : tests_in(child)) tests.push_back(test);
  }
  return tests;
}

// The architectures that a match asks for.
inline std::vector<std::uint16_t> architectures_in(const std::optional<ClientMatch>& match) {
  std::vector<std::uint16_t> codes;
  for (const ClientTest& test : tests_in(match)) {
    if (test.kind == ClientTest::Kind::architecture) codes.push_back(test.architecture);
  }
  return codes;
}

}  // namespace stentor::config
