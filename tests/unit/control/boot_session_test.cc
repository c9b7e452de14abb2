// SPDX-License-Identifier: BSD-3-Clause
// Goal: a session is one boot, from a machine's first question to its last file, and tells where it
// has come to.
#include "control/boot_session.h"

#include <gtest/gtest.h>

#include "sighting_builder.h"
#include "wire/drop_reason.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;
using sighting::Speaker;

std::uint32_t entered(const BootSession& session, Stage stage) {
  return session.entered[static_cast<std::size_t>(stage)];
}

TEST(BootSession, GoesFromADiscoverToTheLastByte) {
  BootSession session(seen_at(0s, Seen::offered));
  EXPECT_EQ(session.stage, Stage::offered);
  session.take(seen_at(1s, Seen::bound));
  EXPECT_EQ(session.stage, Stage::bound);
  EXPECT_FALSE(session.is_finished());
  session.take(transfer_at(2s, Seen::begun, "a"));
  EXPECT_EQ(session.stage, Stage::loading);
  session.take(transfer_at(3s, Seen::progressed, "", 400));
  EXPECT_EQ(session.file_has, 400u);
  EXPECT_EQ(session.rate(), 400u);
  session.take(transfer_at(4s, Seen::completed, "a", 1000));
  EXPECT_EQ(session.stage, Stage::loaded);
  EXPECT_TRUE(session.is_finished());
  EXPECT_EQ(session.bytes, 1000u);
  EXPECT_EQ(session.files_loaded, 1u);
  EXPECT_EQ(entered(session, Stage::offered), 0u);
  EXPECT_EQ(entered(session, Stage::loaded), 4000u);
  EXPECT_EQ(entered(session, Stage::failed), BootSession::kNotReached);
}

TEST(BootSession, IsOneForRomIpxeAndSystem) {
  BootSession session(seen_at(0s, Seen::offered));
  session.take(transfer_at(1s, Seen::begun, "ipxe.efi"));
  session.take(transfer_at(2s, Seen::completed, "ipxe.efi", 1000));
  EXPECT_FALSE(session.ends_before(seen_at(3s, Seen::offered, Speaker::ipxe)));
  session.take(seen_at(3s, Seen::offered, Speaker::ipxe));
  EXPECT_FALSE(session.ends_before(seen_at(60s, Seen::offered, Speaker::system)));
  session.take(seen_at(60s, Seen::offered, Speaker::system));
  session.take(seen_at(61s, Seen::bound, Speaker::system));
  EXPECT_TRUE(session.is_finished());
}

TEST(BootSession, EndsWhenTheMachineStartsOver) {
  BootSession session(seen_at(0s, Seen::offered, Speaker::ipxe));
  EXPECT_FALSE(session.ends_before(seen_at(1s, Seen::offered, Speaker::ipxe)));
  EXPECT_TRUE(session.ends_before(seen_at(1s, Seen::offered, Speaker::firmware)));
}

TEST(BootSession, EndsWhenARomThatHasLoadedAsksAnew) {
  BootSession session(seen_at(0s, Seen::offered));
  EXPECT_FALSE(session.ends_before(seen_at(4s, Seen::offered)));
  session.take(transfer_at(5s, Seen::begun, "a"));
  session.take(transfer_at(6s, Seen::completed, "a", 1000));
  EXPECT_TRUE(session.ends_before(seen_at(7s, Seen::offered)));
  EXPECT_FALSE(session.ends_before(seen_at(7s, Seen::told))) << "a loader of Windows asks again";
}

TEST(BootSession, EndsBySilence) {
  BootSession session(seen_at(0s, Seen::offered));
  EXPECT_FALSE(session.ends_before(seen_at(BootSession::kSilenceMax, Seen::offered)));
  EXPECT_TRUE(session.ends_before(seen_at(BootSession::kSilenceMax + 1s, Seen::offered)));
  EXPECT_FALSE(session.ends_before(seen_at(24h, Seen::renewed)));
}

TEST(BootSession, IsNotProlongedByRenewals) {
  BootSession session(seen_at(0s, Seen::bound, Speaker::system));
  session.take(seen_at(1h, Seen::renewed, Speaker::system));
  EXPECT_EQ(session.heard, kDawn);
  EXPECT_TRUE(session.ends_before(seen_at(61min, Seen::offered, Speaker::system)));
}

TEST(BootSession, IsStuckWhenItHasNotFinishedAndIsSilent) {
  BootSession session(seen_at(0s, Seen::bound));
  EXPECT_FALSE(session.is_stuck(kDawn + 30s, 30s));
  EXPECT_TRUE(session.is_stuck(kDawn + 31s, 30s));
  session.take(seen_at(31s, Seen::bound, Speaker::system));
  EXPECT_FALSE(session.is_stuck(kDawn + 1h, 30s)) << "an operating system needs no file";
}

TEST(BootSession, LeavesWhoChoseAnotherServerToIt) {
  auto chosen = seen_at(0s, Seen::unanswered);
  chosen.glimpse.reason = static_cast<std::uint16_t>(wire::DropReason::dhcp_other_server);
  const BootSession session(chosen);
  EXPECT_EQ(session.stage, Stage::elsewhere);
  EXPECT_TRUE(session.is_finished());
}

TEST(BootSession, FailsWithItsNewestFile) {
  BootSession session(seen_at(0s, Seen::bound));
  session.take(transfer_at(1s, Seen::begun, "a"));
  auto older = transfer_at(2s, Seen::given_up, "b", 7);
  older.port = 2069;
  session.take(older);
  EXPECT_EQ(session.stage, Stage::loading);
  EXPECT_EQ(session.bytes, 7u);
  session.take(transfer_at(2s, Seen::broken_off, "a", 370));
  EXPECT_EQ(session.stage, Stage::failed);
  EXPECT_EQ(session.how, Seen::broken_off);
  EXPECT_EQ(session.file_has, 370u);
  EXPECT_FALSE(session.is_finished());
}

TEST(BootSession, NamesItsStages) {
  for (std::size_t i = 0; i < kStages; ++i) {
    EXPECT_EQ(find_stage(name_of(static_cast<Stage>(i))), static_cast<Stage>(i));
  }
  EXPECT_EQ(find_stage("asleep"), std::nullopt);
}

}  // namespace
}  // namespace stentor::control
