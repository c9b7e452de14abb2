// SPDX-License-Identifier: BSD-3-Clause
// Goal: machines that are switched on together are no backlog, a queue that never empties is one;
// and DISCOVERs are told from what must not be dropped with them.
#include "worker/backlog.h"

#include <gtest/gtest.h>

#include "support/dhcp_builder.h"
#include "support/frame_builder.h"

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kBacklogStart{1h};

TEST(Backlog, LastsOnceEveryBurstHasBeenFullForTheWholeTime) {
  Backlog backlog;
  for (base::Duration age = 0ms; age < Backlog::kPatience; age += 1ms) {
    backlog.note(true, kBacklogStart + age);
    EXPECT_FALSE(backlog.lasts(kBacklogStart + age)) << age.count();
  }
  EXPECT_TRUE(backlog.lasts(kBacklogStart + Backlog::kPatience));
}

TEST(Backlog, IsOverWithTheFirstBurstThatIsNotFull) {
  Backlog backlog;
  backlog.note(true, kBacklogStart);
  backlog.note(false, kBacklogStart + 1h);
  EXPECT_FALSE(backlog.lasts(kBacklogStart + 1h));
  backlog.note(true, kBacklogStart + 1h);
  EXPECT_FALSE(backlog.lasts(kBacklogStart + 1h + Backlog::kPatience - 1ns));
  EXPECT_TRUE(backlog.lasts(kBacklogStart + 1h + Backlog::kPatience));
}

support::ByteVector dhcp_frame(const std::vector<support::DhcpOption>& options,
                               const support::EthernetSpec& link = {}) {
  support::DhcpSpec spec;
  spec.options = options;
  return support::udp_frame(link, {}, {68, 67}, support::dhcp_message(spec));
}

TEST(SeemsDiscover, BehindAnyNumberOfTagsThatAreServed) {
  EXPECT_TRUE(seems_discover(dhcp_frame({{53, {1}}})));
  EXPECT_TRUE(seems_discover(dhcp_frame({{53, {1}}}, {.tags = {{.id = 120}}})));
  EXPECT_TRUE(seems_discover(dhcp_frame({{53, {1}}}, {.tags = {{.id = 100}, {.id = 120}}})));
}

TEST(SeemsDiscover, NoOtherMessageNorWhatOnlyLaterSaysWhatItIs) {
  for (std::uint8_t type = 2; type <= 18; ++type) {
    EXPECT_FALSE(seems_discover(dhcp_frame({{53, {type}}}))) << int{type};
  }
  EXPECT_FALSE(seems_discover(dhcp_frame({})));
  EXPECT_FALSE(seems_discover(dhcp_frame({{57, {5, 220}}, {53, {1}}})));
}

// Goal: nothing is read behind a frame, wherever it ends.
TEST(SeemsDiscover, OfAFrameThatEndsBeforeTheMarkDoesIsNone) {
  const support::ByteVector whole = dhcp_frame({{53, {1}}});
  const std::size_t end = kDiscoverMarkAt + kDiscoverMark.size();
  for (std::size_t bytes = 0; bytes < end; ++bytes) {
    const support::ByteVector cut(whole.begin(),
                                  whole.begin() + static_cast<std::ptrdiff_t>(bytes));
    EXPECT_FALSE(seems_discover(cut)) << bytes;
    prefetch_dhcp_type(cut);
  }
  EXPECT_TRUE(seems_discover(base::Bytes(whole).first(end)));
}

}  // namespace
}  // namespace stentor::worker
