// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_feature.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <optional>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace stentor::dpdk {

namespace {

// The head of an ethtool message, and what the kernel writes behind it: linux/ethtool.h.
template <typename Head>
class Message {
 public:
  Message(std::uint32_t command, std::size_t bytes_behind)
      : words_((sizeof(Head) + bytes_behind + 7) / 8) {
    std::memcpy(words_.data(), &command, sizeof command);
  }
  Head* operator->() { return reinterpret_cast<Head*>(words_.data()); }

  bool ask(const std::string& interface) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    ifreq request{};
    std::memcpy(request.ifr_name, interface.data(),
                std::min(interface.size(), std::size_t{IFNAMSIZ - 1}));
    request.ifr_data = reinterpret_cast<char*>(words_.data());
    const int result = ::ioctl(fd, SIOCETHTOOL, &request);
    ::close(fd);
    return result >= 0;
  }

 private:
  std::vector<std::uint64_t> words_;  // for their alignment
};

constexpr std::uint32_t kFeaturesMax = 1024;
constexpr std::uint32_t kBlockBits = 32;

std::uint32_t feature_count(const std::string& interface) {
  Message<ethtool_sset_info> info(ETHTOOL_GSSET_INFO, sizeof(std::uint32_t));
  info->sset_mask = 1u << ETH_SS_FEATURES;
  if (!info.ask(interface) || info->sset_mask == 0) return 0;
  return std::min(info->data[0], kFeaturesMax);
}

struct Place {
  std::uint32_t number = 0;
  std::uint32_t blocks = 0;  // that all features fill

  [[nodiscard]] std::uint32_t block() const { return number / kBlockBits; }
  [[nodiscard]] std::uint32_t bit() const { return 1u << number % kBlockBits; }
};

std::optional<Place> find_feature(const std::string& interface, std::string_view feature) {
  const std::uint32_t count = feature_count(interface);
  Message<ethtool_gstrings> names(ETHTOOL_GSTRINGS, std::size_t{count} * ETH_GSTRING_LEN);
  names->string_set = ETH_SS_FEATURES;
  names->len = count;
  if (count == 0 || !names.ask(interface)) return std::nullopt;
  for (std::uint32_t i = 0; i < std::min(count, names->len); ++i) {
    const char* name =
        reinterpret_cast<const char*>(names->data) + std::size_t{i} * ETH_GSTRING_LEN;
    if (std::string_view(name, ::strnlen(name, ETH_GSTRING_LEN)) == feature) {
      return Place{i, (count + kBlockBits - 1) / kBlockBits};
    }
  }
  return std::nullopt;
}

bool is_on(const std::string& interface, const Place& place) {
  Message<ethtool_gfeatures> features(ETHTOOL_GFEATURES,
                                      place.blocks * sizeof(ethtool_get_features_block));
  features->size = place.blocks;
  return features.ask(interface) && (features->features[place.block()].active & place.bit()) != 0;
}

}  // namespace

std::string interface_driver(const std::string& interface) {
  Message<ethtool_drvinfo> info(ETHTOOL_GDRVINFO, 0);
  if (!info.ask(interface)) return {};
  return {info->driver, ::strnlen(info->driver, sizeof info->driver)};
}

bool interface_feature(const std::string& interface, std::string_view feature) {
  const auto place = find_feature(interface, feature);
  return place && is_on(interface, *place);
}

bool set_interface_feature(const std::string& interface, std::string_view feature, bool on) {
  const auto place = find_feature(interface, feature);
  if (!place) return !on;
  Message<ethtool_sfeatures> wanted(ETHTOOL_SFEATURES,
                                    place->blocks * sizeof(ethtool_set_features_block));
  wanted->size = place->blocks;
  wanted->features[place->block()] = {.valid = place->bit(), .requested = on ? place->bit() : 0};
  return wanted.ask(interface) && is_on(interface, *place) == on;
}

}  // namespace stentor::dpdk
