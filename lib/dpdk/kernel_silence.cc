// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/kernel_silence.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <net/if.h>
#include <unistd.h>

#include "base/error.h"

namespace stentor::dpdk {

namespace {

// Nobody else's by accident; low numbers are asked first, and are for the administrator.
constexpr std::uint32_t kPriority = 4011;
constexpr std::uint32_t kHandleGuest = 1;  // the qdisc was there before us
constexpr std::uint32_t kHandleOwner = 2;  // the qdisc goes with us

bpf_tc_hook hook_of(int index, bpf_tc_attach_point point) {
  bpf_tc_hook hook{};
  hook.sz = sizeof hook;
  hook.ifindex = index;
  hook.attach_point = point;
  return hook;
}

bpf_tc_opts filter_of(std::uint32_t handle) {
  bpf_tc_opts options{};
  options.sz = sizeof options;
  options.handle = handle;
  options.priority = kPriority;
  return options;
}

bool attached(int index, std::uint32_t handle) {
  const bpf_tc_hook hook = hook_of(index, BPF_TC_INGRESS);
  bpf_tc_opts filter = filter_of(handle);
  return bpf_tc_query(&hook, &filter) == 0;
}

void detach(int index, std::uint32_t handle) {
  const bpf_tc_hook hook = hook_of(index, BPF_TC_INGRESS);
  const bpf_tc_opts filter = filter_of(handle);
  bpf_tc_detach(&hook, &filter);
}

base::Error refusal(const std::string& interface, int error) {
  return {"The kernel could not be silenced on `" + interface + "` (" +
          base::system_reason(error < 0 ? -error : error) +
          "): run as root, or with CAP_NET_ADMIN and CAP_BPF."};
}

}  // namespace

base::Result<std::unique_ptr<KernelSilence>> KernelSilence::attach(const std::string& interface,
                                                                   const SilenceRules& rules) {
  const int index = static_cast<int>(::if_nametoindex(interface.c_str()));
  if (index == 0) return base::failure("There is no interface `" + interface + "`.");

  const std::vector<bpf_insn> program = make_silence_program(rules);
  const int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "stentor_silence", "BSD", program.data(),
                               program.size(), nullptr);
  if (fd < 0) return tl::unexpected(refusal(interface, errno));

  bpf_tc_hook hook = hook_of(index, BPF_TC_INGRESS);
  const int made = bpf_tc_hook_create(&hook);
  const bool left_over = made == -EEXIST && attached(index, kHandleOwner);
  const bool owns = made == 0 || left_over;
  bpf_tc_opts filter = filter_of(owns ? kHandleOwner : kHandleGuest);
  filter.prog_fd = fd;
  filter.flags = BPF_TC_F_REPLACE;
  const int error = made == 0 || made == -EEXIST ? bpf_tc_attach(&hook, &filter) : made;
  ::close(fd);  // the filter holds it now
  if (error != 0) {
    if (made == 0) {
      hook = hook_of(index, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
      bpf_tc_hook_destroy(&hook);
    }
    return tl::unexpected(refusal(interface, error));
  }
  return std::unique_ptr<KernelSilence>(new KernelSilence(index, owns));
}

KernelSilence::~KernelSilence() {
  detach(index_, owns_qdisc_ ? kHandleOwner : kHandleGuest);
  if (!owns_qdisc_) return;
  // Both attach points together stand for the clsact qdisc itself.
  bpf_tc_hook hook =
      hook_of(index_, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  bpf_tc_hook_destroy(&hook);
}

}  // namespace stentor::dpdk
