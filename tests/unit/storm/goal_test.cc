// SPDX-License-Identifier: BSD-3-Clause
// Goal: goals compare what they name, and a storm that measured nothing holds none of them.
#include "storm/goal.h"

#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

std::uint64_t& count(Result& result, Count which) {
  return result.counts[static_cast<std::size_t>(which)];
}

Result sample() {
  Result result;
  result.machines = 1000;
  result.booted = 999;
  result.elapsed = std::chrono::seconds{2};
  result.failures[static_cast<std::size_t>(Failure::died)] = 1;
  for (std::uint64_t at = 1; at <= 100; ++at) result.boot_time.add(at * 10'000'000);
  result.offer_time.add(5'000'000);
  result.ack_time.add(6'000'000);
  result.first_block.add(7'000'000);
  result.next_data.add(8'000'000);
  count(result, Count::data_bytes) = 1'500'000'000;  // of files that were not finished too
  count(result, Count::file_bytes) = 1'000'000'000;
  count(result, Count::data_frames) = 990;
  count(result, Count::data_duplicates) = 10;
  count(result, Count::discovers_sent) = 1000;
  count(result, Count::requests_sent) = 1000;
  count(result, Count::rrqs_sent) = 1000;
  count(result, Count::tftp_acks_sent) = 7000;
  count(result, Count::resends) = 50;
  count(result, Count::offers_received) = 1000;
  count(result, Count::acks_received) = 1000;
  count(result, Count::late_answers) = 2;
  count(result, Count::files_unverified) = 3;
  return result;
}

bool holds(const char* text, const Result& result) {
  const auto goal = parse_goal(text);
  EXPECT_TRUE(goal) << text << ": " << (goal ? "" : goal.error().sentence);
  return goal && judge(*goal, result).held;
}

std::string error_of(const char* text) {
  const auto goal = parse_goal(text);
  EXPECT_FALSE(goal) << text;
  return goal ? "" : goal.error().sentence;
}

TEST(Goal, EachMeasureHoldsAndFailsAtItsBound) {
  const Result result = sample();
  struct Case {
    const char* holds;
    const char* fails;
  };
  for (const Case& each : {
           Case{"booted>=99.9%", "booted=100%"},
           Case{"booted=999", "booted>999"},
           Case{"failed<=1", "failed=0"},
           Case{"failed<=0.1%", "failed<0.1%"},
           Case{"died=1", "died=0"},
           Case{"naks=0", "naks>0"},
           Case{"late<=0.1%", "late=0"},
           Case{"wrong=0", "wrong>0"},
           Case{"unverified<=3", "unverified=0"},
           Case{"resends<1%", "resends<0.5%"},
           Case{"resends=50", "resends<50"},
           Case{"duplicates<=1%", "duplicates<1%"},
           Case{"p50<=520ms", "p50<490ms"},
           Case{"p99<1.1s", "p99<900ms"},
           Case{"p99.9<=1s", "p99.9<1s"},
           Case{"max<=1s", "max<1s"},
           Case{"boot.max<=1s", "boot.max<1s"},
           Case{"min>=10ms", "min>10ms"},
           Case{"mean<510ms", "mean<500ms"},
           Case{"offer.p99<=5ms", "offer.p99<5ms"},
           Case{"ack.p99<=6ms", "ack.p99<6ms"},
           Case{"first-block.max<=7ms", "first-block.max<7ms"},
           Case{"next-data.p99<=8ms", "next-data.p99<8ms"},
           Case{"rate>=500MB/s", "rate>500MB/s"},
           Case{"rate>=4Gbps", "rate>4Gbps"},
           Case{"elapsed<=2s", "elapsed<2s"},
       }) {
    EXPECT_TRUE(holds(each.holds, result)) << each.holds;
    EXPECT_FALSE(holds(each.fails, result)) << each.fails;
  }
}

TEST(Goal, WrongCountsBytesOptionsAddressesAndSizes) {
  // Goal: bytes are wrong where a block differs and where a whole file's hash does.
  for (const Count which : {Count::wrong_options, Count::addresses_taken}) {
    Result result = sample();
    count(result, which) = 1;
    EXPECT_FALSE(holds("wrong=0", result)) << name_of(which);
  }
  for (const Failure why : {Failure::wrong_bytes, Failure::wrong_size}) {
    Result result = sample();
    result.failures[static_cast<std::size_t>(why)] = 1;
    EXPECT_FALSE(holds("wrong=0", result)) << name_of(why);
  }
}

TEST(Goal, AWrongBlockIsOneWrongThing) {
  // Goal: the machine that got it has failed of it, and is not counted again.
  Result result = sample();
  count(result, Count::wrong_blocks) = 1;
  result.failures[static_cast<std::size_t>(Failure::wrong_bytes)] = 1;
  EXPECT_TRUE(holds("wrong=1", result));
}

TEST(Goal, HoldsNothingThatWasNotMeasured) {
  const Result nothing;
  for (const char* text :
       {"p99<5s", "max>=0", "offer.p99<1s", "rate>=0B/s", "booted=100%", "resends<1%"}) {
    const auto goal = parse_goal(text);
    ASSERT_TRUE(goal) << text;
    const GoalVerdict verdict = judge(*goal, nothing);
    EXPECT_FALSE(verdict.held) << text;
    EXPECT_EQ(verdict.measured, "nothing was measured") << text;
  }
}

TEST(Goal, SaysWhatItMeasured) {
  const auto verdict = judge(*parse_goal(" booted >= 100% "), sample());
  EXPECT_EQ(verdict.goal, "booted>=100%");
  EXPECT_EQ(verdict.measured, "99.9 %");
  EXPECT_EQ(judge(*parse_goal("rate>1MB/s"), sample()).measured, "500 MB/s");
}

TEST(Goal, RefusesWhatItDoesNotKnowAndSaysWhatItKnows) {
  EXPECT_NE(error_of("boted=1").find("did you mean booted?"), std::string::npos);
  EXPECT_NE(error_of("wibble=1").find("Known are booted, failed"), std::string::npos);
  EXPECT_NE(error_of("booted").find("compares what was measured with a bound"), std::string::npos);
  EXPECT_NE(error_of("=5").find("compares"), std::string::npos);
  EXPECT_NE(error_of("offer<5ms").find("Write offer.p99"), std::string::npos);
  EXPECT_NE(error_of("offer.q9<5ms").find("Write offer.p99"), std::string::npos);
  EXPECT_NE(error_of("p101<5s").find("nothing is measured"), std::string::npos);
  EXPECT_NE(error_of("p99<5").find("a time with its unit"), std::string::npos);
  EXPECT_NE(error_of("rate>5").find("a rate, like 500MB/s"), std::string::npos);
  EXPECT_NE(error_of("booted>101%").find("a share from 0% to 100%"), std::string::npos);
  EXPECT_NE(error_of("wrong<1%").find("expected a number"), std::string::npos);
  EXPECT_NE(error_of("unverified<1%").find("expected a number"), std::string::npos);
  EXPECT_NE(error_of("booted=<5").find("cannot be compared"), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
