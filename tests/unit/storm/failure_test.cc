// SPDX-License-Identifier: BSD-3-Clause
// Goal: every way in which a server lets a machine down is named by the right Failure, at the right
// stage; and every kind of stage passes on a server that is right.
#include <filesystem>
#include <fstream>

#include "storm_rig.h"
#include "stub_server.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;
using Kind = Stage::Kind;

Stage stage(Kind kind, std::string name = {}) {
  return {.kind = kind, .name = std::move(name), .pause = {}, .profile = {}};
}

Scenario scenario_of(std::vector<Stage> script, const char* profile = "ipxe",
                     std::uint32_t machines = 1) {
  Scenario scenario;
  scenario.groups[0].machines = machines;
  scenario.groups[0].profiles = {profile};
  scenario.groups[0].script = std::move(script);
  return scenario;
}

// Runs to the end and returns what came of it. `files` is what machines compare with.
Result run(const Scenario& scenario, StubServer& server,
           const std::map<std::string, ByteVector>& files = boot_files()) {
  StormRig storm(scenario, files);
  EXPECT_TRUE(storm.run_with([&server](ByteView frame) { return server.answer(frame); }));
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
  return storm.result();
}

StubBehaviour right_server() { return {.files = boot_files()}; }

std::vector<Stage> dora_and_boot() { return {stage(Kind::dora), stage(Kind::boot_file)}; }

void expect_failure(const Result& result, Failure failure, std::uint8_t at_stage) {
  EXPECT_EQ(result.booted, 0u);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(failure)], result.machines)
      << describe(result);
  EXPECT_EQ(result.rows[0].failure, failure) << describe(result);
  EXPECT_EQ(result.rows[0].stage, at_stage);
  EXPECT_EQ(result.groups[0].stages[at_stage].failed, result.machines);
}

// Machines that the timeline says were bound.
std::uint32_t bound(const Result& result) {
  std::uint32_t sum = 0;
  for (const Interval& interval : result.timeline) sum += interval.bound;
  return sum;
}

TEST(StormFailureTest, EveryKindOfStagePassesOnARightServer) {
  // Goal: renew, release, boot_server, missing, pause and a second DORA by other firmware.
  StubServer server(right_server());
  Scenario scenario =
      scenario_of({stage(Kind::dora), stage(Kind::boot_server), stage(Kind::boot_file),
                   stage(Kind::pause), stage(Kind::dora), stage(Kind::missing, "none"),
                   stage(Kind::file, "kernel"), stage(Kind::renew), stage(Kind::release)},
                  "edk2");
  scenario.groups[0].script[3].pause = 7s;
  scenario.groups[0].script[4].profile = "ipxe";
  const Result result = run(scenario, server);
  EXPECT_EQ(result.booted, 1u) << describe(result);
  EXPECT_GE(result.rows[0].boot_time, 7s);
  EXPECT_EQ(server.heard("dhcp 3 4011"), 1);
  EXPECT_EQ(server.source_of_last(), "10.20.0.10");  // of the RELEASE
  EXPECT_EQ(server.heard("dhcp 7"), 1);
  EXPECT_EQ(server.heard("dhcp 3"), 3);  // two DORAs and the renewal
  EXPECT_EQ(count_of(result, Count::boot_server_answers), 1u);
  EXPECT_EQ(result.groups[0].stages[6].name, "file kernel");
  EXPECT_EQ(result.groups[0].stages[7].latency.count(), 1u);
  EXPECT_EQ(bound(result), 1u);  // though it has had two leases
}

TEST(StormFailureTest, ASilentServerIsNoOffer) {
  StubServer server({.offers = false});
  expect_failure(run(scenario_of(dora_and_boot()), server), Failure::no_offer, 0);
  EXPECT_EQ(server.heard("dhcp 1"), 5);  // iPXE asks again four times
}

TEST(StormFailureTest, OffersWithoutAcksAreNoAck) {
  StubServer server({.acks = false});
  expect_failure(run(scenario_of(dora_and_boot()), server), Failure::no_ack, 0);
}

TEST(StormFailureTest, AServerThatRefusesForEverIsNoAck) {
  StubServer server({.naks = true});
  const Result result = run(scenario_of(dora_and_boot()), server);
  expect_failure(result, Failure::no_ack, 0);
  EXPECT_EQ(count_of(result, Count::naks_received), 4u);
}

TEST(StormFailureTest, ARenewalThatIsNotAnsweredIsNoAck) {
  StubServer server(right_server());
  Scenario scenario = scenario_of({stage(Kind::dora), stage(Kind::pause), stage(Kind::renew)});
  scenario.groups[0].script[1].pause = 1s;
  StormRig storm(scenario, boot_files());
  ASSERT_TRUE(storm.run_with([&](ByteView frame) {
    auto replies = server.answer(frame);
    server.behaviour().acks = server.heard("dhcp 3") == 0;
    return replies;
  }));
  expect_failure(storm.result(), Failure::no_ack, 2);
}

TEST(StormFailureTest, ARenewalThatIsRefusedIsNoAck) {
  StubServer server(right_server());
  StormRig storm(scenario_of({stage(Kind::dora), stage(Kind::renew)}), boot_files());
  ASSERT_TRUE(storm.run_with([&](ByteView frame) {
    auto replies = server.answer(frame);
    server.behaviour().naks = server.heard("dhcp 3") != 0;
    return replies;
  }));
  expect_failure(storm.result(), Failure::no_ack, 1);
}

TEST(StormFailureTest, AnAckWithoutAFileIsNoBootFile) {
  StubBehaviour behaviour = right_server();
  behaviour.boot_file.clear();
  StubServer server(behaviour);
  expect_failure(run(scenario_of(dora_and_boot()), server), Failure::no_boot_file, 1);
}

TEST(StormFailureTest, AFetchThatNeverBeganAddsNoBytesToThoseOfTheOneBefore) {
  StubBehaviour behaviour = right_server();
  behaviour.boot_file.clear();
  StubServer server(behaviour);
  const Result result =
      run(scenario_of({stage(Kind::dora), stage(Kind::file, "loader"), stage(Kind::boot_file)}),
          server);
  expect_failure(result, Failure::no_boot_file, 2);
  EXPECT_EQ(result.rows[0].bytes, boot_files().at("loader").size());
  EXPECT_EQ(count_of(result, Count::file_bytes), boot_files().at("loader").size());
}

TEST(StormFailureTest, ASilentBootServerIsNamed) {
  StubBehaviour behaviour = right_server();
  behaviour.answers_4011 = false;
  StubServer server(behaviour);
  const Scenario scenario = scenario_of({stage(Kind::dora), stage(Kind::boot_server)});
  expect_failure(run(scenario, server), Failure::no_boot_server, 1);
}

TEST(StormFailureTest, ABootServerThatNamesNothingIsNoBootFile) {
  StubBehaviour behaviour = right_server();
  behaviour.boot_server_file.clear();
  StubServer server(behaviour);
  const Scenario scenario = scenario_of({stage(Kind::dora), stage(Kind::boot_server)});
  expect_failure(run(scenario, server), Failure::no_boot_file, 1);
}

TEST(StormFailureTest, AServerThatDoesNotAnswerArpIsTftpSilence) {
  StubBehaviour behaviour = right_server();
  behaviour.answers_arp = false;
  StubServer server(behaviour);
  const Result result = run(scenario_of(dora_and_boot()), server);
  expect_failure(result, Failure::tftp_silent, 1);
  EXPECT_EQ(count_of(result, Count::rrqs_sent), 0u);
}

TEST(StormFailureTest, AServerThatIgnoresRequestsIsTftpSilence) {
  StubBehaviour behaviour = right_server();
  behaviour.answers_tftp = false;
  StubServer server(behaviour);
  const Result result = run(scenario_of(dora_and_boot()), server);
  expect_failure(result, Failure::tftp_silent, 1);
  EXPECT_EQ(result.rows[0].resends, 8u);  // as often as iPXE asks again
}

TEST(StormFailureTest, AServerThatFallsSilentInTheMiddleIsTftpSilence) {
  StubBehaviour behaviour = right_server();
  behaviour.blocks_max = 5;
  StubServer server(behaviour);
  const Result result = run(scenario_of(dora_and_boot()), server);
  expect_failure(result, Failure::tftp_silent, 1);
  EXPECT_EQ(result.rows[0].bytes, 5u * 1432u);
  EXPECT_EQ(count_of(result, Count::data_bytes), 5u * 1432u);
  EXPECT_EQ(count_of(result, Count::file_bytes), 0u);  // goodput is of files that were finished
}

TEST(StormFailureTest, AnErrorOfTheServerIsNamedWithItsCode) {
  StubBehaviour behaviour = right_server();
  behaviour.error = 2;
  StubServer server(behaviour);
  const Result result = run(scenario_of(dora_and_boot()), server);
  expect_failure(result, Failure::tftp_error, 1);
  EXPECT_EQ(result.rows[0].error_code, 2);
}

TEST(StormFailureTest, AnOackOfWhatNobodyAskedIsRefused) {
  StubBehaviour behaviour = right_server();
  behaviour.oack_extra = "windowsize";
  StubServer server(behaviour);
  expect_failure(run(scenario_of(dora_and_boot()), server), Failure::tftp_refused, 1);
}

TEST(StormFailureTest, AnOackThatLiesAboutTheSizeIsWrongSize) {
  StubBehaviour behaviour = right_server();
  behaviour.lies_about_size = true;
  StubServer server(behaviour);
  expect_failure(run(scenario_of(dora_and_boot()), server), Failure::wrong_size, 1);
}

TEST(StormFailureTest, AFileShorterOrLongerThanTheReferenceIsWrongSize) {
  for (const std::size_t bytes : {40'000u, 41'000u}) {
    StubBehaviour behaviour = right_server();
    auto files = boot_files();
    files["loader"] = support::patterned(41'000);
    behaviour.files["loader"] = support::patterned(41'000);
    if (bytes < 41'000) {
      behaviour.files["loader"].resize(bytes);
    } else {
      files["loader"].resize(40'000);
    }
    StubServer server(behaviour);
    expect_failure(run(scenario_of(dora_and_boot()), server, files), Failure::wrong_size, 1);
  }
}

TEST(StormFailureTest, OneWrongByteIsFoundWhereverItStands) {
  // Goal: in the hot lane's blocks, in the first and in the last; the server is told to stop.
  for (const std::size_t at : {0u, 20'000u, 40'000u}) {
    StubBehaviour behaviour = right_server();
    behaviour.files["loader"][at] ^= 1;
    StubServer server(behaviour);
    const Result result = run(scenario_of(dora_and_boot()), server);
    expect_failure(result, Failure::wrong_bytes, 1);
    EXPECT_EQ(count_of(result, Count::wrong_blocks), 1u);
    EXPECT_EQ(count_of(result, Count::file_bytes), 0u);
    EXPECT_EQ(server.heard("error"), at < 40'000 ? 1 : 0) << at;
  }
}

TEST(StormFailureTest, SampledVerificationLooksAtEachNthBlockAndTheLast) {
  for (const auto& [at, is_found] :
       {std::pair{5u, false}, {1432u * 3 + 5, true}, {40'000u, true}}) {
    StubBehaviour behaviour = right_server();
    behaviour.files["loader"][at] ^= 1;
    StubServer server(behaviour);
    Scenario scenario = scenario_of(dora_and_boot());
    scenario.verify.bytes = Verification::Bytes::sampled;
    scenario.verify.sample_every = 4;
    const Result result = run(scenario, server);
    EXPECT_EQ(result.booted, is_found ? 0u : 1u) << at;
  }
}

// Not SHA-256, but a sum of all bytes and their places: what the engine needs of a hasher.
StreamHasher place_hasher() {
  struct State {
    std::uint64_t at;
    std::uint64_t sum;
  };
  return {.state_bytes = sizeof(State),
          .begin = [](void* state) { *static_cast<State*>(state) = {}; },
          .add =
              [](void* state, base::Bytes bytes) {
                auto& to = *static_cast<State*>(state);
                for (const std::uint8_t byte : bytes) to.sum += ++to.at * byte;
              },
          .finish =
              [](void* state) {
                Sha256 sum{};
                base::store_big_endian(sum.data(), static_cast<State*>(state)->sum);
                return sum;
              }};
}

TEST(StormFailureTest, HashesAreComparedAtTheEndOfEachFile) {
  // Goal: the right bytes pass, one wrong byte does not; each machine has a stream of its own.
  const auto files = boot_files();
  const StreamHasher hasher = place_hasher();
  for (const bool is_wrong : {false, true}) {
    std::array<std::uint64_t, 2> state{};
    hasher.begin(state.data());
    hasher.add(state.data(), files.at("loader"));
    const std::string sums = std::filesystem::temp_directory_path() / "stentor-storm-sums";
    std::ofstream out(sums);
    for (const std::uint8_t byte : hasher.finish(state.data())) {
      out << "0123456789abcdef"[byte >> 4] << "0123456789abcdef"[byte & 15];
    }
    out << "  loader\n" << std::flush;
    StubBehaviour behaviour = right_server();
    if (is_wrong) behaviour.files["loader"][30'000] ^= 1;
    StubServer server(behaviour);
    Scenario scenario = scenario_of(dora_and_boot(), "edk2", 5);
    scenario.verify.bytes = Verification::Bytes::hash;
    scenario.verify.sums = sums;
    auto plan = make_plan(scenario, {.port_mac = {}, .hasher = hasher});
    std::filesystem::remove(sums);
    ASSERT_TRUE(plan.has_value()) << plan.error().sentence;
    StormRig storm(*std::move(plan));
    ASSERT_TRUE(storm.run_with([&server](ByteView frame) { return server.answer(frame); }));
    const Result result = storm.result();
    EXPECT_EQ(result.booted, is_wrong ? 0u : 5u) << describe(result);
    EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::wrong_bytes)], is_wrong ? 5u : 0u);
    EXPECT_EQ(count_of(result, Count::files_verified), is_wrong ? 0u : 5u);
  }
}

TEST(StormFailureTest, WithoutVerificationOnlySizesCount) {
  StubBehaviour behaviour = right_server();
  behaviour.files["loader"][20'000] ^= 1;
  StubServer server(behaviour);
  Scenario scenario = scenario_of(dora_and_boot());
  scenario.verify.bytes = Verification::Bytes::none;
  const Result result = run(scenario, server);
  EXPECT_EQ(result.booted, 1u);
  EXPECT_EQ(count_of(result, Count::files_unverified), 1u);
}

TEST(StormFailureTest, OptionsThatAreNotWhatTheScenarioAsksAreWrong) {
  // Goal: mask, address, router, lease time, and T1 behind T2 (RFC 2131 section 4.4.5).
  const std::vector<std::function<void(Scenario&, StubBehaviour&)>> wrongs = {
      [](Scenario& s, StubBehaviour&) {
        s.verify.subnet = wire::Ipv4Prefix::parse("10.20.0.0/17");
      },
      [](Scenario& s, StubBehaviour&) {
        s.verify.subnet = wire::Ipv4Prefix::parse("10.21.0.0/16");
      },
      [](Scenario& s, StubBehaviour&) { s.verify.router = wire::Ipv4Address::parse("10.20.0.1"); },
      [](Scenario& s, StubBehaviour&) { s.verify.lease_min = 2h; },
      [](Scenario&, StubBehaviour& b) {
        b.options.push_back({58, {0, 0, 8, 0}});
        b.options.push_back({59, {0, 0, 7, 0}});
      },
      [](Scenario&, StubBehaviour& b) {
        b.options.push_back({59, {0, 1, 0, 0}});
      },
  };
  for (std::size_t i = 0; i < wrongs.size(); ++i) {
    StubBehaviour behaviour = right_server();
    Scenario scenario = scenario_of(dora_and_boot());
    wrongs[i](scenario, behaviour);
    StubServer server(behaviour);
    SCOPED_TRACE(i);
    const Result result = run(scenario, server);
    expect_failure(result, Failure::wrong_options, 0);
    EXPECT_EQ(count_of(result, Count::wrong_options), 1u);
  }
}

TEST(StormFailureTest, RightOptionsPass) {
  StubBehaviour behaviour = right_server();
  behaviour.options.push_back({3, {10, 20, 0, 1}});
  behaviour.options.push_back({58, {0, 0, 7, 0}});
  behaviour.options.push_back({59, {0, 0, 8, 0}});
  StubServer server(behaviour);
  Scenario scenario = scenario_of(dora_and_boot());
  scenario.verify.subnet = wire::Ipv4Prefix::parse("10.20.0.0/16");
  scenario.verify.router = wire::Ipv4Address::parse("10.20.0.1");
  scenario.verify.lease_min = 1h;
  EXPECT_EQ(run(scenario, server).booted, 1u);
}

TEST(StormFailureTest, AnAddressForTwoMachinesIsFoundAtTheSecond) {
  StubBehaviour behaviour = right_server();
  behaviour.one_address = true;
  StubServer server(behaviour);
  Scenario scenario = scenario_of({stage(Kind::dora)}, "ipxe", 3);
  StormRig storm(scenario, boot_files(), 2);
  ASSERT_TRUE(storm.run_with([&server](ByteView frame) { return server.answer(frame); }));
  const Result result = storm.result();
  EXPECT_EQ(result.booted, 1u);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::address_taken)], 2u);
  EXPECT_EQ(count_of(result, Count::addresses_taken), 2u);
}

TEST(StormFailureTest, AFileThatShouldBeMissingIsFound) {
  for (const char* profile : {"edk2", "ipxe", "winpe"}) {
    StubServer server(right_server());
    const Scenario scenario =
        scenario_of({stage(Kind::dora), stage(Kind::missing, "kernel")}, profile);
    expect_failure(run(scenario, server), Failure::file_found, 1);
  }
}

TEST(StormFailureTest, MachinesDieWhereTheScenarioHasIt) {
  StubServer server(right_server());
  Scenario scenario = scenario_of(
      {stage(Kind::dora), stage(Kind::boot_file), stage(Kind::renew), stage(Kind::release)}, "edk2",
      40);
  scenario.deaths.probability = 1;
  const Result result = run(scenario, server);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::died)], 40u) << describe(result);
  std::array<int, 4> stages{};
  for (const MachineRow& row : result.rows) ++stages[row.stage];
  for (const int dead : stages) EXPECT_GT(dead, 0);
  for (const MachineRow& row : result.rows) {
    if (row.stage != 1) continue;
    EXPECT_NEAR(static_cast<double>(row.bytes), 20'000, 1468) << row.number;
  }
}

TEST(StormFailureTest, MachinesThatAreSwitchedOnAgainBoot) {
  StubServer server(right_server());
  Scenario scenario = scenario_of(dora_and_boot(), "edk2", 40);
  scenario.deaths = {.probability = 0.5, .restart_after = 3s};
  const Result result = run(scenario, server);
  EXPECT_EQ(result.booted, 40u) << describe(result);
  EXPECT_GT(result.elapsed, 3s);
  const auto& stages = result.groups[0].stages;
  EXPECT_GT(stages[0].failed, 0u);
  EXPECT_GT(stages[1].failed, 0u);
  EXPECT_EQ(stages[0].begun, 40 + stages[0].failed + stages[1].failed);
  EXPECT_EQ(bound(result), 40u);  // who died in the second stage was bound before, and is again
}

TEST(StormFailureTest, WhomNobodyServesIsSwitchedOnAgain) {
  // Goal: the firmware asks in vain until it gives up; then the server falls silent in the middle
  // of the file; the third time all is right.
  StubServer server(right_server());
  Scenario scenario = scenario_of(dora_and_boot(), "edk2");
  scenario.again_after = 5s;
  const auto files = boot_files();
  StormRig storm(scenario, files);
  EXPECT_TRUE(storm.run_with([&server](ByteView frame) {
    const int discovers = server.heard("dhcp 1");
    server.behaviour().offers = discovers >= 4;
    server.behaviour().blocks_max = discovers < 6 ? 3 : UINT32_MAX;
    return server.answer(frame);
  }));
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
  const Result result = storm.result();
  EXPECT_EQ(result.booted, 1u) << describe(result);
  EXPECT_EQ(server.heard("dhcp 1"), 4 + 1 + 1);
  EXPECT_EQ(count_of(result, Count::restarts), 2u);
  const auto& stages = result.groups[0].stages;
  EXPECT_EQ(stages[0].begun, 3u);
  EXPECT_EQ(stages[0].failed, 1u);
  EXPECT_EQ(stages[1].begun, 2u);
  EXPECT_EQ(stages[1].failed, 1u);
  EXPECT_EQ(bound(result), 1u);
  EXPECT_EQ(result.rows[0].failure, Failure::none);
  EXPECT_LT(result.rows[0].boot_time, 1s);  // of the last time
  EXPECT_GT(result.elapsed, 60s + 5s + 24s + 5s);
}

TEST(StormFailureTest, WhoIsServedWrongIsNotSwitchedOnAgain) {
  StubServer server(right_server());
  server.behaviour().error = 1;
  Scenario scenario = scenario_of(dora_and_boot());
  scenario.again_after = 5s;
  expect_failure(run(scenario, server), Failure::tftp_error, 1);
}

TEST(StormFailureTest, WhoHasNotBootedWhenTheStormEndsIsOutOfTime) {
  StubServer server({.offers = false});
  Scenario scenario = scenario_of(dora_and_boot(), "ipxe", 2);
  scenario.give_up = 2s;
  scenario.arrival = {.kind = Arrival::Kind::waves, .over = 1h, .wave_machines = 1};
  const Result result = run(scenario, server);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::out_of_time)], 1u);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::never_on)], 1u);
  EXPECT_EQ(result.groups[0].stages[0].failed, 1u);
  EXPECT_EQ(result.server_words, "");  // nobody answered
}

TEST(StormFailureTest, WhoHasNotBootedWhenASignalComesIsInterrupted) {
  StubServer server({.offers = false});
  Scenario scenario = scenario_of(dora_and_boot(), "ipxe", 2);
  scenario.arrival = {.kind = Arrival::Kind::waves, .over = 1h, .wave_machines = 1};
  StormRig storm(scenario, boot_files());
  EXPECT_FALSE(storm.run_with([&](ByteView frame) { return server.answer(frame); }, 1s));
  storm.crew().stop(storm.now(), Failure::interrupted);
  const Result result = storm.result();
  EXPECT_EQ(result.rows[0].failure, Failure::interrupted);
  EXPECT_EQ(result.rows[1].failure, Failure::never_on);
}

TEST(StormFailureTest, OnlyServersThatAnsweredAreNamed) {
  // Goal: that machines were sent to a server, by --server or by an ACK, is no answer of its.
  Scenario scenario = scenario_of({stage(Kind::file, "kernel")});
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.0.100/16");
  scenario.server = wire::Ipv4Address::parse("10.20.0.2");
  const auto nobody = [](ByteView) { return std::vector<ByteVector>(); };
  StormRig unanswered(scenario, boot_files());
  ASSERT_TRUE(unanswered.run_with(nobody));
  EXPECT_EQ(unanswered.result().server_words, "");
  StubServer server(right_server());
  EXPECT_EQ(run(scenario_of(dora_and_boot()), server).server_words, support::kServerAddress);
}

}  // namespace
}  // namespace stentor::storm
