// SPDX-License-Identifier: BSD-3-Clause
// Goal: findings come out by place, bounded, and fit for a terminal.
#include "config/report.h"

#include <gtest/gtest.h>

#include "config/limit.h"

namespace stentor::config {
namespace {

TEST(Report, SortsByPlaceAndKeepsTheOrderWithinOne) {
  Report report("f.yaml");
  report.add_at(2, 1, "third");
  report.add_at(1, 9, "first");
  report.add_at(1, 9, "second");
  report.add_at(10, 1, "fourth");
  std::string text;
  for (const Diagnostic& finding : report.take()) text += finding.text() + "\n";
  EXPECT_EQ(text,
            "f.yaml:1:9: first\nf.yaml:1:9: second\nf.yaml:2:1: third\nf.yaml:10:1: fourth\n");
}

TEST(Report, SaysThatItLeftFindingsOut) {
  Report report("f");
  for (std::size_t count = 0; count < kDiagnosticsMax + 7; ++count) report.add_at(1, 1, "x");
  const Diagnostics findings = report.take();
  ASSERT_EQ(findings.size(), kDiagnosticsMax + 1);
  EXPECT_EQ(findings.back().text(), "f: and 7 more; only the first 1000 found are listed");
}

TEST(Report, ShowsTheFileAloneWhereNoLineIsMeant) {
  EXPECT_EQ((Diagnostic{"f", 0, 0, "is empty"}).text(), "f: is empty");
}

TEST(Report, CutsALongPath) {
  std::string yaml;
  for (int depth = 0; depth < 4; ++depth) yaml += "{" + std::string(100, 'k') + ": ";
  Report report("f");
  const Document document = parse_document(yaml + "v}}}}", report);
  const Node* value = document.root;
  while (!value->children.empty()) value = value->children[1];
  report.add(*value, "wrong");
  const std::string message = report.take().at(0).message;
  EXPECT_EQ(message.size(), 255 + std::string("...: 'v': wrong").size());
  EXPECT_TRUE(message.ends_with("k...: 'v': wrong")) << message;
}

TEST(InQuotes, EscapesControlCharactersAndCutsLongText) {
  EXPECT_EQ(in_quotes("a\nb\x1b"), "'a\\nb\\x1b'");
  EXPECT_EQ(in_quotes(std::string(65, 'a')), "'" + std::string(64, 'a') + "...'");
  // Never inside of a character.
  EXPECT_EQ(in_quotes(std::string(63, 'a') + "\xc3\xa4"), "'" + std::string(63, 'a') + "...'");
}

}  // namespace
}  // namespace stentor::config
