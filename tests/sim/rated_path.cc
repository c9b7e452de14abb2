// SPDX-License-Identifier: BSD-3-Clause
#include "sim/rated_path.h"

#include <algorithm>
#include <utility>

namespace stentor::sim {

namespace {

constexpr base::Time kStart{std::chrono::hours{1}};
constexpr std::uint16_t kClientPort = 2070;
constexpr std::uint16_t kData = 3;
constexpr std::uint16_t kBlksize = 1468;

std::string config_of(const PathOptions& options) {
  return "ports:\n"
         "  - {name: boot0, device: \"vdev:net_null0\", networks: [{address: 10.20.0.2/16}]}\n"
         "dhcp:\n"
         "  subnets:\n"
         "    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}\n"
         "tftp: {rto: {min: " +
         options.rto_min +
         ", max: 4s}}\n"
         "images: {root: /srv/images}\n";
}

support::LinkFaults faults_of(const PathOptions& options) {
  return {.loss = options.loss,
          .duplication = options.duplication,
          .delay = options.block_time * options.round_trip_blocks / 2};
}

}  // namespace

RatedPath::RatedPath(const PathOptions& options)
    : options_(options),
      // EDK2's kind: each block out of order has it acknowledge the last good one.
      profile_(
          {.blksize = kBlksize, .windowsize = options.windowsize, .acks_each_bad_block = true}),
      // Not a multiple of the wheel's tick, and another place between two of them for each seed.
      now_(kStart + std::chrono::microseconds{37 * options.seed}),
      cut_at_(now_ + std::chrono::milliseconds{100}),
      image_(support::patterned((options.blocks - 1) * kBlksize + 700)),
      client_(profile_, "file"),
      down_(options.seed, faults_of(options)),
      up_(~options.seed, faults_of(options)),
      free_at_(now_) {
  rig_ = std::make_unique<support::Rig>(
      support::RigOptions{.yaml = config_of(options), .images = {{"file", image_}}}, now_);
}

FetchResult RatedPath::fetch(base::Duration limit) {
  const base::Time start = now_;
  send(client_.start(now_, message_));
  const auto is_over = [this] {
    return client_.state() == client::TftpState::complete ||
           client_.state() == client::TftpState::failed;
  };
  while (!is_over() && now_ - start < limit) {
    now_ = next_event();
    while (const auto datagram = down_.receive(now_)) deliver(**datagram);
    if (client_.deadline() <= now_) send(client_.on_timeout(now_, message_));
    while (const auto frame = up_.receive(now_)) rig_->port().queue(0).put(**frame);
    poll_server();
  }
  return {.is_whole = is_right_ && bytes_ == image_.size(),
          .time = now_ - second_window_at_,
          .bytes = bytes_ - bytes_before_,
          .start = second_window_at_ - start,
          .start_bytes = bytes_before_,
          .data_frames = data_frames_};
}

// The server is polled once a block time at least; a worker polls more often.
base::Time RatedPath::next_event() const {
  const base::Time arrival = std::min(up_.next_arrival(), down_.next_arrival());
  return std::max(now_, std::min({arrival, client_.deadline(), now_ + options_.block_time}));
}

bool RatedPath::is_cut() const { return now_ >= cut_at_ && now_ < cut_at_ + options_.cut; }

void RatedPath::send(const client::Outgoing& outgoing) {
  if (outgoing.length == 0 || is_cut()) return;
  const Datagram datagram{
      support::address_number(support::kClientAddress),
      support::address_number(support::kServerAddress),
      kClientPort,
      outgoing.port,
      {message_.begin(), message_.begin() + static_cast<long>(outgoing.length)}};
  up_.send(std::make_shared<const ByteVector>(
               frame_of(datagram, support::kClientMac, support::kServerMac)),
           now_);
}

void RatedPath::poll_server() {
  rig_->poll(now_);
  while (const auto bytes = rig_->port().take()) {
    auto frame = read_server_frame(*bytes);
    if (!frame) {
      is_right_ = false;
      continue;
    }
    const bool is_block = frame->datagram.payload.size() > 2 && frame->datagram.payload[1] == kData;
    data_frames_ += is_block ? 1 : 0;
    if (is_cut()) continue;
    free_at_ = std::max(free_at_, now_) + (is_block ? options_.block_time : base::Duration::zero());
    down_.send(std::make_shared<const Datagram>(std::move(frame->datagram)), free_at_);
  }
}

void RatedPath::deliver(const Datagram& datagram) {
  send(client_.on_message(
      datagram.payload, datagram.source_port, now_, message_,
      [this](std::uint64_t offset, base::Bytes bytes) { take_block(offset, bytes); }));
}

void RatedPath::take_block(std::uint64_t offset, base::Bytes bytes) {
  const bool is_next = offset == bytes_ && bytes.size() <= image_.size() - bytes_;
  is_right_ = is_right_ && is_next &&
              std::ranges::equal(bytes, base::Bytes(image_).subspan(offset, bytes.size()));
  const bool is_start = bytes_ <= std::size_t{kBlksize} * options_.windowsize;
  bytes_ += bytes.size();
  if (!is_start) return;
  second_window_at_ = now_;
  bytes_before_ = bytes_;
}

}  // namespace stentor::sim
