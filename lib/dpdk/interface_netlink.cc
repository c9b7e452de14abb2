// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_netlink.h"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace stentor::dpdk {

namespace {

// The kernel fills at most 32 KiB at a time.
constexpr std::size_t kAnswerBytes = 32768;

struct Answer {
  const std::function<void(int, base::Bytes)>& visit;
  bool finished = false;
  bool changed = false;
  int error = 0;

  void read(base::Bytes bytes) {
    while (!finished) {
      const auto head = read_fixed<nlmsghdr>(bytes);
      if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > bytes.size()) return;
      read_message(*head, bytes.subspan(sizeof(nlmsghdr), head->nlmsg_len - sizeof(nlmsghdr)));
      bytes = bytes.subspan(std::min<std::size_t>(NLMSG_ALIGN(head->nlmsg_len), bytes.size()));
    }
  }

  void read_message(const nlmsghdr& head, base::Bytes content) {
    changed = changed || (head.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    finished = (head.nlmsg_flags & NLM_F_MULTI) == 0 || head.nlmsg_type == NLMSG_DONE;
    if (head.nlmsg_type == NLMSG_ERROR || head.nlmsg_type == NLMSG_DONE) {
      finished = true;
      error = -read_fixed<int>(content).value_or(0);
    } else if (head.nlmsg_type >= NLMSG_MIN_TYPE) {
      visit(head.nlmsg_type, content);
    }
  }
};

}  // namespace

int ask_netlink(base::Bytes request, const std::function<void(int, base::Bytes)>& visit) {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return errno;
  Answer answer{visit};
  if (::send(fd, request.data(), request.size(), 0) < 0) answer.error = errno;
  std::vector<std::uint8_t> buffer(kAnswerBytes);
  while (answer.error == 0 && !answer.finished) {
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      answer.error = errno;
    } else if (got == 0 || static_cast<std::size_t>(got) > buffer.size()) {
      answer.error = EMSGSIZE;
    } else {
      answer.read(base::Bytes(buffer).first(static_cast<std::size_t>(got)));
    }
  }
  ::close(fd);
  if (answer.error == 0 && answer.changed) return EAGAIN;
  return answer.error;
}

}  // namespace stentor::dpdk
