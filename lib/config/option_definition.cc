// SPDX-License-Identifier: BSD-3-Clause
#include "config/option_definition.h"

#include <algorithm>
#include <array>

namespace stentor::config {
namespace {

using enum OptionType;

// RFC 2132 unless a line says otherwise.
constexpr std::array kDefinitions{
    OptionDefinition{2, int32, "time-offset"},
    OptionDefinition{3, address_list, "routers"},
    OptionDefinition{4, address_list, "time-servers"},
    OptionDefinition{5, address_list, "name-servers"},
    OptionDefinition{6, address_list, "domain-name-servers"},
    OptionDefinition{7, address_list, "log-servers"},
    OptionDefinition{8, address_list, "cookie-servers"},
    OptionDefinition{9, address_list, "lpr-servers"},
    OptionDefinition{10, address_list, "impress-servers"},
    OptionDefinition{11, address_list, "resource-location-servers"},
    OptionDefinition{14, text, "merit-dump"},
    OptionDefinition{15, domain_name, "domain-name"},
    OptionDefinition{16, address, "swap-server"},
    OptionDefinition{17, text, "root-path"},
    OptionDefinition{18, text, "extensions-path"},
    OptionDefinition{19, boolean, "ip-forwarding"},
    OptionDefinition{20, boolean, "non-local-source-routing"},
    OptionDefinition{21, address_pairs, "policy-filter"},
    OptionDefinition{22, uint16, "max-dgram-reassembly", 576},
    OptionDefinition{23, uint8, "default-ip-ttl", 1},
    OptionDefinition{24, seconds, "path-mtu-aging-timeout"},
    OptionDefinition{25, uint16_list, "path-mtu-plateau-table", 68},
    OptionDefinition{26, uint16, "interface-mtu", 68},
    OptionDefinition{27, boolean, "all-subnets-local"},
    OptionDefinition{28, address, "broadcast-address"},
    OptionDefinition{29, boolean, "perform-mask-discovery"},
    OptionDefinition{30, boolean, "mask-supplier"},
    OptionDefinition{31, boolean, "router-discovery"},
    OptionDefinition{32, address, "router-solicitation-address"},
    OptionDefinition{33, address_pairs, "static-routes"},
    OptionDefinition{34, boolean, "trailer-encapsulation"},
    OptionDefinition{35, seconds, "arp-cache-timeout"},
    OptionDefinition{36, boolean, "ieee802-3-encapsulation"},
    OptionDefinition{37, uint8, "default-tcp-ttl", 1},
    OptionDefinition{38, seconds, "tcp-keepalive-interval"},
    OptionDefinition{39, boolean, "tcp-keepalive-garbage"},
    OptionDefinition{40, text, "nis-domain"},
    OptionDefinition{41, address_list, "nis-servers"},
    OptionDefinition{42, address_list, "ntp-servers"},
    OptionDefinition{43, sub_options, "vendor-encapsulated-options"},
    OptionDefinition{44, address_list, "netbios-name-servers"},
    OptionDefinition{45, address_list, "netbios-dd-server"},
    OptionDefinition{46, uint8, "netbios-node-type", 1, 8},
    OptionDefinition{47, text, "netbios-scope"},
    OptionDefinition{48, address_list, "font-servers"},
    OptionDefinition{49, address_list, "x-display-manager"},
    OptionDefinition{62, text, "nwip-domain-name"},        // RFC 2242
    OptionDefinition{63, sub_options, "nwip-suboptions"},  // RFC 2242
    OptionDefinition{64, text, "nisplus-domain-name"},
    OptionDefinition{65, address_list, "nisplus-servers"},
    OptionDefinition{68, address_list, "mobile-ip-home-agent"},
    OptionDefinition{69, address_list, "smtp-server"},
    OptionDefinition{70, address_list, "pop-server"},
    OptionDefinition{71, address_list, "nntp-server"},
    OptionDefinition{72, address_list, "www-server"},
    OptionDefinition{73, address_list, "finger-server"},
    OptionDefinition{74, address_list, "irc-server"},
    OptionDefinition{75, address_list, "streettalk-server"},
    OptionDefinition{76, address_list, "streettalk-directory-assistance-server"},
    OptionDefinition{78, binary, "slp-directory-agent"},            // RFC 2610
    OptionDefinition{79, binary, "slp-service-scope"},              // RFC 2610
    OptionDefinition{85, address_list, "nds-servers"},              // RFC 2241
    OptionDefinition{86, text, "nds-tree-name"},                    // RFC 2241
    OptionDefinition{87, text, "nds-context"},                      // RFC 2241
    OptionDefinition{88, domain_list, "bcms-controller-names"},     // RFC 4280
    OptionDefinition{89, address_list, "bcms-controller-address"},  // RFC 4280
    OptionDefinition{98, text, "uap-servers"},                      // RFC 2485
    OptionDefinition{99, binary, "geoconf-civic"},                  // RFC 4776
    OptionDefinition{100, text, "pcode"},                           // RFC 4833
    OptionDefinition{101, text, "tcode"},                           // RFC 4833
    OptionDefinition{108, seconds, "v6-only-preferred", 300},       // RFC 8925 section 3.4
    OptionDefinition{112, address_list, "netinfo-server-address"},
    OptionDefinition{113, text, "netinfo-server-tag"},
    OptionDefinition{114, text, "v4-captive-portal"},           // RFC 8910
    OptionDefinition{117, uint16_list, "name-service-search"},  // RFC 2937
    OptionDefinition{119, domain_list, "domain-search"},        // RFC 3397
    OptionDefinition{120, binary, "sip-servers"},               // RFC 3361
    OptionDefinition{121, route_list, "classless-static-route"},
    OptionDefinition{122, binary, "cablelabs-client-configuration"},  // RFC 3495
    OptionDefinition{123, binary, "geoconf"},                         // RFC 6225
    OptionDefinition{124, binary, "vivco-suboptions"},                // RFC 3925
    OptionDefinition{125, vendor_options, "vivso-suboptions"},        // RFC 3925
    OptionDefinition{136, address_list, "pana-agent"},                // RFC 5192
    OptionDefinition{137, domain_list, "v4-lost"},                    // RFC 5223
    OptionDefinition{138, address_list, "capwap-ac-v4"},              // RFC 5417
    OptionDefinition{139, binary, "mos-address"},                     // RFC 5678
    OptionDefinition{140, binary, "mos-fqdn"},                        // RFC 5678
    OptionDefinition{141, domain_list, "sip-ua-cs-domains"},          // RFC 6011
    OptionDefinition{142, address_list, "andsf-address"},             // RFC 6153
    OptionDefinition{143, binary, "v4-sztp-redirect"},                // RFC 8572
    OptionDefinition{144, binary, "geoloc"},                          // RFC 6225
    OptionDefinition{146, binary, "rdnss-selection"},                 // RFC 6731
    OptionDefinition{150, address_list, "tftp-server-address"},       // RFC 5859
    OptionDefinition{159, binary, "v4-portparams"},                   // RFC 7618
    OptionDefinition{161, text, "mud-url"},                           // RFC 8520
    OptionDefinition{162, binary, "v4-dnr"},                          // RFC 9463
    OptionDefinition{175, sub_options, "ipxe"},                       // iPXE's own
    OptionDefinition{208, binary, "pxelinux-magic"},                  // RFC 5071
    OptionDefinition{209, text, "loader-configfile"},                 // RFC 5071
    OptionDefinition{210, text, "loader-pathprefix"},                 // RFC 5071
    OptionDefinition{211, seconds, "loader-reboottime"},              // RFC 5071
    OptionDefinition{212, binary, "option-6rd"},                      // RFC 5969
    OptionDefinition{213, domain_list, "v4-access-domain"},           // RFC 5986
};

constexpr std::string_view kLeaseTimeRemedy = "set dhcp.lease-time";
constexpr std::string_view kClientRemedy = "only clients send it; remove it";
constexpr std::string_view kRelayRemedy = "relay agents add it, and get it back; remove it";
constexpr std::string_view kPxeRemedy = "the server makes it for PXE clients; remove it";
constexpr std::string_view kHandshakeRemedy = "the server answers it by itself; remove it";

constexpr std::array kOwned{
    OwnedOption{1, "subnet-mask", "it follows from the subnet's length; remove it"},
    OwnedOption{12, "host-name", "set hostname in a reservation"},
    OwnedOption{13, "boot-size", "it follows from the boot file; remove it"},
    OwnedOption{50, "dhcp-requested-address", kClientRemedy},
    OwnedOption{51, "dhcp-lease-time", kLeaseTimeRemedy},
    OwnedOption{52, "dhcp-option-overload", kHandshakeRemedy},
    OwnedOption{53, "dhcp-message-type", kHandshakeRemedy},
    OwnedOption{54, "dhcp-server-identifier", "it is the address in ports[].networks; remove it"},
    OwnedOption{55, "dhcp-parameter-request-list", kClientRemedy},
    OwnedOption{56, "dhcp-message", kHandshakeRemedy},
    OwnedOption{57, "dhcp-max-message-size", kClientRemedy},
    OwnedOption{58, "dhcp-renewal-time", kLeaseTimeRemedy},
    OwnedOption{59, "dhcp-rebinding-time", kLeaseTimeRemedy},
    OwnedOption{60, "vendor-class-identifier", kPxeRemedy},
    OwnedOption{61, "dhcp-client-identifier", kClientRemedy},
    OwnedOption{66, "tftp-server-name", "set server in boot.rules or in a reservation's boot"},
    OwnedOption{67, "boot-file-name", "set file in boot.rules or in a reservation's boot"},
    OwnedOption{77, "user-class", kClientRemedy},
    OwnedOption{80, "rapid-commit", kHandshakeRemedy},
    OwnedOption{81, "fqdn", kHandshakeRemedy},
    OwnedOption{82, "dhcp-agent-options", kRelayRemedy},
    OwnedOption{90, "authenticate", kHandshakeRemedy},
    OwnedOption{91, "client-last-transaction-time", kHandshakeRemedy},
    OwnedOption{92, "associated-ip", kHandshakeRemedy},
    OwnedOption{93, "client-system", kClientRemedy},
    OwnedOption{94, "client-ndi", kClientRemedy},
    OwnedOption{97, "uuid-guid", kClientRemedy},
    OwnedOption{116, "auto-config", kHandshakeRemedy},
    OwnedOption{118, "subnet-selection", kClientRemedy},
};

template <typename T, typename U, typename V>
const T* find_by(std::span<const T> rows, U T::*field, const V& wanted) {
  const auto found = std::ranges::find(rows, wanted, field);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::span<const OptionDefinition> option_definitions() { return kDefinitions; }
std::span<const OwnedOption> owned_options() { return kOwned; }

const OptionDefinition* find_option(std::string_view name) {
  return find_by(option_definitions(), &OptionDefinition::name, name);
}
const OptionDefinition* find_option(std::uint8_t code) {
  return find_by(option_definitions(), &OptionDefinition::code, code);
}
const OwnedOption* find_owned_option(std::string_view name) {
  return find_by(owned_options(), &OwnedOption::name, name);
}
const OwnedOption* find_owned_option(std::uint8_t code) {
  return find_by(owned_options(), &OwnedOption::code, code);
}

}  // namespace stentor::config
