// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An open file descriptor that closes itself: base's, under the name that images know it by.

#include "base/descriptor.h"

namespace stentor::image {

using base::Descriptor;

}  // namespace stentor::image
