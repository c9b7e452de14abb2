// SPDX-License-Identifier: BSD-3-Clause
// Goal: each limit on what a file may hold is where limit.h has it: as many pass, one more does
// not.
#include "config/limit.h"

#include <functional>
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

using Item = std::function<std::string(std::size_t)>;

std::string list_of(std::size_t count, const Item& item) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ", ") + item(i);
  return list + "]";
}

std::string address(std::uint32_t number) {
  return "10." + std::to_string(number >> 16 & 255) + "." + std::to_string(number >> 8 & 255) +
         "." + std::to_string(number & 255);
}

// The findings that speak of a limit. Others are not the question here.
std::vector<std::string> limits_passed(const std::string& yaml) {
  std::vector<std::string> found;
  for (const std::string& message : findings(yaml)) {
    if (message.find("too long") != std::string::npos ||
        message.find("more than") != std::string::npos) {
      found.push_back(message);
    }
  }
  return found;
}

void expect_limit(std::size_t limit, const std::string& number,
                  const std::function<std::string(std::size_t)>& yaml) {
  EXPECT_EQ(limits_passed(yaml(limit)), std::vector<std::string>{});
  const std::vector<std::string> over = limits_passed(yaml(limit + 1));
  ASSERT_EQ(over.size(), 1u);
  EXPECT_NE(over.front().find(number), std::string::npos) << over.front();
}

std::string in_dhcp(const std::string& key, const std::string& list) {
  return minimal_with("dhcp: {" + key + ": " + list + "}\n");
}

TEST(Limit, OfNetworks) {
  // Over two ports: one list alone is never too long.
  expect_limit(kNetworksMax, "4096", [](std::size_t count) {
    std::string ports;
    for (std::size_t port = 0; port < 2; ++port) {
      const std::size_t first = port * kNetworksMax / 2;
      ports += "  - name: p" + std::to_string(port) + "\n    device: \"0000:3b:00." +
               std::to_string(port) + "\"\n    networks: " +
               list_of(port == 0 ? first + kNetworksMax / 2 : count - first,
                       [&](std::size_t i) {
                         return "{vlan: " + std::to_string(i + 1) + ", dhcp: proxy, address: " +
                                address(static_cast<std::uint32_t>((first + i) << 8 | 1)) + "/24}";
                       }) +
               "\n";
    }
    return "images: {root: /srv/images}\nports:\n" + ports;
  });
}

TEST(Limit, OfIgnoredNames) {
  expect_limit(kIgnoredMax, "64", [](std::size_t count) {
    std::string yaml(kMinimal);
    yaml.replace(0, yaml.find('\n'),
                 "images: {root: /i, watch: {ignore: " + list_of(count, [](std::size_t i) {
                   return "n" + std::to_string(i);
                 }) + "}}");
    return yaml;
  });
}

TEST(Limit, OfPorts) {
  expect_limit(kPortsMax, "16", [](std::size_t count) {
    return "images: {root: /srv/images}\nports: " +
           list_of(count,
                   [](std::size_t i) {
                     const std::string number = std::to_string(i);
                     return "{name: p" + number + ", device: interface:e" + number +
                            ", networks: [{dhcp: proxy, address: 10." + number + ".0.1/24}]}";
                   }) +
           "\n";
  });
}

TEST(Limit, OfSubnets) {
  expect_limit(kSubnetsMax, "4096", [](std::size_t count) {
    return in_dhcp("subnets", list_of(count, [](std::size_t i) {
                     return "{subnet: " + address(static_cast<std::uint32_t>((i + 1) << 8)) +
                            "/24}";
                   }));
  });
}

TEST(Limit, OfPoolsOfASubnet) {
  expect_limit(kPoolsPerSubnetMax, "256", [](std::size_t count) {
    return in_dhcp("subnets", "[{subnet: 10.9.0.0/16, pools: " + list_of(count, [](std::size_t i) {
                                const std::string at =
                                    address(static_cast<std::uint32_t>(9 << 16 | i * 2));
                                return at + "-" + at;
                              }) + "}]");
  });
}

TEST(Limit, OfPools) {
  static constexpr std::size_t kEach = 255;
  expect_limit(kPoolsMax, "65534", [](std::size_t count) {
    return in_dhcp("subnets", list_of((count + kEach - 1) / kEach, [&](std::size_t subnet) {
                     const auto base = static_cast<std::uint32_t>((subnet + 1) << 12);
                     return "{subnet: " + address(base) + "/20, pools: " +
                            list_of(std::min(kEach, count - subnet * kEach),
                                    [&](std::size_t i) {
                                      const std::string at =
                                          address(base + static_cast<std::uint32_t>(i) * 2);
                                      return at + "-" + at;
                                    }) +
                            "}";
                   }));
  });
}

TEST(Limit, OfRelays) {
  expect_limit(kRelaysMax, "4096", [](std::size_t count) {
    return in_dhcp("relays", list_of(count, [](std::size_t i) {
                     const std::string net = address(static_cast<std::uint32_t>((i + 1) << 8));
                     return "{address: " + address(static_cast<std::uint32_t>((i + 1) << 8 | 1)) +
                            ", subnets: [" + net + "/24]}";
                   }));
  });
}

TEST(Limit, OfNetworksThatMayFetchFiles) {
  expect_limit(kTftpAllowMax, "4096", [](std::size_t count) {
    return minimal_with(
        "tftp: {allow: " +
        list_of(count,
                [](std::size_t i) { return address(static_cast<std::uint32_t>(i << 8)) + "/24"; }) +
        "}\n");
  });
}

// A list that is too long is one error, whatever would have been in it.
TEST(Limit, IsOneErrorAlone) {
  EXPECT_EQ(findings(in_dhcp("subnets: [{subnet: 10.9.0.0/24, pools: [10.9.0.9]}], relays",
                             list_of(kRelaysMax + 1, [](std::size_t) { return "x"; })))
                .size(),
            1u);
  EXPECT_EQ(findings(in_dhcp("subnets",
                             "[{subnet: 10.9.0.0/24, pools: [10.9.0.9], options: "
                             "{routers: " +
                                 list_of(256, [](std::size_t) { return "10.9.0.1"; }) + "}}]"))
                .size(),
            1u);
}

TEST(Limit, OfBootRulesAndTheirConditions) {
  expect_limit(kBootRulesMax, "256", [](std::size_t count) {
    return minimal_with("boot: {rules: " +
                        list_of(count,
                                [](std::size_t i) {
                                  return "{match: {arch: " + std::to_string(i) + "}, file: f}";
                                }) +
                        "}\n");
  });
  static constexpr std::size_t kEach = 64;
  expect_limit(kBootConditionsMax, "4096", [](std::size_t count) {
    return minimal_with(
        "boot: {rules: " +
        list_of((count + kEach - 1) / kEach,
                [&](std::size_t rule) {
                  return "{match: {arch: " +
                         list_of(std::min(kEach, count - rule * kEach),
                                 [](std::size_t i) { return std::to_string(i + 100); }) +
                         "}, file: f}";
                }) +
        "}\n");
  });
  static constexpr std::size_t kOfClasses = 9;
  expect_limit(kMatchOptionsMax, "16", [](std::size_t count) {
    const auto options = [](std::size_t first, std::size_t end) {
      std::string text = "option: {60: a";
      for (std::size_t i = first + 1; i < end; ++i) text += ", " + std::to_string(150 + i) + ": a";
      return text + "}";
    };
    return minimal_with("dhcp: {classes: [{name: c, match: {" + options(0, kOfClasses) +
                        "}}]}\nboot: {rules: [{match: {" + options(kOfClasses - 1, count) +
                        "}, file: f}]}\n");
  });
}

TEST(Limit, OfAliases) {
  expect_limit(kAliasesMax, "64", [](std::size_t count) {
    return "images: {root: /i, aliases: " +
           list_of(count,
                   [](std::size_t i) { return "{from: \"*" + std::to_string(i) + "\", to: f}"; }) +
           "}\nports: [{name: p, device: interface:e, networks: "
           "[{dhcp: proxy, address: 10.0.0.1/24}]}]\n";
  });
}

}  // namespace
}  // namespace stentor::config
