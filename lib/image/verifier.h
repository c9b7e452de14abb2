// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the loader asks a manifest. `image` knows no hash: the app hands in one that does
// ("digest/manifest.h").

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace stentor::image {

enum class Verdict { verified, unlisted, bad };

struct Verification {
  Verdict verdict;
  std::string reason;  // for bad: a sentence
};

class Verifier {
 public:
  virtual ~Verifier() = default;
  // Threads: any, several at once.
  [[nodiscard]] virtual Verification verify(std::string_view path, base::Bytes bytes) const = 0;
  // Every path that it lists.
  [[nodiscard]] virtual std::span<const std::string> paths() const = 0;
};

// The verifier that a manifest's text describes, or what is wrong with the text, with its line.
using ReadManifest =
    std::function<base::Result<std::unique_ptr<const Verifier>>(std::string_view text)>;

}  // namespace stentor::image
