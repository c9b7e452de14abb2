// SPDX-License-Identifier: BSD-3-Clause
// Goal: of several classes the first that says something counts, switch by switch.
#include "dhcp/quirks.h"

#include <gtest/gtest.h>

namespace stentor::dhcp {
namespace {

config::ClientClass class_with(config::ClassQuirks quirks) {
  return {.name = "c", .quirks = std::move(quirks)};
}

TEST(Quirks, are_the_usual_ones_of_who_is_in_no_class_with_any) {
  const QuirkProfiles profiles(
      {class_with({.reply_bytes_min = std::uint16_t{0}}), {.name = "plain"}});
  EXPECT_EQ(profiles.of(0).reply_bytes_min, 300);
  EXPECT_EQ(profiles.of(2).reply_bytes_min, 300);
  EXPECT_TRUE(profiles.of(2).suppressed.none());
  EXPECT_EQ(profiles.of(3).reply_bytes_min, 0);
  EXPECT_EQ(QuirkProfiles().of(~config::ClassMask{0}).reply_bytes_min, 300);
}

TEST(Quirks, of_several_classes_are_the_first_s_that_says_anything) {
  const QuirkProfiles profiles(
      {class_with(
           {.nul_terminate = false, .send_t1_t2 = true, .reply_delay = std::chrono::seconds{0}}),
       class_with({.nul_terminate = true,
                   .broadcast = config::BroadcastReply::always,
                   .send_t1_t2 = false,
                   .reply_delay = std::chrono::seconds{2},
                   .suppress = {3},
                   .first = {1, 2}}),
       class_with({.boot_file = config::BootFilePlace::header,
                   .pxe_reply = config::PxeReply::port_4011,
                   .suppress = {58},
                   .first = {9}})});
  const Quirks all = profiles.of(7);
  EXPECT_FALSE(all.ends_texts);
  EXPECT_EQ(all.broadcast, config::BroadcastReply::always);
  EXPECT_EQ(all.boot_file, config::BootFilePlace::header);
  EXPECT_EQ(all.pxe_reply, config::PxeReply::port_4011);
  EXPECT_EQ(all.reply_delay, std::chrono::seconds{0}) << "none, said so";
  EXPECT_EQ(profiles.of(6).reply_delay, std::chrono::seconds{2});
  EXPECT_TRUE(all.suppressed[3]);
  EXPECT_TRUE(all.suppressed[58]) << "one suppresses it by name";
  EXPECT_FALSE(all.suppressed[59]);
  ASSERT_EQ(all.first_count, 2);
  EXPECT_EQ(all.first[1], 2);
  EXPECT_TRUE(profiles.of(6).ends_texts);
  EXPECT_TRUE(profiles.of(6).suppressed[59]);
  EXPECT_EQ(profiles.of(4).first[0], 9);
}

TEST(Quirks, of_the_last_class_that_there_may_be) {
  std::vector<config::ClientClass> classes(config::kClassesMax);
  classes.back().quirks = config::ClassQuirks{.overload = false};
  const QuirkProfiles profiles(classes);
  EXPECT_FALSE(profiles.of(config::ClassMask{1} << 63).may_overload);
  EXPECT_TRUE(profiles.of(config::ClassMask{1} << 62).may_overload);
}

}  // namespace
}  // namespace stentor::dhcp
