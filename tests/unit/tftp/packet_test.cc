// SPDX-License-Identifier: BSD-3-Clause
// Goal: what clients send is read as RFC 1350 and 2347 mean it, tolerantly where ROMs need it; what
// does not fit its datagram is malformed, and a request that is told apart from other junk, so that
// it can be answered; ERRORs have the bytes of the standard.
#include "tftp/packet.h"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace stentor::tftp {
namespace {

using namespace std::string_literals;

std::string request(const std::string& strings) { return "\0\1"s + strings; }

// The view outlives the call only with its datagram.
std::optional<ReadRequest> parse_request(const std::string& datagram) {
  const auto message = parse_message(base::as_bytes(datagram));
  if (!message) ADD_FAILURE() << "a request is never dropped unseen";
  if (!message || std::holds_alternative<MalformedRequest>(*message)) return std::nullopt;
  return std::get<ReadRequest>(*message);
}

TEST(Packet, ReadsAPlainRequest) {
  const std::string datagram = request("pxelinux.0\0octet\0"s);
  const auto read = parse_request(datagram);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->file_name, "pxelinux.0");
  EXPECT_EQ(read->mode, Mode::octet);
  EXPECT_FALSE(read->blksize || read->tsize || read->timeout || read->windowsize);
}

TEST(Packet, ReadsModesAndOptionNamesInAnyCase) {
  const std::string datagram =
      request("f\0OcTeT\0BLKSIZE\0001468\0TSize\0000\0windowSize\0004\0Timeout\000255\0"s);
  const auto read = parse_request(datagram);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->mode, Mode::octet);
  EXPECT_EQ(read->blksize, 1468);
  EXPECT_EQ(read->tsize, 0u);
  EXPECT_EQ(read->windowsize, 4);
  EXPECT_EQ(parse_request(request("f\0NETASCII\0"s))->mode, Mode::netascii);
  EXPECT_EQ(parse_request(request("f\0mail\0"s))->mode, Mode::unsupported);
  EXPECT_EQ(parse_request(request("f\0octets\0"s))->mode, Mode::unsupported);
}

TEST(Packet, ReadsTheOptionsOfTftpHpa) {
  const auto read = parse_request(request("f\0octet\0UTimeout\00010000\0RollOver\0001\0"s));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->utimeout, 10'000u);
  EXPECT_EQ(read->rollover, 1);
  EXPECT_FALSE(read->timeout);
  EXPECT_EQ(parse_request(request("f\0octet\0utimeout\000255000000\0"s))->utimeout, 255'000'000u);
  EXPECT_FALSE(parse_request(request("f\0octet\0utimeout\0009999\0"s))->utimeout);
  EXPECT_FALSE(parse_request(request("f\0octet\0utimeout\000255000001\0"s))->utimeout);
  EXPECT_FALSE(parse_request(request("f\0octet\0rollover\0002\0"s))->rollover);
}

TEST(Packet, IgnoresOptionsThatItDoesNotKnowAndEmptyValues) {
  const auto read =
      parse_request(request("f\0octet\0multicast\0\0blksize2\0002048\0tsize\0000\0"s));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->tsize);
  EXPECT_FALSE(read->blksize);
}

TEST(Packet, TakesValuesOutsideTheirRangeAsNotAsked) {
  for (const std::string value :
       {"7", "65465", "", "-8", "+8", " 512", "512 ", "0x200", "51a", "99999999999999999999999"}) {
    EXPECT_FALSE(parse_request(request("f\0octet\0blksize\0"s + value + "\0"s))->blksize) << value;
  }
  EXPECT_EQ(parse_request(request("f\0octet\0blksize\0008\0"s))->blksize, 8);
  EXPECT_EQ(parse_request(request("f\0octet\0blksize\00065464\0"s))->blksize, 65464);
  EXPECT_FALSE(parse_request(request("f\0octet\0timeout\0000\0"s))->timeout);
  EXPECT_FALSE(parse_request(request("f\0octet\0timeout\000256\0"s))->timeout);
  EXPECT_FALSE(parse_request(request("f\0octet\0windowsize\0000\0"s))->windowsize);
  EXPECT_FALSE(parse_request(request("f\0octet\0windowsize\00065536\0"s))->windowsize);
  EXPECT_EQ(parse_request(request("f\0octet\0windowsize\00065535\0"s))->windowsize, 65535);
  EXPECT_EQ(parse_request(request("f\0octet\0tsize\00018446744073709551615\0"s))->tsize, ~0ull);
  EXPECT_FALSE(parse_request(request("f\0octet\0tsize\00018446744073709551616\0"s))->tsize);
}

TEST(Packet, CountsTheFirstOfTwoEqualOptions) {
  const auto read = parse_request(request("f\0octet\0blksize\0001024\0BLKSIZE\0002048\0"s));
  EXPECT_EQ(read->blksize, 1024);
  EXPECT_FALSE(parse_request(request("f\0octet\0blksize\0001\0blksize\0002048\0"s))->blksize);
}

TEST(Packet, RefusesStringsThatDoNotEnd) {
  EXPECT_FALSE(parse_request(request("")));
  EXPECT_FALSE(parse_request(request("file")));
  EXPECT_FALSE(parse_request(request("file\0"s)));
  EXPECT_FALSE(parse_request(request("file\0octet"s)));
  EXPECT_FALSE(parse_request(request("file\0octet\0blksize"s)));
  EXPECT_FALSE(parse_request(request("file\0octet\0blksize\0"s)));
  EXPECT_FALSE(parse_request(request("file\0octet\0blksize\000512"s)));
}

TEST(Packet, ToleratesThePaddingOfFixedBuffers) {
  const auto read = parse_request(request("f\0octet\0tsize\0000\0\0\0\0"s));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->tsize);
  EXPECT_TRUE(parse_request(request("f\0octet\0\0"s)));
  EXPECT_TRUE(parse_request(request("f\0octet\0\0garbage"s)));
}

TEST(Packet, HandsOnAFileNameOfAnyLengthForItsOwnAnswer) {
  for (const std::size_t length : {kFileNameBytesMax, kFileNameBytesMax + 1, std::size_t{9000}}) {
    const std::string datagram = request(std::string(length, 'a') + "\0octet\0"s);
    const auto read = parse_request(datagram);
    ASSERT_TRUE(read) << length;
    EXPECT_EQ(read->mode, Mode::octet);
    EXPECT_EQ(read->file_name.size(), length);
  }
}

TEST(Packet, ReadsAcksAndErrors) {
  const auto parse = [](const std::string& datagram) {
    return parse_message(base::as_bytes(datagram));
  };
  EXPECT_EQ(std::get<Ack>(*parse("\0\4\xff\xfe"s)).block, 0xfffe);
  EXPECT_EQ(std::get<Ack>(*parse("\0\4\1\2trailing"s)).block, 0x102);
  EXPECT_FALSE(parse("\0\4\1"s));
  EXPECT_EQ(std::get<ErrorMessage>(*parse("\0\5\0\10"s)).code, 8);
  EXPECT_EQ(parse("\0\5\0"s).error(), wire::DropReason::tftp_malformed);
  // Text without its NUL still ends a transfer.
  for (const std::string& datagram : {"\0\5\0\0gone\0"s, "\0\5\0\0gone"s}) {
    EXPECT_EQ(std::get<ErrorMessage>(*parse(datagram)).text, "gone");
  }
}

TEST(Packet, KnowsWhatOnlyServersSend) {
  EXPECT_TRUE(std::holds_alternative<WriteRequest>(*parse_message(base::as_bytes("\0\2f\0"s))));
  EXPECT_EQ(std::get<Unexpected>(*parse_message(base::as_bytes("\0\3\0\1"s))).opcode, 3);
  EXPECT_EQ(std::get<Unexpected>(*parse_message(base::as_bytes("\0\6"s))).opcode, 6);
  EXPECT_EQ(std::get<Unexpected>(*parse_message(base::as_bytes("\xab\xcd"s))).opcode, 0xabcd);
  EXPECT_FALSE(parse_message({}));
  EXPECT_FALSE(parse_message(base::as_bytes("\0"s)));
}

TEST(Packet, WritesErrorsThatEndWithANul) {
  std::array<std::uint8_t, 32> out{};
  const std::size_t length = write_error(out, ErrorCode::file_not_found, "File not found");
  EXPECT_EQ(base::as_text(base::Bytes{out}.first(length)), "\0\5\0\1File not found\0"s);
  EXPECT_EQ(write_error(base::MutableBytes{out}.first(18), ErrorCode::undefined, "File not found"),
            0u);
}

}  // namespace
}  // namespace stentor::tftp
