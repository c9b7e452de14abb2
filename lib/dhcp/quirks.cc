// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/quirks.h"

#include <algorithm>

#include "dhcp/option_code.h"

namespace stentor::dhcp {

namespace {

template <typename T, typename U>
void take(T& quirk, const std::optional<U>& said) {
  if (said) quirk = *said;
}

void apply(const config::ClassQuirks& said, Quirks& quirks) {
  take(quirks.ends_texts, said.nul_terminate);
  take(quirks.may_overload, said.overload);
  take(quirks.broadcast, said.broadcast);
  take(quirks.boot_file, said.boot_file);
  take(quirks.pxe_reply, said.pxe_reply);
  take(quirks.reply_delay, said.reply_delay);
  take(quirks.reply_bytes_min, said.reply_bytes_min);
  if (said.send_t1_t2) {
    quirks.suppressed.set(option::kRenewalTime, !*said.send_t1_t2);
    quirks.suppressed.set(option::kRebindingTime, !*said.send_t1_t2);
  }
  if (!said.first.empty()) {
    std::ranges::copy(said.first, quirks.first.begin());
    quirks.first_count = static_cast<std::uint8_t>(said.first.size());
  }
}

}  // namespace

Quirks QuirkProfiles::of(config::ClassMask classes) const {
  Quirks quirks;
  if ((classes & classes_) == 0) return quirks;
  for (const Profile& profile : profiles_) {
    if ((profile.bit & classes) != 0) apply(profile.quirks, quirks);
  }
  // What is suppressed stays so, whatever an earlier class says of T1 and T2.
  for (const Profile& profile : profiles_) {
    if ((profile.bit & classes) == 0) continue;
    for (const std::uint8_t code : profile.quirks.suppress) quirks.suppressed.set(code);
  }
  return quirks;
}

}  // namespace stentor::dhcp
