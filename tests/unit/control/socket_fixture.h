// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A folder of a test's own, and connections to Unix sockets in it.

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <string>
#include <sys/socket.h>

#include "base/descriptor.h"
#include "control/unix_address.h"

namespace stentor::control {

class SocketFixture : public testing::Test {
 protected:
  SocketFixture() {
    std::string pattern = testing::TempDir() + "stentor-control-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~SocketFixture() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string at(const std::string& name) const { return folder_ / name; }

  // Listening, and not blocking.
  [[nodiscard]] static base::Descriptor listen_on(const std::string& path) {
    base::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    const auto address = unix_address(path);
    EXPECT_EQ(::bind(socket.number(), generic(*address), sizeof *address), 0);
    EXPECT_EQ(::listen(socket.number(), 128), 0);
    return socket;
  }

  [[nodiscard]] static base::Descriptor connect_to(const std::string& path) {
    base::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    const auto address = unix_address(path);
    if (::connect(socket.number(), generic(*address), sizeof *address) != 0) return {};
    return socket;
  }

  static bool can_send(const base::Descriptor& socket, std::string_view text) {
    return ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  static void send(const base::Descriptor& socket, std::string_view text) {
    EXPECT_TRUE(can_send(socket, text)) << std::strerror(errno);
  }

  // Until the other side closes; what came by then if that takes too long.
  [[nodiscard]] static std::string receive_all(const base::Descriptor& socket,
                                               int milliseconds_max = 10'000) {
    std::string text;
    std::array<char, 4096> buffer;
    pollfd wait{socket.number(), POLLIN, 0};
    while (::poll(&wait, 1, milliseconds_max) == 1) {
      const ssize_t count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ADD_FAILURE() << "the connection is still open after: " << text;
    return text;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace stentor::control
