// SPDX-License-Identifier: BSD-3-Clause
// Goal: rates are what counters grew by in a second, also where they began anew; what matters most
// stands first; and a screen has no more lines than there is room for.
#include "top_figures.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace stentor::ctl {
namespace {

using Json = nlohmann::ordered_json;

Json figures_of(std::uint64_t received, std::uint64_t sent) {
  return {{"frames_received", received}, {"bytes_received", received * 100},
          {"frames_sent", sent},         {"bytes_sent", sent * 1514},
          {"dhcp_replies", 0},           {"transfers_begun", 0},
          {"transfers_completed", 0},    {"transfers_given_up", 0},
          {"blocks_sent", sent},         {"blocks_resent", 0}};
}

Json port_figures(std::uint64_t received, std::uint64_t lost) {
  Json figures = figures_of(received, received);
  figures["receive_queue_full"] = lost;
  for (const char* name :
       {"no_receive_buffer", "receive_errors", "send_errors", "refused_by_driver"}) {
    figures[name] = 10 * lost;
  }
  return figures;
}

TopLook look_of(int seconds, std::uint64_t received, std::uint64_t sent) {
  TopLook look;
  look.at += std::chrono::seconds{seconds};
  look.status = {{"version", "1.2"},
                 {"uptime_seconds", 100 + seconds},
                 {"problems", Json::array()},
                 {"transfers", 7},
                 {"draining", false},
                 {"leases", {{"bound", 5}, {"offered", 1}, {"free", 9}, {"subnets", {"many"}}}},
                 {"images", {{"served", 3}}},
                 {"figures", figures_of(received, sent)}};
  look.workers["workers"] = {
      {{"worker", 0}, {"core", 2}, {"transfers", 7}, {"figures", figures_of(received, sent)}}};
  look.ports["ports"] = {
      {{"port", "boot0"}, {"link", "up"}, {"figures", port_figures(received, 0)}}};
  look.drops = {{"drops", Json::array()}, {"refusals", Json::array()}};
  look.stuck = {{"clients", Json::array()}, {"next", nullptr}};
  return look;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(TopFigures, AreWhatCountersGrewByInASecond) {
  const Json figures = top_figures(look_of(0, 1000, 400), look_of(2, 1500, 500));
  EXPECT_EQ(figures.at("interval_seconds"), 2.0);
  EXPECT_EQ(figures.at("per_second").at("frames_received"), 250.0);
  EXPECT_EQ(figures.at("per_second").at("frames_sent"), 50.0);
  EXPECT_EQ(figures.at("workers").at(0).at("per_second").at("frames_received"), 250.0);
  EXPECT_EQ(figures.at("ports").at(0).at("per_second").at("frames_received"), 250.0);
  EXPECT_EQ(figures.at("transfers"), 7);
  EXPECT_FALSE(figures.at("leases").contains("subnets"));
}

TEST(TopFigures, CountFromZeroWhatBeganAnew) {
  const Json figures = top_figures(look_of(0, 1000, 400), look_of(1, 30, 500));
  EXPECT_EQ(figures.at("per_second").at("frames_received"), 30.0);
  EXPECT_EQ(figures.at("per_second").at("frames_sent"), 100.0);
}

TEST(TopFigures, CountAllFromZeroWhereStentordWasStartedBetween) {
  TopLook now = look_of(1, 5000, 6000);
  now.status["uptime_seconds"] = 1;
  const Json figures = top_figures(look_of(0, 1000, 400), now);
  EXPECT_EQ(figures.at("per_second").at("frames_received"), 5000.0);
  EXPECT_EQ(figures.at("ports").at(0).at("per_second").at("frames_received"), 5000.0);
}

TEST(TopFigures, CountAPortThatWasNotThereBeforeFromZero) {
  TopLook before = look_of(0, 10, 10);
  before.ports["ports"] = Json::array();
  EXPECT_EQ(top_figures(before, look_of(1, 10, 10))
                .at("ports")
                .at(0)
                .at("per_second")
                .at("frames_received"),
            10.0);
}

TEST(TopFigures, NameWhatWasDroppedTheMostFrequentFirst) {
  TopLook before = look_of(0, 0, 0);
  TopLook now = look_of(2, 0, 0);
  before.drops = {
      {"drops", {{{"reason", "rare"}, {"count", 5}}, {{"reason", "old"}, {"count", 9}}}},
      {"refusals", {{{"reason", "often"}, {"count", 0}}}}};
  now.drops = {{"drops", {{{"reason", "rare"}, {"count", 7}}, {{"reason", "old"}, {"count", 9}}}},
               {"refusals", {{{"reason", "often"}, {"count", 40}}}}};
  const Json drops = top_figures(before, now).at("drops");
  ASSERT_EQ(drops.size(), 2u) << "what happened between the looks, and nothing else";
  EXPECT_EQ(drops.at(0).at("reason"), "often");
  EXPECT_EQ(drops.at(0).at("kind"), "refusal");
  EXPECT_EQ(drops.at(0).at("per_second"), 20.0);
  EXPECT_EQ(drops.at(1).at("reason"), "rare");
  EXPECT_EQ(drops.at(1).at("count"), 7);
}

TEST(TopScreen, SaysWhatASecondBroughtAndWhoIsStuck) {
  TopLook now = look_of(1, 1000, 1'000'000);
  now.stuck = {{"clients",
                {{{"mac", "52:54:00:00:00:01"},
                  {"address", nullptr},
                  {"stage", "asking"},
                  {"silent_seconds", 61},
                  {"where", "no OFFER\x1b[2J"}}}},
               {"next", "2"}};
  const std::string screen = top_screen(top_figures(look_of(0, 0, 0), now), 0, 0);
  for (const char* part :
       {"stentord   1.2, up 1m 41s\n", "received   1000 frames/s, 0.00 Gbit/s\n",
        "sent       1000000 frames/s, 12.11 Gbit/s\n", "7 transfers", "boot0  up",
        "52:54:00:00:00:01", "1m 1s", "There are more: `stentorctl clients --stuck` has them."}) {
    EXPECT_NE(screen.find(part), std::string::npos) << part << " in:\n" << screen;
  }
  EXPECT_EQ(screen.find('\x1b'), std::string::npos);
}

TEST(TopScreen, SumsUpWhatAPortLost) {
  TopLook now = look_of(1, 1000, 1000);
  now.ports["ports"][0]["figures"] = port_figures(1000, 7);
  const std::string screen = top_screen(top_figures(look_of(0, 0, 0), now), 0, 0);
  EXPECT_NE(screen.find(" 287\n"), std::string::npos) << screen;
}

TEST(TopScreen, HasNoLineThatIsWiderThanTheTerminal) {
  TopLook now = look_of(1, 1000, 1000);
  now.status["draining"] = true;
  now.status["problems"] = {std::string(200, 'p')};
  now.drops["drops"] = {{{"reason", std::string(50, 'r')}, {"count", 5}}};
  const std::string screen = top_screen(top_figures(look_of(0, 0, 0), now), 40, 0);
  EXPECT_NE(screen.find(", draining\n"), std::string::npos);
  EXPECT_NE(screen.find("problem:   " + std::string(26, 'p') + "...\n"), std::string::npos);
  std::string_view rest = screen;
  while (!rest.empty()) {
    EXPECT_LE(rest.find('\n'), 40u) << screen;
    rest.remove_prefix(rest.find('\n') + 1);
  }
}

TEST(TopScreen, HasNoMoreLinesThanThereIsRoomFor) {
  const Json figures = top_figures(look_of(0, 0, 0), look_of(1, 1, 1));
  const std::size_t all = lines_of(top_screen(figures, 80, 0));
  EXPECT_EQ(top_screen(figures, 80, all), top_screen(figures, 80, 0));
  for (const std::size_t lines : {std::size_t{1}, std::size_t{2}, all - 1}) {
    const std::string screen = top_screen(figures, 80, lines);
    EXPECT_EQ(lines_of(screen), lines);
    EXPECT_NE(screen.find("and " + std::to_string(all - lines + 1) + " more lines\n"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace stentor::ctl
