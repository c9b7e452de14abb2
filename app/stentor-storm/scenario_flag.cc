// SPDX-License-Identifier: BSD-3-Clause
#include "scenario_flag.h"

#include <array>
#include <fmt/format.h>

#include "config/unit.h"
#include "storm/mac_list.h"
#include "storm/quantity.h"

namespace stentor::rig {
namespace {

using storm::Group;
using storm::Parsed;
using storm::Scenario;
using storm::ScenarioFile;
using Flag = ScenarioFlag;

tl::unexpected<std::string> refused(std::string words) {
  return tl::unexpected<std::string>(std::move(words));
}

// `target` becomes what was parsed, or the error is handed on.
template <typename T, typename U>
Parsed<void> assign(T& target, Parsed<U> parsed) {
  if (!parsed) return refused(std::move(parsed).error());
  target = *std::move(parsed);
  return {};
}

template <typename T, typename U>
Parsed<void> assign(T& target, const std::optional<U>& value, const char* expected) {
  if (!value) return refused(std::string("expected ") + expected);
  target = *value;
  return {};
}

Parsed<void> set_machines(const std::string& text, Group& group) {
  const auto number = config::parse_number(text);
  if (!number || *number < 1 || *number > storm::kMachinesMax) {
    return refused(fmt::format("expected 1 to {} machines", storm::kMachinesMax));
  }
  group.machines = static_cast<std::uint32_t>(*number);
  return {};
}

Parsed<void> set_mac(const std::string& text, Group& group) {
  group.macs.clear();
  if (const auto mac = wire::MacAddress::parse(text)) {
    group.mac_first = *mac;
    return {};
  }
  auto macs = storm::read_mac_file(text);
  if (!macs) return refused("no MAC address, and as a file: " + macs.error().sentence);
  group.macs = *std::move(macs);
  group.machines = static_cast<std::uint32_t>(group.macs.size());
  return {};
}

Parsed<void> add_relay(const std::string& text, Group& group) {
  auto relay = storm::parse_relay(text);
  if (!relay) return refused(std::move(relay).error());
  group.relays.push_back(*std::move(relay));
  return {};
}

Parsed<void> set_profiles(const std::string& text, Group& group) {
  std::vector<std::string> profiles;
  for (const std::string_view name : storm::split_list(text)) {
    auto profile = storm::parse_profile(name);
    if (!profile) return refused(std::move(profile).error());
    profiles.push_back(*std::move(profile));
  }
  group.profiles = std::move(profiles);
  return {};
}

Parsed<void> set_rate(const std::string& text, Scenario& scenario) {
  auto rate = text == "none" ? 0 : storm::parse_bit_rate(text);
  if (text != "none" && rate == 0) rate.reset();
  return assign(scenario.link.bits_per_second, rate, "a rate like 1Gbps, or none");
}

Parsed<void> set_round_trip(const std::string& text, Scenario& scenario) {
  return assign(scenario.link.round_trip, storm::parse_time(text),
                "a round trip of at most 10s, like 200us");
}

template <double storm::LinkModel::*Probability>
Parsed<void> set_probability(const std::string& text, Scenario& scenario) {
  return assign(scenario.link.*Probability, storm::parse_fraction(text),
                "a probability from 0 to 1, or in %, like 0.1%");
}

Parsed<void> set_server(const std::string& text, Scenario& scenario) {
  return assign(scenario.server, wire::Ipv4Address::parse(text), "the server's IPv4 address");
}

Parsed<void> set_lease_subnet(const std::string& text, Scenario& scenario) {
  return assign(scenario.verify.subnet, wire::Ipv4Prefix::parse(text),
                "a subnet like 10.20.0.0/16");
}

Parsed<void> set_lease_router(const std::string& text, Scenario& scenario) {
  return assign(scenario.verify.router, wire::Ipv4Address::parse(text),
                "the router's IPv4 address");
}

Parsed<void> set_lease_min(const std::string& text, Scenario& scenario) {
  return assign(scenario.verify.lease_min, storm::parse_time(text),
                "a time in whole seconds, like 10m");
}

Parsed<void> set_again(const std::string& text, Scenario& scenario) {
  return assign(scenario.again_after, storm::parse_time(text), "a time from 1ms to 7d, like 5s");
}

Parsed<void> set_give_up(const std::string& text, Scenario& scenario) {
  return assign(scenario.give_up, storm::parse_time(text), "a time from 1s to 7d, like 10m");
}

Parsed<void> add_goal(const std::string& text, ScenarioFile& file) {
  auto goal = storm::parse_goal(text);
  if (!goal) return refused(std::move(goal).error().sentence);
  if (file.goals.size() == storm::kGoalsMax) {
    return refused(fmt::format("a storm has at most {} goals", storm::kGoalsMax));
  }
  file.goals.push_back(*std::move(goal));
  return {};
}

constexpr const char* kMachines = "Machines";
constexpr const char* kLink = "Link";
constexpr const char* kVerify = "Verification and goals";
constexpr const char* kCourse = "Course of the storm";

const std::array kFlags{
    Flag{.name = "--mac",
         .section = kMachines,
         .value = "FIRST|FILE",
         .help = "The first MAC address, or a file with one a line [02:53:54:00:00:00]",
         .key = "mac",
         .to_group = set_mac},
    Flag{.name = "--machines",
         .section = kMachines,
         .value = "N",
         .help =
             "How many, 1 to 1000000; not with --find-max [1, or as many as the file of --mac has]",
         .key = "machines",
         .to_group = set_machines},
    Flag{
        .name = "--vlan",
        .section = kMachines,
        .value = "LIST",
        .help =
            "VLANs, given out in turn: 100,110-119; behind relays, one for each at most [untagged]",
        .key = "vlans",
        .to_group = [](const std::string& text,
                       Group& group) { return assign(group.vlans, storm::parse_vlans(text)); }},
    Flag{.name = "--relay",
         .section = kMachines,
         .value = "ADDRESS[,CIRCUIT]",
         .help = "The machines stand behind this relay agent, with option 82 if a circuit is "
                 "given; may be repeated. Needs --server",
         .key = "relays",
         .repeatable = true,
         .to_group = add_relay,
         .clear = [](ScenarioFile& file) { file.scenario.groups.front().relays.clear(); }},
    Flag{.name = "--profile",
         .section = kMachines,
         .value = "LIST",
         .help = "Firmware, given out in turn: bios-rom,edk2,ipxe,grub,pxelinux... [edk2]",
         .key = "profiles",
         .to_group = set_profiles},
    Flag{.name = "--arch",
         .section = kMachines,
         .value = "NAME|NUMBER",
         .help = "Option 93: efi-x64, bios, 11...; not with --addresses [the profile's]",
         .key = "arch",
         .to_group =
             [](const std::string& text, Group& group) {
               return assign(group.architecture, storm::parse_architecture(text));
             }},
    Flag{
        .name = "--blksize",
        .section = kMachines,
        .value = "BYTES",
        .help = "What TFTP asks for [the profile's]",
        .key = "blksize",
        .to_group = [](const std::string& text,
                       Group& group) { return assign(group.blksize, storm::parse_blksize(text)); }},
    Flag{.name = "--windowsize",
         .section = kMachines,
         .value = "BLOCKS",
         .help = "What TFTP asks for [the profile's]",
         .key = "windowsize",
         .to_group =
             [](const std::string& text, Group& group) {
               return assign(group.windowsize, storm::parse_windowsize(text));
             }},
    Flag{.name = "--addresses",
         .section = kMachines,
         .value = "FIRST/LENGTH",
         .help = "Machines have addresses from this one on, without DHCP, and fetch from --server "
                 "[DHCP's]",
         .key = "addresses",
         .to_group =
             [](const std::string& text, Group& group) {
               return assign(group.addresses, storm::parse_addresses(text));
             }},
    Flag{.name = "--script",
         .section = kMachines,
         .value = "STAGES",
         .help = "What each does: dora, boot-server, boot-file, file NAME, missing NAME, "
                 "pxelinux-config (asks for each of its names until one is there), pause TIME, "
                 "renew, release, each with ' as PROFILE' if another firmware takes over; in a "
                 "NAME {mac}, {uuid} and {ip} are the machine's own, {mac:colons}, {mac:hex} and "
                 "{ip:hex} in other forms [dora, boot-file]",
         .key = "script",
         .to_group = [](const std::string& text,
                        Group& group) { return assign(group.script, storm::parse_script(text)); }},
    Flag{.name = "--link-rate",
         .section = kLink,
         .value = "RATE",
         .help =
             "What a machine receives at most: 1Gbps. Frames that wait are held, two windows of "
             "each machine and 512 MiB a core at most; what is dropped for that is counted as "
             "link_full [none]",
         .key = "link.rate",
         .to_scenario = set_rate},
    Flag{.name = "--rtt",
         .section = kLink,
         .value = "TIME",
         .help = "Round trip between machine and server: 200us [0]",
         .key = "link.rtt",
         .to_scenario = set_round_trip},
    Flag{.name = "--loss",
         .section = kLink,
         .value = "P",
         .help = "Frames lost, in both directions: 0.1% [0]",
         .key = "link.loss",
         .to_scenario = set_probability<&storm::LinkModel::loss>},
    Flag{.name = "--duplicate",
         .section = kLink,
         .value = "P",
         .help = "Frames that come twice [0]",
         .key = "link.duplicate",
         .to_scenario = set_probability<&storm::LinkModel::duplication>},
    Flag{.name = "--reorder",
         .section = kLink,
         .value = "P",
         .help = "Frames that come after later ones [0]",
         .key = "link.reorder",
         .to_scenario = set_probability<&storm::LinkModel::reordering>},
    Flag{.name = "--corrupt",
         .section = kLink,
         .value = "P",
         .help = "Frames of which one bit is flipped [0]",
         .key = "link.corrupt",
         .to_scenario = set_probability<&storm::LinkModel::corruption>},
    Flag{.name = "--arrival",
         .section = kCourse,
         .value = "WHEN",
         .help = "When machines are switched on: at-once, 'ramp 10s', 'poisson 1000/s', 'waves 48 "
                 "every 5s' [at-once]",
         .key = "arrival",
         .to_scenario =
             [](const std::string& text, Scenario& scenario) {
               return assign(scenario.arrival, storm::parse_arrival(text));
             }},
    Flag{.name = "--die",
         .section = kCourse,
         .value = "P[:TIME]",
         .help = "Machines that fall silent in the middle, and are switched on again after TIME: "
                 "1%:30s [0]",
         .key = "deaths",
         .to_scenario =
             [](const std::string& text, Scenario& scenario) {
               return assign(scenario.deaths, storm::parse_deaths(text));
             }},
    Flag{.name = "--again",
         .section = kCourse,
         .value = "TIME",
         .help = "Machines that nobody serves any more are switched on again after TIME: 5s [they "
                 "have failed]",
         .key = "again",
         .to_scenario = set_again},
    Flag{.name = "--server",
         .section = kCourse,
         .value = "ADDRESS",
         .help = "Where --relay sends, and --addresses fetch; refused without either [who answers]",
         .key = "server",
         .to_scenario = set_server},
    Flag{.name = "--seed",
         .section = kCourse,
         .value = "N",
         .help = "The same seed makes the same machines and arrivals, and lets the same of each "
                 "machine's "
                 "frames be lost, doubled, delayed or corrupted [1]",
         .key = "seed",
         .to_scenario =
             [](const std::string& text, Scenario& scenario) {
               return assign(scenario.seed, config::parse_number(text), "a number of 64 bits");
             }},
    Flag{.name = "--give-up",
         .section = kCourse,
         .value = "TIME",
         .help = "When the storm ends in any case; not with --find-max [10m]",
         .key = "give-up",
         .to_scenario = set_give_up},
    Flag{.name = "--verify",
         .section = kVerify,
         .value = "HOW",
         .help = "Bytes of files: full, sampled (one block in 16, and the last), sampled:N, "
                 "hash:SHA256SUMS, none [full, if there is a reference]",
         .key = "verify.bytes",
         .to_scenario =
             [](const std::string& text, Scenario& scenario) {
               return storm::parse_bytes(text, scenario.verify);
             }},
    Flag{.name = "--reference",
         .section = kVerify,
         .value = "FOLDER",
         .help = "The files as they should be, under the names that are asked for",
         .key = "verify.reference",
         .to_scenario = [](const std::string& text, Scenario& scenario) -> Parsed<void> {
           if (text.empty()) return refused("the value is empty");
           scenario.verify.reference = text;
           return {};
         }},
    Flag{.name = "--lease-subnet",
         .section = kVerify,
         .value = "PREFIX",
         .help = "Each ACK must give an address and the mask of this subnet: 10.20.0.0/16",
         .key = "verify.subnet",
         .to_scenario = set_lease_subnet},
    Flag{.name = "--lease-router",
         .section = kVerify,
         .value = "ADDRESS",
         .help = "Each ACK must name this router first",
         .key = "verify.router",
         .to_scenario = set_lease_router},
    Flag{.name = "--lease-min",
         .section = kVerify,
         .value = "TIME",
         .help = "Each ACK must lease for so long at least",
         .key = "verify.lease-min",
         .to_scenario = set_lease_min},
    Flag{.name = "--expect",
         .section = kVerify,
         .value = "GOAL",
         .help =
             "A goal: booted=100%, p99<5s, offer.p99<100ms, ack.p99, first-block.p99, "
             "next-data.p99, rate>=500MB/s (of files that came whole and right), wrong=0 (files, "
             "options, addresses), unverified=0 (files compared with nothing), failed=0, "
             "resends<1%...; may be repeated",
         .key = "expect",
         .repeatable = true,
         .to_file = add_goal,
         .clear = [](ScenarioFile& file) { file.goals.clear(); }},
};

}  // namespace

std::span<const ScenarioFlag> scenario_flags() { return kFlags; }

}  // namespace stentor::rig
