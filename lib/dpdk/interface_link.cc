// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_link.h"

#include <cerrno>
#include <linux/if.h>
#include <linux/if_link.h>

#include "base/error.h"
#include "dpdk/interface_netlink.h"

namespace stentor::dpdk {

namespace {

struct Question {
  nlmsghdr head{};
  ifinfomsg link{};
  rtattr attribute{};
  char name[ALTIFNAMSIZ] = {};
};

InterfaceLink read_link(base::Bytes content) {
  InterfaceLink link;
  const auto fixed = read_fixed<ifinfomsg>(content);
  if (!fixed) return link;
  link.index = static_cast<unsigned>(fixed->ifi_index);
  link.type = fixed->ifi_type;
  each_attribute(content.subspan(NLMSG_ALIGN(sizeof(ifinfomsg))), [&](int type, base::Bytes value) {
    if (type == IFLA_IFNAME) {
      const std::string_view text = base::as_text(value);
      link.name = text.substr(0, text.find('\0'));
    } else if (type == IFLA_MTU) {
      link.mtu = read_fixed<std::uint32_t>(value).value_or(0);
    } else if (type == IFLA_ADDRESS && value.size() == link.mac.bytes.size()) {
      std::memcpy(link.mac.bytes.data(), value.data(), value.size());
    }
  });
  return link;
}

}  // namespace

base::Result<InterfaceLink> find_interface(const std::string& name) {
  InterfaceLink link;
  int error = ENODEV;
  if (!name.empty() && name.size() < ALTIFNAMSIZ) {
    Question question;
    question.head.nlmsg_type = RTM_GETLINK;
    question.head.nlmsg_flags = NLM_F_REQUEST;
    // In spite of its name it finds an interface by any.
    question.attribute.rta_type = IFLA_ALT_IFNAME;
    question.attribute.rta_len = static_cast<unsigned short>(sizeof(rtattr) + name.size() + 1);
    name.copy(question.name, name.size());
    const std::size_t bytes = sizeof question - sizeof question.name + name.size() + 1;
    question.head.nlmsg_len = static_cast<std::uint32_t>(bytes);
    error = ask_netlink({reinterpret_cast<const std::uint8_t*>(&question), bytes},
                        [&](int, base::Bytes content) { link = read_link(content); });
  }
  if (error == 0 && link.index != 0 && !link.name.empty()) return link;
  if (error == 0 || error == ENODEV) {
    return base::failure("There is no interface `" + name + "`: `ip link` lists them.");
  }
  return base::failure("The kernel does not say what the interface `" + name +
                       "` is: " + base::system_reason(error) + ".");
}

}  // namespace stentor::dpdk
