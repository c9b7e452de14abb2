// SPDX-License-Identifier: BSD-3-Clause
// Goal: what happened to a client is told as an event of its type, with what is known and why.
#include "control/event.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sighting_builder.h"
#include "wire/drop_reason.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;
using Json = nlohmann::json;

constexpr std::int64_t kUtc = 1'795'813'384'512;  // 2026-11-27T21:03:04.512Z
const Vocabulary kEventWords{{"bad", "no image has this path"}};

Json told(const sighting::Sighting& seen) {
  const auto event = event_of(seen, kUtc);
  EXPECT_TRUE(event);
  return event ? Json(json_of(*event, kEventWords)) : Json();
}

TEST(Event, TellsOfALease) {
  const Json json = told(seen_at(0s, Seen::bound));
  EXPECT_EQ(json.at("type"), "lease");
  EXPECT_EQ(json.at("what"), "bound");
  EXPECT_EQ(json.at("time"), "2026-11-27T21:03:04.512Z");
  EXPECT_EQ(json.at("mac"), "52:54:00:00:00:01");
  EXPECT_EQ(json.at("address"), "10.0.0.5");
  EXPECT_EQ(json.at("speaker"), "firmware");
}

TEST(Event, TellsOfATransferAndWhyItFailed) {
  EXPECT_EQ(told(transfer_at(0s, Seen::begun, "a")).at("what"), "begun");
  EXPECT_EQ(told(transfer_at(0s, Seen::completed, "a", 1000)).at("bytes_acknowledged"), 1000);
  const Json failed = told(transfer_at(0s, Seen::given_up, "a", 7));
  EXPECT_EQ(failed.at("what"), "failed");
  EXPECT_EQ(failed.at("why"), "its client fell silent");
  EXPECT_EQ(failed.at("file"), "a");
  auto denied = transfer_at(0s, Seen::denied, "absent");
  denied.glimpse.reason = 1;
  EXPECT_EQ(told(denied).at("why"), "no image has this path");
}

TEST(Event, TellsWhyNobodyAnswered) {
  auto seen = seen_at(0s, Seen::unanswered);
  seen.glimpse.reason = static_cast<std::uint16_t>(wire::DropReason::dhcp_pool_exhausted);
  const Json json = told(seen);
  EXPECT_EQ(json.at("type"), "boot");
  EXPECT_EQ(json.at("why"), "no address is free for it");
}

TEST(Event, LeavesOutWhatOnlyMovesASession) {
  EXPECT_FALSE(event_of(transfer_at(0s, Seen::progressed, "", 1), kUtc));
}

TEST(Event, TellsOfTheApplianceInASentence) {
  const Json json = Json(json_of(
      {.type = EventType::port, .what = "down", .subject = "boot0", .text = "its clients wait"},
      kEventWords));
  EXPECT_EQ(json.at("port"), "boot0");
  EXPECT_EQ(json.at("text"), "its clients wait");
  EXPECT_FALSE(json.contains("mac"));
}

TEST(Event, TellsOfAHostByItsMacAddress) {
  Event event{
      .type = EventType::host, .what = "set", .glimpse = {.mac = kMachine}, .file = "wipe.efi"};
  const Json set = Json(json_of(event, kEventWords));
  EXPECT_EQ(set.at("type"), "host");
  EXPECT_EQ(set.at("what"), "set");
  EXPECT_EQ(set.at("mac"), "52:54:00:00:00:01");
  EXPECT_EQ(set.at("file"), "wipe.efi");
  EXPECT_FALSE(set.contains("address"));
  EXPECT_FALSE(set.contains("speaker")) << "nobody has said anything";
  event.what = "removed";
  event.file.clear();
  const Json removed = Json(json_of(event, kEventWords));
  EXPECT_EQ(removed.at("mac"), "52:54:00:00:00:01");
  EXPECT_FALSE(removed.contains("file"));
}

TEST(Event, NamesItsTypes) {
  for (std::size_t i = 0; i < kEventTypes; ++i) {
    EXPECT_EQ(find_event_type(name_of(static_cast<EventType>(i))), static_cast<EventType>(i));
  }
  EXPECT_EQ(find_event_type("lost"), std::nullopt);
}

}  // namespace
}  // namespace stentor::control
