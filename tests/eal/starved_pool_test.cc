// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker whose port has nearly no buffers left, in the middle of several transfers, counts
// the blocks that found none, serves everybody by those that are left, and goes on once there are
// more: every byte of each file is right, and every buffer comes home.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <unistd.h>
#include <utility>

#include "base/big_endian.h"
#include "running_eal.h"
#include "support/frame_builder.h"
#include "support/service.h"
#include "support/tftp_builder.h"
#include "worker/worker.h"

namespace stentor::dpdk {
namespace {

using namespace std::chrono_literals;
using support::ByteVector;

constexpr std::size_t kFileBytes = 200'001;
constexpr std::uint16_t kFirstPort = 2070;
constexpr std::size_t kClients = 8;
constexpr std::size_t kLeft = 4;                // buffers
constexpr std::size_t kDestinationPortAt = 36;  // of an untagged frame

// A worker on one end of a memif, and clients of TFTP on the other. One thread.
class StarvedPool : public testing::Test {
 protected:
  StarvedPool()
      : service_(support::kUnpacedConfig, {{"file", support::patterned(kFileBytes)}}, 1),
        server_(open_port("vdev:net_memif11,role=server" + rest())),
        client_(open_port("vdev:net_memif12,role=client" + rest())) {}
  ~StarvedPool() override { ::unlink(path_.c_str()); }

  void SetUp() override {
    ASSERT_TRUE(server_ && client_);
    ASSERT_TRUE(wait_for_link(*server_, *client_)) << take_log();
    rte_mbuf* none = nullptr;  // a memif client posts buffers when it polls
    ASSERT_EQ(client_->queue(0).receive({&none, 1}), 0u);
    attachments_[0].queue = &server_->queue(0);
    worker_.emplace(0, attachments_,
                    worker::Shared<Queue>{service_.snapshots(), mesh_, probes_, solicitations_,
                                          support::Service::kKey},
                    16, 1000, base::MonotonicClock::now());
    server_mac_ = std::string(server_->queue(0).traits().mac.text().view());
  }

  struct Client {
    std::uint16_t server_port = 69;
    std::uint16_t next = 1;
    ByteVector received{};
    bool is_whole = false;
    bool has_news = false;
  };

  void say(std::size_t index, const ByteVector& message) {
    const auto port = static_cast<std::uint16_t>(kFirstPort + index);
    const ByteVector frame = support::udp_frame({.destination = server_mac_}, {},
                                                {port, clients_[index].server_port}, message);
    ASSERT_TRUE(send(client_->queue(0), client_->queue(0).make(frame)));
  }
  // Takes what has come; each client acknowledges the last block that was next.
  void step() {
    worker_->poll(base::MonotonicClock::now());
    for (rte_mbuf* frame = nullptr; client_->queue(0).receive({&frame, 1}) == 1;) {
      const base::Bytes bytes = client_->queue(0).bytes(frame);
      if (bytes[12] == 0x08 && bytes[13] == 0) hear(bytes);
      client_->queue(0).release(frame);
    }
    for (std::size_t i = 0; i < kClients; ++i) {
      if (!std::exchange(clients_[i].has_news, false)) continue;
      say(i, support::tftp_ack(static_cast<std::uint16_t>(clients_[i].next - 1)));
    }
  }
  void hear(base::Bytes frame) {
    const auto port = base::load_big_endian<std::uint16_t>(frame.data() + kDestinationPortAt);
    const support::TftpReply reply = support::tftp_reply(frame);
    Client& client = clients_.at(std::size_t{port} - kFirstPort);
    client.server_port = reply.source_port;
    client.has_news = true;
    if (reply.opcode != 3 || reply.number != client.next) return;
    support::append(client.received, reply.data);
    client.is_whole = reply.data.size() < 512;
    ++client.next;
  }
  [[nodiscard]] bool all(auto condition) const { return std::ranges::all_of(clients_, condition); }
  // False: it is not true after ten seconds.
  template <typename Condition>
  bool step_until(Condition condition) {
    const base::Time end = base::MonotonicClock::now() + 10s;
    while (!condition() && base::MonotonicClock::now() < end) step();
    return condition();
  }

  [[nodiscard]] static std::string rest() { return ",socket=" + path_ + ",socket-abstract=no"; }

  static inline const std::string path_ =
      testing::TempDir() + "stentor_eal_" + std::to_string(::getpid()) + "_starved";
  support::Service service_;
  std::unique_ptr<Port> server_;
  std::unique_ptr<Port> client_;
  worker::HandOverMesh<Queue::Frame> mesh_{1};
  worker::ProbeBoard probes_{1, 1, support::Service::kKey};
  worker::SolicitationBoard solicitations_{1, support::Service::kKey[0]};
  std::array<worker::Attachment<Queue>, 1> attachments_{{{0, nullptr}}};
  std::optional<worker::Worker<Queue>> worker_;
  std::string server_mac_;
  std::array<Client, kClients> clients_;
};

TEST_F(StarvedPool, IsCountedAndRecovered) {
  Queue& queue = server_->queue(0);
  worker_->poll(base::MonotonicClock::now());
  const unsigned before = server_->frames_in_use();
  for (std::size_t i = 0; i < kClients; ++i) {
    say(i, support::tftp_request("file", {{"windowsize", "16"}}));
  }
  const auto received_more_than = [&](std::size_t bytes) {
    return step_until([&] {
      return all([bytes](const Client& client) { return client.received.size() > bytes; });
    });
  };
  ASSERT_TRUE(received_more_than(20'000));

  std::vector<rte_mbuf*> held;
  const ByteVector any = experimental_frame(60, 1);
  for (rte_mbuf* frame = queue.make(any); frame != nullptr; frame = queue.make(any)) {
    held.push_back(frame);
  }
  ASSERT_GT(held.size(), kLeft);
  for (std::size_t i = 0; i < kLeft; ++i) {
    queue.release(held.back());
    held.pop_back();
  }
  const auto& missed = worker_->counters().buffers_missed;
  EXPECT_EQ(missed.value(), 0u);
  EXPECT_TRUE(step_until([&] { return missed.value() >= 3; }));
  EXPECT_TRUE(received_more_than(60'000)) << "by what is left, everybody";
  EXPECT_FALSE(all(&Client::is_whole));

  for (rte_mbuf* frame : held) queue.release(frame);
  ASSERT_TRUE(step_until([&] { return all(&Client::is_whole) && !worker_->has_live_transfers(); }));
  const ByteVector expected = support::patterned(kFileBytes);
  EXPECT_TRUE(all([&](const Client& client) { return client.received == expected; }));
  EXPECT_EQ(worker_->counters().transfers_completed.value(), kClients);
  worker_->release_frames();
  EXPECT_EQ(server_->frames_in_use(), before);
}

}  // namespace
}  // namespace stentor::dpdk
