// SPDX-License-Identifier: BSD-3-Clause
// quirks of a class.
#include <algorithm>
#include <array>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::array<Choice<BroadcastReply>, 3> kBroadcasts{{{"as-asked", BroadcastReply::as_asked},
                                                             {"always", BroadcastReply::always},
                                                             {"never", BroadcastReply::never}}};
constexpr std::array<Choice<BootFilePlace>, 3> kPlaces{{{"both", BootFilePlace::both},
                                                        {"option", BootFilePlace::option},
                                                        {"header", BootFilePlace::header}}};
constexpr std::array<Choice<PxeReply>, 5> kPxeReplies{
    {{"auto", PxeReply::automatic},
     {"bootfile", PxeReply::boot_file},
     {"discovery-control", PxeReply::discovery_control},
     {"none-4011", PxeReply::port_4011},
     {"raspberry-pi", PxeReply::raspberry_pi}}};
constexpr std::array<Choice<bool>, 2> kOverloads{{{"as-needed", true}, {"never", false}}};

// What a message is no DHCP reply without, and what stands at a place of its own.
bool has_its_place(std::uint8_t code) {
  constexpr std::array<std::uint8_t, 4> kFixed{51, 52, 53, 54};
  return std::ranges::find(kFixed, code) != kFixed.end();
}

// What other keys of ours are for.
bool has_its_key(std::uint8_t code) { return code == 43 || code == 60; }

std::vector<std::uint8_t> read_codes(Mapping& section, std::string_view key, bool are_suppressed,
                                     const CustomOptions& custom) {
  std::vector<std::uint8_t> codes;
  for (const Cursor& item : section.find_items(key, kQuirkOptionsMax)) {
    const auto code = read_option_code(item, custom);
    if (!code) continue;
    if (has_its_place(*code)) {
      item.error("every reply has options 51 to 54 where they are; leave it out here");
    } else if (are_suppressed && has_its_key(*code)) {
      item.error("what PXE clients are told in options 43 and 60, pxe-reply says");
    } else if (std::ranges::find(codes, *code) != codes.end()) {
      item.error("it stands here twice; keep one of them");
    } else {
      codes.push_back(*code);
    }
  }
  return codes;
}

}  // namespace

void read_class_quirks(const Cursor& cursor, ClassQuirks& quirks, const CustomOptions& custom) {
  Mapping section(cursor, kClassQuirksSection);
  if (const auto value = section.find("nul-terminate")) quirks.nul_terminate = read_boolean(*value);
  if (const auto value = section.find("min-reply")) {
    quirks.reply_bytes_min = read_number<std::uint16_t>(*value, 0, kReplyBytesMinMax);
  }
  if (const auto value = section.find("overload")) {
    quirks.overload = read_choice(*value, kOverloads);
  }
  if (const auto value = section.find("broadcast")) {
    quirks.broadcast = read_choice(*value, kBroadcasts);
  }
  if (const auto value = section.find("send-t1-t2")) quirks.send_t1_t2 = read_boolean(*value);
  if (const auto value = section.find("boot-file")) {
    quirks.boot_file = read_choice(*value, kPlaces);
  }
  if (const auto value = section.find("pxe-reply")) {
    quirks.pxe_reply = read_choice(*value, kPxeReplies);
  }
  if (const auto value = section.find("reply-delay")) {
    quirks.reply_delay = read_duration(*value, std::chrono::seconds{0}, std::chrono::seconds{30});
  }
  quirks.suppress = read_codes(section, "suppress", true, custom);
  quirks.first = read_codes(section, "first", false, custom);
}

}  // namespace stentor::config
