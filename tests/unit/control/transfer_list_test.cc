// SPDX-License-Identifier: BSD-3-Clause
// Goal: the list has what runs, from its begin to its end, as far as it was told; a page goes on
// where the one before ended.
#include "control/transfer_list.h"

#include <gtest/gtest.h>

#include "sighting_builder.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;

constexpr TransferKey kTransferKey{kAddress, 2070};

class TransferListTest : public testing::Test {
 protected:
  void tell(sighting::Sighting seen) { list.take({&seen, 1}, seen.at); }
  void begin(wire::Ipv4Address address, std::uint16_t port) {
    sighting::Sighting seen = transfer_at(0s, Seen::begun, "vmlinuz");
    seen.glimpse.address = address;
    seen.port = port;
    tell(seen);
  }
  std::vector<TransferKey> keys(const std::optional<TransferKey>& after = {},
                                const std::optional<wire::Ipv4Address>& address = {},
                                std::size_t count = 100) {
    std::vector<TransferKey> keys;
    for (const auto& [key, transfer] : list.rows(after, address, count)) keys.push_back(key);
    return keys;
  }

  TransferList list;
};

TEST_F(TransferListTest, FollowsATransferToItsEnd) {
  tell(transfer_at(0s, Seen::begun, "vmlinuz"));
  auto rows = list.rows({}, {}, 10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].first, kTransferKey);
  EXPECT_EQ(rows[0].second.file, "vmlinuz");
  EXPECT_EQ(rows[0].second.file_bytes, 1000u);
  EXPECT_EQ(rows[0].second.rate(), 0u) << "nothing is known yet";

  sighting::Sighting progress = transfer_at(2s, Seen::progressed, "", 600);
  progress.resent = 3;
  tell(progress);
  rows = list.rows({}, {}, 10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].second.file, "vmlinuz");
  EXPECT_EQ(rows[0].second.bytes, 600u);
  EXPECT_EQ(rows[0].second.resent, 3u);
  EXPECT_EQ(rows[0].second.rate(), 300u);
  EXPECT_EQ(rows[0].second.heard, kDawn + 2s);

  tell(transfer_at(3s, Seen::completed, "vmlinuz", 1000));
  EXPECT_TRUE(keys().empty());
}

TEST_F(TransferListTest, LosesEachThatEnds) {
  for (const Seen end : {Seen::completed, Seen::broken_off, Seen::given_up, Seen::replaced}) {
    tell(transfer_at(0s, Seen::begun, "vmlinuz"));
    tell(transfer_at(1s, end, "vmlinuz"));
    EXPECT_TRUE(keys().empty()) << static_cast<int>(end);
  }
}

TEST_F(TransferListTest, HasWhatFollowsAReplacedOne) {
  tell(transfer_at(0s, Seen::begun, "pxelinux.0"));
  tell(transfer_at(1s, Seen::replaced, "pxelinux.0"));
  tell(transfer_at(1s, Seen::begun, "vmlinuz"));
  ASSERT_EQ(keys().size(), 1u);
  EXPECT_EQ(list.rows({}, {}, 1)[0].second.file, "vmlinuz");
}

TEST_F(TransferListTest, LeavesOutWhatIsNone) {
  tell(seen_at(0s, Seen::bound));
  tell(transfer_at(0s, Seen::denied, "absent"));
  tell(transfer_at(0s, Seen::progressed, "", 600));  // its begin was lost
  EXPECT_TRUE(keys().empty());
}

TEST_F(TransferListTest, ForgetsOneOfWhichTooLongNothingWasTold) {
  begin(kAddress, 1);
  begin(kAddress, 2);
  sighting::Sighting progress = transfer_at(TransferList::kUntoldMax, Seen::progressed, "", 600);
  progress.port = 2;
  tell(progress);
  list.forget_untold(kDawn + TransferList::kUntoldMax);
  EXPECT_EQ(keys().size(), 2u);
  list.forget_untold(kDawn + TransferList::kUntoldMax + TransferList::kUntoldMax / 8);
  EXPECT_EQ(keys(), (std::vector<TransferKey>{{kAddress, 2}}));
}

TEST_F(TransferListTest, GoesOnBehindAnyKey) {
  const wire::Ipv4Address next{kAddress.host() + 1};
  for (std::uint16_t port = 3; port >= 1; --port) begin(kAddress, port);
  begin(next, 1);
  EXPECT_EQ(keys(),
            (std::vector<TransferKey>{{kAddress, 1}, {kAddress, 2}, {kAddress, 3}, {next, 1}}));
  EXPECT_EQ(keys({}, {}, 2), (std::vector<TransferKey>{{kAddress, 1}, {kAddress, 2}}));
  EXPECT_EQ(keys(TransferKey{kAddress, 2}), (std::vector<TransferKey>{{kAddress, 3}, {next, 1}}));
  EXPECT_TRUE(keys(TransferKey{next, 1}).empty());

  EXPECT_EQ(keys({}, kAddress).size(), 3u);
  EXPECT_EQ(keys(TransferKey{kAddress, 2}, kAddress), (std::vector<TransferKey>{{kAddress, 3}}));
  EXPECT_EQ(keys(TransferKey{kAddress, 9}, next), (std::vector<TransferKey>{{next, 1}}));
  EXPECT_TRUE(keys(TransferKey{next, 0}, kAddress).empty());
}

TEST(TransferKey, IsReadAsItIsWritten) {
  EXPECT_EQ(kTransferKey.text(), "10.0.0.5:2070");
  EXPECT_EQ(TransferKey::parse("10.0.0.5:2070"), kTransferKey);
  for (const char* const text : {"", ":", "10.0.0.5", "10.0.0.5:", ":1", "10.0.0.5:65536",
                                 "10.0.0.5:-1", "10.0.0.5:1x", "10.0.0:1", "10.0.0.5:1:2"}) {
    EXPECT_FALSE(TransferKey::parse(text)) << text;
  }
}

}  // namespace
}  // namespace stentor::control
