// SPDX-License-Identifier: BSD-3-Clause
// Goal: the client asks, acknowledges and repeats itself as each kind of firmware does, and catches
// a server that breaks RFC 2347, sends wrong blocks, or answers from elsewhere.
#include "client/tftp_client.h"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace stentor::client {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class TftpClientTest : public testing::Test {
 protected:
  void use(const TftpProfile& profile) {
    profile_ = profile;
    client_.emplace(profile_, "boot/file");
  }
  std::string start() { return text(client_->start(now_, out_)); }
  std::string hear(const std::string& message, std::uint16_t port = 50000) {
    return text(client_->on_message(base::as_bytes(message), port, now_, out_,
                                    [&](std::uint64_t offset, base::Bytes bytes) {
                                      EXPECT_EQ(offset, file_.size());
                                      file_ += base::as_text(bytes);
                                    }));
  }
  std::string time_out() {
    now_ = client_->deadline();
    return text(client_->on_timeout(now_, out_));
  }
  std::string text(const Outgoing& outgoing) {
    port_ = outgoing.port;
    return std::string{base::as_text(base::Bytes{out_}.first(outgoing.length))};
  }
  static std::string data(std::uint16_t number, std::size_t bytes, char fill = 'x') {
    return {"\0\3"s + static_cast<char>(number >> 8) + static_cast<char>(number) +
            std::string(bytes, fill)};
  }
  static std::string ack(std::uint16_t number) {
    return "\0\4"s + static_cast<char>(number >> 8) + static_cast<char>(number);
  }

  TftpProfile profile_;
  std::optional<TftpClient> client_;
  std::array<std::uint8_t, 600> out_{};
  std::string file_;
  std::uint16_t port_ = 0;
  base::Time now_{1h};
};

TEST_F(TftpClientTest, FetchesAFileInLockStep) {
  use({});
  EXPECT_EQ(start(), "\0\1boot/file\0octet\0"s);
  EXPECT_EQ(port_, 69);
  EXPECT_EQ(hear(data(1, 512, 'a')), ack(1));
  EXPECT_EQ(port_, 50000);
  EXPECT_EQ(hear(data(2, 3, 'b')), ack(2));
  EXPECT_EQ(client_->state(), TftpState::complete);
  EXPECT_EQ(file_, std::string(512, 'a') + "bbb");
  EXPECT_EQ(client_->deadline(), base::kNever);
  // RFC 1350 section 6: the last ACK was lost.
  EXPECT_EQ(hear(data(2, 3, 'b')), ack(2));
  EXPECT_EQ(file_.size(), 515u);
}

TEST_F(TftpClientTest, AsksForItsOptionsAndAcceptsWhatIsGranted) {
  use({.blksize = 1468, .windowsize = 4, .timeout_seconds = 3, .asks_tsize = true});
  EXPECT_EQ(start(),
            "\0\1boot/file\0octet\0tsize\0000\0blksize\0001468\0windowsize\0004\0timeout\0003\0"s);
  EXPECT_EQ(hear("\0\6blksize\0001024\0windowsize\0002\0tsize\0001030\0timeout\0003\0"s), ack(0));
  EXPECT_EQ(client_->blksize(), 1024);
  EXPECT_EQ(client_->windowsize(), 2);
  EXPECT_EQ(hear(data(1, 1024)), "");
  EXPECT_EQ(hear(data(2, 6)), ack(2));
  EXPECT_EQ(client_->state(), TftpState::complete);
}

TEST_F(TftpClientTest, RefusesAnOackThatBreaksTheRules) {
  for (const std::string& options :
       {"blksize\0001469\0"s, "blksize\0007\0"s, "windowsize\0005\0"s, "windowsize\0000\0"s,
        "tsize\0001\0"s, "timeout\0004\0"s, "BLKSIZE\0001024\0"s, "blksize\0001024"s,
        "blksize\0001024\0x"s, "blksize\00010 \0"s, "multicast\0\0"s, ""s}) {
    use({.blksize = 1468, .windowsize = 4, .timeout_seconds = 3});
    start();
    EXPECT_EQ(hear("\0\6"s + options), "\0\5\0\10Malformed OACK\0"s) << options;
    EXPECT_EQ(client_->failure(), TftpFailure::oack_invalid);
  }
}

TEST_F(TftpClientTest, ReportsAGapOnceOrForEachBadBlock) {
  for (const bool each : {false, true}) {
    use({.windowsize = 4, .acks_each_bad_block = each});
    start();
    hear("\0\6windowsize\0004\0"s);
    EXPECT_EQ(hear(data(1, 512)), "");
    EXPECT_EQ(hear(data(3, 512)), ack(1));
    EXPECT_EQ(hear(data(4, 512)), each ? ack(1) : "");
    EXPECT_EQ(client_->blocks_received(), 1u);
    // The window counts from the block that was acknowledged.
    for (const std::uint16_t number : std::array<std::uint16_t, 3>{2, 3, 4}) {
      EXPECT_EQ(hear(data(number, 512)), "");
    }
    EXPECT_EQ(hear(data(5, 512)), ack(5));
    file_.clear();
  }
}

TEST_F(TftpClientTest, RollsOverAsItIsTold) {
  for (const bool to_one : {false, true}) {
    use({.blksize = 8, .rollover_to_one = to_one});
    start();
    hear("\0\6blksize\0008\0"s);
    std::uint16_t number = 0;
    while (number < 65535) {
      ++number;
      ASSERT_EQ(hear(data(number, 8)), ack(number));
    }
    number = to_one ? 1 : 0;
    EXPECT_EQ(hear(data(number, 8)), ack(number));
    EXPECT_EQ(client_->bytes_received(), 65536u * 8);
    file_.clear();
  }
}

TEST_F(TftpClientTest, ProbesTheSizeThenAsksAgain) {
  use({.blksize = 1468, .probes_size = true});
  EXPECT_EQ(start(), "\0\1boot/file\0octet\0tsize\0000\0blksize\0001468\0"s);
  EXPECT_EQ(hear("\0\6tsize\0003\0blksize\0001468\0"s), "\0\5\0\10User aborted the transfer\0"s);
  EXPECT_EQ(client_->state(), TftpState::probed);
  EXPECT_EQ(client_->size(), 3u);
  EXPECT_EQ(hear(data(1, 3)), "");
  EXPECT_EQ(start(), "\0\1boot/file\0octet\0blksize\0001468\0"s);
  EXPECT_EQ(hear("\0\6blksize\0001468\0"s, 50001), ack(0));
  EXPECT_EQ(hear(data(1, 3), 50001), ack(1));
  EXPECT_EQ(client_->state(), TftpState::complete);
}

TEST_F(TftpClientTest, FindsAFileOfAnotherSizeThanWasSaid) {
  use({.asks_tsize = true});
  start();
  hear("\0\6tsize\0004\0"s);
  hear(data(1, 3));
  EXPECT_EQ(client_->failure(), TftpFailure::size_wrong);
}

TEST_F(TftpClientTest, TellsAnotherPortThatItIsWrong) {
  use({});
  start();
  hear(data(1, 512));
  EXPECT_EQ(hear(data(2, 3), 50001), "\0\5\0\5Unknown transfer ID\0"s);
  EXPECT_EQ(port_, 50001);
  EXPECT_EQ(hear("\0\5\0\0\0"s, 50001), "");
  EXPECT_EQ(hear(data(2, 3)), ack(2));
  EXPECT_EQ(client_->state(), TftpState::complete);
}

TEST_F(TftpClientTest, EndsWithTheServersError) {
  use({});
  start();
  EXPECT_EQ(hear("\0\5\0\1File not found\0"s), "");
  EXPECT_EQ(client_->failure(), TftpFailure::error_received);
  EXPECT_EQ(client_->error_code(), 1);
}

TEST_F(TftpClientTest, RepeatsItselfAndGivesUp) {
  use({.retries_max = 2, .retry_first = 1s, .retry_max = 8s});
  const std::string request = start();
  EXPECT_EQ(client_->deadline() - now_, 1s);
  EXPECT_EQ(time_out(), request);
  EXPECT_EQ(client_->deadline() - now_, 2s);
  hear(data(1, 512));
  EXPECT_EQ(time_out(), ack(1));
  EXPECT_EQ(time_out(), ack(1));
  EXPECT_EQ(time_out(), "");
  EXPECT_EQ(client_->failure(), TftpFailure::silence);
}

TEST_F(TftpClientTest, HearsNothingBeforeAnOackAsGrub) {
  use({.blksize = 1024, .requires_oack = true, .oack_restarts = true});
  start();
  EXPECT_EQ(hear(data(1, 512)), "");
  EXPECT_EQ(client_->state(), TftpState::requested);
  EXPECT_EQ(hear("\0\6blksize\0001024\0"s), ack(0));
  EXPECT_EQ(hear(data(1, 1024)), ack(1));
  // The late copy that a server must never send: GRUB forgets where it was.
  EXPECT_EQ(hear("\0\6blksize\0001024\0"s), ack(0));
  EXPECT_EQ(hear(data(2, 1024)), ack(0));
}

TEST_F(TftpClientTest, AbortsAsAUserWould) {
  use({});
  start();
  hear(data(1, 512));
  EXPECT_EQ(text(client_->abort(out_)), "\0\5\0\0TFTP Aborted\0"s);
  EXPECT_EQ(client_->state(), TftpState::failed);
}

TEST_F(TftpClientTest, SurvivesAnyMessage) {
  use({.blksize = 1468});
  start();
  for (const std::string& message : {""s, "\0"s, "\0\3"s, "\0\3\0"s, "\0\5"s, "\0\6"s, "\0\7\0\0"s,
                                     "\xff\xff\xff\xff"s, data(1, 1469)}) {
    use({});
    start();
    hear(message);
    hear(message);
  }
}

}  // namespace
}  // namespace stentor::client
