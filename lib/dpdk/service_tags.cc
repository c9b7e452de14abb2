// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/service_tags.h"

#include <array>
#include <bpf/bpf.h>
#include <cerrno>
#include <cstddef>
#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include "dpdk/bpf_instruction.h"

namespace stentor::dpdk {

namespace {

constexpr std::int16_t kEtherTypeAt = 12;
constexpr std::int32_t kEthernetBytes = 14;

// r2: the frame, r3: its end. EtherTypes are compared as they lie in memory.
std::array<bpf_insn, 10> make_program() {
  constexpr std::uint8_t kLoadWord = BPF_LDX | BPF_MEM | BPF_W;
  constexpr std::uint8_t kLoadHalf = BPF_LDX | BPF_MEM | BPF_H;
  return {bpf_instruction(kLoadWord, BPF_REG_2, BPF_REG_1, offsetof(xdp_md, data), 0),
          bpf_instruction(kLoadWord, BPF_REG_3, BPF_REG_1, offsetof(xdp_md, data_end), 0),
          bpf_instruction(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_4, BPF_REG_2, 0, 0),
          bpf_instruction(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_4, 0, 0, kEthernetBytes),
          bpf_instruction(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_4, BPF_REG_3, 3, 0),
          bpf_instruction(kLoadHalf, BPF_REG_5, BPF_REG_2, kEtherTypeAt, 0),
          bpf_instruction(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 1, htons(kServiceTag)),
          bpf_instruction(BPF_ST | BPF_MEM | BPF_H, BPF_REG_2, 0, kEtherTypeAt,
                          htons(kServiceTagInTransit)),
          bpf_instruction(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS),
          bpf_instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};
}

tl::unexpected<base::Error> refusal(const std::string& interface, int error) {
  return base::failure("802.1ad tags cannot be told from 802.1Q ones on `" + interface +
                       "` through AF_PACKET: the program that would tell was refused (" +
                       base::system_reason(error) +
                       "). Remove the XDP program that is there, if `ip link show " + interface +
                       "` names one; else serve no network under two tags on this interface.");
}

}  // namespace

base::Result<std::unique_ptr<ServiceTags>> ServiceTags::attach(const std::string& interface) {
  const unsigned index = ::if_nametoindex(interface.c_str());
  if (index == 0) return base::failure("There is no interface `" + interface + "`.");
  const auto program = make_program();
  const int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "stentor_tags", "BSD", program.data(),
                               program.size(), nullptr);
  if (fd < 0) return refusal(interface, errno);
  // The kernel's own XDP: it works with every driver and length of frame, where AF_XDP did not.
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = XDP_FLAGS_SKB_MODE;
  const int link = bpf_link_create(fd, static_cast<int>(index), BPF_XDP, &options);
  const int error = errno;
  ::close(fd);  // the link holds it now
  if (link < 0) return refusal(interface, error);
  return std::unique_ptr<ServiceTags>(new ServiceTags(link));
}

ServiceTags::~ServiceTags() { ::close(link_); }

}  // namespace stentor::dpdk
