// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/reply_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "dhcp/server.h"

namespace stentor::dhcp {

namespace {

constexpr std::size_t kFragmentBytesMax = 255;
constexpr std::size_t kOverloadBytes = 3;     // of option 52
constexpr std::size_t kMessageTypeBytes = 3;  // of option 53

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

std::uint16_t flags_of(std::uint16_t asked, config::BroadcastReply broadcast) {
  switch (broadcast) {
    case config::BroadcastReply::as_asked:
      return asked;
    case config::BroadcastReply::always:
      return asked | kBroadcastFlag;
    case config::BroadcastReply::never:
      return static_cast<std::uint16_t>(asked & ~kBroadcastFlag);
  }
  return asked;
}

}  // namespace

ReplyWriter::ReplyWriter(const Request& request, MessageType type, base::MutableBytes out,
                         const Quirks& quirks)
    : request_(request), quirks_(quirks), type_(type), out_(out) {
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
  reply.flags = base::Be16{flags_of(request.header->flags.host(), quirks.broadcast)};
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

void ReplyWriter::settle_header() {
  // Whether firmware is meant, a message without a type does not say.
  const bool may_overload =
      quirks_.may_overload && !request_.is_firmware && request_.options.type != MessageType::none;
  if (!ok_ || !may_overload || room() < kOverloadBytes) return;
  const Header& fixed = header();
  if (fixed.file[0] == 0) {
    overloaded_[fields_++] = {1, offsetof(Header, file), sizeof(Header::file) - 1};
  }
  if (fixed.sname[0] == 0) {
    overloaded_[fields_++] = {2, offsetof(Header, sname), sizeof(Header::sname) - 1};
  }
  if (fields_ != 0) limit_ -= kOverloadBytes;
}

void ReplyWriter::require(std::uint8_t code, base::Bytes value) {
  if (quirks_.suppressed[code]) return;
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

std::uint8_t* ReplyWriter::find_room(std::size_t bytes) {
  if (!ok_) return nullptr;
  if (bytes <= room()) {
    used_ += bytes;
    return out_.data() + used_ - bytes;
  }
  for (Field& field : std::span(overloaded_).first(fields_)) {
    if (bytes > field.room - field.used) continue;
    field.used += bytes;
    return out_.data() + field.at + field.used - bytes;
  }
  return nullptr;
}

bool ReplyWriter::append(base::Bytes encoded) {
  if (encoded.empty() || quirks_.suppressed[encoded[0]]) return false;
  std::uint8_t* at = find_room(encoded.size());
  if (at == nullptr) return false;
  std::copy(encoded.begin(), encoded.end(), at);
  written_.set(encoded[0]);
  return true;
}

bool ReplyWriter::append_text(std::uint8_t code, std::string_view text) {
  const std::size_t bytes = text.size() + (quirks_.ends_texts ? 1 : 0);
  if (text.size() >= kFragmentBytesMax || bytes == 0 || quirks_.suppressed[code]) return false;
  std::uint8_t* at = find_room(2 + bytes);
  if (at == nullptr) return false;
  at[0] = code;
  at[1] = static_cast<std::uint8_t>(bytes);
  std::copy(text.begin(), text.end(), at + 2);
  if (quirks_.ends_texts) at[2 + text.size()] = 0;
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

void ReplyWriter::write_overload() {
  std::uint8_t fields = 0;
  for (const Field& field : std::span(overloaded_).first(fields_)) {
    if (field.used == 0) continue;
    fields |= field.bit;
    out_[field.at + field.used] = option::kEnd;
  }
  if (fields != 0) write(option::kOverload, base::Bytes{&fields, 1});
}

// The message type stays where it is.
void ReplyWriter::put_first_options() {
  constexpr std::size_t kBegin = kOptionsOffset + kMessageTypeBytes;
  std::array<std::uint8_t, kReplyBytesMax> moved;
  std::size_t moved_bytes = 0;
  const base::MutableBytes all = out_.subspan(kBegin, used_ - kBegin);
  for (const std::uint8_t code : quirks_.first_options()) {
    OptionWalk walk(all);
    while (const auto option = walk.next()) {
      if (option->code != code) continue;
      const std::uint8_t* begin = option->value.data() - 2;
      std::copy_n(begin, option->value.size() + 2, moved.data() + moved_bytes);
      moved_bytes += option->value.size() + 2;
    }
  }
  if (moved_bytes == 0) return;
  std::size_t kept = moved_bytes;
  OptionWalk walk(all);
  while (const auto option = walk.next()) {
    if (std::ranges::find(quirks_.first_options(), option->code) != quirks_.first_options().end()) {
      continue;
    }
    std::copy_n(option->value.data() - 2, option->value.size() + 2, moved.data() + kept);
    kept += option->value.size() + 2;
  }
  std::copy_n(moved.data(), kept, all.data());
}

std::optional<std::size_t> ReplyWriter::finish() {
  if (!ok_) return std::nullopt;
  if (quirks_.first_count != 0) put_first_options();
  write_overload();
  if (!request_.options.relay_agent.empty()) {
    write(option::kRelayAgent, request_.options.relay_agent);
  }
  out_[used_++] = option::kEnd;
  const std::size_t least = std::min<std::size_t>(quirks_.reply_bytes_min, out_.size());
  if (used_ < least) {
    std::memset(out_.data() + used_, 0, least - used_);
    used_ = least;
  }
  return used_;
}

}  // namespace stentor::dhcp
