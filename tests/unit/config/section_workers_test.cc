// SPDX-License-Identifier: BSD-3-Clause
// Goal: workers: cores, idling and hugepages.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

Workers workers_of(std::string_view text) {
  return settings_of(minimal_with("workers: " + std::string(text) + "\n")).workers;
}

std::string workers_refusal(std::string_view text) {
  return finding(minimal_with("workers: " + std::string(text) + "\n"));
}

TEST(SectionWorkers, HasDefaults) {
  const Workers workers = workers_of("");
  EXPECT_TRUE(workers.cores.empty());
  EXPECT_EQ(workers.idle, Idle::adaptive);
  EXPECT_EQ(workers.hugepages, Workers::HugepageMode::automatic);
}

TEST(SectionWorkers, ReadsEveryKey) {
  const Workers workers = workers_of("{cores: [3, 2], idle: poll, hugepages: 4GiB}");
  EXPECT_EQ(workers.cores, (std::vector<unsigned>{3, 2}));
  EXPECT_EQ(workers.idle, Idle::poll);
  EXPECT_EQ(workers.hugepages, Workers::HugepageMode::ceiling);
  EXPECT_EQ(workers.hugepage_bytes_max, std::uint64_t{4} << 30);
  EXPECT_EQ(workers_of("{hugepages: none}").hugepages, Workers::HugepageMode::none);
}

TEST(SectionWorkers, RefusesCoresThatAreNone) {
  EXPECT_EQ(workers_refusal("{cores: [2, 2]}"),
            "workers.cores[1]: '2': the core stands here twice; remove one");
  EXPECT_EQ(workers_refusal("{cores: []}"),
            "workers.cores: the list is empty; expected auto, or a list of processor cores like "
            "[2, 3]");
  EXPECT_EQ(workers_refusal("{cores: 2}"),
            "workers.cores: '2': expected auto, or a list of processor cores like [2, 3]");
}

// `off` would be false for half of all YAML readers, and false means nothing here.
TEST(SectionWorkers, SpellsNothingNone) {
  EXPECT_NE(workers_refusal("{hugepages: off}").find("\"nothing\" is spelled none"),
            std::string::npos);
  EXPECT_NE(workers_refusal("{hugepages: 1MiB}").find("less than one hugepage"), std::string::npos);
  EXPECT_NE(workers_refusal("{hugepages: 99999999999GiB}").find("out of range"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config
