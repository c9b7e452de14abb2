// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One DHCP message in, one decision out: RFC 2131 section 4.3, PXE 2.1, RFC 4578.
//
// Called by a worker for each UDP datagram to port 67 or 4011 of one of our networks. Reads the
// policy (immutable), changes the lease table and the client store (lock-free), writes the reply's
// UDP payload; no other state, no allocation, no clock but `arrival.now`.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/clock.h"
#include "dhcp/discover_limit.h"
#include "dhcp/message.h"
#include "dhcp/policy.h"
#include "lease/client_store.h"
#include "lease/table.h"
#include "wire/address.h"
#include "wire/drop_reason.h"

namespace stentor::dhcp {

inline constexpr std::uint16_t kServerPort = 67;
inline constexpr std::uint16_t kClientPort = 68;
inline constexpr std::uint16_t kPxePort = 4011;
// The longest reply that is ever written: what fits an Ethernet frame of MTU 1500.
inline constexpr std::size_t kReplyBytesMax = 1472;

// What came of a Park: the same message again, or a newer one of its client.
struct Resumed {
  base::Time since{};                         // when it was first parked
  std::optional<wire::Ipv4Address> probed{};  // as the Park said
  bool is_in_use = false;                     // somebody answered for `probed`
};

struct Arrival {
  NetworkIndex network = 0;  // the network that the frame came in on (policy order)
  wire::MacAddress source_mac;
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;  // kServerPort or kPxePort
  base::Time now{};
  const Resumed* resumed = nullptr;  // null: it has just come
  bool may_probe = true;             // whether conflict checks mean anything on the network
  bool is_draining = false;          // who has no address yet is left to other servers
};

// Where the reply goes (DESIGN section 3, "Addressing"; RFC 2131 section 4.1).
struct Reply {
  std::size_t payload_bytes = 0;
  MessageType type = MessageType::none;
  wire::Ipv4Address yiaddr{};
  wire::MacAddress destination_mac;
  wire::Ipv4Address source;  // our address on the network
  wire::Ipv4Address destination;
  std::uint16_t source_port = 0;  // the port that was asked
  std::uint16_t destination_port = 0;
  bool is_sealed = false;       // authenticated for its relay agent, by a value that grows
  bool is_to_firmware = false;  // on the network's own link: the frame's source is the machine's
};

// The answer is not due yet. The caller keeps the message and brings it again at `due`; a newer one
// of the same client takes its place there, and waits no longer than it would have.
struct Park {
  std::uint64_t client = 0;  // a keyed hash
  base::Time due{};
  // To be asked for meanwhile: by ARP on the client's link if that is ours, else by an ICMP echo.
  std::optional<wire::Ipv4Address> probe{};
  bool is_on_link = true;
};

using Decision = std::variant<wire::DropReason, Reply, Park>;

// Who will ask TFTP for a boot file, and what TFTP will know of it then.
struct Fetcher {
  lease::ClientFacts facts{};
  std::optional<wire::Ipv4Address> address{};  // absent: another server gives it
};

// What the server asks of the boot files: how much `fetcher` gets for a normalised path, for option
// 13; nullopt: nothing, or nobody knows.
template <typename F>
concept BootFiles = requires(const F& files, std::string_view path, const Fetcher& fetcher) {
  { files.size_of(path, fetcher) } -> std::same_as<std::optional<std::uint64_t>>;
};

// A BootFiles without its type, for the one compiled server.
struct BootFilesView {
  const void* files = nullptr;
  std::optional<std::uint64_t> (*size_of)(const void* files, std::string_view path,
                                          const Fetcher& fetcher) = nullptr;
};

class HostBoard;
struct Journal;

// Who sent a message, for whoever follows clients.
struct Caller {
  bool is_known = false;  // by a MAC address, and by a message that was not dropped unread
  wire::MacAddress mac{};
  MessageType type = MessageType::none;
  bool is_firmware = false;  // iPXE included
  bool is_ipxe = false;
  bool has_address = false;     // who asks for one renews it
  wire::Ipv4Address address{};  // that it has, asks for or gives back
};

// What changes while messages are answered. Both are lock-free, and shared by all workers.
struct Records {
  lease::Table& leases;
  // Where TFTP learns of clients; null: it needs to know no more than their addresses.
  lease::ClientStore* clients = nullptr;
  // How often each client has asked; this worker's alone. Null: nobody counts.
  DiscoverLimit* discovers = nullptr;
  // Where changes of leases are noted (dhcp/journal.h); this worker's alone. Null: leases are in
  // memory alone.
  Journal* journal = nullptr;
  // Where answer() notes who sent the message; this worker's alone. Null: nobody asks.
  Caller* caller = nullptr;
  // What is said of machines over the configuration; null: nothing.
  const HostBoard* hosts = nullptr;
};

Decision answer(const Policy& policy, const Records& records, BootFilesView files,
                const Arrival& arrival, base::Bytes message, base::MutableBytes reply);

template <BootFiles F>
Decision answer(const Policy& policy, const Records& records, const F& files,
                const Arrival& arrival, base::Bytes message, base::MutableBytes reply) {
  return answer(
      policy, records,
      BootFilesView{&files,
                    [](const void* untyped, std::string_view path, const Fetcher& fetcher) {
                      return static_cast<const F*>(untyped)->size_of(path, fetcher);
                    }},
      arrival, message, reply);
}

}  // namespace stentor::dhcp
