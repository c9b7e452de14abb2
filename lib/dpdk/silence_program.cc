// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/silence_program.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>
#include <string>

#include "base/big_endian.h"
#include "base/check.h"
#include "dpdk/bpf_instruction.h"

namespace stentor::dpdk {

namespace {

// Registers by use. Calls clobber r0 to r5.
constexpr std::uint8_t kResult = BPF_REG_0;
constexpr std::uint8_t kArgument1 = BPF_REG_1;
constexpr std::uint8_t kArgument2 = BPF_REG_2;
constexpr std::uint8_t kArgument3 = BPF_REG_3;
constexpr std::uint8_t kArgument4 = BPF_REG_4;
constexpr std::uint8_t kFrame = BPF_REG_6;  // the socket buffer, all along
constexpr std::uint8_t kValue = BPF_REG_7;
constexpr std::uint8_t kOffset = BPF_REG_8;  // of the transport header
constexpr std::uint8_t kStack = BPF_REG_10;

constexpr std::int16_t kBuffer = -32;  // of the stack: the header under inspection
constexpr std::int32_t kEtherTypeOffset = 12;
constexpr std::int32_t kNetworkOffset = 14;

// Appends instructions; jumps to the two ends are patched when their places are known.
class Assembler {
 public:
  void move(std::uint8_t to, std::uint8_t from) {
    add(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
  }
  void set(std::uint8_t to, std::int32_t value) {
    add(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
  }
  void increase(std::uint8_t to, std::int32_t value) {
    add(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
  }
  void mask(std::uint8_t to, std::int32_t value) {
    add(BPF_ALU64 | BPF_AND | BPF_K, to, 0, 0, value);
  }
  void shift_left(std::uint8_t to, std::int32_t bits) {
    add(BPF_ALU64 | BPF_LSH | BPF_K, to, 0, 0, bits);
  }
  // kValue = the big-endian field at `offset` of the buffer, as a number.
  void load8(std::int16_t offset) { load(BPF_B, offset); }
  void load16(std::int16_t offset) {
    load(BPF_H, offset);
    add(BPF_ALU | BPF_END | BPF_TO_BE, kValue, 0, 0, 16);
  }
  void load32(std::int16_t offset) {
    load(BPF_W, offset);
    add(BPF_ALU | BPF_END | BPF_TO_BE, kValue, 0, 0, 32);
  }
  // Copies `bytes` of the frame into the buffer; passes a frame that is too short. `from`: an
  // offset in kOffset, or the constant.
  void fetch(std::int32_t bytes) {
    move(kArgument1, kFrame);
    move(kArgument2, kOffset);
    move(kArgument3, kStack);
    increase(kArgument3, kBuffer);
    set(kArgument4, bytes);
    add(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes);
    pass_if(BPF_JNE, kResult, 0);
  }
  void pass_if(std::uint8_t test, std::uint8_t reg, std::int32_t value) {
    passes_.push_back(jump_if(test, reg, value));
  }
  void drop_if(std::uint8_t test, std::uint8_t reg, std::int32_t value) {
    drops_.push_back(jump_if(test, reg, value));
  }
  void pass() { passes_.push_back(jump()); }
  void drop() { drops_.push_back(jump()); }

  // A jump whose target is set by land().
  std::size_t jump_if(std::uint8_t test, std::uint8_t reg, std::int32_t value) {
    // 32-bit comparison: addresses from 128.0.0.0 up must not be sign-extended.
    add(static_cast<std::uint8_t>(BPF_JMP32 | test | BPF_K), reg, 0, 0, value);
    return code_.size() - 1;
  }
  void land(std::size_t jump) {
    code_[jump].off = static_cast<std::int16_t>(code_.size() - jump - 1);
  }

  std::vector<bpf_insn> finish() {
    for (const std::size_t jump : passes_) land(jump);
    set(kResult, TC_ACT_UNSPEC);  // not ours: whatever else is attached decides
    exit();
    for (const std::size_t jump : drops_) land(jump);
    set(kResult, TC_ACT_SHOT);
    exit();
    return std::move(code_);
  }

 private:
  void load(std::uint8_t size, std::int16_t offset) {
    add(static_cast<std::uint8_t>(BPF_LDX | BPF_MEM | size), kValue, kStack,
        static_cast<std::int16_t>(kBuffer + offset), 0);
  }
  std::size_t jump() {
    add(BPF_JMP | BPF_JA, 0, 0, 0, 0);
    return code_.size() - 1;
  }
  void exit() { add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
  void add(std::uint8_t code, std::uint8_t to, std::uint8_t from, std::int16_t offset,
           std::int32_t value) {
    code_.push_back(bpf_instruction(code, to, from, offset, value));
  }

  std::vector<bpf_insn> code_;
  std::vector<std::size_t> passes_;
  std::vector<std::size_t> drops_;
};

// Passes unless kValue is one of our addresses.
void pass_unless_ours(Assembler& code, const std::vector<wire::Ipv4Address>& addresses) {
  std::vector<std::size_t> ours;
  ours.reserve(addresses.size());
  for (const wire::Ipv4Address address : addresses) {
    ours.push_back(code.jump_if(BPF_JEQ, kValue, static_cast<std::int32_t>(address.host())));
  }
  code.pass();
  for (const std::size_t jump : ours) code.land(jump);
}

// RFC 826: operation at 6, target address at 24.
void judge_arp(Assembler& code, const SilenceRules& rules) {
  code.set(kOffset, kNetworkOffset);
  code.fetch(28);
  code.load16(6);
  code.pass_if(BPF_JNE, kValue, 1);  // a request
  code.load32(24);
  pass_unless_ours(code, rules.addresses);
  code.drop();
}

// RFC 791. A fragment behind the first has no ports: without its first, the kernel drops it too.
void judge_ipv4(Assembler& code, const SilenceRules& rules) {
  code.set(kOffset, kNetworkOffset);
  code.fetch(20);
  code.load16(6);
  code.mask(kValue, 0x1fff);
  code.pass_if(BPF_JNE, kValue, 0);  // fragment offset
  code.load32(16);
  pass_unless_ours(code, rules.addresses);
  code.load8(0);
  code.mask(kValue, 0x0f);
  code.shift_left(kValue, 2);  // header length in bytes
  code.increase(kValue, kNetworkOffset);
  code.move(kOffset, kValue);
  code.load8(9);
  const std::size_t udp = code.jump_if(BPF_JEQ, kValue, IPPROTO_UDP);
  code.pass_if(BPF_JNE, kValue, IPPROTO_ICMP);
  code.fetch(1);
  code.load8(0);
  code.drop_if(BPF_JEQ, kValue, 8);  // echo request, RFC 792
  code.pass();

  code.land(udp);
  code.fetch(4);
  code.load16(2);  // destination port, RFC 768
  for (const PortRange& range : rules.udp_ports) {
    const std::size_t below = code.jump_if(BPF_JLT, kValue, range.first);
    code.drop_if(BPF_JLE, kValue, range.last);
    code.land(below);
  }
  code.pass();
}

}  // namespace

std::vector<bpf_insn> make_silence_program(const SilenceRules& rules) {
  CHECK(rules.addresses.size() <= kSilencedAddressesMax);
  CHECK(rules.udp_ports.size() <= kSilencedRangesMax);
  Assembler code;
  code.move(kFrame, kArgument1);
  code.set(kOffset, kEtherTypeOffset);
  code.fetch(2);
  // The kernel has taken the outer VLAN tag off by now: this is what the frame carries.
  code.load16(0);
  const std::size_t arp = code.jump_if(BPF_JEQ, kValue, ETH_P_ARP);
  code.pass_if(BPF_JNE, kValue, ETH_P_IP);
  judge_ipv4(code, rules);
  code.land(arp);
  judge_arp(code, rules);
  return code.finish();
}

}  // namespace stentor::dpdk
