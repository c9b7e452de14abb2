// SPDX-License-Identifier: BSD-3-Clause
// Goal: blocks are laid out as draft-ietf-opsawg-pcapng has them. (That Wireshark reads them is
// seen end to end.)
#include "control/pcapng.h"

#include <array>
#include <bit>
#include <cstring>
#include <gtest/gtest.h>

namespace stentor::control::pcapng {
namespace {

static_assert(std::endian::native == std::endian::little, "as the expectations below");

std::string bytes(std::initializer_list<int> list) {
  std::string text;
  for (const int each : list) text += static_cast<char>(each);
  return text;
}

// Section 4.1, with option shb_userappl of section 4.1.1.
TEST(Pcapng, OpensWithASection) {
  std::string out;
  append_section(out, "abc");
  EXPECT_EQ(out,
            bytes({0x0a, 0x0d, 0x0d, 0x0a, 40,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1, 0,
                   0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4,    0,    3, 0,
                   'a',  'b',  'c',  0,    0,    0,    0,    0,    40,   0,    0,    0}));
}

// Section 4.2: if_name and if_tsresol.
TEST(Pcapng, NamesAnInterface) {
  std::string out;
  append_interface(out, "boot0", 128);
  EXPECT_EQ(out,
            bytes({1,   0,   0,   0, 44, 0, 0, 0, 1, 0, 0, 0, 128, 0, 0, 0, 2, 0, 5,  0, 'b', 'o',
                   'o', 't', '0', 0, 0,  0, 9, 0, 1, 0, 9, 0, 0,   0, 0, 0, 0, 0, 44, 0, 0,   0}));
}

// Section 4.3: the time's upper half first, data to four bytes, epb_flags and a comment.
TEST(Pcapng, HasAPacketWithItsDirectionAndAComment) {
  const std::array<std::uint8_t, 5> frame{1, 2, 3, 4, 5};
  std::string out;
  append_packet(out, {.interface = 2,
                      .at = 0x0102030405060708,
                      .frame_bytes = 60,
                      .kept = frame,
                      .is_outbound = true,
                      .comment = "why?"});
  EXPECT_EQ(out, bytes({6, 0, 0, 0, 60, 0, 0, 0, 2,   0,   0,   0,   4, 3, 2, 1, 8,  7, 6, 5,
                        5, 0, 0, 0, 60, 0, 0, 0, 1,   2,   3,   4,   5, 0, 0, 0, 2,  0, 4, 0,
                        2, 0, 0, 0, 1,  0, 4, 0, 'w', 'h', 'y', '?', 0, 0, 0, 0, 60, 0, 0, 0}));
}

TEST(Pcapng, HasAPacketWithoutAComment) {
  const std::array<std::uint8_t, 4> frame{1, 2, 3, 4};
  std::string out;
  append_packet(out, {.frame_bytes = 4, .kept = frame});
  EXPECT_EQ(out.size(), 48u);
  EXPECT_EQ(out.substr(32, 12), bytes({2, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Pcapng, CutsACommentThatNoOptionHolds) {
  const std::string comment(70'000, 'x');
  std::string out;
  append_packet(out, {.comment = comment});
  std::uint32_t length = 0;
  std::memcpy(&length, out.data() + 4, sizeof length);
  EXPECT_EQ(length, out.size());
  EXPECT_EQ(length, 28u + 8 + 4 + 4096 + 4 + 4);
}

// Section 4.6: isb_filteraccept and isb_osdrop.
TEST(Pcapng, CountsWhatWasKeptAndLost) {
  std::string out;
  append_statistics(out, {.interface = 0, .at = 1, .kept = 7, .lost = 3});
  EXPECT_EQ(
      out, bytes({5, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 6, 0, 8,  0, 7, 0,
                  0, 0, 0, 0, 0,  0, 7, 0, 8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 0, 0}));
}

}  // namespace
}  // namespace stentor::control::pcapng
