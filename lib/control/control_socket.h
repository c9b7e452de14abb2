// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The Unix socket by which operators reach a running stentord: made at start, gone at the end.
//
// The file is at no moment open to more than the configuration says. One that a dead process has
// left is replaced; one that somebody listens on, or that is no socket, is refused. Control thread;
// remove() any thread.

#include <atomic>
#include <memory>
#include <string>
#include <sys/types.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "config/settings.h"

namespace stentor::control {

class ControlSocket {
 public:
  // Errors are one sentence. The last folder of the path is made (0755) where it is not there, and
  // goes with the socket if it is empty then.
  static base::Result<std::unique_ptr<ControlSocket>> open(const config::ControlSocket& settings);
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  ~ControlSocket() { remove(); }

  // It listens, and does not block.
  [[nodiscard]] int descriptor() const { return socket_.number(); }
  // The file, if it is still the one that was made; a second time, nothing.
  void remove();

 private:
  ControlSocket(std::string path, bool made_folder) : path_(std::move(path)) {
    made_folder_ = made_folder;
  }
  base::Result<void> listen(const config::ControlSocket& settings);

  const std::string path_;
  bool made_folder_ = false;
  base::Descriptor socket_;
  dev_t device_ = 0;  // of the file that was made, with inode_; 0 and 0: none was
  ino_t inode_ = 0;
  std::atomic<bool> is_removed_{false};  // set by whoever removes it first
};

}  // namespace stentor::control
