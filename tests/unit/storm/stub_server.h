// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A DHCP and TFTP server that can be told to be wrong in any way that a storm must notice. Untagged
// frames, machines on its link; built without a line of lib/.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/dhcp_builder.h"
#include "support/frame_builder.h"
#include "support/tftp_builder.h"

namespace stentor::storm {

using support::ByteVector;
using support::ByteView;

// What it does; the defaults are right. Counted in replies, not in time.
struct StubBehaviour {
  bool answers_arp = true;
  bool offers = true;
  bool acks = true;
  bool naks = false;         // instead of an ACK
  bool one_address = false;  // the same for everybody
  bool answers_4011 = true;
  std::string boot_file = "loader";
  std::string boot_server_file = "loader";
  std::vector<support::DhcpOption> options = {{51, {0, 0, 14, 16}}, {1, {255, 255, 0, 0}}};
  bool answers_tftp = true;
  std::uint32_t blocks_max = UINT32_MAX;  // falls silent then
  std::optional<std::uint16_t> error{};   // for each RRQ
  std::optional<std::uint16_t> error_to_ack{};
  std::string oack_extra{};      // an option that nobody asked for
  bool lies_about_size = false;  // tsize one too high
  std::map<std::string, ByteVector> files{};
};

class StubServer {
 public:
  explicit StubServer(StubBehaviour behaviour) : behaviour_(std::move(behaviour)) {}

  // What a frame of a machine is answered by.
  std::vector<ByteVector> answer(ByteView frame) {
    const ByteView content = frame.subspan(14);
    if (frame[12] == 8 && frame[13] == 6) return answer_arp(frame, content);
    if (!is_intact(content)) return {};
    const ByteView udp = content.subspan(20);
    const std::uint16_t port = u16(udp, 2);
    const ByteView payload = udp.subspan(8, u16(udp, 4) - 8u);
    if (port == 67 || port == 4011) return answer_dhcp(frame, payload, port);
    return answer_tftp(frame, udp, payload);
  }

  StubBehaviour& behaviour() { return behaviour_; }
  // Frames of each kind that it has heard: DHCP types, "rrq", "ack", "error".
  [[nodiscard]] int heard(const std::string& what) { return heard_[what]; }
  [[nodiscard]] const std::string& source_of_last() const { return last_source_; }
  // The name in each RRQ, in their order.
  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

 private:
  struct Transfer {
    ByteVector file;
    std::size_t blksize = 512;
    std::uint32_t sent = 0;
  };

  static std::uint16_t u16(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
  }
  // As a kernel looks at a datagram before a server hears of it (RFC 768, RFC 1071).
  static bool is_intact(ByteView ipv4) {
    if (ipv4[0] != 0x45 || support::obvious_sum(ipv4.first(20)) != 0xffff) return false;
    const std::size_t bytes = u16(ipv4, 2) - 20u;
    const ByteView udp = ipv4.subspan(20, bytes);
    if (u16(udp, 4) != bytes) return false;
    ByteVector summed(ipv4.begin() + 12, ipv4.begin() + 20);
    summed.insert(summed.end(), {0, 17, udp[4], udp[5]});
    summed.insert(summed.end(), udp.begin(), udp.end());
    return u16(udp, 6) == 0 || support::obvious_sum(summed) == 0xffff;
  }
  static std::string address(ByteView bytes, std::size_t at) {
    return support::address_text(static_cast<std::uint32_t>(u16(bytes, at)) << 16 |
                                 u16(bytes, at + 2));
  }
  static std::string mac(ByteView bytes, std::size_t at) {
    std::string text;
    for (std::size_t i = 0; i < 6; ++i) {
      constexpr const char* kDigits = "0123456789abcdef";
      text += text.empty() ? "" : ":";
      text += kDigits[bytes[at + i] >> 4];
      text += kDigits[bytes[at + i] & 15];
    }
    return text;
  }

  std::vector<ByteVector> answer_arp(ByteView frame, ByteView arp) {
    if (!behaviour_.answers_arp || arp[7] != 1) return {};
    const std::string asker_mac = mac(frame, 6);
    const std::string asker = address(arp, 14);
    return {support::arp_frame({.destination = asker_mac, .source = support::kServerMac},
                               {.operation = 2,
                                .sender_mac = support::kServerMac,
                                .sender = support::kServerAddress,
                                .target_mac = asker_mac,
                                .target = asker})};
  }

  std::vector<ByteVector> answer_dhcp(ByteView frame, ByteView message, std::uint16_t port) {
    const std::uint8_t type = message[242];
    ++heard_["dhcp " + std::to_string(type) + (port == 4011 ? " 4011" : "")];
    last_source_ = address(frame, 26);
    if (port == 4011 && !behaviour_.answers_4011) return {};
    if (type == 1 && !behaviour_.offers) return {};
    const bool is_nak = type == 3 && port == 67 && behaviour_.naks;
    if (type == 3 && port == 67 && !behaviour_.acks && !is_nak) return {};
    if (type != 1 && type != 3) return {};
    support::DhcpSpec spec;
    spec.op = 2;
    spec.xid = static_cast<std::uint32_t>(u16(message, 4)) << 16 | u16(message, 6);
    spec.chaddr = {message.begin() + 28, message.begin() + 34};
    const std::string given = behaviour_.one_address ? "10.20.16.9"
                                                     : "10.20." + std::to_string(message[32]) +
                                                           "." + std::to_string(message[33] + 10);
    const std::uint8_t reply = type == 1 ? 2 : is_nak ? 6 : 5;
    spec.options = {{53, {reply}}, {54, support::address_value(support::kServerAddress)}};
    if (reply != 6) {
      const std::string& file = port == 4011 ? behaviour_.boot_server_file : behaviour_.boot_file;
      if (!file.empty()) spec.options.push_back({67, support::text_value(file)});
    }
    if (port == 67 && reply != 6) {
      for (const auto& option : behaviour_.options) spec.options.push_back(option);
    }
    ByteVector bytes = support::dhcp_message(spec);
    if (port == 67 && reply != 6) {
      support::DhcpBytes yiaddr = support::address_value(given);
      std::copy(yiaddr.begin(), yiaddr.end(), bytes.begin() + 16);
    }
    return {support::udp_frame({.destination = mac(frame, 6), .source = support::kServerMac},
                               {.source = support::kServerAddress, .destination = given},
                               {port, 68}, bytes)};
  }

  std::vector<ByteVector> answer_tftp(ByteView frame, ByteView udp, ByteView payload) {
    const std::uint16_t opcode = u16(payload, 0);
    const std::uint16_t client = u16(udp, 0);
    ++heard_[opcode == 1 ? "rrq" : opcode == 4 ? "ack" : "error"];
    if (opcode == 1) asked_.push_back(name_of(payload));
    if (!behaviour_.answers_tftp || opcode == 5) return {};
    if (opcode == 1) return {reply_tftp(frame, client, begin(client, payload))};
    if (behaviour_.error_to_ack) {
      return {reply_tftp(frame, client, support::tftp_error(*behaviour_.error_to_ack, "gone"))};
    }
    Transfer& transfer = transfers_[client];
    if (transfer.sent >= behaviour_.blocks_max) return {};
    const std::size_t offset = std::size_t{u16(payload, 2)} * transfer.blksize;
    if (offset > transfer.file.size()) return {};
    ++transfer.sent;
    ByteVector data;
    support::append_u16(data, 3);
    support::append_u16(data, static_cast<std::uint16_t>(u16(payload, 2) + 1));
    const std::size_t bytes = std::min(transfer.blksize, transfer.file.size() - offset);
    support::append(data, ByteView(transfer.file).subspan(offset, bytes));
    return {reply_tftp(frame, client, data)};
  }

  ByteVector begin(std::uint16_t client, ByteView request) {
    std::vector<std::string> words(1);
    for (const std::uint8_t byte : request.subspan(2)) {
      if (byte == 0) {
        words.emplace_back();
      } else {
        words.back() += static_cast<char>(byte);
      }
    }
    const auto file = behaviour_.files.find(words[0]);
    if (behaviour_.error) return support::tftp_error(*behaviour_.error, "told to");
    if (file == behaviour_.files.end()) return support::tftp_error(1, "not found");
    Transfer& transfer = transfers_[client] = {file->second, 512, 0};
    ByteVector oack;
    support::append_u16(oack, 6);
    const auto add = [&oack](const std::string& text) {
      support::append(oack, support::text_value(text));
      oack.push_back(0);
    };
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
      if (words[i] == "blksize") transfer.blksize = std::stoul(words[i + 1]);
      if (words[i] == "tsize") {
        words[i + 1] = std::to_string(file->second.size() + behaviour_.lies_about_size);
      }
      if (words[i] == "blksize" || words[i] == "tsize") {
        add(words[i]);
        add(words[i + 1]);
      }
    }
    if (!behaviour_.oack_extra.empty()) {
      add(behaviour_.oack_extra);
      add("1");
    }
    return oack;
  }

  static std::string name_of(ByteView request) {
    const auto end = std::find(request.begin() + 2, request.end(), std::uint8_t{0});
    return {request.begin() + 2, end};
  }

  static ByteVector reply_tftp(ByteView frame, std::uint16_t client, ByteView payload) {
    return support::udp_frame(
        {.destination = mac(frame, 6), .source = support::kServerMac},
        {.source = support::kServerAddress, .destination = address(frame, 26)}, {50'000, client},
        payload);
  }

  StubBehaviour behaviour_;
  std::map<std::uint16_t, Transfer>
      transfers_;  // by the client's port: ports rarely meet in a test
  std::map<std::string, int> heard_;
  std::vector<std::string> asked_;
  std::string last_source_;
};

}  // namespace stentor::storm
