// SPDX-License-Identifier: BSD-3-Clause
// Goal: the socket is open to those whom the configuration names, takes nobody's place, and goes.
#include "control/control_socket.h"

#include <fstream>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "socket_fixture.h"

namespace stentor::control {
namespace {

namespace fs = std::filesystem;

class ControlSocketTest : public SocketFixture {
 protected:
  [[nodiscard]] config::ControlSocket settings(const std::string& name = "c.sock") const {
    config::ControlSocket settings;
    settings.path = at(name);
    settings.is_configured = true;
    return settings;
  }
  [[nodiscard]] static std::string refusal(const config::ControlSocket& settings) {
    const auto socket = ControlSocket::open(settings);
    return socket ? "" : socket.error().sentence;
  }
  [[nodiscard]] static mode_t mode_of(const std::string& path) {
    struct stat facts {};
    EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 0777;
  }
};

TEST_F(ControlSocketTest, IsOpenToWhomTheConfigurationNames) {
  for (const mode_t mode : {mode_t{0660}, mode_t{0600}}) {
    config::ControlSocket wanted = settings();
    wanted.mode = mode;
    const mode_t mask = ::umask(0);
    const auto socket = ControlSocket::open(wanted);
    EXPECT_EQ(::umask(mask), 0u) << "the process's own mask is as it was";
    ASSERT_TRUE(socket) << socket.error().sentence;
    EXPECT_EQ(mode_of(wanted.path), mode);
    EXPECT_TRUE(connect_to(wanted.path));
  }
}

TEST_F(ControlSocketTest, IsGivenToAGroup) {
  const group* own = ::getgrgid(::getgid());
  ASSERT_NE(own, nullptr);
  config::ControlSocket wanted = settings();
  wanted.group = own->gr_name;
  EXPECT_EQ(refusal(wanted), "");
  wanted.group = "no-such-group";
  EXPECT_NE(refusal(wanted).find("this machine has no group 'no-such-group'"), std::string::npos);
  EXPECT_FALSE(fs::exists(wanted.path)) << "what is refused leaves nothing";
}

TEST_F(ControlSocketTest, GoesAtTheEnd) {
  { const auto socket = ControlSocket::open(settings()); }
  EXPECT_FALSE(fs::exists(at("c.sock")));
}

TEST_F(ControlSocketTest, LeavesWhatSomebodyHasPutInItsPlace) {
  {
    const auto socket = ControlSocket::open(settings());
    fs::remove(at("c.sock"));
    std::ofstream(at("c.sock")) << "another's";
  }
  EXPECT_TRUE(fs::exists(at("c.sock")));
}

TEST_F(ControlSocketTest, TakesThePlaceOfADeadOne) {
  { const base::Descriptor dead = listen_on(at("c.sock")); }
  ASSERT_TRUE(fs::exists(at("c.sock")));
  EXPECT_FALSE(connect_to(at("c.sock")));
  const auto socket = ControlSocket::open(settings());
  ASSERT_TRUE(socket) << socket.error().sentence;
  EXPECT_TRUE(connect_to(at("c.sock")));
}

TEST_F(ControlSocketTest, RefusesThePlaceOfALiveOne) {
  const base::Descriptor live = listen_on(at("c.sock"));
  EXPECT_NE(refusal(settings()).find("another process listens on " + at("c.sock")),
            std::string::npos);
  EXPECT_TRUE(connect_to(at("c.sock"))) << "it is left alone";
}

TEST_F(ControlSocketTest, RefusesThePlaceOfWhatIsNoSocket) {
  std::ofstream(at("c.sock")) << "kept";
  EXPECT_NE(refusal(settings()).find("is not a socket"), std::string::npos);
  EXPECT_EQ(fs::file_size(at("c.sock")), 4u);
}

TEST_F(ControlSocketTest, MakesOneFolderAndTakesItAwayAgain) {
  const config::ControlSocket wanted = settings("made/c.sock");
  {
    const auto socket = ControlSocket::open(wanted);
    ASSERT_TRUE(socket) << socket.error().sentence;
    EXPECT_EQ(mode_of(at("made")) & 0022, 0u);
  }
  EXPECT_FALSE(fs::exists(at("made")));
  EXPECT_NE(refusal(settings("no/such/c.sock")).find(at("no/such")), std::string::npos);
  EXPECT_FALSE(fs::exists(at("no")));
}

TEST_F(ControlSocketTest, RefusesAFolderThatEverybodyMayWrite) {
  fs::create_directory(at("open"));
  ASSERT_EQ(::chmod(at("open").c_str(), 0777), 0);
  EXPECT_NE(refusal(settings("open/c.sock")).find("everybody may write"), std::string::npos);
}

}  // namespace
}  // namespace stentor::control
