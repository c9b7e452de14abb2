// SPDX-License-Identifier: BSD-3-Clause
#include "control/pcapng.h"

#include <array>
#include <bit>
#include <cstring>

namespace stentor::control::pcapng {

namespace {

// Block types.
constexpr std::uint32_t kSection = 0x0a0d0d0a, kInterface = 1, kStatistics = 5, kPacket = 6;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint16_t kEthernet = 1;  // LINKTYPE_ETHERNET
// Options; each block has numbers of its own.
constexpr std::uint16_t kEnd = 0, kComment = 1;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2, kInterfaceResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;
constexpr std::uint16_t kStatisticsAccepted = 6, kStatisticsLost = 7;
constexpr std::uint8_t kNanoseconds = 9;  // powers of ten
constexpr std::uint32_t kInbound = 1, kOutbound = 2;
constexpr std::size_t kCommentBytesMax = 4096;

// A block under way: its length, which stands at both ends, is known at the end.
class Block {
 public:
  Block(std::string& out, std::uint32_t type) : out_(out), begin_(out.size()) {
    add(type);
    add(std::uint32_t{0});
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    const auto length = static_cast<std::uint32_t>(out_.size() + sizeof(std::uint32_t) - begin_);
    std::memcpy(&out_[begin_ + sizeof(std::uint32_t)], &length, sizeof length);
    add(length);
  }

  template <typename Integer>
  void add(Integer value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    out_.append(bytes.data(), bytes.size());
  }
  // The upper half first, in either byte order.
  void add_time(std::uint64_t at) {
    add(static_cast<std::uint32_t>(at >> 32));
    add(static_cast<std::uint32_t>(at));
  }
  // To the next multiple of four.
  void add_padded(std::string_view bytes) {
    out_ += bytes;
    out_.append((4 - bytes.size() % 4) % 4, '\0');
  }
  void add_option(std::uint16_t code, std::string_view value) {
    add(code);
    add(static_cast<std::uint16_t>(value.size()));
    add_padded(value);
  }
  template <typename Integer>
  void add_number(std::uint16_t code, Integer value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    add_option(code, {bytes.data(), bytes.size()});
  }
  void end_options() { add_option(kEnd, {}); }

 private:
  std::string& out_;
  const std::size_t begin_;
};

}  // namespace

void append_section(std::string& out, std::string_view application) {
  Block block(out, kSection);
  block.add(kByteOrder);
  block.add(std::uint16_t{1});
  block.add(std::uint16_t{0});
  block.add(std::int64_t{-1});  // of unknown length
  block.add_option(kSectionApplication, application);
  block.end_options();
}

void append_interface(std::string& out, std::string_view name, std::uint32_t snap_bytes) {
  Block block(out, kInterface);
  block.add(kEthernet);
  block.add(std::uint16_t{0});
  block.add(snap_bytes);
  block.add_option(kInterfaceName, name);
  block.add_number(kInterfaceResolution, kNanoseconds);
  block.end_options();
}

void append_packet(std::string& out, const Packet& packet) {
  Block block(out, kPacket);
  block.add(packet.interface);
  block.add_time(packet.at);
  block.add(static_cast<std::uint32_t>(packet.kept.size()));
  block.add(packet.frame_bytes);
  block.add_padded({reinterpret_cast<const char*>(packet.kept.data()), packet.kept.size()});
  block.add_number(kPacketFlags, packet.is_outbound ? kOutbound : kInbound);
  if (!packet.comment.empty()) {
    block.add_option(kComment, packet.comment.substr(0, kCommentBytesMax));
  }
  block.end_options();
}

void append_statistics(std::string& out, const Statistics& statistics) {
  Block block(out, kStatistics);
  block.add(statistics.interface);
  block.add_time(statistics.at);
  block.add_number(kStatisticsAccepted, statistics.kept);
  block.add_number(kStatisticsLost, statistics.lost);
  block.end_options();
}

}  // namespace stentor::control::pcapng
