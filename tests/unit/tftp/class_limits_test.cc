// SPDX-License-Identifier: BSD-3-Clause
// Goal: of all classes that a client is in, what restricts it most counts.
#include "tftp/class_limits.h"

#include <gtest/gtest.h>

namespace stentor::tftp {
namespace {

using config::TftpOption;

ClassLimits limits_of(const std::vector<std::optional<config::ClassTftp>>& rows) {
  std::vector<config::ClientClass> classes;
  for (const auto& row : rows) classes.push_back({.name = "c", .match = {}, .tftp = row});
  return ClassLimits(classes);
}

TEST(ClassLimits, ClassesThatSayNothingAreNone) {
  EXPECT_EQ(limits_of({}).classes(), 0u);
  EXPECT_EQ(limits_of({std::nullopt, config::ClassTftp{}, std::nullopt}).classes(), 2u);
}

TEST(ClassLimits, TheLeastOfEveryLimitCounts) {
  const ClassLimits rules = limits_of(
      {config::ClassTftp{.blksize_max = 512, .windowsize_max = 8},
       config::ClassTftp{.blksize_max = 1024, .windowsize_max = 4, .transfers_per_client = 2},
       config::ClassTftp{.blksize_max = 9000}});
  const auto restricted = [&rules](config::ClassMask classes) {
    Limits limits;
    rules.restrict_limits(classes, limits);
    return std::pair<int, int>(limits.blksize_max, limits.windowsize_max);
  };
  EXPECT_EQ(restricted(0), std::pair(1468, 64));
  EXPECT_EQ(restricted(1), std::pair(512, 8));
  EXPECT_EQ(restricted(2), std::pair(1024, 4));
  EXPECT_EQ(restricted(3), std::pair(512, 4));
  EXPECT_EQ(restricted(4), std::pair(1468, 64)) << "a class cannot have more than anybody";
  EXPECT_EQ(rules.transfers_per_client(7, 16), 2);
  EXPECT_EQ(rules.transfers_per_client(7, 1), 1);
  EXPECT_EQ(rules.transfers_per_client(1, 16), 16);
}

TEST(ClassLimits, AClassRateCountsWhereThereIsNoneOrAHigherOne) {
  const ClassLimits rules = limits_of({config::ClassTftp{.pace_bits_per_second = 50},
                                       config::ClassTftp{.pace_bits_per_second = 20}});
  const auto pace = [&rules](config::ClassMask classes, PaceRule rule) {
    Limits limits;
    limits.pace = rule;
    rules.restrict_limits(classes, limits);
    return std::pair(limits.pace.learns, limits.pace.bits_per_second);
  };
  EXPECT_EQ(pace(1, {.learns = true, .bits_per_second = 10}), std::pair(false, 50ul));
  EXPECT_EQ(pace(3, {.learns = true, .bits_per_second = 10}), std::pair(false, 20ul));
  EXPECT_EQ(pace(1, {.learns = false, .bits_per_second = 0}), std::pair(false, 50ul));
  EXPECT_EQ(pace(3, {.learns = false, .bits_per_second = 30}), std::pair(false, 20ul));
  EXPECT_EQ(pace(1, {.learns = false, .bits_per_second = 30}), std::pair(false, 30ul));
}

TEST(ClassLimits, RejectedOptionsAreNotAsked) {
  // Each option alone, then two classes together.
  const auto asked = [](config::TftpOptionMask reject) {
    ReadRequest request{.blksize = 512,
                        .tsize = 0,
                        .timeout = 1,
                        .utimeout = 10'000,
                        .windowsize = 4,
                        .rollover = 0};
    limits_of({config::ClassTftp{.reject = reject}}).restrict_request(1, request);
    return std::string(request.blksize ? "b" : "") + (request.tsize ? "s" : "") +
           (request.timeout ? "t" : "") + (request.utimeout ? "u" : "") +
           (request.windowsize ? "w" : "") + (request.rollover ? "r" : "");
  };
  EXPECT_EQ(asked(0), "bstuwr");
  EXPECT_EQ(asked(bit_of(TftpOption::blksize)), "stuwr");
  EXPECT_EQ(asked(bit_of(TftpOption::tsize)), "btuwr");
  EXPECT_EQ(asked(bit_of(TftpOption::timeout)), "bsuwr");
  EXPECT_EQ(asked(bit_of(TftpOption::utimeout)), "bstwr");
  EXPECT_EQ(asked(bit_of(TftpOption::windowsize)), "bstur");
  EXPECT_EQ(asked(bit_of(TftpOption::rollover)), "bstuw");

  ReadRequest request{.blksize = 512, .tsize = 0};
  const ClassLimits both = limits_of({config::ClassTftp{.reject = bit_of(TftpOption::blksize)},
                                      config::ClassTftp{.reject = bit_of(TftpOption::tsize)}});
  both.restrict_request(0, request);
  EXPECT_TRUE(request.blksize && request.tsize);
  both.restrict_request(3, request);
  EXPECT_FALSE(request.blksize || request.tsize);
}

}  // namespace
}  // namespace stentor::tftp
