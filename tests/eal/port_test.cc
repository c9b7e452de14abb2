// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a port sends is what its peer receives, byte for byte, with and without segments, on
// every virtual device that needs no privileges; and every frame comes home to its pool.
#include "dpdk/port.h"

#include <array>
#include <atomic>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dpdk/eal_memory.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

std::string socket_path(const char* name) {
  return testing::TempDir() + "stentor_eal_" + std::to_string(::getpid()) + "_" + name;
}

struct Pair {
  friend void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }

  std::string name;
  std::string server;  // devices; {} stands for a socket path
  std::string client;
};

std::string with_path(std::string text, const std::string& path) {
  const std::size_t at = text.find("{}");
  return at == std::string::npos ? text : text.replace(at, 2, path);
}

class PortPair : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
    path_ = socket_path(GetParam().name.c_str());
    server_ = open_port(with_path(GetParam().server, path_));
    client_ = open_port(with_path(GetParam().client, path_));
    ASSERT_TRUE(server_ && client_);
    ASSERT_TRUE(wait_for_link(*server_, *client_)) << take_log();
  }
  void TearDown() override {
    client_.reset();
    server_.reset();
    ::unlink(path_.c_str());
  }

  // Sends header and payload, and expects the peer to receive them as one.
  void exchange(Port& from, Port& to, base::Bytes header, base::Bytes payload) {
    rte_mbuf* frame = payload.empty() ? from.queue(0).make(header)
                                      : from.queue(0).make_data(worker::PlainData{header, payload});
    ASSERT_NE(frame, nullptr);
    // A memif client posts buffers when it polls.
    rte_mbuf* early = nullptr;
    ASSERT_EQ(to.queue(0).receive({&early, 1}), 0u);
    ASSERT_TRUE(send(from.queue(0), frame));
    std::vector<std::uint8_t> expected(header.begin(), header.end());
    expected.insert(expected.end(), payload.begin(), payload.end());
    EXPECT_EQ(receive_one(to.queue(0)), expected);
  }

  std::string path_;
  std::unique_ptr<Port> server_;
  std::unique_ptr<Port> client_;
};

TEST_P(PortPair, CarriesFramesOfEveryLengthBothWays) {
  for (const std::size_t bytes : {60u, 61u, 342u, 590u, 1514u}) {
    const auto frame = experimental_frame(bytes, static_cast<std::uint8_t>(bytes));
    exchange(*client_, *server_, frame, {});
    exchange(*server_, *client_, frame, {});
  }
}

TEST_P(PortPair, SendsImageBlocksWithoutChangingThem) {
  EalMemory memory(-1);
  const base::MutableBytes image = memory.allocate(64 * 1024);
  ASSERT_FALSE(image.empty());
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(i * 31 / 3);
  const std::vector<std::uint8_t> before(image.begin(), image.end());
  const auto header = experimental_frame(46, 1);
  for (std::size_t at = 0; at + 1468 <= image.size(); at += 1468 * 5 + 1) {
    exchange(*server_, *client_, header, base::Bytes(image).subspan(at, 1468));
  }
  EXPECT_TRUE(std::equal(before.begin(), before.end(), image.begin()));
  EXPECT_EQ(server_->image_references(), 0u);
  memory.release(image);
}

TEST_P(PortPair, PadsAShortLastBlock) {
  const auto header = experimental_frame(46, 1);
  const std::vector<std::uint8_t> payload = {1, 2, 3};
  rte_mbuf* frame = client_->queue(0).make_data(worker::PlainData{header, payload});
  ASSERT_NE(frame, nullptr);
  ASSERT_TRUE(send(client_->queue(0), frame));
  const auto received = receive_one(server_->queue(0));
  ASSERT_EQ(received.size(), 60u);
  EXPECT_EQ(received[46], 1);
  EXPECT_EQ(received[48], 3);
  EXPECT_EQ(received[49], 0);
}

TEST_P(PortPair, GivesEveryFrameBackToItsPool) {
  const auto frame = experimental_frame(300, 9);
  exchange(*client_, *server_, frame, {});
  const unsigned before = server_->frames_in_use();
  for (int i = 0; i < 3000; ++i) {
    rte_mbuf* sent = client_->queue(0).make(frame);
    ASSERT_NE(sent, nullptr);
    ASSERT_TRUE(send(client_->queue(0), sent));
    ASSERT_EQ(receive_one(server_->queue(0)).size(), frame.size());
  }
  EXPECT_EQ(server_->frames_in_use(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Virtual, PortPair,
    testing::Values(Pair{"vhost", "vdev:net_vhost7,iface={}", "vdev:net_virtio_user7,path={}"},
                    Pair{"memif", "vdev:net_memif7,role=server,socket={},socket-abstract=no",
                         "vdev:net_memif8,role=client,socket={},socket-abstract=no"}),
    [](const auto& instance) { return instance.param.name; });

// memif spreads nothing: its driver offers no receive-side scaling, and each queue is its own pair.
TEST(MemifPort, CarriesFramesOnEachQueueOfADeviceThatSpreadsNothing) {
  const std::string path = socket_path("queues");
  const auto text = [&](const char* role, int number) {
    return "vdev:net_memif" + std::to_string(number) + ",role=" + role + ",socket=" + path +
           ",socket-abstract=no";
  };
  auto server = open_port(text("server", 7), 2);
  auto client = open_port(text("client", 8), 2);
  ASSERT_TRUE(server && client);
  ASSERT_EQ(server->queue_count(), 2u);
  ASSERT_TRUE(wait_for_link(*server, *client)) << take_log();
  for (std::uint16_t q = 0; q < 2; ++q) {
    const auto frame = experimental_frame(300, static_cast<std::uint8_t>(q));
    rte_mbuf* none = nullptr;
    ASSERT_EQ(client->queue(q).receive({&none, 1}), 0u);
    ASSERT_TRUE(send(client->queue(q), client->queue(q).make(frame)));
    EXPECT_EQ(receive_one(server->queue(q)), frame) << q;
    ASSERT_TRUE(send(server->queue(q), server->queue(q).make(frame)));
    EXPECT_EQ(receive_one(client->queue(q)), frame) << q;
  }
  client.reset();
  server.reset();
  ::unlink(path.c_str());
}

// A poller that sends every frame back, on the test's worker.
class Echo {
 public:
  static constexpr std::size_t kBurst = 32;

  explicit Echo(Queue& queue) {
    running_eal().launch(0, [this, &queue] {
      std::array<rte_mbuf*, kBurst> frames;
      while (!over_.load(std::memory_order_relaxed)) {
        const std::size_t count = queue.receive(frames);
        const std::size_t sent = queue.transmit({frames.data(), count});
        for (std::size_t i = sent; i < count; ++i) queue.release(frames[i]);
      }
    });
  }
  ~Echo() {
    over_ = true;
    running_eal().wait();
  }

 private:
  std::atomic<bool> over_ = false;
};

// The driver unmaps the rings of a peer that leaves, while a worker works on them.
TEST(MemifPort, OutlivesPeersThatLeaveInTheMiddleOfALoad) {
  constexpr int kPeers = 300;
  constexpr int kFramesMax = 20'000;
  const std::string path = socket_path("leavers");
  const std::string rest = ",socket=" + path + ",socket-abstract=no";
  auto server = open_port("vdev:net_memif9,role=server" + rest);
  ASSERT_TRUE(server);
  {
    const Echo echo(server->queue(0));
    std::vector<std::uint8_t> before;
    for (int peer = 0; peer < kPeers; ++peer) {
      const auto client = open_port("vdev:net_memif10,role=client" + rest);
      ASSERT_TRUE(client);
      ASSERT_TRUE(wait_for_link(*server, *client)) << take_log();
      Queue& queue = client->queue(0);
      rte_mbuf* none = nullptr;
      ASSERT_EQ(queue.receive({&none, 1}), 0u);
      const auto frame = experimental_frame(1500, static_cast<std::uint8_t>(peer));
      ASSERT_TRUE(send(queue, queue.make(frame)));
      // What the echo held when the peer before left may come to this one.
      auto echoed = receive_one(queue);
      for (std::size_t late = 0; late < Echo::kBurst && echoed == before; ++late) {
        echoed = receive_one(queue);
      }
      ASSERT_EQ(echoed, frame) << peer;
      before = frame;
      // Until the ring is full, if the echo is slower: it may well keep up.
      for (int frames = 0; frames < kFramesMax; ++frames) {
        rte_mbuf* more = queue.make(frame);
        if (more == nullptr) break;
        if (queue.transmit({&more, 1}) == 1) continue;
        queue.release(more);
        break;
      }
    }
  }
  server.reset();
  ::unlink(path.c_str());
}

// What net_ring sends, it receives: the same mbufs.
TEST(RingPort, RefersToAnImageBlockInsteadOfCopyingIt) {
  const auto port = open_port("vdev:net_ring7");
  ASSERT_TRUE(port);
  Queue& queue = port->queue(0);
  EalMemory memory(-1);
  const base::MutableBytes image = memory.allocate(4096);
  std::fill(image.begin(), image.end(), std::uint8_t{0x5a});
  const auto header = experimental_frame(46, 3);
  const unsigned before = port->frames_in_use();

  rte_mbuf* frame = queue.make_data(worker::PlainData{header, base::Bytes(image).first(1468)});
  ASSERT_NE(frame, nullptr);
  ASSERT_EQ(queue.transmit({&frame, 1}), 1u);
  EXPECT_EQ(port->image_references(), 1u);
  rte_mbuf* received = nullptr;
  ASSERT_EQ(queue.receive({&received, 1}), 1u);
  ASSERT_EQ(received->nb_segs, 2u);
  EXPECT_EQ(rte_pktmbuf_mtod(received->next, const std::uint8_t*), image.data());

  // bytes() joins a chained frame.
  const base::Bytes joined = queue.bytes(received);
  ASSERT_EQ(joined.size(), 46u + 1468u);
  EXPECT_EQ(joined[45 + 1468], 0x5a);
  EXPECT_EQ(port->image_references(), 0u);
  queue.release(received);
  EXPECT_EQ(port->frames_in_use(), before);
  memory.release(image);
}

// Frames that were made before a change of pools are told from those made after it.
TEST(RingPort, TellsWhenTheFramesOfThePoolThatWasLeftAreBack) {
  const auto port = open_port("vdev:net_ring7");
  ASSERT_TRUE(port);
  Queue& queue = port->queue(0);
  EalMemory memory(-1);
  const base::MutableBytes image = memory.allocate(4096);
  const auto header = experimental_frame(46, 3);
  const auto send = [&] {
    rte_mbuf* frame = queue.make_data(worker::PlainData{header, base::Bytes(image).first(1468)});
    EXPECT_NE(frame, nullptr);
    EXPECT_EQ(queue.transmit({&frame, 1}), 1u);
  };
  const auto receive = [&] {
    rte_mbuf* received = nullptr;
    EXPECT_EQ(queue.receive({&received, 1}), 1u);
    queue.release(received);
  };
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(port->old_segments_out(), 0u);
    send();
    send();
    port->change_segments();
    send();
    EXPECT_EQ(port->old_segments_out(), 2u);
    receive();
    EXPECT_EQ(port->old_segments_out(), 1u);
    receive();
    EXPECT_EQ(port->old_segments_out(), 0u);
    EXPECT_EQ(port->image_references(), 1u) << "of the pool that is used now";
    receive();
  }
  EXPECT_EQ(port->image_references(), 0u);
  memory.release(image);
}

TEST(RingPort, RunsOutOfFramesWithoutHarm) {
  const auto port = open_port("vdev:net_ring7");
  ASSERT_TRUE(port);
  Queue& queue = port->queue(0);
  const auto header = experimental_frame(60, 3);
  const unsigned before = port->frames_in_use();
  std::vector<rte_mbuf*> held;
  while (rte_mbuf* frame = queue.make(header)) held.push_back(frame);
  EXPECT_GT(held.size(), 512u);
  EXPECT_EQ(queue.make_data(worker::PlainData{header, header}), nullptr);
  EXPECT_EQ(port->image_references(), 0u);
  for (rte_mbuf* frame : held) queue.release(frame);
  EXPECT_EQ(port->frames_in_use(), before);
}

TEST(RingPort, RefusesAFrameThatIsLongerThanItsRoom) {
  const auto port = open_port("vdev:net_ring7");
  ASSERT_TRUE(port);
  const std::vector<std::uint8_t> huge(9000);
  const unsigned before = port->frames_in_use();
  EXPECT_EQ(port->queue(0).make(huge), nullptr);
  EXPECT_EQ(port->frames_in_use(), before);
}

TEST(NullPort, OpensAsManyQueuesAsAsked) {
  const auto port = open_port("vdev:net_null7", 4);
  ASSERT_TRUE(port);
  EXPECT_EQ(port->queue_count(), 4u);
  EXPECT_EQ(port->traits().mtu, 1500u);
  EXPECT_NE(port->description().find("null"), std::string::npos);
}

std::string failure_of(const std::string& text) {
  const auto port = Port::open(port_options(text), test_log());
  return port ? "" : port.error().sentence;
}

std::string failure_of_mtu(const std::string& text, std::uint16_t mtu) {
  PortOptions options = port_options(text);
  options.mtu = mtu;
  const auto port = Port::open(options, test_log());
  return port ? "" : port.error().sentence;
}

// The longest MTU of each device is its driver's word, and nothing is opened beyond it.
TEST(PortMtu, BeyondWhatTheDeviceCarriesIsRefusedWithTheRemedy) {
  EXPECT_EQ(
      failure_of_mtu("vdev:net_memif7,role=server,socket=mtu,socket-abstract=yes", 9000),
      "Port `boot0`: A network has mtu 9000, but "
      "`vdev:net_memif7,role=server,socket=mtu,socket-abstract=yes` carries 1500 at the most: "
      "lower the `mtu` of the port's networks.");
  EXPECT_EQ(failure_of_mtu("vdev:net_null7", 65535),
            "Port `boot0`: A network has mtu 65535, but `vdev:net_null7` carries 65381 at the "
            "most: lower the `mtu` of the port's networks.");
}

TEST(PortMtu, AtTheLimitGivesEachFrameItsRoom) {
  for (const std::uint16_t mtu : std::initializer_list<std::uint16_t>{1280, 1500, 9000, 65381}) {
    PortOptions options = port_options("vdev:net_ring7");
    options.mtu = mtu;
    options.frames_held = 64;
    const auto port = Port::open(options, test_log());
    ASSERT_TRUE(port.has_value()) << port.error().sentence;
    EXPECT_EQ((*port)->traits().mtu, mtu);
    Queue& queue = (*port)->queue(0);
    rte_mbuf* frame = queue.make(std::vector<std::uint8_t>(std::size_t{mtu} + 22));
    ASSERT_NE(frame, nullptr) << mtu;
    queue.release(frame);
  }
}

TEST(PortFailure, NamesThePortAndTheReason) {
  const std::string sentence = failure_of("vdev:net_af_packet7,iface=nowhere0");
  EXPECT_TRUE(sentence.starts_with("Port `boot0`: ")) << sentence;
  EXPECT_TRUE(sentence.ends_with(".")) << sentence;
}

TEST(PortFailure, SaysThatAnInterfaceIsMissing) {
  EXPECT_NE(failure_of("interface:nowhere0").find("There is no interface `nowhere0`"),
            std::string::npos);
}

TEST(PortFailure, PointsAtArgumentsThatADriverRefusesWithoutAWord) {
  EXPECT_EQ(failure_of("vdev:net_null7,bogus=1"),
            "Port `boot0`: The device net_null7 was refused: its driver does not say why; look at "
            "its arguments, `bogus=1`.");
}

TEST(PortCheck, SeesThatATapsNameIsTaken) {
  const auto refused = Port::check(port_options("vdev:net_tap7,iface=lo"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().sentence,
            "Port `boot0`: There is an interface `lo` already, and it is no TAP device: give "
            "`vdev:net_tap7,iface=lo` another `iface=`.");
}

TEST(PortFailure, SaysThatADeviceNameIsTaken) {
  const auto port = open_port("vdev:net_null7");
  EXPECT_NE(failure_of("vdev:net_null7").find("Another port uses the name"), std::string::npos);
}

TEST(PortFailure, SaysThatAVhostSocketIsServedByAnother) {
  const std::string path = socket_path("busy");
  const auto port = open_port("vdev:net_vhost5,iface=" + path);
  ASSERT_TRUE(port);
  EXPECT_NE(failure_of("vdev:net_vhost6,iface=" + path).find("Another process serves"),
            std::string::npos);
}

TEST(PortFailure, KeepsItsHandsOffAFileInTheWayOfASocket) {
  const std::string path = socket_path("file");
  FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  EXPECT_NE(failure_of("vdev:net_vhost5,iface=" + path).find("remove it"), std::string::npos);
  EXPECT_EQ(::unlink(path.c_str()), 0);
}

TEST(PortFailure, LeavesTheNameFreeForTheNextAttempt) {
  const std::string first = failure_of("vdev:net_af_packet7,iface=nowhere0");
  EXPECT_NE(first, "");
  EXPECT_EQ(failure_of("vdev:net_af_packet7,iface=nowhere0"), first);
}

}  // namespace
}  // namespace stentor::dpdk
