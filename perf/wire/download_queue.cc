// SPDX-License-Identifier: BSD-3-Clause
#include "download_queue.h"

#include <bit>
#include <cmath>
#include <string>

#include "support/tftp_builder.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kFirstClient = 0x0a140100;  // 10.20.1.0
constexpr std::uint16_t kClientPort = 2070;         // and the next one
constexpr std::uint32_t kClientsAnAddress = 2;
constexpr std::size_t kDestinationAddressAt = 30;
constexpr std::size_t kUdpAt = wire::kEthernetHeaderBytes + wire::kIpv4HeaderBytes;
constexpr std::size_t kMessageAt = kUdpAt + wire::kUdpHeaderBytes;
constexpr std::size_t kSourceHostAt = 28;  // the last two bytes of the source address
constexpr std::size_t kIpChecksumAt = 24;
constexpr std::uint16_t kFirstFloodHost = 0x8000;
enum Opcode : std::uint16_t { kData = 3, kAck = 4, kOack = 6 };

std::uint16_t word_at(const std::uint8_t* bytes, std::size_t at) {
  return base::load_big_endian<std::uint16_t>(bytes + at);
}

}  // namespace

DownloadQueue::DownloadQueue(dpdk::Queue& device, const DownloadOptions& options,
                             std::span<const std::string> files, const DownloadWorker& worker)
    : device_(device),
      options_(options),
      number_(worker.worker),
      spreader_(worker.device),
      traits_(device.traits()),
      clients_(options.clients),
      waiting_(std::bit_ceil(options.clients + 1u)) {
  omit_checksums(false);
  // All queues are of one port.
  traits_.mac = *wire::MacAddress::parse(support::kServerMac);
  if (options.arrivals_per_second > 0) {
    mean_interval_ = static_cast<double>(rte_get_tsc_hz()) / options.arrivals_per_second;
    next_arrival_ = rte_rdtsc();
  }
  if (options.flood_per_second() > 0) make_flood(files[0]);
  ends_.reserve(options.clients);
  wire::Ipv4Address address(kFirstClient);
  for (std::uint32_t i = 0; i < options.clients; ++i) {
    if (i % kClientsAnAddress == 0) {
      if (i != 0) address = wire::Ipv4Address(address.host() + 1);
      while (!worker.owns(address)) address = wire::Ipv4Address(address.host() + 1);
      first_client_of_.resize(address.host() - kFirstClient + 1);
      first_client_of_.back() = i;
    }
    make_frames(i, address, files[i % files.size()]);
    queue_up(i, rte_rdtsc());
  }
}

void DownloadQueue::reset() {
  totals_ = {};
  turnaround_ = {};
  turnaround_slice_ = {};
  if (next_flood_ == kNoFlood) next_flood_ = static_cast<double>(rte_rdtsc());
}

void DownloadQueue::make_frames(std::uint32_t index, wire::Ipv4Address address,
                                const std::string& file) {
  Client& client = clients_[index];
  const std::string source(address.text().view());
  const auto port = static_cast<std::uint16_t>(kClientPort + index % kClientsAnAddress);
  const support::Ipv4Spec ip{.source = source};
  const support::ByteVector request = support::udp_frame(
      {}, ip, {port, 69},
      support::tftp_request(file, {{"blksize", std::to_string(options_.blksize)},
                                   {"windowsize", std::to_string(options_.window)}}));
  CHECK(request.size() <= client.request.size());
  std::ranges::copy(request, client.request.begin());
  client.request_bytes = base::Bytes(client.request).first(request.size());
  const support::ByteVector ack = support::udp_frame(
      {}, ip, {.source_port = port, .destination_port = 0}, support::tftp_ack(0));
  std::ranges::copy(ack, client.ack.begin());
  client.ack_bytes = client.ack;
  client.ack_sum = static_cast<std::uint16_t>(~word_at(client.ack.data(), kUdpAt + 6));
}

void DownloadQueue::make_flood(const std::string& file) {
  const bool is_acks = options_.flood_acks_per_second > 0;
  const support::ByteVector frame = support::udp_frame(
      {}, {.source = "10.20.0.0"},
      {.source_port = 0, .destination_port = static_cast<std::uint16_t>(is_acks ? 0 : 69)},
      is_acks ? support::tftp_ack(7)
              : support::tftp_request(file, {{"blksize", std::to_string(options_.blksize)},
                                             {"windowsize", std::to_string(options_.window)}}));
  flood_ip_sum_ = static_cast<std::uint16_t>(~word_at(frame.data(), kIpChecksumAt));
  flood_udp_sum_ = static_cast<std::uint16_t>(~word_at(frame.data(), kUdpAt + 6));
  for (FloodFrame& flood : flood_) {
    CHECK(frame.size() <= flood.room.size());
    std::ranges::copy(frame, flood.room.begin());
    flood.bytes = base::Bytes(flood.room).first(frame.size());
  }
  flood_interval_ = static_cast<double>(rte_get_tsc_hz()) / options_.flood_per_second();
}

// Half of a burst at the most: a device that receives more than its worker takes drops the
// clients' frames as well, and that is not the worker's to show.
std::size_t DownloadQueue::feed_flood(std::span<Frame> frames, std::uint64_t now) {
  std::size_t count = 0;
  for (; count < frames.size() / 2 && next_flood_ <= static_cast<double>(now); ++count) {
    next_flood_ += flood_interval_;
    FloodFrame& flood = flood_[next_flood_frame_++ % flood_.size()];
    std::uint8_t* bytes = flood.room.data();
    const auto host = static_cast<std::uint16_t>(kFirstFloodHost + random_.below(kFirstFloodHost));
    const auto port = static_cast<std::uint16_t>(1024 + random_.below(64'512));
    const auto to = static_cast<std::uint16_t>(
        options_.flood_acks_per_second > 0 ? 49'152 + random_.below(16'384) : 0);
    const auto checksum = [](std::uint32_t sum) {
      sum = (sum & 0xffff) + (sum >> 16);
      return static_cast<std::uint16_t>(~((sum & 0xffff) + (sum >> 16)));
    };
    base::store_big_endian(bytes + kSourceHostAt, host);
    base::store_big_endian(bytes + kIpChecksumAt, checksum(flood_ip_sum_ + host));
    base::store_big_endian(bytes + kUdpAt, port);
    if (to != 0) base::store_big_endian(bytes + kUdpAt + 2, to);
    const std::uint16_t udp = checksum(flood_udp_sum_ + host + port + to);
    base::store_big_endian<std::uint16_t>(bytes + kUdpAt + 6, udp != 0 ? udp : 0xffff);
    frames[count] = Frame(flood.bytes);
  }
  return count;
}

// RFC 1624: what changes is added to the sum of what does not.
void DownloadQueue::write_ack(Client& client, std::uint16_t block, std::uint16_t server_port) {
  std::uint8_t* frame = client.ack.data();
  base::store_big_endian(frame + kUdpAt + 2, server_port);
  base::store_big_endian(frame + kMessageAt + 2, block);
  std::uint32_t sum = client.ack_sum + server_port + block;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  const auto checksum = static_cast<std::uint16_t>(~sum);
  base::store_big_endian<std::uint16_t>(frame + kUdpAt + 6, checksum != 0 ? checksum : 0xffff);
  client.block = block;
}

void DownloadQueue::queue_up(std::uint32_t index, std::uint64_t now) {
  if (std::exchange(clients_[index].is_queued, true)) return;
  clients_[index].waiting_since = now;
  waiting_[last_++ & (waiting_.size() - 1)] = index;
}

std::size_t DownloadQueue::receive(std::span<Frame> frames) {
  const std::uint64_t begin = rte_rdtsc();
  const std::size_t count = feed(frames, begin);
  totals_.client_cycles += rte_rdtsc() - begin;
  ++totals_.clock_readings;
  return count;
}

std::uint64_t DownloadQueue::next_interval() {
  constexpr std::uint32_t kParts = 1u << 20;
  const double part = (static_cast<double>(random_.below(kParts)) + 1) / kParts;  // (0, 1]
  return static_cast<std::uint64_t>(-std::log(part) * mean_interval_);
}

// Half of a burst at the most: our own clients have their turn too.
std::size_t DownloadQueue::feed_spread(std::span<Frame> frames) {
  std::array<const base::Bytes*, worker::kBurst> arrived;
  const std::size_t count =
      spreader_->take(number_, std::span(arrived).first((frames.size() + 1) / 2));
  for (std::size_t i = 0; i < count; ++i) frames[i] = Frame(*arrived[i]);
  return count;
}

std::size_t DownloadQueue::feed(std::span<Frame> frames, std::uint64_t now) {
  std::size_t count = flood_interval_ > 0 ? feed_flood(frames, now) : 0;
  if (spreader_ != nullptr) count += feed_spread(frames.subspan(count));
  while (count < frames.size() && first_ != last_) {
    const bool is_paced = mean_interval_ > 0;
    if (is_paced && now < next_arrival_) break;
    const std::uint32_t index = waiting_[first_++ & (waiting_.size() - 1)];
    Client& client = clients_[index];
    client.is_queued = false;
    if (is_paced)
      client.waiting_since = std::exchange(next_arrival_, next_arrival_ + next_interval());
    const base::Bytes& sent = client.asks ? client.request_bytes : client.ack_bytes;
    if (spreader_ == nullptr || !spreader_->send(number_, sent)) frames[count++] = Frame(sent);
    // A file is acknowledged to its end before it is asked for again.
    client.asks = std::exchange(client.has_ended, false);
    if (client.asks) queue_up(index, client.waiting_since);
  }
  return count;
}

std::size_t DownloadQueue::transmit(std::span<Frame> frames) {
  std::array<rte_mbuf*, 64> leaving;
  const std::size_t count = std::min(frames.size(), leaving.size());
  const std::uint64_t now = rte_rdtsc();
  for (std::size_t i = 0; i < count; ++i) {
    leaving[i] = frames[i].sent();
    observe(leaving[i], now);
  }
  const std::uint64_t observed = rte_rdtsc();
  CHECK(device_.transmit(std::span(leaving).first(count)) == count);
  totals_.driver_cycles += rte_rdtsc() - observed;
  totals_.client_cycles += observed - now;
  ++totals_.clock_readings;  // of three, two lie in the two stretches
  return count;
}

void DownloadQueue::observe(const rte_mbuf* frame, std::uint64_t now) {
  const auto* bytes = rte_pktmbuf_mtod(frame, const std::uint8_t*);
  if (word_at(bytes, 12) != 0x0800) return;  // an announcement
  const std::uint32_t address = base::load_big_endian<std::uint32_t>(bytes + kDestinationAddressAt);
  if ((address & 0xffff) >= kFirstFloodHost) return;  // what the flood drew
  CHECK(address - kFirstClient < first_client_of_.size());
  const std::uint32_t index =
      first_client_of_[address - kFirstClient] + (word_at(bytes, kUdpAt + 2) - kClientPort);
  CHECK(index < clients_.size());
  Client& client = clients_[index];
  const std::uint16_t opcode = word_at(bytes, kMessageAt);
  const std::uint16_t server_port = word_at(bytes, kUdpAt);
  if (opcode == kOack) {
    client.newest = 0;
    write_ack(client, 0, server_port);
    return queue_up(index, now);
  }
  CHECK(opcode == kData);
  const std::uint16_t block = word_at(bytes, kMessageAt + 2);
  // Numbers wrap at 65,535 (RFC 1350 counts no further): newer is less than half of them ahead.
  if (static_cast<std::int16_t>(block - client.newest) > 0) {
    client.newest = block;
    ++totals_.frames;
    totals_.bytes += frame->pkt_len;
  } else {
    ++totals_.resent;
  }
  if (client.waiting_since != 0) {
    const std::uint64_t waited = now - std::exchange(client.waiting_since, 0);
    turnaround_.add(waited);
    if (options_.arrivals_per_second > 0) turnaround_slice_.add(waited);
  }
  const bool is_last = frame->pkt_len < kMessageAt + 4 + options_.blksize;
  if (!is_last && static_cast<std::uint16_t>(block - client.block) != options_.window) return;
  if (is_last) {
    if (options_.stops) {
      ends_.push_back(now);
      return;
    }
    client.has_ended = true;
  }
  write_ack(client, block, server_port);
  queue_up(index, now);
}

}  // namespace stentor::perf
