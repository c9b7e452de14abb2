// SPDX-License-Identifier: BSD-3-Clause
// What a forged request makes a worker send to the address that it names: Ethernet bytes out for
// bytes in, until every transfer has ended. Nothing is timed. Prints one JSON object.
#include <algorithm>
#include <cstdio>
#include <string>

#include "support/rig.h"
#include "support/tftp_builder.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kVictims = 1'000;
constexpr std::uint32_t kFirstVictim = 0x0a140100;  // 10.20.1.0
constexpr int kRequests = 3;                        // of each; firmware asks again as well
constexpr std::size_t kEthernetBytesMin = 60;

struct Bytes {
  std::uint64_t in = 0;
  std::uint64_t out = 0;

  void add(const std::vector<support::ByteVector>& sent) {
    for (const auto& frame : sent) out += std::max(frame.size(), kEthernetBytesMin);
  }
};

Bytes reflect(const support::TftpOptions& options) {
  base::Time now{std::chrono::hours{1}};
  support::Rig rig({.yaml = support::kOneNetworkConfig,
                    .images = {{"f", support::patterned(1 << 20)}},
                    .transfers_max = kVictims},
                   now);
  Bytes bytes;
  for (int request = 0; request < kRequests; ++request) {
    for (std::uint32_t victim = 0; victim < kVictims; ++victim) {
      const std::string address(wire::Ipv4Address(kFirstVictim + victim).text().view());
      const auto frame = support::udp_frame({}, {.source = address}, {2070, 69},
                                            support::tftp_request("f", options));
      bytes.in += std::max(frame.size(), kEthernetBytesMin);
      bytes.add(rig.exchange(frame, now));
    }
    now += std::chrono::seconds{1};
  }
  while (rig.worker().has_live_transfers()) {
    now += std::chrono::milliseconds{1};
    rig.poll(now);
    std::vector<support::ByteVector> sent;
    while (auto frame = rig.port().take()) sent.push_back(*std::move(frame));
    bytes.add(sent);
  }
  return bytes;
}

void print(const char* name, const Bytes& bytes, const char* end) {
  std::printf("\"%s\": {\"in\": %llu, \"out\": %llu}%s", name,
              static_cast<unsigned long long>(bytes.in), static_cast<unsigned long long>(bytes.out),
              end);
}

}  // namespace
}  // namespace stentor::perf

int main() {
  using stentor::perf::print;
  using stentor::perf::reflect;
  std::putchar('{');
  print("with_options", reflect({{"blksize", "1468"}, {"windowsize", "64"}, {"tsize", "0"}}), ", ");
  print("without", reflect({}), "}\n");
}
