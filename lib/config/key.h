// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Every key of stentor.yaml, once: the parser takes its keys, the forms it accepts and the words of
// its messages from here; the JSON Schema (deploy/stentor.schema.json) is tested against it.

#include <cstdint>
#include <span>
#include <string_view>

namespace stentor::config {

// What may stand as a value. Scalars are told apart for the schema alone: to the parser they are
// text.
inline constexpr std::uint8_t kText = 1;
inline constexpr std::uint8_t kInteger = 2;
inline constexpr std::uint8_t kBoolean = 4;
inline constexpr std::uint8_t kList = 8;
inline constexpr std::uint8_t kMapping = 16;
inline constexpr std::uint8_t kScalar = kText | kInteger | kBoolean;

// What a boot file is, wherever one is named.
inline constexpr std::string_view kBootFile =
    "a boot file's path below images.root, 1 to 127 bytes long, in which words like {mac} and "
    "{arch} stand for the client and {{ for a brace";

enum class Need : std::uint8_t { optional, required };

struct Section;

struct Key {
  std::string_view name;
  Need need = Need::optional;
  std::uint8_t forms = kText;
  // Completes "expected ..." in a message.
  std::string_view expected;
  // What holds when the key is absent; empty where nothing needs saying. The schema's description
  // is "EXPECTED; absent: ABSENT".
  std::string_view absent = {};
  // For lists: the forms of an item, and what is expected of it.
  std::uint8_t item_forms = 0;
  std::string_view item_expected = {};
  // The keys of the mapping, or of each item of the list. nullptr where names are free or values
  // are no mappings.
  const Section* section = nullptr;
};

struct Section {
  std::string_view name;  // "a network", as in "known in a network: vlan, ..."
  std::span<const Key> keys;
};

extern const Section kFileSection;
extern const Section kWorkersSection;
extern const Section kPortSection;
extern const Section kNetworkSection;
extern const Section kDhcpSection;
extern const Section kLeaseTimeSection;
extern const Section kConflictCheckSection;
extern const Section kRelaySection;
extern const Section kRelayKeySection;
extern const Section kPoolSection;
extern const Section kSubnetSection;
extern const Section kSharedNetworkSection;
extern const Section kOptionSection;
extern const Section kOptionDefinitionSection;
extern const Section kClassSection;
extern const Section kMatchSection;
extern const Section kOptionMatchSection;
extern const Section kClassTftpSection;
extern const Section kClassQuirksSection;
extern const Section kReservationSection;
extern const Section kBootTargetSection;
extern const Section kBootSection;
extern const Section kBootRuleSection;
extern const Section kMenuSection;
extern const Section kMenuItemSection;
extern const Section kImagesSection;
extern const Section kManifestSection;
extern const Section kWatchSection;
extern const Section kAliasSection;
extern const Section kAccessSection;
extern const Section kTftpSection;
extern const Section kRtoSection;
extern const Section kLeasesSection;
extern const Section kLimitsSection;
extern const Section kControlSection;
extern const Section kControlSocketSection;
extern const Section kControlHttpSection;
extern const Section kControlTlsSection;
extern const Section kControlTokensSection;
extern const Section kControlMetricsSection;
extern const Section kLogSection;

}  // namespace stentor::config
