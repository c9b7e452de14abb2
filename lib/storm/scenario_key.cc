// SPDX-License-Identifier: BSD-3-Clause
#include "storm/scenario_key.h"

#include <array>

namespace stentor::storm {
namespace {

using config::Key;
using config::kInteger;
using config::kList;
using config::kMapping;
using config::kText;
using Text = std::string_view;

constexpr Key scalar(Text name, std::uint8_t forms, Text expected, Text absent) {
  return {.name = name, .forms = forms, .expected = expected, .absent = absent};
}

constexpr Key mapping(Text name, Text expected, const config::Section* section, Text absent) {
  return {
      .name = name, .forms = kMapping, .expected = expected, .absent = absent, .section = section};
}

struct Item {
  std::uint8_t forms;
  Text expected;
  const config::Section* section = nullptr;
};

constexpr Key list(Text name, std::uint8_t forms, Text expected, const Item& item, Text absent) {
  return {.name = name,
          .forms = static_cast<std::uint8_t>(kList | forms),
          .expected = expected,
          .absent = absent,
          .item_forms = item.forms,
          .item_expected = item.expected,
          .section = item.section};
}

constexpr Text kFraction = "a probability from 0 to 1, or in %, like 0.1%";
constexpr Text kMac = "a MAC address like \"02:53:54:00:00:00\"";
constexpr Text kStage =
    "a stage: dora, boot-server, boot-file, file NAME, missing NAME, pxelinux-config, pause TIME, "
    "renew or release";

constexpr std::array kGroupKeys{
    scalar("name", kText | kInteger, "a name of 1 to 32 letters, digits, '.', '_' or '-'",
           "machines, and the group's number from the second on"),
    scalar("machines", kInteger, "1 to 1000000 machines", "1"),
    list("mac", kText,
         "the first MAC address, or a list of them, or the path of a file with one a line",
         {kText, kMac}, "02:53:54:00:00:00 and what follows, behind the groups before"),
    list("vlans", kText | kInteger, "VLANs like 100,110-119, or a list of them",
         {kText | kInteger, "a VLAN from 1 to 4094, or a range like 110-119"}, "untagged"),
    list("relays", kText, "a relay like \"10.21.0.1,rack7\", or a list of them",
         {kText, "a relay's address and, behind a comma, its circuit identifier"},
         "on the server's link"),
    list("profiles", kText, "a firmware's profile like edk2, or a list of them",
         {kText, "a firmware's profile like edk2"}, "edk2"),
    scalar("arch", kText | kInteger, "an architecture's name, like efi-x64, or its number",
           "the profile's"),
    scalar("blksize", kInteger, "what TFTP asks for, 8 to 65464 bytes a block", "the profile's"),
    scalar("windowsize", kInteger, "what TFTP asks for, 1 to 65535 blocks a window",
           "the profile's"),
    scalar("addresses", kText,
           "the first machine's address and its network, like 10.20.1.1/16; the others follow",
           "from DHCP"),
    list("script", kText, "a list of stages like [dora, boot-file, file initrd]", {kText, kStage},
         "dora, boot-file"),
};

constexpr std::array kLinkKeys{
    scalar("rate", kText, "what a machine receives at most, like 1Gbps, or none", "none"),
    scalar("rtt", kText | kInteger, "a round trip of at most 10s, like 200us", "0"),
    scalar("loss", kText | kInteger, kFraction, "0"),
    scalar("duplicate", kText | kInteger, kFraction, "0"),
    scalar("reorder", kText | kInteger, kFraction, "0"),
    scalar("corrupt", kText | kInteger, kFraction, "0"),
};

constexpr std::array kVerifyKeys{
    scalar("bytes", kText, "full, sampled, sampled:N, hash:FILE or none", "full"),
    scalar("reference", kText, "the folder that holds the files as they should be",
           "sizes alone are compared, with what the server says of them"),
    scalar("subnet", kText, "the subnet that addresses have to be of, like 10.20.0.0/16",
           "not compared"),
    scalar("router", kText, "the router that each ACK has to name first", "not compared"),
    scalar("lease-min", kText, "the shortest lease that is right, like 10m", "not compared"),
};

constexpr std::array kScenarioKeys{
    list("groups", 0, "a list of groups of machines, 1 to 64",
         {kMapping, "a group like {machines: 200, profiles: [edk2]}", &kGroupSection},
         "one machine that takes every default"),
    scalar("arrival", kText, "at-once, ramp TIME, poisson N/s, or waves N every TIME", "at-once"),
    mapping("link", "what stands between machine and server, like {rtt: 200us, loss: 0.1%}",
            &kLinkSection, "nothing"),
    scalar("deaths", kText | kInteger,
           "a probability, and :TIME behind it after which the dead are switched on, like 1%:30s",
           "0"),
    scalar("again", kText,
           "a time from 1ms to 7d after which machines that nobody serves any more are switched on "
           "again, like 5s",
           "they have failed"),
    Key{.name = "verify",
        .forms = kText | kMapping,
        .expected = "full, sampled, sampled:N, hash:FILE or none, or a mapping like "
                    "{bytes: full, reference: /srv/images}",
        .absent = "full",
        .section = &kVerifySection},
    scalar("server", kText, "the server's IPv4 address, to which relays send", "whoever answers"),
    scalar("give-up", kText, "a time from 1s to 7d after which the storm ends", "10m"),
    scalar("seed", kInteger, "a number from 0 to 18446744073709551615", "1"),
    list("expect", kText, "a goal like booted=100%, or a list of them",
         {kText, "a goal like booted=100%, p99<5s or rate>=500MB/s"}, "no goals"),
};

}  // namespace

const config::Section kScenarioSection{"the file", kScenarioKeys};
const config::Section kGroupSection{"a group", kGroupKeys};
const config::Section kLinkSection{"link", kLinkKeys};
const config::Section kVerifySection{"verify", kVerifyKeys};

}  // namespace stentor::storm
