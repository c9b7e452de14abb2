// SPDX-License-Identifier: BSD-3-Clause
// Goal: a section's keys are checked against its table, and none is forgotten.
#include "config/cursor.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

std::string read_rto(std::string_view yaml, bool ask_all = true) {
  Report report("f");
  const Document document = parse_document(yaml, report);
  {
    Mapping section(Cursor(*document.root, "times", report), kRtoSection);
    static_cast<void>(section.find("min"));
    if (ask_all) static_cast<void>(section.find("max"));
  }
  std::string text;
  for (const Diagnostic& finding : report.take()) text += finding.text() + "\n";
  return text;
}

TEST(Mapping, AcceptsItsKeys) { EXPECT_EQ(read_rto("{min: 1ms, max: 2ms}"), ""); }

TEST(Mapping, NamesTheKnownKeysBesideAnUnknownOne) {
  EXPECT_EQ(read_rto("{mni: 1ms}"),
            "f:1:2: mni: unknown key; did you mean 'min'? Known in rto: min and max\n");
  EXPECT_EQ(read_rto("{colour: red}"), "f:1:2: colour: unknown key; known in rto: min and max\n");
}

TEST(Mapping, ExplainsTheMergeKey) {
  EXPECT_EQ(read_rto("{<<: {min: 1ms}}"),
            "f:1:2: <<: YAML's merge key is not supported; write the keys out; known in rto: min "
            "and max\n");
}

TEST(Mapping, RefusesAFormThatCannotStandThere) {
  EXPECT_EQ(read_rto("{min: [1ms], max: }"),
            "f:1:7: min: a list cannot stand here; expected a duration from 1ms to 60s\n"
            "f:1:19: max: there is no value; expected a duration from 1ms to 60s\n");
}

TEST(MappingDeathTest, InsistsThatEveryKeyDoesSomething) {
  EXPECT_DEATH(read_rto("{}", false), "");
}

}  // namespace
}  // namespace stentor::config
