// SPDX-License-Identifier: BSD-3-Clause
// Goal: the service manager hears when we serve and end, and as long as all is well, in time.
#include "control/supervisor.h"

#include <cstdlib>

#include "socket_fixture.h"

namespace stentor::control {
namespace {

using std::chrono::milliseconds;

class SupervisorTest : public SocketFixture {
 protected:
  SupervisorTest() : manager_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const auto address = unix_address(at("notify"));
    EXPECT_EQ(::bind(manager_.number(), generic(*address), sizeof *address), 0);
    ::setenv("NOTIFY_SOCKET", at("notify").c_str(), 1);
  }
  ~SupervisorTest() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  // The next message; empty: there is none.
  [[nodiscard]] std::string heard() const {
    std::array<char, 256> text;
    const ssize_t length = ::recv(manager_.number(), text.data(), text.size(), 0);
    return length < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(length));
  }

 private:
  const base::Descriptor manager_;
};

TEST_F(SupervisorTest, HearsThatWeServeReloadAndEnd) {
  const Supervisor service;
  service.ready("serving 2 ports");
  EXPECT_EQ(heard(), "READY=1\nSTATUS=serving 2 ports");
  service.reloading(base::Time{std::chrono::seconds{3}});
  EXPECT_EQ(heard(), "RELOADING=1\nMONOTONIC_USEC=3000000");
  service.stopping();
  EXPECT_EQ(heard(), "STOPPING=1\nSTATUS=stopping");
}

TEST_F(SupervisorTest, HearsInTimeThatAllIsWell) {
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  Supervisor service;
  base::Time now{std::chrono::hours{1}};
  int heard_count = 0;
  for (int tick = 0; tick < 40; ++tick, now += milliseconds{100}) {
    service.tick(now, true);
    heard_count += heard() == "WATCHDOG=1" ? 1 : 0;
  }
  EXPECT_EQ(heard_count, 8) << "a quarter of what is allowed apart";
}

TEST_F(SupervisorTest, HearsNothingWhileItIsNotWell) {
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  Supervisor service;
  base::Time now{std::chrono::hours{1}};
  for (int tick = 0; tick < 40; ++tick, now += milliseconds{100}) service.tick(now, false);
  EXPECT_EQ(heard(), "");
  service.tick(now, true);
  EXPECT_EQ(heard(), "WATCHDOG=1");
}

TEST_F(SupervisorTest, HearsNothingWithoutAWatchdog) {
  Supervisor service;
  service.tick(base::Time{std::chrono::hours{1}}, true);
  EXPECT_EQ(heard(), "");
}

TEST_F(SupervisorTest, IsNotMissed) {
  ::unsetenv("NOTIFY_SOCKET");
  Supervisor service;
  service.ready("alone");
  service.stopping();
  EXPECT_EQ(heard(), "");
}

}  // namespace
}  // namespace stentor::control
