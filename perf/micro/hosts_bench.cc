// SPDX-License-Identifier: BSD-3-Clause
// What a start or a reload spends on hosts of files: from the text of a CSV file with a million of
// them to the policy that workers read, their index included.
#include <benchmark/benchmark.h>
#include <cstdio>

#include "base/check.h"
#include "config/parse.h"
#include "dhcp/policy.h"

namespace stentor::perf {
namespace {

std::string hosts_text(unsigned hosts) {
  std::string text = "mac,address,hostname,classes,boot-file\n";
  for (unsigned i = 0; i < hosts; ++i) {
    char line[128];
    std::snprintf(line, sizeof line,
                  "52:54:%02x:%02x:%02x:%02x,10.%u.%u.%u,node%u.example.net,lab,boot%u.ipxe\n",
                  i >> 24 & 255, i >> 16 & 255, i >> 8 & 255, i & 255, 1 + (i >> 16 & 63),
                  i >> 8 & 255, i & 255, i, i % 8);
    text += line;
  }
  return text;
}

void load_hosts(benchmark::State& state) {
  const std::string csv = hosts_text(static_cast<unsigned>(state.range(0)));
  const config::HostFiles files{
      [](const std::string& pattern) { return std::vector<std::string>{pattern}; },
      [&csv](const std::string&) { return base::Result<std::string>(csv); }};
  const std::string_view yaml =
      "images: {root: /i}\n"
      "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.2/8}]}]\n"
      "dhcp:\n"
      "  hosts: [/hosts.csv]\n"
      "  classes: [{name: lab}]\n"
      "  subnets: [{subnet: 10.0.0.0/8, pools: [10.200.0.0-10.200.255.255]}]\n";
  for (auto _ : state) {
    const auto settings = config::parse_settings(yaml, "f", {}, files);
    CHECK(settings.has_value());
    const dhcp::Policy policy(*settings, {1, 2});
    CHECK(policy.find_reservation(0, {{0x52, 0x54, 0, 0, 0, 7}}) != nullptr);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(load_hosts)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stentor::perf
