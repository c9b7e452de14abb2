// SPDX-License-Identifier: BSD-3-Clause
#include "loop_server.h"

namespace stentor::perf {

std::size_t LoopServer::answer(std::size_t frames_max) {
  for (const Frame frame : sent_) {
    const Frame reply = take();
    const std::size_t bytes = server_.hear(this->bytes(frame), buffer(reply));
    if (bytes != 0) {
      arrive(reply, bytes);
    } else {
      release(reply);
    }
    release(frame);
  }
  sent_.clear();
  while (arriving_.size() < frames_max && server_.has_block()) {
    const Frame frame = take();
    const base::MutableBytes out = buffer(frame);
    const ZeroServer::Block block = server_.next_block(out);
    std::memset(out.data() + block.header_bytes, 0, block.payload_bytes);
    arrive(frame, block.header_bytes + block.payload_bytes);
  }
  return arriving_.size();
}

}  // namespace stentor::perf
