// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a stentor.yaml may hold at most, each with its reason.

#include <cstddef>
#include <cstdint>

#include "base/path.h"

namespace stentor::config {

// 200,000 reservations fit.
inline constexpr std::size_t kFileBytesMax = std::size_t{16} << 20;
// Values and keys, aliases counted as what they stand for: about 200 MiB while parsing.
inline constexpr std::uint64_t kNodesMax = std::uint64_t{2} << 20;
// The deepest key that exists stands 8 levels down.
inline constexpr std::size_t kDepthMax = 32;
// Of any key; no name of ours comes near.
inline constexpr std::size_t kKeyBytesMax = 255;
// More findings than anybody reads; the last one says that others were left out.
inline constexpr std::size_t kDiagnosticsMax = 1000;

inline constexpr std::size_t kPortsMax = 16;
inline constexpr std::uint16_t kQueuesMax = 16;
// Over all ports; indexes of networks are 16 bits wide in the data path.
inline constexpr std::size_t kNetworksMax = 4096;
// Of one interface of the kernel: the program that keeps it silent compares with each address.
inline constexpr std::size_t kNetworksPerInterfaceMax = 256;
inline constexpr std::size_t kSubnetsMax = 4096;
inline constexpr std::size_t kRelaysMax = 4096;
// One that is used, and those that come and go; looked through for each message.
inline constexpr std::size_t kKeysPerRelayMax = 8;
// RFC 2104 section 3 advises against less than the hash has, 20 bytes; some relay agents take 16 at
// the most. More than a block of the hash would be hashed to 20.
inline constexpr std::size_t kSecretBytesMin = 16;
inline constexpr std::size_t kSecretBytesMax = 64;
// In hexadecimal with separators, "0x" and the end of the line.
inline constexpr std::size_t kSecretFileBytesMax = 256;
// Of the API's tokens: who may try a million a second for a year finds no 32 random hexadecimal
// digits.
inline constexpr std::size_t kTokenBytesMin = 32;
inline constexpr std::size_t kTokenBytesMax = 255;
// A chain of certificates has a few KiB.
inline constexpr std::size_t kPemFileBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kTftpAllowMax = 4096;
inline constexpr std::size_t kPoolsPerSubnetMax = 256;
inline constexpr std::size_t kBondMembersMax = 8;
// DESIGN section 9: in files of hosts.
inline constexpr std::size_t kHostsMax = std::size_t{1} << 20;
inline constexpr std::size_t kHostFileBytesMax = std::size_t{256} << 20;
inline constexpr std::size_t kHostPatternsMax = 64;
inline constexpr std::size_t kHostFilesMax = 4096;
inline constexpr std::size_t kMacsPerHostMax = 16;
// MAC addresses with wildcards, over all reservations: tried in order, for each message of a client
// that no other reservation is for.
inline constexpr std::size_t kMacWildcardsMax = 256;
// Of a subnet, and of each of its pools.
inline constexpr std::size_t kExclusionsMax = 256;
// A pool falls apart at exclusions of so many addresses; of shorter ones it keeps the unused
// records, 81 to 89 bytes each.
inline constexpr std::uint64_t kExclusionSplits = 256;
inline constexpr std::size_t kSubnetsPerSharedNetworkMax = 256;
// Of one network, where some are for classes: they are gone through for each new client.
inline constexpr std::size_t kPoolsBesideClassesMax = 1024;
// Over all subnets; the lease table numbers them in 16 bits.
inline constexpr std::size_t kPoolsMax = 65'534;
inline constexpr std::uint64_t kPoolAddressesMax = std::uint64_t{16} << 20;
inline constexpr std::size_t kBootRulesMax = 256;
// Tried in order, for each request of a path that is not there.
inline constexpr std::size_t kAliasesMax = 64;
// Of each of its two paths: no request has a longer one. What else a glob may have: base/glob.h.
inline constexpr std::size_t kAliasBytesMax = base::kPathBytesMax;
// Each is a step for every DHCP message, of all matches of dhcp.classes together.
inline constexpr std::size_t kClassConditionsMax = 1024;
// The same of boot.rules; most messages need the first few.
inline constexpr std::size_t kBootConditionsMax = 4096;
// Of all matches together. Each is read out of a message that has it, whatever is asked of it.
inline constexpr std::size_t kMatchOptionsMax = 16;
// In each of a class's lists of options that are suppressed, or come first.
inline constexpr std::size_t kQuirkOptionsMax = 16;
// Every client takes a reply of 576 bytes with its headers (RFC 2131 section 2).
inline constexpr std::uint16_t kReplyBytesMinMax = 548;
// Compared in order, with each DHCP message that has an option 60.
inline constexpr std::size_t kPxeVendorClassesMax = 16;
// Firmware's own is a word or two; it has to fit beside all else that a ROM is sent.
inline constexpr std::size_t kPxeVendorClassBytesMax = 64;
// A match in a match in a match.
inline constexpr unsigned kMatchDepthMax = 8;
// Looked into in order, for each request.
inline constexpr std::size_t kClientDirectoriesMax = 8;
// Each is compared with the path of each file that is served.
inline constexpr std::size_t kAccessRulesMax = 64;
// Of images.watch: each is tried on every name beneath the root.
inline constexpr std::size_t kIgnoredMax = 64;
inline constexpr unsigned kCoreMax = 1023;

// `file` of a DHCP message is 128 bytes, the last of them zero (RFC 2131 section 2).
inline constexpr std::size_t kBootFileBytesMax = 127;
// A rule each; more than that nobody tells apart.
inline constexpr std::size_t kMenusMax = 64;
// With names of one letter this many fill option 43.
inline constexpr std::size_t kMenuItemsMax = 20;
// Of an item's name and of the prompt: a line of a ROM's screen.
inline constexpr std::size_t kMenuTextBytesMax = 80;
// One option carries it (RFC 2132 section 9.5), with a NUL behind it.
inline constexpr std::size_t kBootUrlBytesMax = 254;
inline constexpr std::size_t kHostnameBytesMax = 253;  // RFC 1035 section 2.3.4, as text
inline constexpr std::size_t kPathBytesMax = 4095;
// sockaddr_un has 108, the last of them zero (unix(7)).
inline constexpr std::size_t kSocketPathBytesMax = 107;
inline constexpr std::size_t kGroupBytesMax = 32;  // useradd(8)

// One option carries 255 bytes (RFC 2132 section 2).
inline constexpr std::size_t kOptionBytesMax = 255;
// Lists of names and routes, and vendors' options, stand in several (RFC 3396); clients must put
// them together (RFC 3397 section 2, 3442, 3925 section 4).
inline constexpr std::size_t kLongOptionBytesMax = 600;
// There are no more codes.
inline constexpr std::size_t kOptionDefinitionsMax = 254;
// What the options of one scope may take together: an Ethernet frame carries 1,232 bytes of
// options, of which the server's own take up to 280 and a relay's agent information 257.
inline constexpr std::size_t kOptionsBytesMax = 690;
// What is sent unasked must also reach a client that takes 576 bytes (RFC 2131 section 2): 312
// bytes of options, of which the server's own leave this.
inline constexpr std::size_t kAlwaysBytesMax = 160;

}  // namespace stentor::config
