// SPDX-License-Identifier: BSD-3-Clause
// Goal: what relay agents with keys send is served whole, frame in and frame out, from a
// configuration whose secret is in a file: through each worker, and once it was parked too.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "digest/hmac_sha1.h"
#include "support/relay_proof.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using support::DhcpBytes;
using support::DhcpSpec;
using support::RelayProof;
using wire::DropReason;

constexpr std::string_view kRelay = "10.21.0.1";
constexpr std::string_view kRelayMac = "02:00:00:00:0a:01";
constexpr std::size_t kMessageAt = 42;  // in a frame
constexpr std::uint64_t kFirstValue = 5000;

// A file with the secret, as the configuration names it.
class SecretFile {
 public:
  SecretFile() : path_(testing::TempDir() + "relay_key_" + std::to_string(getpid())) {
    std::ofstream(path_) << std::string(support::kRelaySecret.begin(), support::kRelaySecret.end());
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  }
  ~SecretFile() { std::filesystem::remove(path_); }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class WorkerRelayAuthenticationTest : public WorkerTest {
 protected:
  WorkerRelayAuthenticationTest() {
    start({.yaml = R"(
images: {root: /srv/images}
ports:
  - {name: boot0, device: "vdev:net_null0", networks: [{address: 10.20.0.2/16}]}
dhcp:
  relays:
    - {address: 10.21.0.1, keys: [{id: 7, file: )" +
                   secret_.path() + R"(}]}
  classes:
    - {name: slow, match: {mac: "52:54:00:12:99:*"}, quirks: {reply-delay: 2s}}
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.16.255]}
)",
           .workers = 2,
           .guard = &guard_});
  }

  static DhcpSpec spec_of(std::uint8_t type, DhcpBytes mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}) {
    DhcpSpec spec;
    spec.giaddr = kRelay;
    spec.chaddr = std::move(mac);
    spec.options = {{53, {type}}};
    return spec;
  }

  static ByteVector relayed(const DhcpBytes& message) {
    return support::udp_frame({.source = kRelayMac}, {.source = kRelay}, {67, 67}, message);
  }

  // The answer that these frames are, which must be proved, and for the agent.
  static support::DhcpReply answer_in(const std::vector<ByteVector>& frames) {
    EXPECT_EQ(frames.size(), 1u);
    if (frames.size() != 1) return {DhcpBytes(300), {}};
    const ByteVector& frame = frames[0];
    EXPECT_EQ(support::address_text(base::load_big_endian<std::uint32_t>(&frame[30])), kRelay);
    EXPECT_EQ(base::load_big_endian<std::uint16_t>(&frame[36]), 67);
    EXPECT_TRUE(
        std::equal(frame.begin(), frame.begin() + 6, support::mac_bytes(kRelayMac).begin()));
    auto read = support::read_dhcp_reply({frame.begin() + kMessageAt, frame.end()}).value();
    EXPECT_TRUE(support::is_proved(read.bytes));
    EXPECT_EQ(read.options.back().code, 82);
    return read;
  }

  std::vector<ByteVector> send_message(const DhcpBytes& message, std::size_t queue = 0) {
    return rig->exchange(relayed(message), now, queue);
  }

 private:
  const SecretFile secret_;
  const digest::HmacSha1 hmac_;
  dhcp::RelayGuard guard_{hmac_, kFirstValue};
};

// Feature: relay-authentication
TEST_F(WorkerRelayAuthenticationTest, GivesAnAddressInProvedFrames) {
  const auto offer = answer_in(send_message(support::proved_message(spec_of(1))));
  EXPECT_EQ(offer.yiaddr(), "10.21.16.0");
  DhcpSpec request = spec_of(3);
  request.options.push_back({50, support::address_value(offer.yiaddr())});
  request.options.push_back({54, offer.find(54).value()});
  const auto ack = answer_in(send_message(support::proved_message(request, {.value = 1001}), 1));
  EXPECT_EQ(ack.find(53).value(), DhcpBytes{5});
  EXPECT_EQ(ack.yiaddr(), "10.21.16.0");
  EXPECT_GT(ack.number_at(support::relay_mac_at(ack.bytes) - 12, 4),
            offer.number_at(support::relay_mac_at(offer.bytes) - 12, 4))
      << "section 8.1: each value is greater than that before, whichever worker answers";
}

// Feature: relay-authentication
TEST_F(WorkerRelayAuthenticationTest, IsSilentAndCountsWhatIsNotProvedOrWasHeardBefore) {
  const DhcpBytes discover = support::proved_message(spec_of(1));
  EXPECT_TRUE(
      send_message(support::proved_message(spec_of(1), {.secret = DhcpBytes(20, 0x30)})).empty());
  EXPECT_TRUE(send_message(support::proved_message(spec_of(1), {.id = 8})).empty());
  EXPECT_TRUE(send_message(support::dhcp_message(spec_of(1))).empty());
  EXPECT_EQ(rig->drops(DropReason::dhcp_relay_not_authentic), 3u);
  answer_in(send_message(discover));
  // Neither by the worker that has heard it nor by another.
  EXPECT_TRUE(send_message(discover, 0).empty());
  EXPECT_TRUE(send_message(discover, 1).empty());
  EXPECT_EQ(rig->drops(DropReason::dhcp_relay_replayed), 2u);
  answer_in(send_message(support::proved_message(spec_of(1), {.value = 1001}), 1));
  EXPECT_EQ(rig->drops(DropReason::dhcp_relay_not_authentic), 3u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

TEST_F(WorkerRelayAuthenticationTest, AnswersWhatWasParkedAndIsNoReplayOfItself) {
  const DhcpBytes discover = support::proved_message(spec_of(1, {0x52, 0x54, 0, 0x12, 0x99, 1}));
  EXPECT_TRUE(send_message(discover).empty()) << "its reply is delayed";
  EXPECT_TRUE(send_message(discover).empty()) << "a replay";
  now += 2001ms;
  rig->poll(now);
  std::vector<ByteVector> frames;
  while (auto frame = rig->port().take()) frames.push_back(*std::move(frame));
  answer_in(frames);
  EXPECT_EQ(rig->drops(DropReason::dhcp_relay_replayed), 1u);
  EXPECT_EQ(rig->drops(DropReason::dhcp_relay_not_authentic), 0u);
}

}  // namespace
}  // namespace stentor::worker
