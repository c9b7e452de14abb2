// SPDX-License-Identifier: BSD-3-Clause
// Goal: a transfer sends the bytes that it began with, whatever becomes of its file; it says so
// until it ends, however it ends; and what is requested next is what there is then.
#include <random>

#include "image/catalogue.h"
#include "support/frame_builder.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class WorkerImagesTest : public WorkerTest {
 protected:
  void start_with(const ByteVector& bytes) {
    support::RigOptions options;
    options.images["file"] = bytes;
    start(options);
    generation = rig->service().generation();
    catalogue.emplace(generation);
  }
  // nullptr: it is removed.
  void change(const ByteVector* bytes) {
    if (bytes == nullptr) {
      catalogue->remove("file");
    } else {
      const image::ImageSpace space = catalogue->stock().reserve(bytes->size());
      std::ranges::copy(*bytes, space.bytes.begin());
      catalogue->put(catalogue->stock().add(space, std::vector<std::string>{"file"}).at(0));
    }
    auto next = catalogue->commit();
    rig->service().images().set(*next.generation);
    kept.push_back(std::exchange(generation, next.generation));
  }
  const image::Image& current() { return *generation->find("file"); }
  std::vector<TftpReply> request() { return send(support::tftp_request("file")); }

  // Acknowledges what has come until the last block; all that was sent.
  ByteVector rest(TftpReply reply) {
    ByteVector bytes;
    for (;;) {
      bytes.insert(bytes.end(), reply.data.begin(), reply.data.end());
      const std::vector<TftpReply> next = send(support::tftp_ack(reply.number), reply.source_port);
      if (reply.data.size() < 512) return bytes;
      EXPECT_EQ(next.size(), 1u);
      if (next.size() != 1) return bytes;
      reply = next[0];
    }
  }

  std::shared_ptr<const image::Generation> generation;
  std::vector<std::shared_ptr<const image::Generation>> kept;
  std::optional<image::Catalogue> catalogue;
};

ByteVector bytes_of(std::uint8_t value, std::size_t count) { return ByteVector(count, value); }

TEST_F(WorkerImagesTest, SendsTheBytesThatItBeganWithHoweverOftenTheFileChanges) {
  const ByteVector old = support::patterned(5000);
  start_with(old);
  const image::Image& first = current();
  const auto begun = request();
  ASSERT_EQ(begun.size(), 1u);
  for (std::uint8_t round = 0; round < 50; ++round) {
    const ByteVector next = bytes_of(round, 700);
    change(&next);
  }
  change(nullptr);
  EXPECT_TRUE(rig->worker().uses(first));
  EXPECT_EQ(rest(begun[0]), old);
  EXPECT_FALSE(rig->worker().uses(first));
}

TEST_F(WorkerImagesTest, ServesTheNextRequestFromWhatThereIsThen) {
  start_with(bytes_of(1, 100));
  change(nullptr);
  client_port = 3000;
  EXPECT_EQ(request().at(0).opcode, 5) << "an ERROR: nothing is there";
  const ByteVector next = bytes_of(2, 200);
  change(&next);
  EXPECT_EQ(rest(request().at(0)), next) << "and the miss is forgotten";
}

TEST_F(WorkerImagesTest, UsesAnImageUntilTheClientEndsTheTransfer) {
  start_with(bytes_of(1, 5000));
  const auto begun = request();
  EXPECT_TRUE(rig->worker().uses(current()));
  send(support::tftp_error(0, ""), begun.at(0).source_port);
  EXPECT_FALSE(rig->worker().uses(current()));
}

TEST_F(WorkerImagesTest, UsesAnImageUntilTheClientIsGivenUp) {
  start_with(bytes_of(1, 5000));
  request();
  EXPECT_TRUE(rig->worker().uses(current()));
  for (int i = 0; i < 100; ++i) wait(1s);
  EXPECT_FALSE(rig->worker().uses(current()));
}

TEST_F(WorkerImagesTest, UsesAnImageUntilTheSamePortAsksForAnotherFile) {
  const ByteVector old = bytes_of(1, 5000);
  start_with(old);
  const image::Image& first = current();
  const auto begun = request();
  send(support::tftp_ack(1), begun.at(0).source_port);
  const ByteVector next = bytes_of(2, 5000);
  change(&next);
  wait(2s);
  request();
  EXPECT_FALSE(rig->worker().uses(first));
  EXPECT_TRUE(rig->worker().uses(current()));
}

TEST_F(WorkerImagesTest, CountsEachOfItsTransfers) {
  start_with(bytes_of(1, 5000));
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports;
  for (client_port = 4000; client_port < 4010; ++client_port) {
    ports.emplace_back(client_port, request().at(0).source_port);
  }
  for (const auto& [client, server] : ports) {
    EXPECT_TRUE(rig->worker().uses(current()));
    client_port = client;
    send(support::tftp_error(0, ""), server);
  }
  EXPECT_FALSE(rig->worker().uses(current()));
}

}  // namespace
}  // namespace stentor::worker
