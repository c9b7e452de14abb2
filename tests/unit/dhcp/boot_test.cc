// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/boot.h"

#include <gtest/gtest.h>

#include "support/dhcp_fixture.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;

class BootTest : public testing::Test {
 protected:
  // The name of the file that a client is told; "none".
  std::string find(std::vector<support::DhcpOption> options,
                   const Reservation* reservation = nullptr) {
    support::DhcpSpec spec;
    spec.options = std::move(options);
    spec.options.push_back({53, {1}});
    message_ = dhcp_message(spec);
    request_ = parse_request(message_, joined_).value();
    const BootChoice boot(exchange(reservation, {}), {});
    return boot.file() == nullptr ? "none" : std::string(boot.file()->name);
  }

  Exchange exchange(const Reservation* reservation, BootFilesView files) {
    return {.policy = server_.policy(),
            .leases = server_.leases(),
            .files = files,
            .arrival = arrival_,
            .request = request_,
            .self = server_.policy().network(0).own,
            .subnet = nullptr,
            .reservation = reservation,
            .subject = subject_,
            .quirks = {},
            .clients = nullptr,
            .out = {}};
  }

  support::DhcpReply write(const BootFile& file, BootFilesView files) {
    support::DhcpSpec spec;
    spec.options = {{53, {1}}};
    message_ = dhcp_message(spec);
    request_ = parse_request(message_, joined_).value();
    ReplyWriter writer(request_, MessageType::offer, out_);
    write_boot_fields(writer, exchange(nullptr, files), file);
    write_boot_options(writer, exchange(nullptr, files), file);
    out_.resize(*writer.finish());
    return support::read_dhcp_reply(out_).value();
  }

  support::DhcpFixture server_;
  Arrival arrival_ = support::DhcpFixture::arrival();
  JoinBuffer joined_;
  DhcpBytes message_;
  Request request_;
  Subject subject_{.request = request_};
  DhcpBytes out_ = DhcpBytes(1472);
};

BootFile file_of(std::string_view name) { return {.name = name, .catalogue_path = name}; }

// Every file has the size that `files` points to.
BootFilesView of_size(const std::uint64_t& size) {
  return {&size, [](const void* files, std::string_view, const Fetcher&) {
            return std::optional(*static_cast<const std::uint64_t*>(files));
          }};
}

TEST_F(BootTest, takes_the_first_rule_that_matches) {
  // Goal: iPXE on UEFI matches two rules; the earlier one counts.
  EXPECT_EQ(find({{77, support::text_value("iPXE")}, {93, {0, 7}}}), "boot.ipxe");
  EXPECT_EQ(find({{93, {0, 7}}}), "shimx64.efi");
  EXPECT_EQ(find({{93, {0, 27}}}), "none");
}

TEST_F(BootTest, prefers_the_file_of_the_reservation) {
  // Goal: one machine can be sent elsewhere, whatever the rules say.
  const Reservation* node9 = server_.policy().find_reservation(0, {{0x52, 0x54, 0, 0, 0, 9}});
  EXPECT_EQ(find({{77, support::text_value("iPXE")}}, node9), "rescue.ipxe");
  const Reservation* inside = server_.policy().find_reservation(0, {{0x52, 0x54, 0, 0, 0, 0x15}});
  EXPECT_EQ(find({{77, support::text_value("iPXE")}}, inside), "boot.ipxe");
}

TEST_F(BootTest, counts_the_size_in_blocks_rounded_up) {
  // Goal: option 13 is right at every edge, and absent where it cannot say the truth.
  const auto option13 = [this](std::uint64_t size) {
    out_.resize(1472);
    return write(file_of("f"), of_size(size)).find(13);
  };
  EXPECT_EQ(option13(0), (DhcpBytes{0, 0}));
  EXPECT_EQ(option13(1), (DhcpBytes{0, 1}));
  EXPECT_EQ(option13(512), (DhcpBytes{0, 1}));
  EXPECT_EQ(option13(513), (DhcpBytes{0, 2}));
  EXPECT_EQ(option13(33553920), (DhcpBytes{255, 255}));
  EXPECT_EQ(option13(33553921), std::nullopt);
}

TEST_F(BootTest, says_no_size_of_a_file_that_is_not_ours) {
  // Goal: a file on another server, or one that we do not have, has no size here.
  const std::uint64_t size = 512;
  BootFile elsewhere = file_of("f");
  elsewhere.catalogue_path = {};
  EXPECT_FALSE(write(elsewhere, of_size(size)).find(13));
  out_.resize(1472);
  EXPECT_FALSE(write(file_of("f"), {}).find(13));
}

TEST_F(BootTest, leaves_room_for_the_nul_in_the_header) {
  // Goal: 127 characters fit `file`, 128 would have no NUL behind them; option 67 has them all.
  const std::string longest(127, 'f');
  const auto fits = write(file_of(longest), {});
  EXPECT_EQ(fits.file(), longest);
  out_.resize(1472);
  const auto too_long = write(file_of(longest + "f"), {});
  EXPECT_EQ(too_long.file(), "");
  EXPECT_EQ(too_long.find(67), support::text_value(longest + "f" + '\0'));
}

}  // namespace
}  // namespace stentor::dhcp
