// SPDX-License-Identifier: BSD-3-Clause
// Goal: every flag of a scenario reaches its field, overrides the file, and is refused with its
// name.
#include "command_line.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::variant<CommandLine, Finished> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "stentor-storm");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return parse_command_line(static_cast<int>(pointers.size()), pointers.data());
}

CommandLine accepted(std::vector<std::string> words) {
  words.insert(words.begin(), {"--port", "interface:eth1"});
  auto parsed = parse(std::move(words));
  EXPECT_TRUE(std::holds_alternative<CommandLine>(parsed));
  return std::holds_alternative<CommandLine>(parsed) ? std::get<CommandLine>(parsed)
                                                     : CommandLine{};
}

// What it says to stderr.
std::string refused(std::vector<std::string> words, bool with_port = true) {
  if (with_port) words.insert(words.begin(), {"--port", "interface:eth1"});
  testing::internal::CaptureStderr();
  const auto parsed = parse(std::move(words));
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(std::holds_alternative<Finished>(parsed)) << text;
  const auto* finished = std::get_if<Finished>(&parsed);
  EXPECT_EQ(finished == nullptr ? 0 : finished->exit_status, 2);
  return text;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path(testing::TempDir() + "stentor-storm-command-line") {
    std::ofstream(path) << text;
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  const std::string path;
};

TEST(StormCommandLine, EveryFlagReachesItsField) {
  const CommandLine line = accepted({"--machines",
                                     "7",
                                     "--mac",
                                     "52:54:00:00:00:01",
                                     "--vlan",
                                     "100,110",
                                     "--relay",
                                     "10.21.0.1,r1",
                                     "--relay",
                                     "10.22.0.1",
                                     "--profile",
                                     "ipxe",
                                     "--arch",
                                     "efi-x64",
                                     "--script",
                                     "dora, file \"a,b\"",
                                     "--link-rate",
                                     "1Gbps",
                                     "--rtt",
                                     "2ms",
                                     "--loss",
                                     "1%",
                                     "--duplicate",
                                     "2%",
                                     "--reorder",
                                     "3%",
                                     "--corrupt",
                                     "4%",
                                     "--arrival",
                                     "ramp 10s",
                                     "--die",
                                     "5%:3s",
                                     "--again",
                                     "7s",
                                     "--server",
                                     "10.20.0.2",
                                     "--seed",
                                     "9",
                                     "--give-up",
                                     "2m",
                                     "--verify",
                                     "sampled:4",
                                     "--reference",
                                     "/srv",
                                     "--lease-subnet",
                                     "10.20.0.0/16",
                                     "--lease-router",
                                     "10.20.0.1",
                                     "--lease-min",
                                     "5m",
                                     "--expect",
                                     "booted=100%",
                                     "--expect",
                                     "p99<5s",
                                     "--cores",
                                     "2,4-5",
                                     "--hugepages",
                                     "512MiB",
                                     "--yes-really",
                                     "--json",
                                     "a.json",
                                     "--csv",
                                     "a.csv",
                                     "--html",
                                     "a.html",
                                     "--blksize",
                                     "1428",
                                     "--windowsize",
                                     "8"});
  const storm::Scenario& scenario = line.file.scenario;
  const storm::Group& group = scenario.groups.front();
  EXPECT_EQ(group.machines, 7u);
  EXPECT_EQ(group.mac_first.text().view(), "52:54:00:00:00:01");
  EXPECT_EQ(group.vlans, (std::vector<std::uint16_t>{100, 110}));
  ASSERT_EQ(group.relays.size(), 2u);
  EXPECT_EQ(group.relays[0].circuit_id, "r1");
  EXPECT_EQ(group.profiles, std::vector<std::string>{"ipxe"});
  EXPECT_EQ(group.architecture, 7);
  EXPECT_EQ(group.blksize, 1428);
  EXPECT_EQ(group.windowsize, 8);
  ASSERT_EQ(group.script.size(), 2u);
  EXPECT_EQ(group.script[1].name, "a,b");
  EXPECT_EQ(scenario.link.bits_per_second, 1'000'000'000u);
  EXPECT_EQ(scenario.link.round_trip, milliseconds{2});
  EXPECT_EQ(scenario.link.loss, 0.01);
  EXPECT_EQ(scenario.link.duplication, 0.02);
  EXPECT_EQ(scenario.link.reordering, 0.03);
  EXPECT_EQ(scenario.link.corruption, 0.04);
  EXPECT_EQ(scenario.arrival.over, seconds{10});
  EXPECT_EQ(scenario.deaths.restart_after, seconds{3});
  EXPECT_EQ(scenario.again_after, seconds{7});
  EXPECT_EQ(scenario.server, wire::Ipv4Address::parse("10.20.0.2"));
  EXPECT_EQ(scenario.seed, 9u);
  EXPECT_EQ(scenario.give_up, minutes{2});
  EXPECT_EQ(scenario.verify.sample_every, 4u);
  EXPECT_EQ(scenario.verify.reference, "/srv");
  EXPECT_TRUE(scenario.verify.subnet && scenario.verify.router);
  EXPECT_EQ(scenario.verify.lease_min, minutes{5});
  EXPECT_EQ(line.file.goals.size(), 2u);
  EXPECT_EQ(line.port.workers.cores, (std::vector<unsigned>{2, 4, 5}));
  EXPECT_EQ(line.port.workers.hugepage_bytes_max, std::uint64_t{512} << 20);
  EXPECT_TRUE(line.port.yes_really);
  EXPECT_EQ(line.reports.html, "a.html");
  EXPECT_NE(line.command.find("--script 'dora, file \"a,b\"'"), std::string::npos);
}

TEST(StormCommandLine, AddressesReachTheirField) {
  // Goal: beside flags that go with them; those of DHCP do not.
  const CommandLine line =
      accepted({"--addresses", "10.20.1.1/16", "--server", "10.20.0.2", "--script", "file initrd"});
  EXPECT_EQ(line.file.scenario.groups.front().addresses, wire::Ipv4Prefix::parse("10.20.1.1/16"));
}

TEST(StormCommandLine, FlagsOverrideTheFile) {
  const TemporaryFile file(
      "groups: [{machines: 9, relays: [10.21.0.1]}]\nserver: 10.20.0.2\nseed: 5\n"
      "expect: [booted=1, failed=8]\n");
  const CommandLine line = accepted(
      {"--scenario", file.path, "--machines", "3", "--relay", "10.22.0.1", "--expect", "booted=3"});
  EXPECT_EQ(line.file.scenario.machines(), 3u);
  ASSERT_EQ(line.file.scenario.groups.front().relays.size(), 1u);
  EXPECT_EQ(line.file.scenario.groups.front().relays[0].address.text().view(), "10.22.0.1");
  EXPECT_EQ(line.file.scenario.seed, 5u);
  ASSERT_EQ(line.file.goals.size(), 1u);
  EXPECT_EQ(line.file.goals[0].text, "booted=3");
}

TEST(StormCommandLine, AFlagOfOneGroupIsRefusedWhereThereAreTwo) {
  const TemporaryFile file("groups: [{machines: 1}, {machines: 2}]\n");
  EXPECT_NE(refused({"--scenario", file.path, "--machines", "3"}).find("has 2 groups"),
            std::string::npos);
  EXPECT_EQ(accepted({"--scenario", file.path, "--seed", "3"}).file.scenario.seed, 3u);
}

TEST(StormCommandLine, AFileOfAddressesSaysHowManyMachines) {
  const TemporaryFile file("52:54:00:00:00:01\n52:54:00:00:00:02\n");
  EXPECT_EQ(accepted({"--mac", file.path}).file.scenario.machines(), 2u);
  EXPECT_EQ(accepted({"--machines", "1", "--mac", file.path}).file.scenario.machines(), 1u);
  EXPECT_NE(refused({"--machines", "3", "--mac", file.path}).find("2 addresses for 3 machines"),
            std::string::npos);
}

TEST(StormCommandLine, RefusesEachFlagByItsName) {
  for (const auto& [flag, value] : std::vector<std::pair<std::string, std::string>>{
           {"--machines", "0"},     {"--mac", "nobody"},       {"--vlan", "0"},
           {"--relay", "x"},        {"--profile", "amiga"},    {"--arch", "z80"},
           {"--script", "nap"},     {"--link-rate", "fast"},   {"--rtt", "20s"},
           {"--loss", "2"},         {"--duplicate", "x"},      {"--reorder", "-1"},
           {"--corrupt", "101%"},   {"--arrival", "later"},    {"--die", "x"},
           {"--server", "0.0.0.0"}, {"--seed", "-1"},          {"--give-up", "1ms"},
           {"--verify", "some"},    {"--lease-min", "0"},      {"--lease-subnet", "10.0.0.1/8"},
           {"--lease-router", "x"}, {"--lease-min", "1500ms"}, {"--expect", "luck=1"},
           {"--cores", "5-3"},      {"--cores", "1,1"},        {"--hugepages", "1KiB"},
           {"--find-max", "most"},  {"--blksize", "7"},        {"--windowsize", "0"},
           {"--addresses", "x"},    {"--again", "0"}}) {
    EXPECT_NE(refused({flag + "=" + value}).find("stentor-storm: " + flag), std::string::npos)
        << flag << " " << value;
  }
}

TEST(StormCommandLine, SaysWhatDoesNotGoTogether) {
  EXPECT_NE(refused({}, false).find("--port is missing"), std::string::npos);
  EXPECT_NE(refused({"--verify", "full"}).find("--reference FOLDER"), std::string::npos);
  EXPECT_NE(refused({"--verify", "none", "--reference", "/s"}).find("leave one of them out"),
            std::string::npos);
  EXPECT_NE(refused({"--trial", "1s"}).find("--trial belongs to a search"), std::string::npos);
  EXPECT_NE(refused({"--loss-bound", "1%"}).find("belongs to a search"), std::string::npos);
  for (const std::string flag : {"--arrival=at-once", "--die=1%", "--expect=booted=1"}) {
    EXPECT_NE(refused({"--find-max", "dora", flag}).find("no meaning in a search"),
              std::string::npos)
        << flag;
  }
  EXPECT_NE(refused({"--find-max", "dora", "--html", "x"}).find("prints its trials"),
            std::string::npos);
  EXPECT_NE(refused({"--find-max", "dora", "--trial", "1us"}).find("100ms to 10m"),
            std::string::npos);
  EXPECT_NE(refused({"--find-max", "dora", "--loss-bound", "100%"}).find("below 100%"),
            std::string::npos);
  EXPECT_NE(refused({"--relay", "10.21.0.1"}).find("--server: relays have to know"),
            std::string::npos);
}

TEST(StormCommandLine, ASearchRefusesTheFlagsThatItTakesNoNoticeOf) {
  // Goal: nobody believes that what has been ignored was done.
  for (const std::string flag : {"--machines=5", "--arrival=at-once", "--die=1%", "--again=5s",
                                 "--give-up=1m", "--expect=booted=1"}) {
    for (const char* what : {"dora", "boot"}) {
      const std::string name = flag.substr(0, flag.find('='));
      EXPECT_NE(refused({"--find-max", what, flag})
                    .find("stentor-storm: " + name + " has no meaning in a search: "),
                std::string::npos)
          << flag;
    }
  }
  for (const std::string flag : {"--script=dora, file a", "--blksize=512", "--windowsize=4",
                                 "--reference=/srv", "--verify=none"}) {
    const std::string name = flag.substr(0, flag.find('='));
    EXPECT_NE(refused({"--find-max", "dora", flag})
                  .find("stentor-storm: " + name + " has no meaning in a search for DORA: "),
              std::string::npos)
        << flag;
    if (name != "--reference") accepted({"--find-max", "boot", flag});
  }
  EXPECT_EQ(refused({"--find-max", "dora", "--machines", "5"}),
            "stentor-storm: --machines has no meaning in a search: each trial has as many as "
            "arrive in --trial at its rate; leave it out\n");
}

TEST(StormCommandLine, ASearchOfAFileTakesWhatItCanUse) {
  // Goal: one file serves the storm and the search; a search for addresses needs DHCP.
  const TemporaryFile file(
      "groups: [{machines: 9, blksize: 1468}]\narrival: ramp 5s\ngive-up: 5m\nexpect: booted=9\n");
  EXPECT_TRUE(accepted({"--scenario", file.path, "--find-max", "dora"}).search);
  EXPECT_TRUE(accepted({"--scenario", file.path, "--find-max", "boot"}).search);
  EXPECT_NE(refused({"--find-max", "dora", "--addresses", "10.20.1.1/16", "--server", "10.20.0.2",
                     "--script", "file a"})
                .find("--find-max dora asks DHCP for addresses"),
            std::string::npos);
  EXPECT_TRUE(accepted({"--find-max", "boot", "--addresses", "10.20.1.1/16", "--server",
                        "10.20.0.2", "--script", "file a"})
                  .search);
}

TEST(StormCommandLine, AFlagThatWouldDoNothingIsRefused) {
  EXPECT_EQ(refused({"--server", "10.20.0.2"}),
            "stentor-storm: --server '10.20.0.2': nobody is sent to it: machines on the server's "
            "link ask by broadcast, and fetch from where the ACK says; leave it out, or give the "
            "machines relays or addresses\n");
  EXPECT_NE(refused({"--script", "dora", "--blksize", "1468"}).find("--blksize '1468': no stage"),
            std::string::npos);
  EXPECT_NE(
      refused({"--script", "dora", "--reference", "/srv"}).find("--reference '/srv': no script"),
      std::string::npos);
  for (const char* device : {"vdev:net_memif0", "vdev:net_vhost0,iface=/run/boot.sock"}) {
    EXPECT_NE(refused({"--port", device, "--yes-really"}, false)
                  .find("--yes-really is about an interface"),
              std::string::npos)
        << device;
  }
  EXPECT_TRUE(accepted({"--yes-really"}).port.yes_really);
  for (const char* device : {"vdev:net_af_packet0,iface=eth1", "vdev:net_tap0,remote=eth1"}) {
    EXPECT_TRUE(std::holds_alternative<CommandLine>(parse({"--port", device, "--yes-really"})))
        << device;
  }
}

TEST(StormCommandLine, ReportsAllErrorsAtOnce) {
  const std::string text = refused({"--machines", "0", "--vlan", "0", "--cores", "x"});
  for (const char* flag : {"--machines '0'", "--vlan '0'", "--cores 'x'"}) {
    EXPECT_NE(text.find(flag), std::string::npos) << flag << " in " << text;
  }
}

TEST(StormCommandLine, ARuleNamesTheFlagAndItsText) {
  EXPECT_EQ(refused({"--give-up", "1ms"}),
            "stentor-storm: --give-up '1ms': out of range; expected a time from 1s to 7d, like "
            "10m\n");
  EXPECT_EQ(refused({"--mac", "ff:00:00:00:00:00", "--rtt", "20s"}),
            "stentor-storm: --mac 'ff:00:00:00:00:00': no 1 unicast addresses follow one another "
            "from ff:00:00:00:00:00 on: it is a group address\n"
            "stentor-storm: --rtt '20s': out of range; expected a round trip of at most 10s, like "
            "200us\n");
  EXPECT_EQ(refused({"--relay", "10.21.0.1", "--relay", "10.21.0.1", "--server", "10.20.0.2"}),
            "stentor-storm: --relay: the relay 10.21.0.1 stands here twice\n");
  EXPECT_EQ(refused({"--relay", "10.21.0.1"}),
            "stentor-storm: --server: relays have to know the server's IPv4 address\n");
}

TEST(StormCommandLine, ARuleOfOneGroupAmongSeveralNamesTheGroup) {
  const TemporaryFile file(
      "groups: [{name: a, relays: [10.21.0.1]}, {name: b}]\nserver: 10.20.0.2\n");
  EXPECT_EQ(refused({"--scenario", file.path, "--server", "10.21.0.1"}),
            "stentor-storm: group a: relays: the relay has the server's own address\n");
}

TEST(StormCommandLine, AFlagThatIsWrongIsNoReasonForAnotherError) {
  // Goal: what has nothing to do with the refused value is said all the same.
  EXPECT_EQ(refused({"--relay", "10.21.0.1", "--server", "nobody", "--rtt", "20s"}),
            "stentor-storm: --server 'nobody': expected the server's IPv4 address\n"
            "stentor-storm: --rtt '20s': out of range; expected a round trip of at most 10s, like "
            "200us\n");
  EXPECT_EQ(refused({"--addresses", "all", "--script", "file a"}),
            "stentor-storm: --addresses 'all': expected the first address and the length of its "
            "network, like 10.20.1.1/16\n");
}

TEST(StormCommandLine, ARateOfNothingIsNone) {
  // Goal: the same text is right, or wrong, in a file and in a flag.
  EXPECT_EQ(accepted({"--link-rate", "none"}).file.scenario.link.bits_per_second, 0u);
  EXPECT_NE(refused({"--link-rate", "0Gbps"}).find("--link-rate '0Gbps': expected a rate"),
            std::string::npos);
}

TEST(StormCommandLine, PrintNeedsNoPort) {
  const auto parsed = parse({"--print", "--machines", "5"});
  ASSERT_TRUE(std::holds_alternative<CommandLine>(parsed));
  EXPECT_TRUE(std::get<CommandLine>(parsed).print);
}

TEST(StormCommandLine, ASearchHasItsBoundAndItsTime) {
  const CommandLine line =
      accepted({"--find-max", "boot", "--loss-bound", "1%", "--trial", "500ms"});
  ASSERT_TRUE(line.search);
  EXPECT_EQ(line.search->what, SearchRequest::What::boot);
  EXPECT_EQ(line.search->loss_bound, 0.01);
  EXPECT_EQ(line.search->trial, milliseconds{500});
}

TEST(StormCommandLine, APortThatIsNoDeviceIsToldWhatIsExpected) {
  for (const char* port : {"a:b", "a b", "0000:3b:00.9", "3b:00", "sixteen_letters0"}) {
    const std::string text = refused({"--port", port}, false);
    EXPECT_NE(text.find("--port '" + std::string(port) + "': expected a PCI address like 0000:3b"),
              std::string::npos)
        << text;
  }
  EXPECT_NE(refused({"--port", "eth1"}, false).find("; for a network interface, write interface:"),
            std::string::npos);
  EXPECT_NE(refused({"--port", "interface:a/b"}, false).find("none of them '/'"),
            std::string::npos);
}

TEST(StormCommandLine, SeveralDevicesAreOnePortByABond) {
  const auto parsed = parse({"--port", "0000:3b:00.0", "--port", "0000:3b:00.1", "--bond", "lacp"});
  ASSERT_TRUE(std::holds_alternative<CommandLine>(parsed));
  const auto& device = std::get<CommandLine>(parsed).port.device;
  ASSERT_TRUE(device);
  EXPECT_EQ(device->kind, config::DeviceKind::bond);
  EXPECT_EQ(device->mode, config::BondMode::lacp);
  ASSERT_EQ(device->members.size(), 2u);
  EXPECT_EQ(device->members[1].name, "0000:3b:00.1");

  const std::vector<std::string> two{"--port", "0000:3b:00.0", "--port", "0000:3b:00.1"};
  const auto with = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return refused(std::move(words), false);
  };
  EXPECT_NE(with(two, {}).find("add --bond lacp, or --bond active-backup"), std::string::npos);
  EXPECT_NE(with(two, {"--bond", "802.3ad"}).find("expected lacp or active-backup"),
            std::string::npos);
  EXPECT_NE(with({"--port", "0000:3b:00.0"}, {"--bond", "lacp"}).find("of several devices"),
            std::string::npos);
  EXPECT_NE(with(two, {"--port", "interface:eth1", "--bond", "lacp"}).find("interface:bond0"),
            std::string::npos);
  EXPECT_NE(with(two, {"--port", "a:b", "--bond", "lacp"}).find("--port 'a:b': expected a PCI"),
            std::string::npos);
  EXPECT_NE(with(two, {"--port", "3b:00.1", "--bond", "lacp"}).find("it stands there twice"),
            std::string::npos);
  std::vector<std::string> nine;
  for (int i = 0; i < 9; ++i) {
    nine.insert(nine.end(), {"--port", "vdev:net_af_packet" + std::to_string(i)});
  }
  EXPECT_NE(with(nine, {"--bond", "lacp"}).find("9 devices, and a bond has 8"), std::string::npos);
}

TEST(StormCommandLine, PrintDoesNothingElse) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--json", "a"}, {"--csv", "a"}, {"--html", "a"}, {"--find-max", "boot"}}) {
    auto all = words;
    all.emplace_back("--print");
    EXPECT_NE(refused(all).find(words.front() + " has no meaning in --print"), std::string::npos)
        << words.front();
  }
}

TEST(StormCommandLine, EachReportHasAFileOfItsOwn) {
  EXPECT_NE(refused({"--json", "a.json", "--html", "./a.json"})
                .find("--json and --html name one file; give each report its own"),
            std::string::npos);
  EXPECT_EQ(accepted({"--json", "a.json", "--csv", "a.csv"}).reports.csv, "a.csv");
}

}  // namespace
}  // namespace stentor::rig
