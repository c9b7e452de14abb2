// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network port in memory whose queues are polled by a thread each, as a device's are: frames come
// from one pool, through a cache that each queue has of its own, and machines on other threads put
// and take them. FakePort is its counterpart for one thread.
//
// Threads: a queue's receive(), bytes(), make...(), transmit() and release() belong to one worker;
// put() and take() with a site's number to that site's thread. The rest: once all have ended.
//
// It orders as little as it can, so that it does not hide what the code under test forgets to
// order: a frame that crosses to another worker is the other's by the hand-over ring alone.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "support/frame_builder.h"
#include "worker/port.h"

namespace stentor::stress {

using support::ByteVector;

// From one thread to one other, without end. Who puts learns nothing of who takes.
template <typename T>
class Wire {
 public:
  Wire() : oldest_(new Node), newest_(oldest_) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() {
    while (take()) {
    }
    delete oldest_;
  }

  void put(T value) {
    Node* const node = new Node;
    node->value = std::move(value);
    // The release pairs with the acquire in take().
    newest_->next.store(node, std::memory_order_release);
    newest_ = node;
  }

  std::optional<T> take() {
    Node* const next = oldest_->next.load(std::memory_order_acquire);
    if (next == nullptr) return std::nullopt;
    delete std::exchange(oldest_, next);
    return std::move(next->value);
  }

 private:
  struct Node {
    T value{};
    std::atomic<Node*> next{nullptr};
  };

  alignas(64) Node* oldest_;  // already taken; of whoever takes
  alignas(64) Node* newest_;  // of whoever puts
};

class SharedPort {
 public:
  struct Frame {
    std::uint32_t id = 0;
    friend bool operator==(const Frame&, const Frame&) = default;
  };
  class Queue;

  // Machine n, whose MAC ends with n in two bytes, is of site n % `sites`.
  SharedPort(wire::MacAddress mac, std::size_t queues, std::size_t sites, std::size_t frames);

  Queue& queue(std::size_t index) { return *queues_[index]; }
  [[nodiscard]] std::size_t queues() const { return queues_.size(); }
  [[nodiscard]] std::size_t sites() const { return sites_; }
  // Neither in the pool nor in a queue's cache.
  [[nodiscard]] std::size_t frames_out() const;

 private:
  static constexpr std::size_t kBulk = 32;  // frames between a cache and the pool

  ByteVector& buffer(Frame frame) {
    CHECK(frame.id != 0 && !frames_[frame.id].empty());
    return frames_[frame.id];
  }
  void refill(std::vector<std::uint32_t>& cache) {
    const std::lock_guard lock(lock_);
    for (std::size_t i = 0; i < kBulk && !free_.empty(); ++i) {
      cache.push_back(free_.back());
      free_.pop_back();
    }
  }
  void spill(std::vector<std::uint32_t>& cache) {
    const std::lock_guard lock(lock_);
    free_.insert(free_.end(), cache.end() - kBulk, cache.end());
    cache.resize(cache.size() - kBulk);
  }

  const std::size_t sites_;
  worker::PortTraits traits_;
  std::vector<ByteVector> frames_;  // by id, each its holder's; empty: it is free; 0 is no frame
  std::mutex lock_;
  std::vector<std::uint32_t> free_;  // under lock_
  std::vector<std::unique_ptr<Queue>> queues_;
};

class SharedPort::Queue {
 public:
  using Frame = SharedPort::Frame;

  explicit Queue(SharedPort& port) : port_(port), in_(port.sites_), out_(port.sites_) {}

  // A site's.
  void put(std::size_t site, ByteVector frame) { in_[site].put(std::move(frame)); }
  std::optional<ByteVector> take(std::size_t site) { return out_[site].take(); }

  // The worker's.
  [[nodiscard]] const worker::PortTraits& traits() const { return port_.traits_; }

  std::size_t receive(std::span<Frame> frames) {
    std::size_t count = 0;
    for (Wire<ByteVector>& wire : in_) {
      while (count < frames.size() && has_free()) {
        auto bytes = wire.take();
        if (!bytes) break;
        frames[count++] = hold(*std::move(bytes));
      }
    }
    return count;
  }

  base::Bytes bytes(Frame frame) { return port_.buffer(frame); }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes bytes) {
    return has_free() ? hold({bytes.begin(), bytes.end()}) : Frame{};
  }

  template <worker::DataSource Source>
  Frame make_data(const Source& data) {
    if (!has_free()) return {};
    ByteVector bytes(wire::kDataHeaderBytesMax);
    data.write_header(bytes.data());
    bytes.resize(data.header_bytes());
    support::append(bytes, data.payload());
    return hold(std::move(bytes));
  }

  // Some of them, so that the rest waits in the worker.
  std::size_t transmit(std::span<Frame> frames) {
    constexpr std::size_t kMost = 16;
    const std::size_t count = std::min(frames.size(), kMost);
    for (const Frame frame : frames.first(count)) {
      const ByteVector& bytes = port_.buffer(frame);
      ++frames_sent_;
      bytes_sent_ += bytes.size();
      send(bytes);
      release(frame);
    }
    return count;
  }

  void release(Frame frame) {
    port_.buffer(frame).clear();
    cache_.push_back(frame.id);
    if (cache_.size() >= 2 * kBulk) port_.spill(cache_);
  }

  [[nodiscard]] std::size_t cached() const { return cache_.size(); }
  [[nodiscard]] std::uint64_t frames_sent() const { return frames_sent_; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  bool has_free() {
    if (cache_.empty()) port_.refill(cache_);
    return !cache_.empty();
  }
  Frame hold(ByteVector bytes) {
    const Frame frame{cache_.back()};
    cache_.pop_back();
    CHECK(port_.frames_[frame.id].empty());
    port_.frames_[frame.id] = std::move(bytes);
    return frame;
  }
  // As a switch does: to everybody, or to whom it is for.
  void send(const ByteVector& bytes) {
    if ((bytes[0] & 1) != 0) {
      for (Wire<ByteVector>& wire : out_) wire.put(bytes);
      return;
    }
    const std::size_t machine = std::size_t{bytes[4]} << 8 | bytes[5];
    out_[machine % out_.size()].put(bytes);
  }

  SharedPort& port_;
  std::vector<Wire<ByteVector>> in_;   // by site
  std::vector<Wire<ByteVector>> out_;  // likewise
  std::vector<std::uint32_t> cache_;   // the worker's, as all below
  std::uint64_t frames_sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
};

static_assert(worker::PortQueue<SharedPort::Queue>);

inline SharedPort::SharedPort(wire::MacAddress mac, std::size_t queues, std::size_t sites,
                              std::size_t frames)
    : sites_(sites), frames_(frames + 1) {
  traits_.mac = mac;
  for (std::uint32_t id = 1; id < frames_.size(); ++id) free_.push_back(id);
  for (std::size_t i = 0; i < queues; ++i) queues_.push_back(std::make_unique<Queue>(*this));
}

inline std::size_t SharedPort::frames_out() const {
  std::size_t out = frames_.size() - 1 - free_.size();
  for (const auto& queue : queues_) out -= queue->cached();
  return out;
}

}  // namespace stentor::stress
