// SPDX-License-Identifier: BSD-3-Clause
#include "control/control_socket.h"

#include <array>
#include <cerrno>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "control/unix_address.h"

namespace stentor::control {

namespace {

using Nothing = base::Result<void>;

constexpr int kBacklog = 128;  // those who connect in the time of one look

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

base::Result<bool> make_folder(const std::string& folder) {
  constexpr mode_t kMode = 0755;
  const bool made = ::mkdir(folder.c_str(), kMode) == 0;
  if (!made && errno != EEXIST) {
    return base::failure("cannot make " + folder +
                         ", the folder of the control socket: " + base::system_reason(errno) +
                         ". Make it, for stentord to write, or name another in control.socket");
  }
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return base::failure(folder +
                         ", where the control socket should be, is not a folder. Name "
                         "another path in control.socket");
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return base::failure("everybody may write " + folder +
                         ", the folder of the control socket, and so put another in its place. "
                         "Name another folder in control.socket");
  }
  return made;
}

// What a process that was killed has left is taken away.
Nothing make_room(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return {};
  if (!S_ISSOCK(facts.st_mode)) {
    return base::failure(path +
                         " is not a socket. Move it away, or name another path in "
                         "control.socket");
  }
  const base::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = unix_address(path);
  const bool answers = ::connect(probe.number(), generic(*address), sizeof *address) == 0 ||
                       errno == EAGAIN;  // its queue is full
  if (answers) {
    return base::failure("another process listens on " + path +
                         ". End it, or name another path in control.socket");
  }
  if (errno != ECONNREFUSED || ::unlink(path.c_str()) != 0) {
    return base::failure("cannot replace the socket " + path + ": " + base::system_reason(errno) +
                         ". Remove it, or name another path in control.socket");
  }
  return {};
}

base::Result<gid_t> group_of(const std::string& name) {
  constexpr std::size_t kBytes = std::size_t{1} << 16;
  std::vector<char> buffer(kBytes);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return found->gr_gid;
  return base::failure("control.socket.group: this machine has no group '" + name +
                       "'. Make it (groupadd --system " + name + "), or name another");
}

// Nobody else may open what is made meanwhile.
class PrivateFiles {
 public:
  PrivateFiles() : before_(::umask(S_IRWXG | S_IRWXO)) {}
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;
  ~PrivateFiles() { ::umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

base::Result<std::unique_ptr<ControlSocket>> ControlSocket::open(
    const config::ControlSocket& settings) {
  const auto made_folder = make_folder(folder_of(settings.path));
  if (!made_folder) return tl::unexpected(made_folder.error());
  std::unique_ptr<ControlSocket> made(new ControlSocket(settings.path, *made_folder));
  if (auto listening = made->listen(settings); !listening) {
    return tl::unexpected(std::move(listening).error());
  }
  return made;
}

Nothing ControlSocket::listen(const config::ControlSocket& settings) {
  if (auto free = make_room(path_); !free) return free;
  socket_ = base::Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = unix_address(path_);
  const auto fail = [this](const char* what) {
    return base::failure(std::string("cannot ") + what + " the control socket " + path_ + ": " +
                         base::system_reason(errno) +
                         ". Let stentord write its folder, or name another path in "
                         "control.socket");
  };
  {
    const PrivateFiles only_ours;
    if (!socket_ || ::bind(socket_.number(), generic(*address), sizeof *address) != 0) {
      return fail("make");
    }
  }
  struct stat facts {};
  if (::lstat(path_.c_str(), &facts) != 0) return fail("find");
  device_ = facts.st_dev;
  inode_ = facts.st_ino;
  if (!settings.group.empty()) {
    const auto group = group_of(settings.group);
    if (!group) return tl::unexpected(group.error());
    if (::lchown(path_.c_str(), static_cast<uid_t>(-1), *group) != 0) return fail("give away");
  }
  // The folder is nobody else's, so this is the file that was made.
  if (::chmod(path_.c_str(), settings.mode) != 0) return fail("open");
  if (::listen(socket_.number(), kBacklog) != 0) return fail("listen on");
  return {};
}

void ControlSocket::remove() {
  if (is_removed_.exchange(true)) return;
  struct stat facts {};
  if (inode_ != 0 && ::lstat(path_.c_str(), &facts) == 0 && facts.st_dev == device_ &&
      facts.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
  if (made_folder_) ::rmdir(folder_of(path_).c_str());
}

}  // namespace stentor::control
