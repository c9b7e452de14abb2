// SPDX-License-Identifier: BSD-3-Clause
// Goal: what DPDK says is one line of our log a message, however it breaks its lines, and its
// newest error is the reason of what failed.
#include "dpdk/eal_log.h"

#include <gtest/gtest.h>
#include <rte_log.h>

#include "running_eal.h"

namespace stentor::dpdk {
namespace {

// What an error of DPDK becomes in the log of the EAL that runs.
std::string logged(const std::string& message) {
  take_log();
  rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1, "%s", message.c_str());
  return take_log();
}

TEST(EalLog, EndsAMessageWithOrWithoutALineBreakTheSame) {
  EXPECT_EQ(logged("the device is gone\n"), "DPDK: the device is gone\n");
  EXPECT_EQ(logged("the device is gone"), "DPDK: the device is gone\n");
  EXPECT_EQ(logged("the device is gone\r\n\n"), "DPDK: the device is gone\n");
}

TEST(EalLog, MakesOneLineOfAMessageOfSeveral) {
  EXPECT_EQ(logged("\nthe device is gone\n\n\tbind it again\n"),
            "DPDK: the device is gone bind it again\n");
}

TEST(EalLog, SaysNothingForAnEmptyMessage) {
  EXPECT_EQ(logged("\n"), "");
  EXPECT_EQ(logged(" \t\r\n"), "");
}

TEST(EalLog, LetsNoControlCharacterThrough) {
  EXPECT_EQ(logged("a\033[31mb\ac\n"), "DPDK: a [31mb c\n");
}

TEST(EalLog, KeepsALongMessageWhole) {
  const std::string text(5000, 'x');
  EXPECT_EQ(logged(text + "\n"), "DPDK: " + text + "\n");
}

TEST(EalLog, GivesTheNewestErrorAsAReasonOnce) {
  logged("first.\n");
  logged("the ring is full,\nand nobody reads it.\n");
  EXPECT_EQ(take_dpdk_error(), "the ring is full, and nobody reads it");
  EXPECT_EQ(take_dpdk_error(), "");
}

}  // namespace
}  // namespace stentor::dpdk
