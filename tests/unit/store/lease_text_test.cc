// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a client has said is shown as people write it, and a time is read as it is shown.
#include "store/lease_text.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

TEST(LeaseText, IsWhatTheClientHasSaid) {
  const LeaseText text(with_details(bound(0x0a000007, 1), "node7"));
  EXPECT_EQ(text.mac, "52:54:00:00:00:07");
  EXPECT_EQ(text.hostname, "node7");
  EXPECT_EQ(text.client_id, "016964");
  EXPECT_EQ(text.circuit_id, "706f72742037");
  EXPECT_EQ(text.remote_id, "7261636b2033");
  const LeaseText silent(bound(0x0a000007, 1));
  EXPECT_EQ(silent.mac + silent.hostname + silent.client_id, "");
}

TEST(LeaseText, TimesAreReadAsTheyAreWritten) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(1'795'694'400), "2026-11-26T12:00:00Z");
  for (const UtcSecond second : {UtcSecond{0}, kUtcStart, UtcSecond{4'102'444'799}}) {
    EXPECT_EQ(read_utc(utc_text(second)), second);
  }
  for (const char* text : {"", "Z", "2026-11-26T12:00:00", "2026-11-26 12:00:00Z", "2026-11-26TZ",
                           "2026-13-26T12:00:00Z", "2026-02-30T12:00:00Z", "never"}) {
    EXPECT_FALSE(read_utc(text)) << text;
  }
}

}  // namespace
}  // namespace stentor::store
