// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a boot storm is: which machines there are, what each does and when, over what kind of link,
// and what of it is verified. Plain settings: from flags or a file (scenario_text.h), immutable
// while the storm runs. The same scenario and seed make the same machines, arrivals and faults.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "wire/address.h"

namespace stentor::storm {

// Limits of a scenario; that they are kept, scenario_fit.h sees to.
inline constexpr std::uint32_t kMachinesMax = 1'000'000;  // of all groups
inline constexpr std::size_t kGroupsMax = 64;
inline constexpr std::size_t kRelaysMax = 4096;  // of all groups
inline constexpr std::size_t kVlansMax = 4094;   // of a group
inline constexpr std::size_t kStagesMax = 32;
inline constexpr std::size_t kNameBytesMax = 255;  // of a file, as TFTP servers take it
inline constexpr base::Duration kTimeMax =
    std::chrono::hours{24 * 7};  // of a pause, a ramp, a storm
inline constexpr base::Duration kGiveUpMin = std::chrono::seconds{1};
inline constexpr base::Duration kAgainMin = std::chrono::milliseconds{1};
inline constexpr base::Duration kRoundTripMax = std::chrono::seconds{10};

// One step of a machine's way from power-on to its operating system.
struct Stage {
  enum class Kind : std::uint8_t {
    dora,             // DISCOVER to ACK; a second one is another firmware's, with the same MAC
    boot_server,      // REQUEST to port 4011, once bound (PXE 2.1)
    boot_file,        // fetches the file that the last ACK named
    file,             // fetches `name`
    missing,          // asks for `name`, and expects ERROR 1
    pxelinux_config,  // asks for PXELINUX's configuration under each of its names, in their order
    pause,            // for `pause`
    renew,            // REQUEST from BOUND: unicast, ciaddr set; an ACK is expected
    release,          // sends RELEASE; expects nothing
  };
  Kind kind = Kind::dora;
  std::string name;        // of a file, as it is asked for; a NameTemplate
  base::Duration pause{};  // of Kind::pause
  std::string profile;     // for this and later stages: a client::BootProfile by name; empty: as
                           // before
  friend bool operator==(const Stage&, const Stage&) = default;
};

// Asks for a file by TFTP, whatever comes of it.
constexpr bool is_fetch(Stage::Kind kind) {
  return kind == Stage::Kind::file || kind == Stage::Kind::boot_file ||
         kind == Stage::Kind::missing || kind == Stage::Kind::pxelinux_config;
}

// A relay agent that is its machines' router too: it owns one MAC and one address of their network.
struct RelaySite {
  wire::Ipv4Address address;  // giaddr, and the source of what it relays
  std::string circuit_id;     // option 82 sub-option 1; empty: no option 82
  friend bool operator==(const RelaySite&, const RelaySite&) = default;
};

// Machines that are alike. Machine i of a group takes element i modulo size of each list.
struct Group {
  std::string name = "machines";
  std::uint32_t machines = 1;
  wire::MacAddress mac_first{{0x02, 0x53, 0x54, 0x00, 0x00, 0x00}};  // and the ones behind it
  std::vector<wire::MacAddress> macs;                                // instead, one a machine
  std::vector<std::uint16_t> vlans;  // 802.1Q identifiers; empty: untagged
  std::vector<RelaySite> relays;     // empty: on the server's link
  std::vector<std::string> profiles = {"edk2"};
  std::optional<std::uint16_t> architecture;  // option 93 in place of the profile's
  std::optional<std::uint16_t> blksize;       // asked for in place of the profile's
  std::optional<std::uint16_t> windowsize;    // the same; 1: not asked for
  // Without DHCP: machine i has this address plus i, in a network of this length, and fetches from
  // Scenario::server. Its script has no stage of DHCP.
  std::optional<wire::Ipv4Prefix> addresses;
  std::vector<Stage> script = {
      {.kind = Stage::Kind::dora, .name = {}, .pause = {}, .profile = {}},
      {.kind = Stage::Kind::boot_file, .name = {}, .pause = {}, .profile = {}}};
};

// When the machines are switched on, in their order.
struct Arrival {
  enum class Kind : std::uint8_t {
    at_once,
    ramp,     // evenly over `over`
    poisson,  // `per_second` on average
    waves,    // `wave_machines` at once, every `over`: racks
  };
  Kind kind = Kind::at_once;
  base::Duration over{};
  double per_second = 0;
  std::uint32_t wave_machines = 0;
};

// What stands between each machine and the server, applied to both directions.
struct LinkModel {
  std::uint64_t bits_per_second = 0;  // of what a machine receives; 0: no limit
  base::Duration round_trip{};        // half of it a direction
  double loss = 0;                    // probabilities of a frame, 0 to 1
  double duplication = 0;
  double reordering = 0;  // arrives after frames that left up to a millisecond later
  double corruption = 0;  // one bit of the UDP payload, or of its headers, is flipped

  [[nodiscard]] bool is_ideal() const {
    return bits_per_second == 0 && round_trip == base::Duration::zero() && loss == 0 &&
           duplication == 0 && reordering == 0 && corruption == 0;
  }
};

// Machines that fall silent: each dies with this probability, in a random stage, half-way.
struct Deaths {
  double probability = 0;
  std::optional<base::Duration> restart_after;  // switched on again; else counted as dead
};

struct Verification {
  enum class Bytes : std::uint8_t {
    none,     // sizes alone
    sampled,  // one block in `sample_every`, and the last
    full,
    hash,  // SHA-256 of each file, against `sums`
  };
  Bytes bytes = Bytes::full;
  std::uint32_t sample_every = 16;
  std::string reference;  // a folder that holds the files under the names that are asked for;
                          // empty: only sizes (tsize) are compared
  std::string sums;       // of Bytes::hash: a SHA256SUMS file
  // Options that each ACK must carry; empty: not compared.
  std::optional<wire::Ipv4Prefix> subnet;   // yiaddr is inside, option 1 is its mask
  std::optional<wire::Ipv4Address> router;  // the first of option 3
  std::optional<base::Duration> lease_min;  // option 51 is at least
};

struct Scenario {
  std::vector<Group> groups = {Group{}};
  Arrival arrival;
  LinkModel link;
  Deaths deaths;
  // Whom nobody serves any more is switched on again, as firmware that has tried all that it could
  // begins anew; none: has failed.
  std::optional<base::Duration> again_after;
  Verification verify;
  std::optional<wire::Ipv4Address> server;            // of relays, and of machines without DHCP
  base::Duration give_up = std::chrono::minutes{10};  // of the whole storm
  std::uint64_t seed = 1;

  [[nodiscard]] std::uint64_t machines() const {
    std::uint64_t sum = 0;
    for (const Group& group : groups) sum += group.machines;
    return sum;
  }
};

}  // namespace stentor::storm
