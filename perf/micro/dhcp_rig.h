// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A DHCP server of one worker without a device: messages in, messages out, over a lease table in
// huge pages where the kernel has any. For benchmarks.

#include <array>
#include <memory>
#include <sys/mman.h>
#include <vector>

#include "base/check.h"
#include "dhcp/glance.h"
#include "dhcp/message.h"
#include "dhcp/server.h"

namespace stentor::perf {

inline constexpr std::uint32_t kOwnAddress = 0x0a000002;  // 10.0.0.2
inline constexpr std::uint8_t kMacFirstByte = 2;
inline constexpr std::uint32_t kFirstAddress = 0x0a000100;  // 10.0.1.0

// One network, 10.0.0.0/8, a pool of `addresses`, and boot rules as a site has them.
inline config::Settings dhcp_settings(std::uint32_t addresses) {
  config::Settings settings;
  config::Network network;
  network.address = {wire::Ipv4Address{kOwnAddress}, 8};
  settings.ports.resize(1);
  settings.ports[0].networks = {network};
  config::Subnet subnet;
  subnet.prefix = network.address;
  subnet.pools = {
      {wire::Ipv4Address{kFirstAddress}, wire::Ipv4Address{kFirstAddress + addresses - 1}}};
  subnet.options = {{3, {10, 0, 0, 1}, false}, {6, {10, 0, 0, 53}, false}};
  settings.dhcp.subnets = {subnet};
  settings.limits.discovers_per_client = 1000;
  using Kind = config::ClientTest::Kind;
  const auto one_of = [](std::vector<config::ClientTest> tests) {
    config::ClientMatch match{.kind = config::ClientMatch::Kind::any};
    for (config::ClientTest& test : tests) {
      match.children.push_back({.kind = config::ClientMatch::Kind::test, .test = std::move(test)});
    }
    return match;
  };
  settings.boot_rules = {
      {one_of({{.kind = Kind::user_class, .value = {config::ValueTest::Kind::glob, "iPXE"}}}),
       {"boot.ipxe", {}}},
      {one_of({{.kind = Kind::architecture, .architecture = 7},
               {.kind = Kind::architecture, .architecture = 9}}),
       {"snponly.efi", {}}},
      {one_of({{.kind = Kind::architecture, .architecture = 0}}), {"undionly.kpxe", {}}}};
  return settings;
}

// What a BIOS ROM sends. A REQUEST's last option is the address that it asks for.
inline std::vector<std::uint8_t> rom_message(dhcp::MessageType type) {
  std::vector<std::uint8_t> message(dhcp::kOptionsOffset);
  message[0] = dhcp::kBootRequest;
  message[1] = dhcp::kHtypeEthernet;
  message[2] = dhcp::kEthernetHlen;
  message[offsetof(dhcp::Header, chaddr)] = kMacFirstByte;
  base::store_big_endian(message.data() + sizeof(dhcp::Header), dhcp::kMagicCookie);
  const auto add = [&message](std::uint8_t code, std::vector<std::uint8_t> value) {
    message.push_back(code);
    message.push_back(static_cast<std::uint8_t>(value.size()));
    message.insert(message.end(), value.begin(), value.end());
  };
  const std::string_view vendor_class = "PXEClient:Arch:00000:UNDI:002001";
  add(53, {static_cast<std::uint8_t>(type)});
  add(57, {0x05, 0xc0});
  add(55, {1,  2,  3,  5,   6,   11,  12,  13,  16,  17,  18, 43,
           54, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135});
  add(97, std::vector<std::uint8_t>(17, 0));
  add(93, {0, 0});
  add(94, {1, 2, 1});
  add(60, {vendor_class.begin(), vendor_class.end()});
  if (type != dhcp::MessageType::discover) add(54, {0x0a, 0x00, 0x00, 0x02});
  if (type == dhcp::MessageType::request) add(50, {0, 0, 0, 0});
  message.push_back(255);
  return message;
}

// Client n has MAC 02:00 and n.
inline void set_client(std::vector<std::uint8_t>& message, std::uint32_t client) {
  base::store_big_endian(message.data() + offsetof(dhcp::Header, chaddr) + 2, client);
}

// Of a REQUEST of rom_message().
inline void set_address(std::vector<std::uint8_t>& request, std::uint32_t address) {
  base::store_big_endian(request.data() + request.size() - 5, address);
}

class DhcpRig {
 public:
  explicit DhcpRig(const config::Settings& settings)
      : policy_(settings, {1, 2}), memory_(mapped()), leases_(policy_.plan(), memory_) {
    arrival_.destination = wire::Ipv4Address{0xffffffff};
    arrival_.source_port = dhcp::kClientPort;
    arrival_.destination_port = dhcp::kServerPort;
    arrival_.now = base::Time{std::chrono::hours{1}};
  }
  ~DhcpRig() { munmap(memory_.data(), memory_.size()); }
  DhcpRig(const DhcpRig&) = delete;
  DhcpRig& operator=(const DhcpRig&) = delete;

  // The address that the message of this client is answered with.
  std::uint32_t answer(std::vector<std::uint8_t>& message, std::uint32_t client) {
    CHECK(std::holds_alternative<dhcp::Reply>(decide(message, client)));
    return base::load_big_endian<std::uint32_t>(reply_.data() + offsetof(dhcp::Header, yiaddr));
  }

  // What a worker does with a burst: it fetches what will be looked at for each message, then
  // answers them one after the other.
  void answer_burst(std::span<std::vector<std::uint8_t>> messages) {
    std::array<lease::Owner, 32> owners;
    CHECK(messages.size() <= owners.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto sender = dhcp::glance_at_sender(policy_, arrival_.network, messages[i]);
      owners[i] = sender->owner;
      leases_.prefetch(sender->owner);
      discovers_.prefetch(sender->client);
    }
    for (const lease::Owner& owner : std::span(owners).first(messages.size())) {
      leases_.prefetch_record(owner);
    }
    for (const auto& message : messages) {
      arrival_.now += kInterval;
      const auto decision =
          dhcp::answer(policy_, records(), Files{}, arrival_, message, base::MutableBytes(reply_));
      CHECK(std::holds_alternative<dhcp::Reply>(decision));
    }
  }

  // DISCOVER, OFFER, REQUEST, ACK.
  std::uint32_t dora(std::uint32_t client) {
    const std::uint32_t offered = answer(discover_, client);
    set_address(request_, offered);
    return answer(request_, client);
  }

  // RELEASE, which has no answer (RFC 2131 section 4.4.6).
  void release(std::uint32_t client, std::uint32_t address) {
    base::store_big_endian(release_.data() + offsetof(dhcp::Header, ciaddr), address);
    const auto decision = decide(release_, client);
    const auto* ended = std::get_if<wire::DropReason>(&decision);
    CHECK(ended != nullptr && *ended == wire::DropReason::dhcp_released);
  }

  [[nodiscard]] const lease::Plan& plan() const { return policy_.plan(); }
  [[nodiscard]] std::size_t table_bytes() const { return lease::Table::bytes_needed(plan()); }

 private:
  // On the clock of the messages, whatever an answer takes: the limit of a client is never met.
  static constexpr base::Duration kInterval = std::chrono::microseconds{1};

  struct Files {
    static std::optional<std::uint64_t> size_of(std::string_view, const dhcp::Fetcher&) {
      return 70000;
    }
  };

  dhcp::Records records() { return {leases_, nullptr, &discovers_}; }

  dhcp::Decision decide(std::vector<std::uint8_t>& message, std::uint32_t client) {
    set_client(message, client);
    arrival_.now += kInterval;
    return dhcp::answer(policy_, records(), Files{}, arrival_, message, base::MutableBytes(reply_));
  }

  [[nodiscard]] base::MutableBytes mapped() const {
    const std::size_t huge = std::size_t{2} << 20;
    const std::size_t bytes = (table_bytes() + huge - 1) / huge * huge;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    madvise(at, bytes, MADV_HUGEPAGE);
    return {static_cast<std::uint8_t*>(at), bytes};
  }

  dhcp::Policy policy_;
  base::MutableBytes memory_;
  lease::Table leases_;
  dhcp::DiscoverLimit discovers_;
  dhcp::Arrival arrival_;
  std::vector<std::uint8_t> discover_ = rom_message(dhcp::MessageType::discover);
  std::vector<std::uint8_t> request_ = rom_message(dhcp::MessageType::request);
  std::vector<std::uint8_t> release_ = rom_message(dhcp::MessageType::release);
  std::array<std::uint8_t, dhcp::kReplyBytesMax> reply_{};
};

}  // namespace stentor::perf
