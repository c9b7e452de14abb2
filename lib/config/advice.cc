// SPDX-License-Identifier: BSD-3-Clause
#include "config/advice.h"

#include <algorithm>
#include <string_view>

#include "config/cross_check.h"
#include "config/ipxe_loop.h"

namespace stentor::config {
namespace {

std::string text_of(const wire::Ipv4Prefix& prefix) {
  return std::string(prefix.network().text().view()) + "/" + std::to_string(prefix.length);
}

bool gives_addresses_itself(const Settings& settings, const Subnet& subnet) {
  if (subnet.relayed == DhcpMode::server) return true;
  for (const Port& port : settings.ports) {
    for (const Network& network : port.networks) {
      const bool reaches_it = subnet.prefix.contains(network.address.address) || !subnet.relayed;
      if (network.dhcp == DhcpMode::server && reaches_it) return true;
    }
  }
  return false;
}

// Itself, or through one that it shares its network with.
bool gives_addresses(const Settings& settings, const Subnet& subnet) {
  if (!subnet.shared_network) return gives_addresses_itself(settings, subnet);
  return std::ranges::any_of(settings.dhcp.subnets, [&](const Subnet& other) {
    return other.shared_network == subnet.shared_network && gives_addresses_itself(settings, other);
  });
}

bool has_proxy(const Settings& settings) {
  return std::ranges::any_of(settings.ports,
                             [](const Port& port) {
                               return std::ranges::find(port.networks, DhcpMode::proxy,
                                                        &Network::dhcp) != port.networks.end();
                             }) ||
         std::ranges::find(settings.dhcp.subnets, DhcpMode::proxy, &Subnet::relayed) !=
             settings.dhcp.subnets.end();
}

bool names_boot_files(const Settings& settings) {
  return !settings.boot_rules.empty() || !settings.dhcp.hosts.boot_files.empty() ||
         std::ranges::any_of(settings.dhcp.subnets, [](const Subnet& subnet) {
           return std::ranges::any_of(subnet.reservations, [](const Reservation& reservation) {
             return reservation.boot.has_value();
           });
         });
}

// Whom ProxyDHCP alone answers, on the ports and behind relay agents.
std::vector<wire::Ipv4Prefix> proxied(const Settings& settings) {
  std::vector<wire::Ipv4Prefix> prefixes;
  for (const Port& port : settings.ports) {
    for (const Network& network : port.networks) {
      if (network.dhcp == DhcpMode::proxy) prefixes.push_back(network.address);
    }
  }
  for (const Subnet& subnet : settings.dhcp.subnets) {
    if (subnet.relayed == DhcpMode::proxy) prefixes.push_back(subnet.prefix);
  }
  return prefixes;
}

void advise_on_clients(const Settings& settings, std::vector<std::string>& sentences) {
  const Tftp& tftp = settings.tftp;
  if (tftp.clients == TftpClients::any && !tftp.allow.empty()) {
    sentences.push_back(
        "tftp.allow: it says nothing, for tftp.clients is any: remove it, or set tftp.clients to "
        "subnets");
  }
  if (tftp.clients != TftpClients::leased) return;
  const bool has_leases = std::ranges::any_of(settings.dhcp.subnets, [&](const Subnet& subnet) {
    return gives_addresses(settings, subnet);
  });
  if (!has_leases && tftp.allow.empty()) {
    sentences.push_back(
        "tftp.clients: nobody may fetch a file, for that takes a lease of ours, and the DHCP mode "
        "is server nowhere: set it to subnets, or name networks in tftp.allow");
    return;
  }
  for (const wire::Ipv4Prefix& prefix : proxied(settings)) {
    if (std::ranges::any_of(tftp.allow, [&](const wire::Ipv4Prefix& allowed) {
          return prefixes_overlap(allowed, prefix);
        })) {
      continue;
    }
    sentences.push_back("tftp.clients: who boots by ProxyDHCP in " + text_of(prefix) +
                        " may not fetch its boot file, for it holds no lease of ours: name the "
                        "network in tftp.allow, or set tftp.clients to subnets");
  }
}

// Classes are known from the messages that are answered.
void advise_on_access(const Settings& settings, std::vector<std::string>& sentences) {
  if (settings.images.access.empty()) return;
  const bool answers = std::ranges::any_of(settings.ports, [](const Port& port) {
    return std::ranges::any_of(
        port.networks, [](const Network& network) { return network.dhcp != DhcpMode::none; });
  });
  const bool answers_relayed = std::ranges::any_of(settings.dhcp.subnets, [](const Subnet& subnet) {
    return subnet.relayed.value_or(DhcpMode::none) != DhcpMode::none;
  });
  if (answers || answers_relayed) return;
  sentences.emplace_back(
      "images.access: nobody gets the files of its rules, for who is in a class is known from the "
      "DHCP messages that we answer, and the DHCP mode is none everywhere: set it, or remove the "
      "rules");
}

std::vector<ClientTest> tests_of(const ClientMatch& match) {
  std::vector<ClientTest> tests;
  if (match.kind == ClientMatch::Kind::test) tests.push_back(match.test);
  for (const ClientMatch& child : match.children) {
    const std::vector<ClientTest> inner = tests_of(child);
    tests.insert(tests.end(), inner.begin(), inner.end());
  }
  return tests;
}

bool has_network_within(const Settings& settings, const wire::Ipv4Prefix& prefix) {
  const auto is_within = [&prefix](const wire::Ipv4Prefix& inner) {
    return inner.length >= prefix.length && prefix.contains(inner.address);
  };
  return std::ranges::any_of(settings.dhcp.subnets, is_within, &Subnet::prefix) ||
         std::ranges::any_of(settings.ports, [&is_within](const Port& port) {
           return std::ranges::any_of(port.networks, is_within, &Network::address);
         });
}

bool lists_relay_within(const std::vector<Relay>& relays, const wire::Ipv4Prefix& prefix) {
  return std::ranges::any_of(
      relays, [&prefix](const Relay& relay) { return prefix.contains(relay.address); });
}

// The conditions of a match that hold for nobody, by where the configuration says that clients are.
// `key` holds the list in which the match of `who` stands.
void advise_on_places(const Settings& settings, const std::string& key, const std::string& who,
                      const ClientMatch& match, std::vector<std::string>& sentences) {
  using Kind = ClientTest::Kind;
  const std::optional<std::vector<Relay>>& relays = settings.dhcp.relays;
  const auto add = [&](std::string_view what, const wire::Ipv4Prefix& prefix,
                       std::string_view why) {
    std::string& sentence = sentences.emplace_back(key);
    sentence.append(what).append(text_of(prefix)).append(" that ").append(who).append(why);
  };
  bool asks_relays = false;
  for (const ClientTest& test : tests_of(match)) {
    asks_relays |= test.kind == Kind::circuit_id || test.kind == Kind::remote_id ||
                   test.kind == Kind::relay_option;
    if (test.kind == Kind::subnet && !has_network_within(settings, test.prefix)) {
      add(": nobody is in the subnet ", test.prefix,
          " asks for: no network of the ports and none of dhcp.subnets lies in it, and it is "
          "compared with these, not with the client's address");
    }
    if (test.kind == Kind::relay && relays && !lists_relay_within(*relays, test.prefix)) {
      add(": nobody comes by the relay ", test.prefix, " asks for: dhcp.relays lists none of it");
    }
  }
  if (asks_relays && (!relays || relays->empty())) {
    sentences.push_back(key + ": nobody has what " + who +
                        " asks of relay agents: option 82 counts only if dhcp.relays lists them");
  }
}

// What makes a class one that nobody, or nobody as meant, is in.
void advise_on_classes(const Settings& settings, std::vector<std::string>& sentences) {
  ClassMask reserved = 0;
  for (const Subnet& subnet : settings.dhcp.subnets) {
    for (const Reservation& reservation : subnet.reservations) reserved |= reservation.classes;
  }
  for (const HostTable::Host& host : settings.dhcp.hosts.hosts) reserved |= host.classes;
  ClassMask bit = 1;
  for (const ClientClass& named : settings.dhcp.classes) {
    if (!named.match && (reserved & bit) == 0) {
      sentences.push_back("dhcp.classes: nobody is in " + named.name +
                          ": say what its clients are like in a match, or name it in the classes "
                          "of a reservation");
    }
    if (named.match) {
      advise_on_places(settings, "dhcp.classes", named.name, *named.match, sentences);
    }
    bit <<= 1;
  }
}

// An option that a subnet's clients get: the subnet's own, its shared network's, or everybody's.
const DhcpOption* find_option_of(const Settings& settings, const Subnet& subnet,
                                 std::uint8_t code) {
  const std::vector<DhcpOption> none;
  const auto& shared =
      subnet.shared_network ? settings.dhcp.shared_networks[*subnet.shared_network].options : none;
  for (const std::vector<DhcpOption>* options :
       {&subnet.options, &shared, &settings.dhcp.options}) {
    const auto found = std::ranges::find(*options, code, &DhcpOption::code);
    if (found != options->end()) return found->is_none ? nullptr : &*found;
  }
  return nullptr;
}

bool has_default_route(const std::vector<std::uint8_t>& routes) {
  for (std::size_t at = 0; at < routes.size(); at += std::size_t{1} + (routes[at] + 7U) / 8 + 4) {
    if (routes[at] == 0) return true;
  }
  return false;
}

// RFC 3442: who takes classless routes ignores the routers.
void advise_on_routes(const Settings& settings, std::vector<std::string>& sentences) {
  constexpr std::uint8_t kRouters = 3;
  constexpr std::uint8_t kClasslessRoutes = 121;
  for (const Subnet& subnet : settings.dhcp.subnets) {
    const DhcpOption* routes = find_option_of(settings, subnet, kClasslessRoutes);
    if (routes == nullptr || has_default_route(routes->value)) continue;
    if (find_option_of(settings, subnet, kRouters) == nullptr) continue;
    sentences.push_back("dhcp.subnets: clients of " + text_of(subnet.prefix) +
                        " that take classless-static-route ignore routers (RFC 3442), and have no "
                        "default route then: add 0.0.0.0/0 via ROUTER to the former");
  }
}

void advise_on_rules(const Settings& settings, std::vector<std::string>& sentences) {
  if (const BootRule* rule = find_ipxe_loop(settings)) {
    const BootTarget& target = rule->target;
    sentences.push_back(
        "boot.rules: a machine that runs iPXE is given " +
        (target.url.empty() ? target.file : target.url) +
        " again, and so on for ever, unless a script is embedded in it: name a script for it in a "
        "rule before, {match: {user-class: iPXE}, file: boot.ipxe}; with --interface, boot.ipxe "
        "beside it is enough");
  }
  for (std::size_t place = 0; place < settings.boot_menus.size(); ++place) {
    const bool is_named = std::ranges::any_of(
        settings.boot_rules, [place](const BootRule& rule) { return rule.target.menu == place; });
    if (is_named) continue;
    sentences.push_back("boot.menus: nobody is shown " + settings.boot_menus[place].name +
                        ": name it in a rule, {match: {arch: bios}, menu: " +
                        settings.boot_menus[place].name + "}, or remove it");
  }
  std::size_t number = 0;
  for (const BootRule& rule : settings.boot_rules) {
    const std::string who = "rule " + std::to_string(++number);
    if (rule.match) advise_on_places(settings, "boot.rules", who, *rule.match, sentences);
  }
}

}  // namespace

std::vector<std::string> advice(const Settings& settings) {
  std::vector<std::string> sentences;
  advise_on_rules(settings, sentences);
  for (const Subnet& subnet : settings.dhcp.subnets) {
    if (subnet.pools.empty() || gives_addresses(settings, subnet)) continue;
    sentences.push_back("dhcp.subnets: no client gets an address of the pools of " +
                        text_of(subnet.prefix) +
                        ", for the DHCP mode is server nowhere that it is reached by: set it, or "
                        "remove the pools");
  }
  if (has_proxy(settings) && !names_boot_files(settings)) {
    sentences.push_back(
        "boot.rules: there is none, and the DHCP mode is proxy, so nobody is answered: add a rule");
  }
  advise_on_routes(settings, sentences);
  advise_on_clients(settings, sentences);
  advise_on_access(settings, sentences);
  advise_on_classes(settings, sentences);
  return sentences;
}

}  // namespace stentor::config
