// SPDX-License-Identifier: BSD-3-Clause
// Goal: a socket that another process serves is seen without disturbing it, one that a killed
// process left is removed, and nothing else is.
#include "dpdk/listening_socket.h"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace stentor::dpdk {
namespace {

class Listener {
 public:
  Listener(const ListeningSocket& at, int type) : fd_(::socket(AF_UNIX, type, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t begin = at.abstract ? 1 : 0;
    std::memcpy(address.sun_path + begin, at.path.data(), at.path.size());
    const std::size_t length = offsetof(sockaddr_un, sun_path) + 1 + at.path.size();
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(length)),
              0);
    EXPECT_EQ(::listen(fd_, 1), 0);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { ::close(fd_); }

  [[nodiscard]] bool disturbed() const {
    pollfd asked{fd_, POLLIN, 0};
    return ::poll(&asked, 1, 0) != 0;
  }

 private:
  int fd_;
};

std::string path_of(const char* name) {
  return testing::TempDir() + "stentor_socket_" + std::to_string(::getpid()) + "_" + name;
}

std::string sentence(const base::Result<void>& result) {
  return result ? "" : result.error().sentence;
}

TEST(ListeningSocket, IsFoundInADevicesArguments) {
  const auto text = [](std::string_view name, const std::string& arguments) {
    const auto found = listening_socket(name, arguments);
    if (!found) return std::string("none");
    return (found->abstract ? "@" : "") + found->path + (found->shared ? " shared" : "");
  };
  EXPECT_EQ(text("net_vhost0", "iface=/run/a"), "/run/a");
  EXPECT_EQ(text("net_vhost0", "iface=/run/a,client=1"), "none");
  EXPECT_EQ(text("net_memif0", "role=server"), "@/run/memif.sock shared");
  EXPECT_EQ(text("net_memif0", "role=master,socket=/run/b,socket-abstract=no"), "/run/b shared");
  EXPECT_EQ(text("net_memif0", "role=slave,socket=/run/b"), "none");
  EXPECT_EQ(text("net_virtio_user0", "path=/run/d,server=1"), "/run/d");
  EXPECT_EQ(text("virtio_user0", "path=/run/d,server=1"), "/run/d");
  EXPECT_EQ(text("net_virtio_user0", "path=/run/d"), "none");
  EXPECT_EQ(text("net_virtio_user0", "path=/run/d,server=0"), "none");
  EXPECT_EQ(text("net_memif0", "role=server,socket=/run/b,socket-abstract=no"), "/run/b shared");
  EXPECT_EQ(text("net_memif0", "socket=/run/b"), "none");
  EXPECT_EQ(text("net_tap0", "iface=/run/c"), "none");
}

TEST(ListeningSocket, ThatAnotherProcessServesIsRefusedAndLeftInPeace) {
  for (const bool abstract : {false, true}) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
      // Only memif knows names without a file, and its sockets are of one kind.
      if (abstract && type == SOCK_STREAM) continue;
      const ListeningSocket socket{path_of("busy"), abstract};
      const Listener other(socket, type);
      EXPECT_NE(sentence(check_listening_socket(socket)).find("Another process serves"),
                std::string::npos);
      EXPECT_NE(sentence(clear_listening_socket(socket)).find("Another process serves"),
                std::string::npos);
      const ListeningSocket shared{socket.path, abstract, true};
      EXPECT_TRUE(clear_listening_socket(shared).has_value()) << "it may be ours";
      EXPECT_FALSE(other.disturbed());
      if (!abstract) {
        EXPECT_EQ(::unlink(socket.path.c_str()), 0);
      }
    }
  }
}

TEST(ListeningSocket, ThatAKilledProcessLeftIsRemoved) {
  for (const bool shared : {false, true}) {
    const ListeningSocket socket{path_of("left"), false, shared};
    { const Listener killed(socket, SOCK_SEQPACKET); }
    EXPECT_TRUE(check_listening_socket(socket).has_value());
    EXPECT_TRUE(std::filesystem::exists(socket.path)) << "looking changes nothing";
    EXPECT_TRUE(clear_listening_socket(socket).has_value());
    EXPECT_FALSE(std::filesystem::exists(socket.path));
  }
}

TEST(ListeningSocket, OfOursGoesWithoutItsDriver) {
  const ListeningSocket socket{path_of("ours")};
  const Listener ours(socket, SOCK_STREAM);
  abandon_listening_socket(socket);
  EXPECT_FALSE(std::filesystem::exists(socket.path));
  const std::string file = path_of("data");
  std::ofstream(file) << "mine";
  abandon_listening_socket({file});
  EXPECT_TRUE(std::filesystem::remove(file)) << "no socket";
}

TEST(ListeningSocket, NeedsAPathThatIsFreeAndAFolder) {
  EXPECT_NE(sentence(check_listening_socket({path_of("no/folder")})).find("create the folder"),
            std::string::npos);
  EXPECT_NE(sentence(check_listening_socket({std::string(108, 'a')})).find("107 bytes"),
            std::string::npos);
  const std::string file = path_of("file");
  std::ofstream(file) << "mine";
  EXPECT_NE(sentence(clear_listening_socket({file})).find("remove it"), std::string::npos);
  EXPECT_TRUE(std::filesystem::remove(file));
}

}  // namespace
}  // namespace stentor::dpdk
