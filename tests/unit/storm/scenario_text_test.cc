// SPDX-License-Identifier: BSD-3-Clause
// Goal: a scenario file gives every field of a Scenario, and all of its errors at once, each with
// its place.
#include "storm/scenario_text.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kEverything = R"(
groups:
  - name: bios
    machines: 200
    mac: "02:53:54:01:00:00"
    vlans: [100, 110-112]
    relays: ["10.21.0.1,rack7", 10.22.0.1, 10.23.0.1, 10.24.0.1]
    profiles: [bios-rom, edk2]
    arch: efi-x64
    script: [dora, boot-file, missing pxelinux.cfg/default, dora as ipxe, "file a,b", pause 2s]
  - mac: ["52:54:00:00:00:01", "52:54:00:00:00:02"]
    script: dora, renew, release, dora, pxelinux-config, file "conf/{mac}, {ip}" as grub
arrival: waves 48 every 5s
link: {rate: 1Gbps, rtt: 200us, loss: 0.1%, duplicate: 0.2%, reorder: 0.3%, corrupt: 0.4%}
deaths: 1%:30s
again: 5s
verify: {bytes: "sampled:8", reference: /srv/images, subnet: 10.20.0.0/16, router: 10.20.0.1,
         lease-min: 10m}
server: 10.20.0.2
give-up: 5m
seed: 77
expect: [booted=100%, "p99<5s"]
)";

ScenarioFile read(std::string_view yaml) {
  const auto file = parse_scenario(yaml, "storm.yaml");
  EXPECT_TRUE(file) << (file ? "" : file.error().front().text());
  return file.value_or(ScenarioFile{});
}

std::vector<std::string> errors_of(std::string_view yaml) {
  const auto file = parse_scenario(yaml, "storm.yaml");
  std::vector<std::string> texts;
  if (file) return texts;
  for (const config::Diagnostic& each : file.error()) texts.push_back(each.text());
  return texts;
}

// The only error of a file.
std::string error_of(std::string_view yaml) {
  const auto errors = errors_of(yaml);
  EXPECT_EQ(errors.size(), 1u) << (errors.size() > 1 ? errors[1] : "no error");
  return errors.empty() ? "" : errors.front();
}

TEST(ScenarioText, ReadsEveryKey) {
  const ScenarioFile file = read(kEverything);
  const Scenario& scenario = file.scenario;
  ASSERT_EQ(scenario.groups.size(), 2u);
  const Group& bios = scenario.groups[0];
  EXPECT_EQ(bios.name, "bios");
  EXPECT_EQ(bios.machines, 200u);
  EXPECT_EQ(bios.mac_first.text().view(), "02:53:54:01:00:00");
  EXPECT_EQ(bios.vlans, (std::vector<std::uint16_t>{100, 110, 111, 112}));
  ASSERT_EQ(bios.relays.size(), 4u);
  EXPECT_EQ(bios.relays[0].circuit_id, "rack7");
  EXPECT_EQ(bios.profiles, (std::vector<std::string>{"bios-rom", "edk2"}));
  EXPECT_EQ(bios.architecture, 7);
  ASSERT_EQ(bios.script.size(), 6u);
  EXPECT_EQ(bios.script[3].profile, "ipxe");
  EXPECT_EQ(bios.script[4].name, "a,b");
  const Group& second = scenario.groups[1];
  EXPECT_EQ(second.name, "machines2");
  EXPECT_EQ(second.machines, 2u) << "as many as the list has";
  EXPECT_EQ(second.macs.size(), 2u);
  ASSERT_EQ(second.script.size(), 6u);
  EXPECT_EQ(second.script[4].kind, Stage::Kind::pxelinux_config);
  EXPECT_EQ(scenario.arrival.wave_machines, 48u);
  EXPECT_EQ(scenario.link.bits_per_second, 1'000'000'000u);
  EXPECT_EQ(scenario.link.round_trip, microseconds{200});
  EXPECT_EQ(scenario.link.loss, 0.001);
  EXPECT_EQ(scenario.link.duplication, 0.002);
  EXPECT_EQ(scenario.link.reordering, 0.003);
  EXPECT_EQ(scenario.link.corruption, 0.004);
  EXPECT_EQ(scenario.deaths.probability, 0.01);
  EXPECT_EQ(scenario.deaths.restart_after, seconds{30});
  EXPECT_EQ(scenario.again_after, seconds{5});
  EXPECT_EQ(scenario.verify.bytes, Verification::Bytes::sampled);
  EXPECT_EQ(scenario.verify.sample_every, 8u);
  EXPECT_EQ(scenario.verify.reference, "/srv/images");
  EXPECT_EQ(scenario.verify.subnet, wire::Ipv4Prefix::parse("10.20.0.0/16"));
  EXPECT_EQ(scenario.verify.router, wire::Ipv4Address::parse("10.20.0.1"));
  EXPECT_EQ(scenario.verify.lease_min, minutes{10});
  EXPECT_EQ(scenario.server, wire::Ipv4Address::parse("10.20.0.2"));
  EXPECT_EQ(scenario.give_up, minutes{5});
  EXPECT_EQ(scenario.seed, 77u);
  ASSERT_EQ(file.goals.size(), 2u);
  EXPECT_EQ(file.goals[1].text, "p99<5s");
}

TEST(ScenarioText, WhatIsWrittenIsReadBackAsTheSame) {
  // Equal texts of equal structures: Scenario has no comparison, and every field is written.
  const std::string once = write_scenario(read(kEverything));
  EXPECT_EQ(write_scenario(read(once)), once);
  for (const char* piece : {"waves 48 every 5s", "rtt: 200us", "loss: 0.1%", "1%:30s", "sampled:8",
                            "10.21.0.1,rack7", "[100, 110, 111, 112]", "\\\"a,b\\\"",
                            "lease-min: 10m", "seed: 77", "p99<5s", "52:54:00:00:00:02"}) {
    EXPECT_NE(once.find(piece), std::string::npos) << piece << " in\n" << once;
  }
}

TEST(ScenarioText, AnEmptyFileIsTheDefaultScenario) {
  EXPECT_EQ(write_scenario(read("")), write_scenario(ScenarioFile{}));
  EXPECT_EQ(write_scenario(read("# only a comment\n")), write_scenario(ScenarioFile{}));
}

TEST(ScenarioText, VerificationMayBeOneWord) {
  EXPECT_EQ(read("verify: none\n").scenario.verify.bytes, Verification::Bytes::none);
  EXPECT_EQ(read("verify: hash:/s/SHA256SUMS\n").scenario.verify.sums, "/s/SHA256SUMS");
}

TEST(ScenarioText, GroupsWithoutAnAddressFollowOneAnother) {
  const Scenario scenario = read("groups: [{machines: 70000}, {machines: 5}]\n").scenario;
  EXPECT_EQ(scenario.groups[0].mac_first.text().view(), "02:53:54:00:00:00");
  EXPECT_EQ(scenario.groups[1].mac_first.text().view(), "02:53:54:01:11:70");
}

TEST(ScenarioText, ReportsAllErrorsWithTheirPlaces) {
  const auto errors = errors_of(
      "groups:\n"
      "  - machines: 0\n"
      "    profile: [edk2]\n"
      "    vlans: 4095\n"
      "    script: [dora, filee x]\n"
      "arrival: sometimes\n"
      "link: {loss: 200%, rate: fast}\n"
      "expect: boted=1\n");
  const std::vector<std::string> begins = {
      "storm.yaml:2:15: groups[0].machines: '0': out of range; expected 1 to 1000000 machines",
      "storm.yaml:3:5: groups[0].profile: unknown key; did you mean 'profiles'?",
      "storm.yaml:4:12: groups[0].vlans: '4095': VLANs are numbers from 1 to 4094",
      "storm.yaml:5:20: groups[0].script[1]: 'filee x': no stage begins with 'filee'; did you mean "
      "file?",
      "storm.yaml:6:10: arrival: 'sometimes': arrival is at-once",
      "storm.yaml:7:14: link.loss: '200%': expected a probability from 0 to 1",
      "storm.yaml:7:26: link.rate: 'fast': expected what a machine receives",
      "storm.yaml:8:9: expect: 'boted=1': The goal 'boted=1': nothing is measured",
  };
  ASSERT_EQ(errors.size(), begins.size());
  for (std::size_t at = 0; at < begins.size(); ++at) {
    EXPECT_EQ(errors[at].substr(0, begins[at].size()), begins[at]);
  }
}

TEST(ScenarioText, NamesThePlaceOfWhatDoesNotFitTogether) {
  const std::string error = error_of(
      "groups:\n"
      "  - {machines: 10}\n"
      "  - machines: 10\n"
      "    mac: \"02:53:54:00:00:05\"\n");
  EXPECT_EQ(error,
            "storm.yaml:4:10: groups[1].mac: '02:53:54:00:00:05': two machines would have the "
            "address 02:53:54:00:00:05; group machines has it too");
}

TEST(ScenarioText, NamesTheValueThatIsOutOfRange) {
  // Goal: rules of a scenario are reported like words that cannot be read: place, value, and what
  // is expected, all at once.
  EXPECT_EQ(errors_of("groups:\n"
                      "  - script: [pause 1s, boot-file]\n"
                      "arrival: ramp 30d\n"
                      "link:\n"
                      "  rtt: 11s\n"
                      "verify: {router: 10.21.0.1, subnet: 10.20.0.0/16, lease-min: 1500ms}\n"
                      "give-up: 8d\n"),
            (std::vector<std::string>{
                "storm.yaml:2:13: groups[0].script: stage 2, 'boot-file' needs an address: a dora "
                "has to come before it, and no release in between",
                "storm.yaml:3:10: arrival: 'ramp 30d': out of range; a ramp, and the time between "
                "waves, last 7d at most",
                "storm.yaml:5:8: link.rtt: '11s': out of range; expected a round trip of at most "
                "10s, like 200us",
                "storm.yaml:6:18: verify.router: '10.21.0.1': the router that each ACK must name "
                "is not in the subnet that it must give addresses of",
                "storm.yaml:6:62: verify.lease-min: '1500ms': out of range; DHCP counts whole "
                "seconds: expected 1s or more, like 10m",
                "storm.yaml:7:10: give-up: '8d': out of range; expected a time from 1s to 7d, like "
                "10m"}));
}

TEST(ScenarioText, NamesTheKeyThatIsMissing) {
  // Goal: without a value to point at, the error says which key would hold it.
  EXPECT_EQ(error_of("seed: 1\ngroups: [{relays: [10.21.0.1]}]\n"),
            "storm.yaml:1:1: server: relays have to know the server's IPv4 address");
  EXPECT_EQ(error_of("groups:\n  - {name: a}\n  - {addresses: 10.20.1.1/16}\n"
                     "server: 10.20.0.2\n"),
            "storm.yaml:3:5: groups[1].script: stage 1, 'dora' is DHCP's, and these machines have "
            "their addresses without it; leave out one of them");
  EXPECT_EQ(error_of("verify: hash:/s/SUMS\nlink: {rtt: 11s}\n"),
            "storm.yaml:2:13: link.rtt: '11s': out of range; expected a round trip of at most "
            "10s, like 200us");
}

TEST(ScenarioText, AValueThatIsWrongIsNoReasonForAnotherError) {
  // Goal: a refused value leaves its default behind, and what does not fit to that is no news; what
  // has nothing to do with it is said all the same.
  for (const char* yaml :
       {"groups: [{mac: [nonsense]}]\n", "groups: [{relays: [10.21.0.1]}]\nserver: nobody\n",
        "groups: [{addresses: all, script: [file a]}]\n",
        "groups: [{addresses: 10.20.1.1/16, script: [fil a]}]\nserver: 10.20.0.2\n",
        "verify: {bytes: hush, reference: /srv, router: 10.0.0.300, subnet: 10.20.0.0/16}\n"}) {
    SCOPED_TRACE(yaml);
    for (const std::string& error : errors_of(yaml)) {
      EXPECT_EQ(error.find("needs an address"), std::string::npos) << error;
      EXPECT_EQ(error.find("no machine's address"), std::string::npos) << error;
      EXPECT_EQ(error.find("have to know"), std::string::npos) << error;
      EXPECT_EQ(error.find("is DHCP's"), std::string::npos) << error;
    }
  }
  EXPECT_EQ(errors_of("groups: [{vlans: x}, {script: [boot-file]}]\nlink: {rtt: 11s, loss: x}\n"
                      "give-up: 1ms\n")
                .size(),
            5u);
}

TEST(ScenarioText, RefusesWhatIsNoScenario) {
  EXPECT_NE(error_of("- a\n- b\n").find("a scenario is a mapping"), std::string::npos);
  EXPECT_NE(error_of("groups: []\n").find("the list is empty"), std::string::npos);
  EXPECT_NE(error_of("groups: [{profiles: []}]\n").find("the list is empty"), std::string::npos);
  EXPECT_NE(error_of("groups: 5\n").find("a list of groups"), std::string::npos);
  EXPECT_NE(error_of("give-up: 1ms\n").find("out of range"), std::string::npos);
  EXPECT_NE(error_of("groups: [{name: \"a b\"}]\n").find("1 to 32 letters"), std::string::npos);
  EXPECT_NE(error_of("link: {rtt: 11s}\n").find("at most 10s"), std::string::npos);
  EXPECT_NE(error_of("groups: [{mac: nonsense}]\n").find("no MAC address"), std::string::npos);
  EXPECT_NE(error_of("groups: [{mac: /nowhere/x}]\n").find("cannot be opened"), std::string::npos);
}

TEST(ScenarioText, AFileThatIsNotThereIsAnErrorOfThatFile) {
  const auto file = load_scenario("/nowhere/storm.yaml");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().front().text(),
            "/nowhere/storm.yaml: cannot be opened: No such file or directory; name a readable "
            "scenario file");
}

TEST(ScenarioText, AListOfAddressesMayBeAFile) {
  const std::string path = testing::TempDir() + "stentor-storm-macs";
  std::ofstream(path) << "52:54:00:00:00:07\n52:54:00:00:00:09\n";
  const Scenario scenario = read("groups: [{mac: " + path + "}]\n").scenario;
  EXPECT_EQ(scenario.groups[0].machines, 2u);
  EXPECT_EQ(scenario.groups[0].macs[1].text().view(), "52:54:00:00:00:09");
  std::remove(path.c_str());
}

}  // namespace
}  // namespace stentor::storm
