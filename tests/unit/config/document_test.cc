// SPDX-License-Identifier: BSD-3-Clause
// Goal: YAML becomes a tree with places; hostile YAML becomes one finding, at once.
#include "config/document.h"

#include <chrono>
#include <gtest/gtest.h>

#include "config/limit.h"
#include "config/report.h"

namespace stentor::config {
namespace {

std::string first_finding(std::string_view yaml) {
  Report report("f");
  const Document document = parse_document(yaml, report);
  if (report.empty()) return document.root == nullptr ? "nothing" : "fine";
  return report.take().front().text();
}

TEST(Document, RemembersWhereEverythingStands) {
  Report report("f");
  const Document document = parse_document("a:\n  - b: c\n    d: [1, \"2\"]\n", report);
  ASSERT_TRUE(report.empty());
  const Node& list = *document.root->children[1];
  const Node& entry = *list.children[0];
  const Node& two = *entry.children[3]->children[1];
  EXPECT_EQ(two.path(), "a[0].d[1]");
  EXPECT_EQ(two.line, 3);
  EXPECT_EQ(two.column, 12);
  EXPECT_TRUE(two.quoted);
  EXPECT_EQ(two.key(), nullptr);
  EXPECT_TRUE(entry.children[2]->is_key());
  EXPECT_EQ(entry.children[3]->key(), entry.children[2]);
  EXPECT_EQ(entry.children[2]->path(), "a[0].d");
}

TEST(Document, SharesWhatAnAliasNames) {
  Report report("f");
  const Document document = parse_document("a: &x [1]\nb: *x\n", report);
  EXPECT_TRUE(report.empty());
  EXPECT_EQ(document.root->children[1], document.root->children[3]);
}

TEST(Document, ReportsEveryDuplicateKey) {
  Report report("f");
  parse_document("a: 1\nb: {c: 1, c: 2}\na: 3\n", report);
  const Diagnostics findings = report.take();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].text(),
            "f:2:11: b.c: the key stands here twice, first in line 2; remove one");
  EXPECT_EQ(findings[1].text(), "f:3:1: a: the key stands here twice, first in line 1; remove one");
}

TEST(Document, ReportsSyntaxErrorsWithTheirPlace) {
  EXPECT_EQ(first_finding("a: [1, 2\nb: 3\n").substr(0, 22), "f:2:2: no valid YAML: ");
  EXPECT_EQ(first_finding("a: *nowhere\n").substr(0, 19), "f:1:4: no valid YAM");
}

TEST(Document, RefusesWhatAConfigurationHasNoUseFor) {
  EXPECT_EQ(first_finding("a: 1\n---\nb: 2\n"),
            "f:2:1: a second YAML document begins here; remove the '---'");
  EXPECT_EQ(first_finding("a: !include b\n"),
            "f:1:4: the tag '!include' means nothing here; remove it");
  EXPECT_EQ(first_finding("? [a]\n: 1\n"), "f:1:3: a key must be a word: NAME: VALUE");
  EXPECT_EQ(first_finding("~: 1\n"), "f:1:1: a key must be a word: NAME: VALUE");
  EXPECT_EQ(first_finding("a: &x [*x]\n"),
            "f:1:8: an alias inside of its own anchor; write the value out");
}

TEST(Document, BoundsDepth) {
  EXPECT_EQ(first_finding(std::string(kDepthMax, '[') + std::string(kDepthMax, ']')), "fine");
  const std::string deeper = first_finding(std::string(100'000, '['));
  EXPECT_NE(deeper.find("nested deeper than 32 levels"), std::string::npos) << deeper;
}

// Nine levels of nine references stand for 387 million values in 200 bytes.
TEST(Document, BoundsWhatAliasesStandFor) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 9; ++level) {
    const std::string above = "*a" + std::to_string(level - 1);
    bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + above;
    for (int copy = 1; copy < 9; ++copy) bomb += ", " + above;
    bomb += "]\n";
  }
  const std::string finding = first_finding(bomb);
  EXPECT_NE(finding.find("more than 2097152 values"), std::string::npos) << finding;
}

// 65,536 values, the list itself among them: 32 times that is the limit, the outer list one more.
TEST(Document, CountsValuesAndAliasesTogether) {
  std::string many = "[&x [";
  for (int count = 0; count < 65'535; ++count) many += "1,";
  many += "]";
  for (int copy = 1; copy < 31; ++copy) many += ", *x";
  EXPECT_EQ(first_finding(many + "]"), "fine");
  EXPECT_NE(first_finding(many + ", *x]").find("more than 2097152 values"), std::string::npos);
}

TEST(Document, BoundsTheFile) {
  EXPECT_EQ(first_finding(std::string(kFileBytesMax + 1, ' ')),
            "f: the file is longer than 16 MiB; make it smaller");
}

// yaml-cpp takes the end of the file, or the next quote however far below, for the closing one.
TEST(Document, FindsTheQuoteThatIsNotClosed) {
  const std::string sentence = ": the quote that opens here is not closed in its line; close it";
  EXPECT_EQ(first_finding("a:\n  b: \"/tmp\nc:\n  d: e\n"), "f:2:6" + sentence);
  EXPECT_EQ(first_finding("a:\n  b: '/tmp\nc:\n  d: e\n"), "f:2:6" + sentence);
  EXPECT_EQ(first_finding("a: \"b\nc: \"d\"\n"), "f:1:4" + sentence);
  EXPECT_EQ(first_finding("a: [x, \"b]\nc: d\n"), "f:1:8" + sentence);
  EXPECT_EQ(first_finding("a: \"b"), "f:1:4" + sentence);
  EXPECT_EQ(first_finding("a: 'it''s"), "f:1:4" + sentence);
  EXPECT_EQ(first_finding("a: \"b\\\"\n"), "f:1:4" + sentence);
  EXPECT_EQ(first_finding("a: \"b\\\n  c\"\n"), "f:1:4" + sentence);
  EXPECT_EQ(first_finding("a: &x \"b\n"), "f:1:7" + sentence);
  EXPECT_EQ(first_finding("\"a: b\n"), "f:1:1" + sentence);
  EXPECT_EQ(first_finding("\xef\xbb\xbf# \xc3\xa4\na: '\xc3\xa4\nb: c\n"), "f:2:4" + sentence);
}

TEST(Document, TakesQuotesThatAreClosed) {
  for (const char* yaml :
       {"a: \"b\"\n", "a: 'it''s'\n", "a: ''\nb: ''''\n", "a: \"\\\\\"\n", "a: \"b \\\" c\"",
        "a: &x \"b\"\nb: *x\n", "a: ! \"b\"\n", "a: |\n  \"b\n  c\n", "\"a\": {'b': \"c\"}\r\n",
        "\xef\xbb\xbf# \xc3\xa4\n\"\xc3\xa4\": '\xc3\xa4'\n"}) {
    EXPECT_EQ(first_finding(yaml), "fine") << yaml;
  }
}

TEST(Document, HasAMissingValueStandWhereItsKeyDoes) {
  Report report("f");
  const Document document = parse_document("a:\n  b:\n\n\n  c: 1\nd:\n", report);
  ASSERT_TRUE(report.empty());
  const Node& missing = *document.root->children[1]->children[1];
  EXPECT_EQ(missing.kind, Node::Kind::empty);
  EXPECT_EQ(std::pair(missing.line, missing.column), std::pair(2, 3));
  EXPECT_EQ(document.root->children[3]->line, 6);
}

// Every value below an alias shows the key above its anchor.
TEST(Document, BoundsKeys) {
  const std::string longest(kKeyBytesMax, 'k');
  EXPECT_EQ(first_finding("? " + longest + "\n: a\n"), "fine");
  EXPECT_EQ(first_finding("b: c\n? " + longest + "k\n: &a [bad]\n"),
            "f:2:3: the key is 256 bytes long; no key has more than 255");
  EXPECT_EQ(first_finding("b: &a " + longest + "k\n*a : c\n"),
            "f:2:1: the key is 256 bytes long; no key has more than 255");
}

TEST(Document, RefusesBinaryFilesByTheirFirstBadByte) {
  EXPECT_EQ(first_finding(std::string_view("\x7f"
                                           "ELF\0",
                                           5)),
            "f:1:1: control character 0x7f has no place in a text file; remove it");
  EXPECT_EQ(first_finding(std::string_view("\xff\xfe"
                                           "a\0",
                                           4)),
            "f:1:1: byte 0xff is no UTF-8 text; save the file as UTF-8");
}

TEST(Document, HasNoRootWhenTheFileHoldsNothing) {
  EXPECT_EQ(first_finding(""), "nothing");
  EXPECT_EQ(first_finding("# only a comment\n"), "nothing");
}

}  // namespace
}  // namespace stentor::config
