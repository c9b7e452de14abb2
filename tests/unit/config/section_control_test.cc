// SPDX-License-Identifier: BSD-3-Clause
// Goal: control.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

Control control_of(const std::string& keys) {
  return settings_of(minimal_with("control: {" + keys + "}\n")).control;
}

std::string control_refusal(const std::string& keys) {
  return finding(minimal_with("control: {" + keys + "}\n"));
}

TEST(SectionControl, HasASocketUnlessToldOtherwise) {
  for (const Control& control : {settings_of(kMinimal).control, control_of("")}) {
    ASSERT_TRUE(control.socket);
    EXPECT_EQ(control.socket->path, "/run/stentor/control.sock");
    EXPECT_EQ(control.socket->group, "");
    EXPECT_EQ(control.socket->mode, 0660u);
    EXPECT_FALSE(control.socket->is_configured);
  }
  EXPECT_FALSE(control_of("socket: none").socket);
}

TEST(SectionControl, ReadsASocket) {
  const auto socket =
      control_of("socket: {path: /run/a/b.sock, group: stentor, mode: \"0600\"}").socket;
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->path, "/run/a/b.sock");
  EXPECT_EQ(socket->group, "stentor");
  EXPECT_EQ(socket->mode, 0600u);
  EXPECT_TRUE(socket->is_configured);
  EXPECT_TRUE(control_of("socket: {}").socket->is_configured);
}

TEST(SectionControl, RefusesWhatIsNoSocket) {
  const std::string long_path = "/" + std::string(107, 'a');
  for (const std::string& keys :
       {std::string("socket: off"), std::string("socket: {path: control.sock}"),
        std::string("socket: {path: /run/stentor/}"), "socket: {path: " + long_path + "}",
        std::string("socket: {mode: \"0666\"}"), std::string("socket: {mode: \"660\"}"),
        "socket: {group: " + std::string(33, 'g') + "}"}) {
    EXPECT_TRUE(control_refusal(keys).starts_with("control.socket")) << keys;
  }
  EXPECT_EQ(control_of("socket: {path: " + long_path.substr(0, 107) + "}").socket->path.size(),
            107u);
}

TEST(SectionControl, ReadsWhereFiguresAreServed) {
  EXPECT_FALSE(control_of("").metrics);
  EXPECT_FALSE(control_of("metrics: none").metrics);
  const auto metrics = control_of("metrics: {address: 127.0.0.1:9467}").metrics;
  ASSERT_TRUE(metrics);
  EXPECT_EQ(metrics->address.text().view(), "127.0.0.1");
  EXPECT_EQ(metrics->port, 9467);
  EXPECT_TRUE(control_of("metrics: {address: 0.0.0.0:65535}").metrics);
}

TEST(SectionControl, RefusesWhatIsNoAddressOfAHost) {
  for (const char* address :
       {"127.0.0.1", "9467", ":9467", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
        "localhost:9467", "127.0.0.1:+1", "224.0.0.1:80", "255.255.255.255:80"}) {
    const std::string refusal =
        control_refusal("metrics: {address: \"" + std::string(address) + "\"}");
    EXPECT_TRUE(refusal.starts_with("control.metrics.address")) << refusal;
  }
  EXPECT_TRUE(control_refusal("metrics: true").starts_with("control.metrics"));
  EXPECT_EQ(control_refusal("metrics: {}").substr(0, 15), "control.metrics");
}

}  // namespace
}  // namespace stentor::config
