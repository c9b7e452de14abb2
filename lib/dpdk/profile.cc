// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/profile.h"

#include <array>

namespace stentor::dpdk {

namespace {

constexpr Profile kProfiles[] = {
#include "profiles.inc"
};

// Calls `visit` with each word of `list` until it returns true; returns whether it did.
template <typename Visit>
bool any_word(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (visit(list.substr(0, end))) return true;
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  return false;
}

const Profile* find_word(std::string_view Profile::*list, std::string_view word) {
  for (const Profile& profile : kProfiles) {
    if (any_word(profile.*list, [word](std::string_view each) { return each == word; })) {
      return &profile;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }

const Profile* find_profile_by_driver(std::string_view driver_name) {
  return find_word(&Profile::drivers, driver_name);
}

const Profile* find_profile_by_pci(std::string_view vendor_device) {
  return find_word(&Profile::pci_ids, vendor_device);
}

const Profile* find_profile_by_vdev(std::string_view vdev_name) {
  const Profile* found = nullptr;
  std::size_t longest = 0;
  for (const Profile& profile : kProfiles) {
    any_word(profile.vdev_prefixes, [&](std::string_view prefix) {
      if (vdev_name.starts_with(prefix) && prefix.size() > longest) {
        found = &profile;
        longest = prefix.size();
      }
      return false;
    });
  }
  return found;
}

std::string vdev_names() {
  std::string names;
  for (const Profile& profile : kProfiles) {
    any_word(profile.vdev_prefixes, [&names](std::string_view prefix) {
      if (!names.empty()) names += ", ";
      names += prefix;
      return true;
    });
  }
  return names;
}

}  // namespace stentor::dpdk
