// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/reply_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "dhcp/server.h"

namespace stentor::dhcp {

namespace {

constexpr std::size_t kFragmentBytesMax = 255;

// RFC 2132 section 9.10 counts the IP and UDP headers into option 57, as RFC 2131 section 2 does
// for the 576 bytes that every client accepts.
std::size_t payload_limit(const Options& options) {
  const std::size_t datagram = std::max<std::size_t>(options.message_bytes_max, kDatagramBytesMin);
  return std::min(datagram - kIpv4UdpHeaderBytes, kReplyBytesMax);
}

// The encoded length of an option, with the headers of all its fragments.
std::size_t encoded_bytes(std::size_t value_bytes) {
  const std::size_t fragments =
      std::max<std::size_t>(1, (value_bytes + kFragmentBytesMax - 1) / kFragmentBytesMax);
  return value_bytes + 2 * fragments;
}

std::size_t relay_agent_bytes(const Options& options) {
  return options.relay_agent.empty() ? 0 : encoded_bytes(options.relay_agent.size());
}

}  // namespace

ReplyWriter::ReplyWriter(const Request& request, MessageType type, base::MutableBytes out)
    : request_(request), out_(out) {
  const std::size_t limit = std::min(payload_limit(request.options), out.size());
  const std::size_t tail = relay_agent_bytes(request.options) + 1;
  if (out.size() < kReplyBytesMin || limit < kOptionsOffset + tail) return;
  ok_ = true;
  limit_ = limit - tail;
  used_ = kOptionsOffset;

  std::memset(out.data(), 0, kOptionsOffset);
  Header& reply = header();
  reply.op = kBootReply;
  reply.htype = request.header->htype;
  reply.hlen = request.header->hlen;
  reply.xid = request.header->xid;
  reply.flags = request.header->flags;
  reply.giaddr = request.header->giaddr;
  reply.chaddr = request.header->chaddr;
  base::store_big_endian(out.data() + sizeof(Header), kMagicCookie);

  for (const std::uint8_t code :
       {option::kPad, option::kRequestedAddress, option::kLeaseTime, option::kOverload,
        option::kParameterList, option::kMessageBytesMax, option::kRenewalTime,
        option::kRebindingTime, option::kClientIdentifier, option::kRelayAgent, option::kUuid,
        option::kEnd}) {
    withhold(code);
  }
  if (type == MessageType::none) return;
  const auto type_byte = static_cast<std::uint8_t>(type);
  require(option::kMessageType, base::Bytes{&type_byte, 1});
}

void ReplyWriter::require(std::uint8_t code, base::Bytes value) {
  if (!ok_ || encoded_bytes(value.size()) > room()) {
    ok_ = false;
    return;
  }
  write(code, value);
}

void ReplyWriter::require(std::uint8_t code, wire::Ipv4Address value) {
  require_seconds(code, value.host());
}

void ReplyWriter::require_seconds(std::uint8_t code, std::uint32_t seconds) {
  std::array<std::uint8_t, 4> value;
  base::store_big_endian(value.data(), seconds);
  require(code, value);
}

bool ReplyWriter::append(base::Bytes encoded) {
  if (!ok_ || encoded.empty() || encoded.size() > room()) return false;
  std::copy(encoded.begin(), encoded.end(), out_.data() + used_);
  used_ += encoded.size();
  written_.set(encoded[0]);
  return true;
}

bool ReplyWriter::append_text(std::uint8_t code, std::string_view text) {
  if (!ok_ || text.size() >= kFragmentBytesMax || text.size() + 3 > room()) return false;
  std::uint8_t* at = out_.data() + used_;
  at[0] = code;
  at[1] = static_cast<std::uint8_t>(text.size() + 1);
  std::copy(text.begin(), text.end(), at + 2);
  at[2 + text.size()] = 0;
  used_ += text.size() + 3;
  written_.set(code);
  return true;
}

void ReplyWriter::write(std::uint8_t code, base::Bytes value) {
  do {
    const base::Bytes fragment = value.first(std::min(value.size(), kFragmentBytesMax));
    out_[used_] = code;
    out_[used_ + 1] = static_cast<std::uint8_t>(fragment.size());
    std::copy(fragment.begin(), fragment.end(), out_.data() + used_ + 2);
    used_ += 2 + fragment.size();
    value = value.subspan(fragment.size());
  } while (!value.empty());
  written_.set(code);
}

std::optional<std::size_t> ReplyWriter::finish() {
  if (!ok_) return std::nullopt;
  if (!request_.options.relay_agent.empty()) {
    write(option::kRelayAgent, request_.options.relay_agent);
  }
  out_[used_++] = option::kEnd;
  if (used_ < kReplyBytesMin) {
    std::memset(out_.data() + used_, 0, kReplyBytesMin - used_);
    used_ = kReplyBytesMin;
  }
  return used_;
}

}  // namespace stentor::dhcp
