// SPDX-License-Identifier: BSD-3-Clause
// Goal: which file a machine asks for: PXELINUX's names for its configuration until one is there,
// and names with the machine's own words in them.
#include "storm_rig.h"
#include "stub_server.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

// The first machine of a storm, as StubServer numbers it.
constexpr const char* kMacText = "02-53-54-00-00-00";
constexpr std::uint32_t kMachines = 3;

Scenario scenario_of(std::string_view script, std::uint32_t machines = 1) {
  Scenario scenario;
  scenario.groups[0].machines = machines;
  scenario.groups[0].profiles = {"bios-rom"};
  scenario.groups[0].script = parse_script(script).value();
  return scenario;
}

Result run_squad(const Scenario& scenario, StubServer& server,
                 const std::map<std::string, ByteVector>& files = {}) {
  StormRig storm(scenario, files);
  EXPECT_TRUE(storm.run_with([&server](ByteView frame) { return server.answer(frame); }));
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
  return storm.result();
}

// Behind the UUID's, which is checked by itself.
std::vector<std::string> names_behind_uuid(const std::string& folder) {
  std::vector<std::string> names;
  for (const char* name : {"01-02-53-54-00-00-00", "0A14000A", "0A14000", "0A1400", "0A140", "0A14",
                           "0A1", "0A", "0", "default"}) {
    names.push_back(folder + "pxelinux.cfg/" + name);
  }
  return names;
}

void expect_failed(const Result& result, Failure failure) {
  EXPECT_EQ(result.booted, 0u);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(failure)], result.machines)
      << describe(result);
  EXPECT_EQ(result.rows[0].stage, 1);
}

TEST(StormNameTest, PxelinuxAsksForEachOfItsNamesInOrder) {
  // Goal: eleven names; that none is there is a failure of its own.
  StubServer server(StubBehaviour{});
  const Result result = run_squad(scenario_of("dora, pxelinux-config"), server);
  expect_failed(result, Failure::no_config);
  EXPECT_EQ(words_of(Failure::no_config),
            "none of PXELINUX's names for its configuration was there");
  EXPECT_EQ(result.rows[0].error_code, 0);
  EXPECT_EQ(result.groups[0].stages[1].name, "pxelinux config");
  EXPECT_EQ(count_of(result, Count::probes_missed), 11u);
  EXPECT_EQ(count_of(result, Count::tftp_errors_received), 11u);
  EXPECT_EQ(count_of(result, Count::rrqs_sent), 11u);
  auto asked = server.asked();
  ASSERT_EQ(asked.size(), 11u);
  // RFC 4122's layout: version 4, and the MAC at the end, as the rig makes it up.
  EXPECT_TRUE(asked[0].starts_with("pxelinux.cfg/")) << asked[0];
  EXPECT_TRUE(asked[0].ends_with("-025354000000")) << asked[0];
  ASSERT_EQ(asked[0].size(), 13u + 36u);
  EXPECT_EQ(asked[0][13 + 14], '4') << asked[0];
  asked.erase(asked.begin());
  EXPECT_EQ(asked, names_behind_uuid(""));
}

TEST(StormNameTest, PxelinuxStopsAtTheFirstThatIsThere) {
  // Goal: the third from the end; the file is compared, and what is behind it not asked for.
  const std::map<std::string, ByteVector> files{{"pxelinux.cfg/0A", support::patterned(1500)},
                                                {"pxelinux.cfg/default", support::patterned(7)}};
  StubServer server({.files = files});
  const Result result = run_squad(scenario_of("dora, pxelinux-config", kMachines), server, files);
  EXPECT_EQ(result.booted, kMachines) << describe(result);
  EXPECT_EQ(count_of(result, Count::probes_missed), 8 * kMachines);
  EXPECT_EQ(count_of(result, Count::rrqs_sent), 9 * kMachines);
  EXPECT_EQ(count_of(result, Count::files_verified), kMachines);
  EXPECT_EQ(count_of(result, Count::data_bytes), 1500 * kMachines);
  EXPECT_EQ(result.rows[2].bytes, 1500u);
  EXPECT_EQ(server.asked().size(), 9 * kMachines);
}

TEST(StormNameTest, EachNameMayBeTheOneThatIsThere) {
  const auto names = names_behind_uuid("");
  for (std::size_t at = 0; at < names.size(); ++at) {
    StubServer server({.files = {{names[at], support::patterned(300)}}});
    const Result result = run_squad(scenario_of("dora, pxelinux-config"), server);
    EXPECT_EQ(result.booted, 1u) << names[at];
    EXPECT_EQ(count_of(result, Count::probes_missed), at + 1) << names[at];
    EXPECT_EQ(server.asked().back(), names[at]);
  }
}

TEST(StormNameTest, AConfigurationThatDiffersFromItsReferenceIsFound) {
  std::map<std::string, ByteVector> files{{"pxelinux.cfg/default", support::patterned(300)}};
  StubServer server({.files = files});
  files["pxelinux.cfg/default"][299] ^= 1;
  expect_failed(run_squad(scenario_of("dora, pxelinux-config"), server, files),
                Failure::wrong_bytes);
}

TEST(StormNameTest, PxelinuxLooksBesideItsBootFile) {
  StubServer server(
      {.boot_file = "/boot/pxelinux.0", .files = {{"/boot/pxelinux.0", support::patterned(3000)}}});
  const Result result = run_squad(scenario_of("dora, boot-file, pxelinux-config"), server);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::no_config)], 1u) << describe(result);
  auto asked = server.asked();
  // The ROM asks for its boot file's size first.
  ASSERT_EQ(asked.size(), 2u + 11u);
  EXPECT_EQ(std::vector<std::string>(asked.end() - 10, asked.end()), names_behind_uuid("/boot/"));
}

TEST(StormNameTest, NamesLongerThanServersTakeAreNotAskedFor) {
  // Goal: 206 bytes of folder leave room for the longest name, 207 do not.
  for (const std::size_t bytes : {206u, 207u}) {
    StubServer server({.boot_file = std::string(bytes - 1, 'x') + "/p"});
    const Result result = run_squad(scenario_of("dora, pxelinux-config"), server);
    expect_failed(result, Failure::no_config);
    EXPECT_EQ(server.asked().size(), bytes == 206 ? 11u : 0u);
  }
  const std::string far = std::string(206, 'x') + "/p";
  StubServer server({.boot_file = far, .files = {{far, support::patterned(700)}}});
  const Result result = run_squad(scenario_of("dora, boot-file, pxelinux-config"), server);
  EXPECT_EQ(result.rows[0].failure, Failure::no_config);
  EXPECT_EQ(result.rows[0].bytes, 700u) << "the boot file counts once";
}

TEST(StormNameTest, WhatIsNotAFileThatIsMissingEndsTheSearch) {
  // Goal: RFC 1350's code 2 at the fourth name, and silence there.
  for (const bool is_silent : {false, true}) {
    StubServer server(StubBehaviour{});
    StormRig storm(scenario_of("dora, pxelinux-config"), {});
    ASSERT_TRUE(storm.run_with([&](ByteView frame) {
      if (server.heard("rrq") == 3) {
        server.behaviour().answers_tftp = !is_silent;
        server.behaviour().error = 2;
      }
      return server.answer(frame);
    }));
    const Result result = storm.result();
    expect_failed(result, is_silent ? Failure::tftp_silent : Failure::tftp_error);
    EXPECT_EQ(result.rows[0].error_code, is_silent ? 0 : 2);
    EXPECT_EQ(count_of(result, Count::probes_missed), 3u);
    EXPECT_EQ(result.rows[0].resends, is_silent ? 12u : 0u) << "PXELINUX's own patience";
  }
}

TEST(StormNameTest, AFileThatVanishesWhileItIsSentIsNotMissing) {
  // Goal: ERROR 1 to the OACK's ACK is a fault of the server, not a name to go on from.
  StubServer server({.error_to_ack = 1,
                     .files = {{"pxelinux.cfg/0A", support::patterned(2000)},
                               {"pxelinux.cfg/default", support::patterned(2000)}}});
  const Result result = run_squad(scenario_of("dora, pxelinux-config"), server);
  expect_failed(result, Failure::tftp_error);
  EXPECT_EQ(result.rows[0].error_code, 1);
  EXPECT_EQ(count_of(result, Count::probes_missed), 8u);
}

TEST(StormNameTest, ASearchBeginsAgainAfterADeath) {
  // Goal: who is switched on again asks from the first name on; a death is at the first answer.
  StubServer server({.files = {{"pxelinux.cfg/default", support::patterned(7)}}});
  Scenario scenario = scenario_of("dora, pxelinux-config, missing none", 60);
  scenario.deaths = {.probability = 1, .restart_after = 2s};
  const Result result = run_squad(scenario, server);
  EXPECT_EQ(result.booted, 60u) << describe(result);
  const auto& stages = result.groups[0].stages;
  EXPECT_EQ(stages[0].failed + stages[1].failed + stages[2].failed, 60u) << "each died once";
  for (const StageResult& stage : stages) {
    EXPECT_GT(stage.failed, 0u) << stage.name;
    EXPECT_EQ(stage.begun, stage.passed + stage.failed) << stage.name;
  }
  EXPECT_EQ(count_of(result, Count::probes_missed),
            10 * stages[1].passed + stages[1].failed + stages[2].begun);
}

TEST(StormNameTest, PxelinuxItselfAsksUnlessTheScenarioSaysOtherwise) {
  // Goal: 1,408 bytes a block, without a probe for the size; as edk2, with one.
  const std::map<std::string, ByteVector> files{
      {"pxelinux.cfg/default", support::patterned(1408 * 3)}};
  for (const auto& [script, rrqs, blocks] :
       {std::tuple("dora, pxelinux-config", 11u, 4u), {"dora, pxelinux-config as edk2", 12u, 3u}}) {
    StubServer server({.files = files});
    const Result result = run_squad(scenario_of(script), server, files);
    EXPECT_EQ(result.booted, 1u) << script << describe(result);
    EXPECT_EQ(count_of(result, Count::rrqs_sent), rrqs) << script;
    EXPECT_EQ(count_of(result, Count::data_frames), blocks) << script;
  }
}

TEST(StormNameTest, EachMachineFetchesTheFileThatItsWordsName) {
  const std::map<std::string, ByteVector> files{
      {"conf/02-53-54-00-00-00/10.20.0.10", support::patterned(2000)},
      {"conf/02-53-54-00-00-01/10.20.0.11", support::patterned(1000)},
      {"conf/02-53-54-00-00-02/10.20.0.12", support::patterned(3000)}};
  StubServer server({.files = files});
  const Result result = run_squad(
      scenario_of("dora, missing {mac:hex}, file conf/{mac}/{ip}", kMachines), server, files);
  EXPECT_EQ(result.booted, kMachines) << describe(result);
  EXPECT_EQ(count_of(result, Count::files_verified), kMachines);
  EXPECT_EQ(count_of(result, Count::probes_missed), kMachines);
  EXPECT_EQ(count_of(result, Count::data_bytes), 6000u);
  EXPECT_EQ(result.rows[0].bytes, 2000u);
  EXPECT_EQ(result.groups[0].stages[2].name, "file conf/{mac}/{ip}");
}

TEST(StormNameTest, AnOwnNameWithNothingToCompareIsCountedAsSuch) {
  StubServer server({.files = {{std::string("conf-") + kMacText, support::patterned(100)}}});
  const Result result = run_squad(scenario_of("dora, file conf-{mac}"), server);
  EXPECT_EQ(result.booted, 1u) << describe(result);
  EXPECT_EQ(count_of(result, Count::files_unverified), 1u);
}

TEST(StormNameTest, TwoBracesAreOne) {
  StubServer server({.files = {{"a{mac}", support::patterned(100)}}});
  EXPECT_EQ(run_squad(scenario_of("dora, file a{{mac}"), server).booted, 1u);
}

}  // namespace
}  // namespace stentor::storm
