// SPDX-License-Identifier: BSD-3-Clause
// Goal: the hot lane takes the DATA that is right and nothing else: one wrong field of any header,
// and the frame changes nothing; a corrupt payload is noticed wherever the payload is looked at.
#include <functional>

#include "pooled_queue.h"
#include "storm_rig.h"
#include "stub_server.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

// One machine that has block 1 of "loader", in a window of one (iPXE), and waits for block 2.
class Streaming {
 public:
  explicit Streaming(Verification::Bytes bytes, std::uint16_t vlan = 0) {
    Scenario scenario;
    scenario.groups[0].profiles = {"ipxe"};
    if (vlan != 0) scenario.groups[0].vlans = {vlan};
    scenario.verify.bytes = bytes;
    scenario.verify.sample_every = 1000;
    plan_ = *make_plan(scenario, {.port_mac = {}, .reference = reference_of(files_)});
    mesh_ = std::make_unique<Mesh<PooledQueue>>(*plan_, now_);
    crew_ = std::make_unique<Crew<PooledQueue>>(*plan_, 0, queue_, *mesh_);
    while (count(Count::data_frames) == 0) step();
    next_ = replies_.at(0);
    replies_.clear();
  }

  // The DATA that is expected, `change`d.
  void give(const std::function<void(ByteVector&)>& change) {
    ByteVector frame = next_;
    change(frame);
    queue_.arrive(frame);
    crew_->poll(now_ += 1us);
  }
  [[nodiscard]] std::uint64_t count(Count what) const { return crew_->tally().value(what); }
  [[nodiscard]] std::size_t sent() {
    const std::size_t frames = queue_.sent().size();
    queue_.forget_sent();
    return frames;
  }

 private:
  void step() {
    for (const ByteVector& reply : replies_) queue_.arrive(reply);
    replies_.clear();
    crew_->poll(now_ += 1us);
    for (const PooledQueue::Frame frame : queue_.sent()) {
      for (ByteVector& reply : server_.answer(queue_.bytes(frame))) replies_.push_back(reply);
    }
    queue_.forget_sent();
  }

  std::map<std::string, ByteVector> files_ = boot_files();
  std::unique_ptr<const Plan> plan_;
  base::Time now_{1h};
  std::unique_ptr<Mesh<PooledQueue>> mesh_;
  PooledQueue queue_;
  std::unique_ptr<Crew<PooledQueue>> crew_;
  StubServer server_{{.files = files_}};
  std::vector<ByteVector> replies_;
  ByteVector next_;
};

void fix_ipv4_sum(ByteVector& frame) {
  frame[24] = frame[25] = 0;
  const auto sum =
      static_cast<std::uint16_t>(~support::obvious_sum(ByteView(frame).subspan(14, 20)));
  frame[24] = static_cast<std::uint8_t>(sum >> 8);
  frame[25] = static_cast<std::uint8_t>(sum);
}

TEST(SquadReceiveTest, TheDataThatIsExpectedIsTakenAndAcked) {
  Streaming machine(Verification::Bytes::full);
  machine.give([](ByteVector&) {});
  EXPECT_EQ(machine.count(Count::data_frames), 2u);
  EXPECT_EQ(machine.sent(), 1u);
}

TEST(SquadReceiveTest, OneWrongBitInAnyHeaderAndTheFrameIsNotTaken) {
  // Goal: every bit from the EtherType to the opcode, the block number apart, without a payload
  // check; the sum of IPv4 mended where that alone would give it away. What IPv4 leaves free (type
  // of service, identification, reserved and don't-fragment, time to live) may differ.
  for (std::size_t at = 12; at < 44; ++at) {
    const bool is_free = at == 15 || at == 18 || at == 19 || at == 22 || at == 24 || at == 25;
    const bool is_udp_sum = at == 40 || at == 41;  // not looked at, as the payload is not
    if (is_free || is_udp_sum) continue;
    for (int bit = 0; bit < 8; ++bit) {
      if (at == 20 && bit >= 6) continue;
      Streaming machine(Verification::Bytes::none);
      machine.give([&](ByteVector& frame) {
        frame[at] ^= static_cast<std::uint8_t>(1 << bit);
        if (at >= 14 && at < 34) fix_ipv4_sum(frame);
      });
      EXPECT_EQ(machine.count(Count::data_frames), 1u) << at << " bit " << bit;
      EXPECT_EQ(machine.count(Count::tftp_acks_sent), 2u) << at << " bit " << bit;
    }
  }
}

TEST(SquadReceiveTest, AWrongIpv4SumIsNeverTaken) {
  Streaming machine(Verification::Bytes::none);
  machine.give([](ByteVector& frame) { frame[22] ^= 1; });  // time to live, sum as it was
  EXPECT_EQ(machine.count(Count::data_frames), 1u);
  EXPECT_EQ(machine.count(Count::bad_frames), 1u);
}

TEST(SquadReceiveTest, AShortFrameIsNeverReadBeyondItsEnd) {
  // Goal: each length (under ASan this finds a read outside).
  for (std::size_t bytes = 0; bytes < 100; ++bytes) {
    Streaming machine(Verification::Bytes::full);
    machine.give([&](ByteVector& frame) { frame.resize(bytes); });
    EXPECT_EQ(machine.count(Count::data_frames), 1u) << bytes;
  }
}

TEST(SquadReceiveTest, TheUdpSumCountsWhereThePayloadIsLookedAt) {
  // Goal: a corrupt payload: full verification drops the frame by its sum; sums that were never
  // made (RFC 768) leave it to the comparison; blocks between samples go unread.
  const auto corrupt = [](ByteVector& frame) { frame[700] ^= 1; };
  Streaming full(Verification::Bytes::full);
  full.give(corrupt);
  EXPECT_EQ(full.count(Count::bad_frames), 1u);
  EXPECT_EQ(full.count(Count::wrong_blocks), 0u);
  EXPECT_EQ(full.count(Count::data_frames), 1u);
  Streaming unsummed(Verification::Bytes::full);
  unsummed.give([&](ByteVector& frame) {
    corrupt(frame);
    frame[40] = frame[41] = 0;
  });
  EXPECT_EQ(unsummed.count(Count::wrong_blocks), 1u);
  for (const auto bytes : {Verification::Bytes::sampled, Verification::Bytes::none}) {
    Streaming unread(bytes);
    unread.give(corrupt);
    EXPECT_EQ(unread.count(Count::data_frames), 2u);
    EXPECT_EQ(unread.count(Count::wrong_blocks), 0u);
  }
}

TEST(SquadReceiveTest, ABlockAgainAndABlockTooEarlyAreDuplicates) {
  Streaming machine(Verification::Bytes::none);
  for (const std::uint8_t number : std::array<std::uint8_t, 2>{1, 9}) {
    machine.give([number](ByteVector& frame) {
      frame[45] = number;
      frame[40] = frame[41] = 0;
    });
  }
  EXPECT_EQ(machine.count(Count::data_duplicates), 2u);
  EXPECT_EQ(machine.count(Count::data_frames), 1u);
}

}  // namespace
}  // namespace stentor::storm
