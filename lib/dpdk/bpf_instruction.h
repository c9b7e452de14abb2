// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One instruction of the kernel's eBPF, by its fields: bpf(2), linux/bpf.h.

#include <cstdint>
#include <linux/bpf.h>

namespace stentor::dpdk {

constexpr bpf_insn bpf_instruction(std::uint8_t code, std::uint8_t to, std::uint8_t from,
                                   std::int16_t offset, std::int32_t value) {
  bpf_insn made{};
  made.code = code;
  made.dst_reg = to & 0xf;
  made.src_reg = from & 0xf;
  made.off = offset;
  made.imm = value;
  return made;
}

}  // namespace stentor::dpdk
