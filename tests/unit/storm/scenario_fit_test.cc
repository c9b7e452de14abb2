// SPDX-License-Identifier: BSD-3-Clause
// Goal: every rule that a scenario has to keep, at its limit and behind it, and what each value
// allows and all of them together do not.
#include "storm/scenario_fit.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>

#include "storm/quantity.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

Scenario with_script(std::string_view script) {
  Scenario scenario;
  scenario.groups[0].script = parse_script(script).value();
  return scenario;
}

// "key: sentence" of the only misfit; empty if all is well.
std::string misfit_of(const Scenario& scenario) {
  const auto misfits = find_misfits(scenario);
  if (misfits.empty()) return {};
  EXPECT_EQ(misfits.size(), 1u) << misfits.back().sentence;
  return misfits.front().key + ": " + misfits.front().sentence;
}

using Change = std::function<void(Scenario&)>;

struct Limit {
  const char* what;
  Change at;      // still fits
  Change behind;  // does not
  std::string says;
};

Change machines(std::uint32_t count) {
  return [count](Scenario& scenario) { scenario.groups[0].machines = count; };
}

Change groups(std::size_t count) {
  return [count](Scenario& scenario) {
    scenario.groups.resize(count);
    for (std::size_t at = 0; at < count; ++at) {
      scenario.groups[at].name = std::to_string(at);
      scenario.groups[at].mac_first = {{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(at)}};
    }
  };
}

Change relays(std::uint32_t count) {
  return [count](Scenario& scenario) {
    scenario.server = wire::Ipv4Address{0x0a140002};
    for (std::uint32_t at = 0; at < count; ++at) {
      scenario.groups[0].relays.push_back({wire::Ipv4Address{0x0a150001 + at}, {}});
    }
  };
}

Change relay(wire::Ipv4Address address, std::size_t circuit_bytes) {
  return [=](Scenario& scenario) {
    scenario.server = wire::Ipv4Address{0x0a140002};
    scenario.groups[0].relays = {{address, std::string(circuit_bytes, 'x')}};
  };
}

Change stages(std::size_t count) {
  return [count](Scenario& scenario) {
    scenario.groups[0].script.resize(count, scenario.groups[0].script[0]);
  };
}

Change file_name(std::size_t bytes) {
  return [bytes](Scenario& scenario) {
    scenario.groups[0].script[1].kind = Stage::Kind::file;
    scenario.groups[0].script[1].name = std::string(bytes, 'x');
  };
}

Change pause(const char* time) {
  return [time](Scenario& scenario) {
    scenario.groups[0].script[1].kind = Stage::Kind::pause;
    scenario.groups[0].script[1].pause = parse_time(time).value();
  };
}

Change vlan(std::uint16_t number) {
  return [number](Scenario& scenario) { scenario.groups[0].vlans = {7, number}; };
}

Change blksize(std::uint16_t bytes) {
  return [bytes](Scenario& scenario) { scenario.groups[0].blksize = bytes; };
}

Change windowsize(std::uint16_t blocks) {
  return [blocks](Scenario& scenario) { scenario.groups[0].windowsize = blocks; };
}

Change ramp(const char* time) {
  return [time](Scenario& scenario) {
    scenario.arrival = {.kind = Arrival::Kind::ramp, .over = parse_time(time).value()};
  };
}

Change poisson(double per_second) {
  return [per_second](Scenario& scenario) {
    scenario.arrival = {.kind = Arrival::Kind::poisson, .per_second = per_second};
  };
}

Change waves(std::uint32_t count) {
  return [count](Scenario& scenario) {
    scenario.arrival = {
        .kind = Arrival::Kind::waves, .over = std::chrono::seconds{1}, .wave_machines = count};
  };
}

Change round_trip(const char* time) {
  return [time](Scenario& scenario) { scenario.link.round_trip = parse_time(time).value(); };
}

template <double LinkModel::*Probability>
Change link(double probability) {
  return [probability](Scenario& scenario) { scenario.link.*Probability = probability; };
}

Change deaths(double probability) {
  return [probability](Scenario& scenario) { scenario.deaths.probability = probability; };
}

Change again(const char* time) {
  return [time](Scenario& scenario) { scenario.again_after = parse_time(time).value(); };
}

Change give_up(const char* time) {
  return [time](Scenario& scenario) { scenario.give_up = parse_time(time).value(); };
}

Change sampled(std::uint32_t every) {
  return [every](Scenario& scenario) {
    scenario.verify.bytes = Verification::Bytes::sampled;
    scenario.verify.sample_every = every;
  };
}

Change lease_min(const char* time) {
  return [time](Scenario& scenario) { scenario.verify.lease_min = parse_time(time).value(); };
}

Change subnet(const char* text) {
  return [text](Scenario& scenario) { scenario.verify.subnet = wire::Ipv4Prefix::parse(text); };
}

Change first_mac(std::uint8_t first_byte, std::uint8_t last_byte) {
  return [=](Scenario& scenario) {
    scenario.groups[0].mac_first = {{first_byte, 0, 0, 0, 0, last_byte}};
  };
}

const Limit kLimits[] = {
    {"no group", groups(1), groups(0), "groups: there are 0; 1 to 64"},
    {"too many groups", groups(64), groups(65), "groups: there are 65; 1 to 64"},
    {"no machine", machines(1), machines(0), "machines: it has no machine; 1 to 1000000"},
    {"too many machines", machines(1'000'000), machines(1'000'001), "machines: all groups"},
    {"relays", relays(4096), relays(4097), "relays: all groups together have 4097 relays"},
    {"an address of zero", first_mac(0, 1), first_mac(0, 0), "mac: no 1 unicast addresses"},
    {"an address of a group", first_mac(2, 0), first_mac(3, 0), "it is a group address"},
    {"no relay's address", relay(wire::Ipv4Address{0x0a150001}, 0), relay({}, 0),
     "relays: '0.0.0.0': a relay is its IPv4 address"},
    {"a long circuit", relay(wire::Ipv4Address{0x0a150001}, 60),
     relay(wire::Ipv4Address{0x0a150001}, 61), "a circuit identifier has 1 to 60 bytes"},
    {"stages", stages(32), stages(33), "script: 33 stages; 1 to 32 stages are possible"},
    {"no name", file_name(1), file_name(0), "script: stage 2, 'file ': the file's name is missing"},
    {"a long name", file_name(255), file_name(256), "a file's name has at most 255 bytes"},
    {"no pause", pause("1us"), pause("0"), "script: stage 2, 'pause 0': how long?"},
    {"a long pause", pause("7d"), pause("8d"), "a time of up to 7d"},
    {"no VLAN", vlan(1), vlan(0), "vlans: '0': VLANs are numbers from 1 to 4094"},
    {"VLAN", vlan(4094), vlan(4095), "vlans: '4095': VLANs are numbers from 1 to 4094"},
    {"a small block", blksize(8), blksize(7), "blksize: '7': a block has 8 to 65464 bytes"},
    {"a large block", blksize(65464), blksize(65465), "blksize: '65465': a block has"},
    {"no window", windowsize(1), windowsize(0), "windowsize: '0': a window has 1 to 65535"},
    {"a long ramp", ramp("7d"), ramp("8d"), "arrival: out of range; a ramp"},
    {"no ramp", ramp("1us"), ramp("0"), "arrival: 'ramp 0': a time is a number and its unit"},
    {"never", poisson(0.001), poisson(0), "arrival: 'poisson 0/s': poisson needs"},
    {"too often", poisson(1e9), poisson(2e9), "poisson needs how many a second"},
    {"no wave", waves(1), waves(0), "arrival: 'waves 0 every 1s': waves need how many"},
    {"a round trip", round_trip("10s"), round_trip("11s"), "link.rtt: out of range; expected a"},
    {"loss", link<&LinkModel::loss>(1), link<&LinkModel::loss>(1.01), "link.loss: out of range"},
    {"no number", link<&LinkModel::loss>(0), link<&LinkModel::loss>(std::nan("")), "link.loss: "},
    {"copies", link<&LinkModel::duplication>(1), link<&LinkModel::duplication>(-0.1),
     "link.duplicate: out of range; expected a probability from 0 to 1"},
    {"order", link<&LinkModel::reordering>(1), link<&LinkModel::reordering>(2), "link.reorder: "},
    {"bits", link<&LinkModel::corruption>(1), link<&LinkModel::corruption>(2), "link.corrupt: "},
    {"deaths", deaths(1), deaths(1.01), "deaths: deaths are a probability from 0 to 1"},
    {"at once again", again("1ms"), again("999us"), "again: out of range; expected a time"},
    {"a late restart", again("7d"), again("8d"), "from 1ms to 7d"},
    {"an early end", give_up("1s"), give_up("999ms"), "give-up: out of range; expected a time"},
    {"a late end", give_up("7d"), give_up("8d"), "from 1s to 7d"},
    {"no sample", sampled(1), sampled(0), "verify.bytes: one block in how many?"},
    {"few samples", sampled(65535), sampled(65536), "sampled:N with N from 1 to 65535"},
    {"no lease", lease_min("1s"), lease_min("0"), "verify.lease-min: out of range"},
    {"half a second", lease_min("2s"), lease_min("1500ms"), "DHCP counts whole seconds"},
    {"bits of hosts", subnet("10.0.0.0/8"), subnet("10.0.0.1/8"), "verify.subnet: expected"},
    {"every address", subnet("128.0.0.0/1"), subnet("0.0.0.0/0"), "verify.subnet: expected"},
};

TEST(ScenarioFit, EachLimitHoldsToTheLast) {
  // Goal: what stands at a limit fits; what stands behind it is one misfit, and says what is right.
  for (const Limit& limit : kLimits) {
    SCOPED_TRACE(limit.what);
    Scenario scenario;
    limit.at(scenario);
    EXPECT_EQ(misfit_of(scenario), "");
    Scenario wrong;
    limit.behind(wrong);
    EXPECT_NE(misfit_of(wrong).find(limit.says), std::string::npos) << misfit_of(wrong);
  }
}

TEST(ScenarioFit, AddressesThatNoMachineHasAreRefused) {
  Scenario scenario;
  scenario.groups[0].addresses = wire::Ipv4Prefix{wire::Ipv4Address{0xe0000001}, 16};
  scenario.groups[0].script = parse_script("file a").value();
  scenario.server = wire::Ipv4Address{0x0a140002};
  EXPECT_NE(misfit_of(scenario).find("addresses: '224.0.0.1/16': expected the first address"),
            std::string::npos);
  scenario.groups[0].addresses = wire::Ipv4Prefix{wire::Ipv4Address{0x0a140101}, 16};
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.server = wire::Ipv4Address{};
  EXPECT_NE(misfit_of(scenario).find("server: no machine can have this address"),
            std::string::npos);
  Scenario verified;
  verified.verify.router = wire::Ipv4Address{0xffffffff};
  EXPECT_NE(misfit_of(verified).find("verify.router: no machine can have this address"),
            std::string::npos);
}

TEST(ScenarioFit, EachMachineHasAnAddressOfItsOwn) {
  // Goal: not the network's, not the server's, not that of another group's machine.
  Scenario scenario = with_script("file a");
  scenario.groups[0].machines = 10;
  scenario.server = wire::Ipv4Address::parse("10.20.1.10");
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.0.0/16");
  EXPECT_NE(misfit_of(scenario).find("the network's own; begin one higher"), std::string::npos);
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.1.1/16");
  EXPECT_EQ(misfit_of(scenario),
            "addresses: machine 9 has the server's own address; begin higher, or elsewhere");
  scenario.server = wire::Ipv4Address::parse("10.20.1.11");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups.push_back(scenario.groups[0]);
  scenario.groups[1].name = "other";
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  scenario.groups[1].addresses = wire::Ipv4Prefix::parse("10.20.1.12/16");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.1.21/16");
  EXPECT_EQ(misfit_of(scenario),
            "addresses: some of them are of group machines too; begin "
            "elsewhere");
}

TEST(ScenarioFit, ProfilesAreKnown) {
  Scenario scenario;
  scenario.groups[0].profiles = {"edk2", "ipx"};
  EXPECT_NE(misfit_of(scenario).find("profiles: there is no profile 'ipx'; did you mean ipxe?"),
            std::string::npos);
  scenario.groups[0].profiles.clear();
  EXPECT_NE(misfit_of(scenario).find("profiles: it has no profile"), std::string::npos);
  EXPECT_NE(misfit_of([] {
              Scenario other;
              other.groups[0].script[1].profile = "ipx";
              return other;
            }())
                .find("script: stage 2, 'boot-file as ipx': there is no profile 'ipx'"),
            std::string::npos);
}

TEST(ScenarioFit, AMisfitNamesItsGroupAndKey) {
  Scenario scenario;
  scenario.groups[0].name = "rack7";
  scenario.groups[0].vlans = {4095};
  scenario.link.loss = 2;
  const auto misfits = find_misfits(scenario);
  ASSERT_EQ(misfits.size(), 2u) << "all of them are found";
  EXPECT_EQ(text_of(misfits[0], scenario).substr(0, 27), "group rack7: vlans: '4095':");
  EXPECT_EQ(text_of(misfits[1], scenario).substr(0, 24), "link.loss: out of range;");
}

TEST(ScenarioFit, TheDefaultFits) { EXPECT_EQ(misfit_of(Scenario{}), ""); }

TEST(ScenarioFit, AStageThatNeedsAnAddressComesAfterADora) {
  EXPECT_EQ(misfit_of(with_script("pause 1s, dora, release, dora, renew")), "");
  for (const char* script :
       {"file a", "boot-file, dora", "dora, release, renew", "dora, release, file a", "release",
        "boot-server", "missing x", "pxelinux-config"}) {
    EXPECT_NE(misfit_of(with_script(script)).find("needs an address"), std::string::npos) << script;
  }
  Scenario empty;
  empty.groups[0].script.clear();
  EXPECT_NE(misfit_of(empty).find("at least one stage"), std::string::npos);
}

TEST(ScenarioFit, PxelinuxsConfigurationIsAFileToCompare) {
  Scenario scenario = with_script("dora, pxelinux-config");
  scenario.verify.reference = "/srv/images";
  scenario.groups[0].blksize = 512;
  EXPECT_EQ(misfit_of(scenario), "");
}

TEST(ScenarioFit, AWordInANameThatStandsForNothingIsNamedWithItsStage) {
  Scenario scenario = with_script("dora, file {mac}");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].script[1].name = "a{serial}";
  EXPECT_NE(misfit_of(scenario).find(
                "script: stage 2, 'file a{serial}': '{serial}' stands for nothing in a name"),
            std::string::npos)
      << misfit_of(scenario);
}

TEST(ScenarioFit, MachinesAreCountedOverAllGroups) {
  Scenario scenario;
  scenario.groups.push_back(Group{});
  scenario.groups[0].machines = kMachinesMax;
  scenario.groups[1].name = "more";
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("1000001 machines"), std::string::npos);
}

TEST(ScenarioFit, NamesOfGroupsAreTheirOwn) {
  Scenario scenario;
  scenario.groups.push_back(Group{});
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("another group has this name"), std::string::npos);
}

TEST(ScenarioFit, NoTwoMachinesShareAnAddress) {
  Scenario scenario;
  scenario.groups[0].machines = 3;
  scenario.groups[0].macs = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}, {{2, 0, 0, 0, 0, 1}}};
  EXPECT_NE(misfit_of(scenario).find("address 02:00:00:00:00:01"), std::string::npos);
}

TEST(ScenarioFit, AListHasAnAddressForEachMachine) {
  Scenario scenario;
  scenario.groups[0].machines = 3;
  scenario.groups[0].macs = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}};
  EXPECT_NE(misfit_of(scenario).find("2 addresses for 3 machines"), std::string::npos);
  scenario.groups[0].machines = 1;
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].macs[0] = {{3, 0, 0, 0, 0, 1}};
  EXPECT_NE(misfit_of(scenario).find("no machine's address"), std::string::npos);
}

TEST(ScenarioFit, ARangeOfAddressesStaysUnicast) {
  Scenario scenario;
  scenario.groups[0].machines = 2;
  scenario.groups[0].mac_first = {{0x02, 0xff, 0xff, 0xff, 0xff, 0xff}};
  EXPECT_NE(misfit_of(scenario).find("no 2 unicast addresses"), std::string::npos);
  scenario.groups[0].mac_first = {{0x01, 0, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("no 2 unicast addresses"), std::string::npos);
}

TEST(ScenarioFit, RelaysKnowTheServerAndAreTheirOwn) {
  Scenario scenario;
  const wire::Ipv4Address relay = *wire::Ipv4Address::parse("10.21.0.1");
  scenario.groups[0].relays = {{relay, ""}};
  EXPECT_NE(misfit_of(scenario).find("server: relays have to know"), std::string::npos);
  scenario.server = *wire::Ipv4Address::parse("10.20.0.2");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].relays.push_back({relay, "again"});
  EXPECT_NE(misfit_of(scenario).find("stands here twice"), std::string::npos);
  scenario.groups[0].relays.pop_back();
  scenario.server = relay;
  EXPECT_NE(misfit_of(scenario).find("the server's own address"), std::string::npos);
}

TEST(ScenarioFit, AServerThatNobodyNeedsIsRefused) {
  // Goal: machines on the link ask by broadcast; who names a server for them would wonder.
  Scenario scenario;
  scenario.server = *wire::Ipv4Address::parse("10.20.0.2");
  EXPECT_EQ(
      misfit_of(scenario),
      "server: nobody is sent to it: machines on the server's link ask by broadcast, and "
      "fetch from where the ACK says; leave it out, or give the machines relays or addresses");
  scenario.groups.push_back(Group{});
  scenario.groups[1].name = "relayed";
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  scenario.groups[1].relays = {{*wire::Ipv4Address::parse("10.21.0.1"), ""}};
  EXPECT_EQ(misfit_of(scenario), "") << "one group needs it";
}

TEST(ScenarioFit, WhatOnlyDhcpSaysNeedsDhcp) {
  Scenario scenario = with_script("file a");
  scenario.server = *wire::Ipv4Address::parse("10.20.0.2");
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.1.1/16");
  scenario.groups[0].architecture = 7;
  EXPECT_NE(misfit_of(scenario).find("arch: an architecture is said in DHCP's option 93"),
            std::string::npos);
  scenario.groups[0].architecture.reset();
  scenario.verify.lease_min = std::chrono::seconds{1};
  EXPECT_NE(misfit_of(scenario).find("verify.lease-min: there is no ACK to compare"),
            std::string::npos);
  scenario.verify = {};
  scenario.verify.router = *wire::Ipv4Address::parse("10.20.0.1");
  EXPECT_NE(misfit_of(scenario).find("verify.router: there is no ACK"), std::string::npos);
  scenario.verify = {};
  scenario.verify.subnet = *wire::Ipv4Prefix::parse("10.20.0.0/16");
  EXPECT_NE(misfit_of(scenario).find("verify.subnet: there is no ACK"), std::string::npos);
}

TEST(ScenarioFit, WhatOnlyTftpSaysNeedsAFile) {
  Scenario scenario = with_script("dora, renew");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].blksize = 1468;
  EXPECT_NE(misfit_of(scenario).find("blksize: no stage of the script asks for a file"),
            std::string::npos);
  scenario.groups[0].script = parse_script("dora, missing a").value();
  EXPECT_EQ(misfit_of(scenario), "") << "a request has options, whatever comes of it";
  scenario = with_script("dora");
  scenario.groups[0].windowsize = 16;
  EXPECT_NE(misfit_of(scenario).find("windowsize: no stage of the script asks for a file"),
            std::string::npos);
  scenario = with_script("dora, missing a");
  scenario.verify.reference = "/srv";
  EXPECT_NE(misfit_of(scenario).find("verify.reference: no script fetches a file"),
            std::string::npos);
  scenario.verify.reference.clear();
  scenario.verify.bytes = Verification::Bytes::hash;
  scenario.verify.sums = "/srv/SUMS";
  EXPECT_NE(misfit_of(scenario).find("verify.bytes: no script fetches a file"), std::string::npos);
}

TEST(ScenarioFit, AVlanBehindTheLastRelayIsRefused) {
  // Goal: a relay and its machines are on the VLAN of its place; a VLAN without a relay has nobody.
  Scenario scenario;
  scenario.server = *wire::Ipv4Address::parse("10.20.0.2");
  scenario.groups[0].relays = {{*wire::Ipv4Address::parse("10.21.0.1"), ""},
                               {*wire::Ipv4Address::parse("10.22.0.1"), ""}};
  scenario.groups[0].vlans = {7, 8};
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].vlans = {7, 8, 9};
  EXPECT_EQ(
      misfit_of(scenario),
      "vlans: 3 VLANs for 2 relays: each relay is on one, with its machines, and nobody is on "
      "the others; leave them out, or add relays");
}

TEST(ScenarioFit, WhatIsVerifiedCanBe) {
  Scenario scenario;
  scenario.verify.subnet = *wire::Ipv4Prefix::parse("10.20.0.0/16");
  scenario.verify.router = *wire::Ipv4Address::parse("10.21.0.1");
  EXPECT_NE(misfit_of(scenario).find("not in the subnet"), std::string::npos);
  Scenario hashed;
  hashed.verify.bytes = Verification::Bytes::hash;
  hashed.verify.sums = "/srv/SUMS";
  EXPECT_EQ(misfit_of(hashed), "");
  hashed.verify.reference = "/srv";
  EXPECT_NE(misfit_of(hashed).find("the sums alone"), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
