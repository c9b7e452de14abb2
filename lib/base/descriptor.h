// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An open file descriptor that closes itself.

#include <unistd.h>
#include <utility>

namespace stentor::base {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] explicit operator bool() const { return number_ >= 0; }
  // The caller closes it from now on.
  [[nodiscard]] int take() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

}  // namespace stentor::base
