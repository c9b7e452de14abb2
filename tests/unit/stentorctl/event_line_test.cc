// SPDX-License-Identifier: BSD-3-Clause
// Goal: an event is one line that people read, whatever a client has put into it.
#include "event_line.h"

#include <gtest/gtest.h>

namespace stentor::ctl {
namespace {

using Json = nlohmann::ordered_json;

TEST(EventLine, NamesWhoAndWhat) {
  EXPECT_EQ(event_line(Json{{"id", 7},
                            {"time", "T"},
                            {"type", "lease"},
                            {"what", "bound"},
                            {"mac", "52:54:00:00:00:01"},
                            {"address", "10.0.0.5"},
                            {"speaker", "ipxe"}}),
            "T lease bound 10.0.0.5 52:54:00:00:00:01 by ipxe");
}

TEST(EventLine, SaysHowFarATransferCame) {
  Json event{{"time", "T"},        {"type", "transfer"},      {"what", "begun"},
             {"mac", nullptr},     {"address", "A"},          {"file", "a"},
             {"file_bytes", 1000}, {"bytes_acknowledged", 0}, {"blocks_resent", 0}};
  EXPECT_EQ(event_line(event), "T transfer begun A a, 1000 bytes");
  event["what"] = "failed";
  event["bytes_acknowledged"] = 370;
  event["why"] = "its client fell silent";
  EXPECT_EQ(event_line(event),
            "T transfer failed A a, 370 of 1000 bytes, blocks resent: 0: its client fell silent");
}

TEST(EventLine, SaysWhatHappenedToTheAppliance) {
  EXPECT_EQ(event_line(Json{{"time", "T"},
                            {"type", "port"},
                            {"what", "down"},
                            {"port", "boot0"},
                            {"text", "link is down"}}),
            "T port down boot0: link is down");
}

TEST(EventLine, SaysHowManyAreLost) {
  EXPECT_EQ(event_line(Json{{"type", "lost"}, {"count", 12}}),
            "lost 12 events: they came faster than they were read");
}

TEST(EventLine, MovesNoCursor) {
  const std::string line = event_line(
      Json{{"time", "T"}, {"type", "transfer"}, {"what", "begun"}, {"file", "a\n\x1b[2J"}});
  EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos) << line;
}

}  // namespace
}  // namespace stentor::ctl
