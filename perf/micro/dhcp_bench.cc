// SPDX-License-Identifier: BSD-3-Clause
// What one DHCP message costs a worker, from UDP payload to UDP payload: DISCOVER to OFFER and
// REQUEST to ACK over a pool of 65,536 addresses, by as many clients in turn, so that neither the
// lease records nor their index stay in the first-level cache.
#include <array>
#include <benchmark/benchmark.h>
#include <vector>

#include "base/check.h"
#include "dhcp/message.h"
#include "dhcp/server.h"

namespace stentor::dhcp {
namespace {

constexpr std::uint32_t kClients = 65536;
constexpr std::uint32_t kFirstAddress = 0x0a140000 + 256;  // 10.20.1.0
constexpr std::uint32_t kOwnAddress = 0x0a140002;

config::Settings settings() {
  config::Settings settings;
  config::Network network;
  network.address = {wire::Ipv4Address{kOwnAddress}, 14};
  settings.ports.resize(1);
  settings.ports[0].networks = {network};
  config::Subnet subnet;
  subnet.prefix = network.address;
  subnet.pools = {
      {wire::Ipv4Address{kFirstAddress}, wire::Ipv4Address{kFirstAddress + kClients - 1}}};
  subnet.options = {{3, {10, 20, 0, 1}, false}, {6, {10, 0, 0, 53}, false}};
  settings.dhcp.subnets = {subnet};
  settings.boot_rules = {{{{}, "iPXE"}, {"boot.ipxe", {}}},
                         {{{7, 9}, {}}, {"snponly.efi", {}}},
                         {{{0}, {}}, {"undionly.kpxe", {}}}};
  return settings;
}

struct Files {
  static std::optional<std::uint64_t> size_of(std::string_view) { return 70000; }
};

// What a BIOS ROM sends.
std::vector<std::uint8_t> rom_message(MessageType type) {
  std::vector<std::uint8_t> message(kOptionsOffset);
  message[0] = kBootRequest;
  message[1] = kHtypeEthernet;
  message[2] = kEthernetHlen;
  base::store_big_endian(message.data() + sizeof(Header), kMagicCookie);
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
  if (type == MessageType::request) {
    add(54, {0x0a, 0x14, 0x00, 0x02});
    add(50, {0, 0, 0, 0});
  }
  message.push_back(255);
  return message;
}

class Server {
 public:
  Server()
      : policy_(settings(), {1, 2}),
        memory_(lease::Table::bytes_needed(policy_.plan()) / sizeof(Line) + 1),
        leases_(policy_.plan(),
                {reinterpret_cast<std::uint8_t*>(memory_.data()), memory_.size() * sizeof(Line)}) {
    arrival_.destination = wire::Ipv4Address{0xffffffff};
    arrival_.source_port = kClientPort;
    arrival_.destination_port = kServerPort;
    arrival_.now = base::Time{std::chrono::hours{1}};
  }

  // The address that the message of this client is answered with.
  std::uint32_t answer(std::vector<std::uint8_t>& message, std::uint32_t client) {
    base::store_big_endian(message.data() + offsetof(Header, chaddr) + 2, client);
    const auto decision =
        dhcp::answer(policy_, leases_, Files{}, arrival_, message, base::MutableBytes(reply_));
    CHECK(std::holds_alternative<Reply>(decision));
    return base::load_big_endian<std::uint32_t>(reply_.data() + offsetof(Header, yiaddr));
  }

 private:
  struct alignas(64) Line {
    std::uint8_t bytes[64];
  };

  Policy policy_;
  std::vector<Line> memory_;
  lease::Table leases_;
  Arrival arrival_;
  std::array<std::uint8_t, kReplyBytesMax> reply_{};
};

// Clients in an order that no prefetcher knows.
std::uint32_t nth_client(std::uint64_t n) {
  return static_cast<std::uint32_t>(n * 40503 % kClients) + 1;
}

void discover_to_offer(benchmark::State& state) {
  Server server;
  auto discover = rom_message(MessageType::discover);
  std::uint64_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(server.answer(discover, nth_client(n++)));
}
BENCHMARK(discover_to_offer);

void request_to_ack(benchmark::State& state) {
  Server server;
  auto discover = rom_message(MessageType::discover);
  auto request = rom_message(MessageType::request);
  std::vector<std::uint32_t> offered(kClients + 1);
  for (std::uint32_t client = 1; client <= kClients; ++client) {
    offered[client] = server.answer(discover, client);
  }
  std::uint64_t n = 0;
  for (auto _ : state) {
    const std::uint32_t client = nth_client(n++);
    base::store_big_endian(request.data() + request.size() - 5, offered[client]);
    benchmark::DoNotOptimize(server.answer(request, client));
  }
}
BENCHMARK(request_to_ack);

}  // namespace
}  // namespace stentor::dhcp
