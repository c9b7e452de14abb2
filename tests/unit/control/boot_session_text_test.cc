// SPDX-License-Identifier: BSD-3-Clause
// Goal: an operator reads where a machine stopped, and what it waits for.
#include "control/boot_session_text.h"

#include <gtest/gtest.h>

#include "sighting_builder.h"
#include "wire/drop_reason.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;
using sighting::Speaker;

const Vocabulary kWords{{"bad", "no image has this path"}};

std::string stuck(const BootSession& session, const std::string& file = "") {
  return where_text({0, session, file}, /*is_stuck=*/true, kWords);
}

TEST(BootSessionText, SaysWhatDidNotCome) {
  BootSession session(seen_at(0s, Seen::offered));
  EXPECT_EQ(stuck(session), "was offered 10.0.0.5 and did not ask for it");
  session.take(seen_at(1s, Seen::bound));
  EXPECT_EQ(stuck(session), "has 10.0.0.5 and asked for no file");
  session.take(seen_at(1s, Seen::refused));
  EXPECT_EQ(stuck(session), "was refused 10.0.0.5 and did not ask anew");
  session.take(seen_at(1s, Seen::declined));
  EXPECT_EQ(stuck(session), "found 10.0.0.5 in use and did not ask anew");
  session.take(seen_at(1s, Seen::told));
  EXPECT_EQ(stuck(session), "was told its boot file and did not ask for it");
}

TEST(BootSessionText, SaysWhatMayComeYet) {
  const BootSession session(seen_at(0s, Seen::offered));
  EXPECT_EQ(where_text({0, session, ""}, /*is_stuck=*/false, kWords),
            "was offered 10.0.0.5 and may ask for it");
}

TEST(BootSessionText, SaysWhyNobodyAnswered) {
  auto seen = seen_at(0s, Seen::unanswered);
  seen.glimpse.reason = static_cast<std::uint16_t>(wire::DropReason::dhcp_pool_exhausted);
  EXPECT_EQ(stuck(BootSession(seen)),
            "asked for an address and got no answer: no address is free for it");
}

TEST(BootSessionText, SaysWhereAFileStopped) {
  BootSession session(seen_at(0s, Seen::bound));
  session.take(transfer_at(1s, Seen::begun, "grubx64.efi"));
  session.take(transfer_at(2s, Seen::progressed, "", 375));
  EXPECT_EQ(stuck(session, "grubx64.efi"), "stopped in grubx64.efi at 37 %");
  EXPECT_EQ(where_text({0, session, "grubx64.efi"}, false, kWords), "is in grubx64.efi at 37 %");
  session.take(transfer_at(2s, Seen::given_up, "", 375));
  EXPECT_EQ(stuck(session, "grubx64.efi"), "stopped in grubx64.efi at 37 %, and was given up");
}

TEST(BootSessionText, SaysWhatWasAskedForInVain) {
  BootSession session(seen_at(0s, Seen::bound));
  auto denied = transfer_at(1s, Seen::denied, "absent.efi");
  denied.glimpse.reason = 1;
  session.take(denied);
  EXPECT_EQ(stuck(session, "absent.efi"),
            "asked for absent.efi and was refused: no image has this path");
}

TEST(BootSessionText, SaysWhoIsDone) {
  BootSession session(seen_at(0s, Seen::bound, Speaker::system));
  EXPECT_EQ(where_text({0, session, ""}, false, kWords), "has 10.0.0.5");
  session.take(transfer_at(1s, Seen::begun, "a"));
  session.take(transfer_at(2s, Seen::completed, "a", 1000));
  EXPECT_EQ(where_text({0, session, "a"}, false, kWords), "has loaded a");
  session.take(seen_at(3s, Seen::released));
  EXPECT_EQ(where_text({0, session, "a"}, false, kWords), "gave 10.0.0.5 back");
}

}  // namespace
}  // namespace stentor::control
