// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The option codes that the server itself reads or writes (RFC 2132 unless another is named).

#include <cstdint>

namespace stentor::dhcp::option {

inline constexpr std::uint8_t kPad = 0;
inline constexpr std::uint8_t kSubnetMask = 1;
inline constexpr std::uint8_t kHostname = 12;
inline constexpr std::uint8_t kBootFileSize = 13;
inline constexpr std::uint8_t kBroadcastAddress = 28;
inline constexpr std::uint8_t kVendorSpecific = 43;
inline constexpr std::uint8_t kRequestedAddress = 50;
inline constexpr std::uint8_t kLeaseTime = 51;
inline constexpr std::uint8_t kOverload = 52;
inline constexpr std::uint8_t kMessageType = 53;
inline constexpr std::uint8_t kServerIdentifier = 54;
inline constexpr std::uint8_t kParameterList = 55;
inline constexpr std::uint8_t kMessageBytesMax = 57;
inline constexpr std::uint8_t kRenewalTime = 58;
inline constexpr std::uint8_t kRebindingTime = 59;
inline constexpr std::uint8_t kVendorClass = 60;
inline constexpr std::uint8_t kClientIdentifier = 61;
inline constexpr std::uint8_t kTftpServerName = 66;
inline constexpr std::uint8_t kBootFileName = 67;
inline constexpr std::uint8_t kUserClass = 77;                  // RFC 3004
inline constexpr std::uint8_t kRapidCommit = 80;                // RFC 4039
inline constexpr std::uint8_t kFqdn = 81;                       // RFC 4702
inline constexpr std::uint8_t kRelayAgent = 82;                 // RFC 3046
inline constexpr std::uint8_t kClientLastTransactionTime = 91;  // RFC 4388
inline constexpr std::uint8_t kAssociatedAddresses = 92;        // RFC 4388
inline constexpr std::uint8_t kArchitectures = 93;              // RFC 4578
inline constexpr std::uint8_t kUuid = 97;                       // RFC 4578
inline constexpr std::uint8_t kV6OnlyPreferred = 108;           // RFC 8925
inline constexpr std::uint8_t kAutoConfigure = 116;             // RFC 2563
inline constexpr std::uint8_t kSubnetSelection = 118;           // RFC 3011
inline constexpr std::uint8_t kIpxe = 175;                      // iPXE's encapsulated options
inline constexpr std::uint8_t kEnd = 255;

// Inside option 43, for PXE clients (PXE 2.1, table 2-1).
inline constexpr std::uint8_t kPxeDiscoveryControl = 6;
inline constexpr std::uint8_t kPxeBootServers = 8;
inline constexpr std::uint8_t kPxeBootMenu = 9;
inline constexpr std::uint8_t kPxeMenuPrompt = 10;
inline constexpr std::uint8_t kPxeBootItem = 71;
// Inside option 175: do not wait for a ProxyDHCP server.
inline constexpr std::uint8_t kIpxeNoProxy = 176;

}  // namespace stentor::dhcp::option
