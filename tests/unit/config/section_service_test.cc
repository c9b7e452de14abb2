// SPDX-License-Identifier: BSD-3-Clause
// Goal: images, tftp, limits and log.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string with_image_keys(const std::string& images) {
  std::string yaml(kMinimal);
  yaml.replace(0, yaml.find('\n'), "images: {" + images + "}");
  return yaml;
}

std::string with_tftp(const std::string& tftp) { return minimal_with("tftp: {" + tftp + "}\n"); }

TEST(SectionImages, ReadsEveryKey) {
  const Images images =
      settings_of(with_image_keys("root: /i, manifest: {file: a/SUMS, required: true}, "
                                  "case-insensitive: true, aliases: [{from: a, to: b}]"))
          .images;
  EXPECT_EQ(images.root, "/i");
  EXPECT_EQ(images.manifest_file, "a/SUMS");
  EXPECT_TRUE(images.manifest_required);
  EXPECT_EQ(images.path_case, base::PathCase::folded);
  EXPECT_EQ(images.aliases.size(), 1u);
}

TEST(SectionImages, TakesPathsAsTheyAreUnlessToldOtherwise) {
  for (const char* keys : {"root: /i", "root: /i, case-insensitive: false"}) {
    const Images images = settings_of(with_image_keys(keys)).images;
    EXPECT_EQ(images.path_case, base::PathCase::exact);
    EXPECT_TRUE(images.aliases.empty());
  }
  EXPECT_TRUE(finding(with_image_keys("root: /i, case-insensitive: yes"))
                  .starts_with("images.case-insensitive: 'yes': write true"));
}

TEST(SectionImages, NeedsAnAbsoluteRootAndARelativeManifest) {
  EXPECT_EQ(finding(with_image_keys("")),
            "images: the key 'root' is missing; expected an absolute path of the folder with the "
            "boot files");
  EXPECT_NE(finding(with_image_keys("root: images")).find("the path is relative"),
            std::string::npos);
  EXPECT_NE(
      finding(with_image_keys("root: /i, manifest: {file: /SUMS}")).find("the path is absolute"),
      std::string::npos);
}

TEST(SectionTftp, HasDefaults) {
  const Tftp tftp = settings_of(with_tftp("")).tftp;
  EXPECT_EQ(tftp.clients, TftpClients::subnets);
  EXPECT_TRUE(tftp.allow.empty());
  EXPECT_FALSE(tftp.blksize_max);
  EXPECT_EQ(tftp.windowsize_max, 64);
  EXPECT_EQ(tftp.port_first, 49152);
  EXPECT_EQ(tftp.port_last, 65535);
  EXPECT_EQ(tftp.transfers_max, 65536u);
  EXPECT_FALSE(tftp.strip_garbage);
}

TEST(SectionTftp, ReadsEveryKey) {
  const Tftp tftp =
      settings_of(with_tftp("clients: leased, allow: [10.30.0.0/16, 10.9.0.7/32], "
                            "blksize-max: 1428, windowsize-max: 16, ports: 2000-2999, "
                            "transfers-max: 10, rto: {min: 10ms, max: 1s}, rollover: 1, "
                            "strip-garbage: true"))
          .tftp;
  EXPECT_EQ(tftp.clients, TftpClients::leased);
  EXPECT_EQ(tftp.allow, (std::vector{*wire::Ipv4Prefix::parse("10.30.0.0/16"),
                                     *wire::Ipv4Prefix::parse("10.9.0.7/32")}));
  EXPECT_EQ(tftp.blksize_max, 1428);
  EXPECT_EQ(tftp.windowsize_max, 16);
  EXPECT_EQ(tftp.port_first, 2000);
  EXPECT_EQ(tftp.port_last, 2999);
  EXPECT_EQ(tftp.transfers_max, 10u);
  EXPECT_EQ(tftp.rto_min, milliseconds{10});
  EXPECT_EQ(tftp.rto_max, seconds{1});
  EXPECT_EQ(tftp.rollover, 1);
  EXPECT_TRUE(tftp.strip_garbage);
  EXPECT_FALSE(settings_of(with_tftp("blksize-max: mtu")).tftp.blksize_max);
  EXPECT_FALSE(tftp.single_port);
  EXPECT_TRUE(tftp.pace_learned);
  EXPECT_EQ(tftp.pace_bits_per_second, 1'000'000'000u);
  const Tftp fixed = settings_of(with_tftp("pace: 10Gbps")).tftp;
  EXPECT_FALSE(fixed.pace_learned);
  EXPECT_EQ(fixed.pace_bits_per_second, 10'000'000'000u);
  EXPECT_EQ(settings_of(with_tftp("pace: none")).tftp.pace_bits_per_second, 0u);
  EXPECT_TRUE(settings_of(with_tftp("pace: auto")).tftp.pace_learned);
  EXPECT_TRUE(settings_of(with_tftp("ports: single, clients: any")).tftp.single_port);
  EXPECT_TRUE(settings_of(with_tftp("ports: single, clients: leased")).tftp.single_port);
  EXPECT_EQ(settings_of(with_tftp("clients: any")).tftp.clients, TftpClients::any);
  EXPECT_EQ(settings_of(with_tftp("clients: subnets")).tftp.clients, TftpClients::subnets);
}

TEST(SectionTftp, RefusesWhatIsOutOfRange) {
  for (const char* keys : {"blksize-max: 7",
                           "blksize-max: 65465",
                           "blksize-max: MTU",
                           "windowsize-max: 0",
                           "windowsize-max: 32768",
                           "ports: 49152",
                           "ports: 1000-2000",
                           "ports: 65000-65010",
                           "ports: single",
                           "ports: single, clients: subnets",
                           "ports: 3000-2000",
                           "transfers-max: 0",
                           "rto: {min: 7s}",
                           "rto: {max: 61s}",
                           "rollover: 2",
                           "pace: 999kbps",
                           "pace: 401Gbps",
                           "pace: 10",
                           "pace: off",
                           "clients: none",
                           "allow: [10.30.0.1/16]",
                           "allow: [10.30.0.1]",
                           "allow: [0.0.0.0/0]",
                           "strip-garbage: 1"}) {
    EXPECT_TRUE(finding(with_tftp(keys)).starts_with("tftp.")) << keys;
  }
}

TEST(SectionLimits, ReadsTheTransfersOfAClientFromOneOn) {
  const auto transfers = [](const std::string& limits) {
    return settings_of(minimal_with("limits: {" + limits + "}\n")).limits.transfers_per_client;
  };
  EXPECT_EQ(transfers(""), 16);
  EXPECT_EQ(transfers("transfers-per-client: 1"), 1);
  EXPECT_EQ(transfers("transfers-per-client: 65535"), 65535);
  for (const char* number : {"0", "65536", "none"}) {
    EXPECT_TRUE(
        finding(minimal_with("limits: {transfers-per-client: " + std::string(number) + "}\n"))
            .starts_with("limits.transfers-per-client"))
        << number;
  }
}

TEST(SectionLimits, ReadsHowOftenAClientIsHeard) {
  const auto discovers = [](const std::string& limits) {
    return settings_of(minimal_with("limits: {" + limits + "}\n")).limits.discovers_per_client;
  };
  EXPECT_EQ(discovers(""), 10u);
  EXPECT_EQ(discovers("discovers-per-client: 1/s"), 1u);
  EXPECT_EQ(discovers("discovers-per-client: 1000/s"), 1000u);
  EXPECT_EQ(discovers("discovers-per-client: none"), 0u);
  for (const char* rate : {"10", "0/s", "1001/s", "10/m", "/s"}) {
    EXPECT_TRUE(finding(minimal_with("limits: {discovers-per-client: " + std::string(rate) + "}\n"))
                    .starts_with("limits.discovers-per-client"))
        << rate;
  }
}

TEST(SectionLimits, ReadsHowLongAStopWaits) {
  const auto drain = [](const std::string& limits) {
    return settings_of(minimal_with("limits: {" + limits + "}\n")).limits.drain;
  };
  EXPECT_EQ(drain(""), std::chrono::seconds{30});
  EXPECT_EQ(drain("drain: 0s"), std::chrono::seconds{0});
  EXPECT_EQ(drain("drain: 1h"), std::chrono::hours{1});
  for (const char* value : {"61m", "-1s", "none", "5"}) {
    EXPECT_TRUE(finding(minimal_with("limits: {drain: " + std::string(value) + "}\n"))
                    .starts_with("limits.drain"))
        << value;
  }
}

TEST(SectionLimits, ReadsWhoIsServed) {
  const auto unknown = [](const std::string& limits) {
    return settings_of(minimal_with("limits: {" + limits + "}\n")).limits.unknown_clients;
  };
  EXPECT_EQ(unknown(""), UnknownClients::serve);
  EXPECT_EQ(unknown("unknown-clients: serve"), UnknownClients::serve);
  EXPECT_EQ(unknown("unknown-clients: ignore"), UnknownClients::ignore);
  EXPECT_NE(finding(minimal_with("limits: {unknown-clients: drop}\n")).find("serve, or ignore"),
            std::string::npos);
}

TEST(SectionLog, ReadsItsLevel) {
  EXPECT_EQ(settings_of(minimal_with("log: {level: debug}\n")).log_level, LogLevel::debug);
  EXPECT_NE(finding(minimal_with("log: {level: warn}\n")).find("did you mean warning? Expected"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
