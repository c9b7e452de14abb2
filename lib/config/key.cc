// SPDX-License-Identifier: BSD-3-Clause
#include "config/key_table.h"

namespace stentor::config {
namespace {

constexpr Text kDhcpModes = "server, proxy or none";
constexpr Text kLeaseDuration = "a duration from 10s to 3650d";
constexpr Text kBootServer = "the IPv4 address of the TFTP server";
constexpr Text kBootServerAbsent = "the address that the client reached";
constexpr Text kConflictMethods =
    "none, arp (asks for an address on our own networks before it offers it) or ping (there too, "
    "and "
    "by an ICMP echo past a relay)";
constexpr Text kTruth = "true or false";

constexpr std::array kWorkersKeys{
    or_scalar(list("cores", "auto, or a list of processor cores like [2, 3]",
                   {kInteger, "the number of a processor core, 0 to 1023"}, "auto"),
              kText),
    scalar("idle", kText,
           "adaptive (sleeps when no frame comes for a while) or poll (never sleeps)", "adaptive"),
    scalar("hugepages", kText,
           "auto (all that are reserved), a ceiling like 2GiB (from 2MiB), or none", "auto"),
};

constexpr std::array kNetworkKeys{
    scalar("vlan", kText | kInteger, "a VLAN from 1 to 4094, or \"OUTER.INNER\" for two tags",
           "untagged"),
    required(scalar("address", kText,
                    "the appliance's own IPv4 address with the network's length, like "
                    "10.20.0.2/16")),
    scalar("gateway", kText, "the IPv4 address of a router in this network, or none", "none"),
    scalar("mtu", kInteger, "576 to 65535 bytes", "1500"),
    scalar("dhcp", kText, kDhcpModes, "what dhcp.mode says"),
};

constexpr std::array kPortKeys{
    required(scalar("name", kText, "a name of 1 to 32 letters, digits, '.', '_' or '-'")),
    required(
        or_scalar(list("device",
                       "a PCI address like \"0000:3b:00.0\", interface:NAME, or "
                       "vdev:DRIVER[,ARGUMENTS]; or a list of 2 to 8, without interfaces, for "
                       "a bond",
                       {kText, "a PCI address like \"0000:3b:00.0\", or vdev:DRIVER[,ARGUMENTS]"}),
                  kText)),
    scalar("bond", kText,
           "lacp (all devices carry frames, as far as the switch agrees) or active-backup (one "
           "does, until its link goes)",
           "device is one device"),
    scalar("queues", kText | kInteger, "auto, or 1 to 16", "auto"),
    required(list("networks", "a list of networks, at least one",
                  {kMapping, "a network like {address: 10.20.0.2/16}", &kNetworkSection})),
};

constexpr std::array kLeaseTimeKeys{
    scalar("default", kText, kLeaseDuration, "1h"),
    scalar("min", kText, kLeaseDuration, "5m, or default if that is shorter"),
    scalar("max", kText, kLeaseDuration, "24h, or default if that is longer"),
};

constexpr std::array kConflictCheckKeys{
    scalar("method", kText, kConflictMethods, "none"),
    scalar("wait", kText, "a duration from 10ms to 3s", "200ms"),
};

constexpr std::array kRelayKeyKeys{
    required(scalar("id", kInteger, "the key's number as the agent has it, 0 to 4294967295")),
    required(scalar("file", kText,
                    "an absolute path of a file that its owner alone may read (mode 0600), with a "
                    "secret of 16 to 64 bytes: a line of text, or 0x and bytes in hexadecimal")),
};

constexpr std::array kRelayKeys{
    required(scalar("address", kText, "the relay agent's IPv4 address (giaddr)")),
    list("subnets", "a list of subnets that dhcp.subnets has: one, or several of a shared network",
         {kText, "a subnet that dhcp.subnets has, like 10.21.0.0/16"},
         "the one that holds the relay's address"),
    list(
        "link-selection",
        "a list of subnets of dhcp.subnets that the agent may choose for a client (option 82.5, or "
        "the client's 118)",
        {kText, "a subnet that dhcp.subnets has, like 10.22.0.0/16"},
        "none but that of its clients"),
    scalar("leasequery", kBoolean,
           "true (the agent may ask who has which address in its subnets) or false", "false"),
    list("keys",
         "a list of keys, at most 8, by one of which its messages must be authentic (RFC 4030)",
         {kMapping, "a key like {id: 1, file: /etc/stentor/relay-1.key}", &kRelayKeySection},
         "they need not be"),
};

constexpr std::array kOptionKeys{
    required(scalar("value", kScalar | kList | kMapping,
                    "the option's value, or none: it is not sent, whatever a wider scope says")),
    scalar("always", kBoolean, "true (sent even to clients that do not ask for it) or false",
           "false"),
};

constexpr std::array kOptionDefinitionKeys{
    required(scalar("name", kText, "a name of 1 to 32 letters, digits, '.', '_' or '-'")),
    required(scalar("code", kInteger, "the option's number, 1 to 254, which has no other name")),
    required(scalar("type", kText,
                    "string, binary, boolean, uint8, uint16, uint32, int32, seconds, address, "
                    "addresses, domain, domains or routes")),
};
constexpr Text kBootUrl =
    "a URL like http://10.20.0.3/boot.efi, 1 to 254 bytes long, for UEFI HTTP boot and iPXE, in "
    "which words stand for the client as in a file's name";

constexpr std::array kBootTargetKeys{
    scalar("file", kText, kBootFile),
    scalar("server", kText, kBootServer, kBootServerAbsent),
    scalar("url", kText, kBootUrl),
};

constexpr Text kPattern =
    "text in which * stands for any bytes and ? for one, 1 to 255 bytes long, or bytes in "
    "hexadecimal like \"0x0a1b\"";

constexpr Key patterns(Text name, Text expected) {
  return or_scalar(list(name, expected, {kText, kPattern}), kText);
}

constexpr std::array kMatchKeys{
    or_scalar(list("mac", "a MAC address like \"b8:27:eb:*\", or a list of them",
                   {kText,
                    "a MAC address of six parts, in which ? stands for any digit, * for any part, "
                    "and a * at its end for all that follow, like \"b8:27:eb:*\""}),
              kText),
    patterns("vendor-class", "option 60 like \"PXEClient*\", or a list of them"),
    patterns("user-class", "option 77, or an item of it, like iPXE, or a list of them"),
    or_scalar(
        list("arch",
             "an architecture's name or number (option 93), like efi-x64, or a list of them",
             {kText | kInteger, "an architecture's name, like efi-x64, or its number, 0 to 65535"}),
        kText | kInteger),
    or_scalar(
        list(
            "uuid", "a UUID (option 97) like \"4c4c4544-*\", a list of them, or {exists: true}",
            {kText,
             "a UUID as dmidecode and iPXE show it, in which * stands for any characters and ? for "
             "one"}),
        kText | kMapping),
    or_scalar(list("ipxe-feature",
                   "a feature of iPXE (a sub-option of option 175) like https, or a list of them",
                   {kText | kInteger, "a feature's name, like https, or its number, 1 to 254"}),
              kText | kInteger),
    or_scalar(list("class", "a class of dhcp.classes, or a list of them",
                   {kText, "the name of a class; in dhcp.classes of one that stands before"}),
              kText),
    mapping("option",
            "options that the client sends, like {60: \"PXEClient*\", 97: {exists: true}}",
            nullptr),
    scalar("reserved", kBoolean, "true (has a reservation) or false (has none)"),
    or_scalar(
        list("subnet",
             "the network that the client's network lies in (not its address), like 10.20.0.0/16, "
             "or a list of them",
             {kText, "a network like 10.20.0.0/16"}),
        kText),
    or_scalar(list("relay", "the relay agent's address or network, or a list of them",
                   {kText, "an IPv4 address, or a network like 10.21.0.0/16"}),
              kText),
    patterns("circuit-id", "a relay agent's circuit ID (option 82.1), or a list of them"),
    patterns("remote-id", "a relay agent's remote ID (option 82.2), or a list of them"),
    patterns("subscriber-id", "a relay agent's subscriber ID (option 82.6), or a list of them"),
    patterns("relay-id", "a relay agent's own ID (option 82.12), or a list of them"),
    mapping("relay-option",
            "sub-options of option 82 by number, like {10: \"0x80\", 151: {exists: true}}",
            nullptr),
    list("and", "a list of matches, all of which must hold",
         {kMapping, "a match like {arch: efi-x64}"}),
    list("or", "a list of matches, one of which must hold",
         {kMapping, "a match like {arch: efi-x64}"}),
    mapping("not", "a match that must not hold, like {vendor-class: \"PXEClient*\"}", nullptr),
};

constexpr std::array kOptionMatchKeys{
    required(scalar("exists", kBoolean, "true (the client sends it) or false (it does not)")),
};

constexpr std::array kClassTftpKeys{
    scalar("blksize-max", kInteger, "8 to 65464 bytes", "what tftp.blksize-max says"),
    scalar("windowsize-max", kInteger, "1 to 32767 blocks", "what tftp.windowsize-max says"),
    scalar("transfers-per-client", kInteger, "1 to 65535 transfers at a time",
           "what limits.transfers-per-client says"),
    scalar("pace", kText, "a rate of each transfer from 1Mbps to 400Gbps", "what tftp.pace says"),
    list("reject",
         "a list of options that are taken for not asked: blksize, tsize, timeout, utimeout, "
         "windowsize, rollover",
         {kText, "blksize, tsize, timeout, utimeout, windowsize or rollover"}, "none"),
};

constexpr Text kOptions =
    "a mapping of DHCP options like {routers: [10.20.0.1], ntp-servers: none}";
constexpr Text kQuirkOption = "an option's number or name";

constexpr std::array kClassQuirksKeys{
    scalar("nul-terminate", kBoolean, "true (options 66 and 67 end in a NUL) or false", "true"),
    scalar("min-reply", kInteger, "0 to 548 bytes that a reply has at least", "300"),
    scalar("overload", kText,
           "as-needed (options that find no room stand in file and sname, but for firmware) or "
           "never",
           "as-needed"),
    scalar("broadcast", kText, "always, never or as-asked (by the client's flag)", "as-asked"),
    scalar("send-t1-t2", kBoolean, "true (options 58 and 59 are sent) or false", "true"),
    scalar("boot-file", kText,
           "option (66, 67 and 13), header (sname and file) or both; siaddr is always filled",
           "both"),
    scalar("pxe-reply", kText,
           "auto, bootfile (neither option 60 nor 43), discovery-control (both, 43.6 is 8), "
           "none-4011 (60 alone: the client asks on port 4011) or raspberry-pi (both, with the "
           "menu that it looks for)",
           "auto"),
    list("suppress", "a list of options that are not sent", {kText | kInteger, kQuirkOption},
         "none"),
    list("first", "a list of options that stand before all others, in this order",
         {kText | kInteger, kQuirkOption}, "none"),
    scalar("reply-delay", kText, "a duration from 0s to 30s: how long a DISCOVER is not answered",
           "0s"),
};

constexpr std::array kClassKeys{
    required(scalar("name", kText, "a name of 1 to 32 letters, digits, '.', '_' or '-'")),
    mapping("match", "what a client of the class is like: {mac: \"b8:27:eb:*\"}", &kMatchSection,
            "reservations alone name who is in it"),
    mapping("options", kOptions, nullptr, "what the subnet says"),
    mapping("tftp", "what its clients may not have of TFTP, like {windowsize-max: 1}",
            &kClassTftpSection, "as all others"),
    mapping("quirks", "how its clients are answered, like {min-reply: 0}", &kClassQuirksSection,
            "as all others"),
};

constexpr std::array kReservationKeys{
    or_scalar(
        list("mac",
             "the machine's MAC address like \"52:54:00:12:34:56\", or a list of those that it "
             "has; \"52:54:00:*\" is all that begin so",
             {kText, "a MAC address like \"52:54:00:12:34:56\" or \"52:54:00:*\""}),
        kText),
    scalar("client-id", kText | kInteger,
           "what option 61 says, 2 to 255 bytes in hexadecimal like \"01:52:54:00:12:34:56\""),
    scalar("uuid", kText | kInteger,
           "the machine's UUID (option 97) like 4c4c4544-0042-3510-8052-b4c04f4d3732"),
    scalar(
        "circuit-id", kText | kInteger,
        "what a listed relay agent says in option 82.1: text, or \"0x\" and bytes in hexadecimal"),
    scalar(
        "remote-id", kText | kInteger,
        "what a listed relay agent says in option 82.2: text, or \"0x\" and bytes in hexadecimal"),
    scalar("address", kText, "an IPv4 address in the subnet", "one from the pools"),
    scalar("hostname", kText,
           "a host name of letters, digits, '-' and '.', up to 253 bytes, 63 a label"),
    mapping("boot", "a boot file like {file: rescue.ipxe}", &kBootTargetSection,
            "what boot.rules say"),
    list("classes", kClassNames, {kText, kClassName}, "those that the client matches"),
    mapping("options", kOptions, nullptr, "what its classes and the subnet say"),
};

constexpr Text kExcluded = "a list of addresses and ranges that nobody gets without a reservation";
constexpr Text kRange = "a range FIRST-LAST of IPv4 addresses, or one address";

constexpr std::array kPoolKeys{
    required(scalar("range", kText, kRange)),
    list("exclude", kExcluded, {kText, kRange}),
    list("classes", "a list of classes; only clients of one of them get addresses of the pool",
         {kText, kClassName}, "it is for every client"),
    mapping("options", kOptions, nullptr, "what the subnet says"),
};

constexpr std::array kSharedNetworkKeys{
    required(scalar("name", kText, "a name of 1 to 32 letters, digits, '.', '_' or '-'")),
    required(list("subnets", "a list of two or more subnets that dhcp.subnets has",
                  {kText, "a subnet that dhcp.subnets has, like 10.21.0.0/16"})),
    mapping("options", kOptions, nullptr, "what dhcp.options says"),
};

constexpr std::array kSubnetKeys{
    required(scalar("subnet", kText, "a subnet like 10.20.0.0/16")),
    list("pools", "a list of pools like [10.20.16.0-10.20.255.250]",
         {kText | kMapping,
          "a range FIRST-LAST of IPv4 addresses, one address, or a pool like {range: "
          "10.20.16.0-10.20.16.99, classes: [trusted]}",
          &kPoolSection}),
    list("exclude", kExcluded, {kText, kRange}),
    scalar("authoritative", kBoolean, kTruth, "what dhcp.authoritative says"),
    scalar("identify-by", kText,
           "hardware (one address a machine, from ROM to operating system) or client-id (one for "
           "each option 61)",
           "hardware"),
    scalar("dhcp", kText, "server, proxy or none, for clients behind a relay agent",
           "the mode of the network that they come by"),
    mapping("options", kOptions, nullptr, "what dhcp.shared-networks and dhcp.options say"),
    list("reservations", "a list of reservations",
         {kMapping, "a reservation like {mac: \"52:54:00:12:34:56\", address: 10.20.1.9}",
          &kReservationSection}),
};

constexpr std::array kDhcpKeys{
    scalar("mode", kText,
           "server (addresses and boot files), proxy (boot files beside another DHCP server) or "
           "none",
           "server"),
    scalar("authoritative", kBoolean, "true (refuse what no record knows) or false (stay silent)",
           "false"),
    or_scalar(
        mapping("lease-time", "a duration from 10s to 3650d, or {default: 1h, min: 5m, max: 24h}",
                &kLeaseTimeSection),
        kText),
    scalar("pxe-lease-time", kText, kLeaseDuration, "30m"),
    scalar("offer-hold", kText, "a duration from 1s to 1h", "60s"),
    scalar("decline-hold", kText, "a duration from 1s to 30d", "10m"),
    scalar("min-secs", kInteger,
           "0 to 255 seconds that a client must have asked for, for a server that stands by", "0"),
    list("pxe-vendor-classes",
         "a list of what the vendor class (option 60) of firmware begins with that wants PXE's "
         "answers and does not say PXEClient, at most 16",
         {kText, "text of 1 to 64 bytes, like HW-Client"}),
    scalar("rapid-commit", kBoolean,
           "true (a client that asks for it gets its lease in two messages; for networks where no "
           "other server answers) or false",
           "false"),
    scalar(
        "bootp-dynamic", kBoolean,
        "true (BOOTP clients get addresses from the pools too, for good) or false (reserved ones "
        "alone)",
        "false"),
    scalar(
        "empty-router-advertisements", kBoolean,
        "true (firmware that looks for an IPv6 router where there is none is told so: iPXE boots "
        "15 s sooner) or false",
        "true"),
    list("option-definitions", "a list of options that have no name yet",
         {kMapping, "a definition like {name: site-token, code: 224, type: string}",
          &kOptionDefinitionSection}),
    mapping("options", kOptions, nullptr),
    or_scalar(mapping("conflict-check", "none, arp, ping, or {method: arp, wait: 200ms}",
                      &kConflictCheckSection, "none"),
              kText),
    or_scalar(list("relays", "a list of trusted relay agents, or none",
                   {kMapping, "a relay agent like {address: 10.21.0.1}", &kRelaySection},
                   "any in a subnet of dhcp.subnets"),
              kText),
    list(
        "classes", "a list of client classes, at most 64",
        {kMapping, "a class like {name: raspberry, match: {mac: \"b8:27:eb:*\"}}", &kClassSection}),
    list("subnets", "a list of subnets",
         {kMapping, "a subnet like {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.255.250]}",
          &kSubnetSection}),
    list("shared-networks", "a list of networks that have several subnets",
         {kMapping, "a shared network like {name: rack7, subnets: [10.20.0.0/16, 10.21.0.0/16]}",
          &kSharedNetworkSection}),
    list("hosts", "a list of files of hosts (CSV), like [\"/etc/stentor/hosts.d/*.csv\"]",
         {kText, "an absolute path, in which * and ? stand for other files' names"}),
};

constexpr std::array kBootRuleKeys{
    mapping("match", "conditions like {arch: efi-x64}", &kMatchSection, "every client"),
    scalar("file", kText, kBootFile),
    scalar("server", kText, kBootServer, kBootServerAbsent),
    scalar("url", kText, kBootUrl),
    scalar("menu", kText, "the name of a menu in boot.menus, for PXE clients"),
};

constexpr Text kMenuText = "a text of 1 to 80 bytes";

constexpr std::array kMenuItemKeys{
    required(scalar("name", kText, kMenuText)),
    scalar("file", kText, kBootFile),
    scalar("server", kText,
           "the IPv4 address of the TFTP server; without a file, of another boot server",
           kBootServerAbsent),
    scalar("type", kInteger, "1 to 65534: the boot server type (PXE 2.1) that stands for the item",
           "one from 32768 on"),
    scalar("local", kBoolean, "true (boots from the local disk) or false", "false"),
};

constexpr std::array kMenuKeys{
    scalar("prompt", kText, kMenuText, "Press F8 for the menu."),
    scalar("timeout", kText,
           "a duration from 0s to 254s after which the first item boots, or none (the menu shows "
           "at once)",
           "10s"),
    required(list("items", "a list of items, the first of which boots when nobody chooses",
                  {kMapping, "an item like {name: Install, file: pxelinux.0}", &kMenuItemSection})),
};

constexpr std::array kBootKeys{
    mapping("menus",
            "menus for PXE clients by their names, like {main: {items: [{name: Install, file: "
            "pxelinux.0}]}}",
            nullptr),
    list("rules", "a list of boot rules; the first that matches counts",
         {kMapping, "a boot rule like {match: {arch: bios}, file: undionly.kpxe}",
          &kBootRuleSection}),
};

constexpr std::array kFileKeys{
    mapping("workers", "settings of the polling threads like {cores: auto}", &kWorkersSection),
    required(
        list("ports", "a list of network ports, 1 to 16",
             {kMapping, "a port like {name: boot0, device: \"interface:eth1\", networks: [...]}",
              &kPortSection})),
    mapping("dhcp", "settings like {mode: proxy}", &kDhcpSection),
    mapping("boot", "boot rules like {rules: [{file: boot.ipxe}]}", &kBootSection),
    required(mapping("images", "the boot files' place like {root: /srv/stentor/images}",
                     &kImagesSection)),
    mapping("tftp", "settings of transfers like {windowsize-max: 64}", &kTftpSection),
    mapping("leases", "where leases are kept, like {durability: commit}", &kLeasesSection),
    mapping("limits", "limits like {transfers-per-client: 16}", &kLimitsSection),
    mapping("control", "how operators reach the running appliance, like {socket: none}",
            &kControlSection),
    mapping("log", "settings like {level: info}", &kLogSection),
};

}  // namespace

const Section kFileSection{"the file", kFileKeys};
const Section kWorkersSection{"workers", kWorkersKeys};
const Section kPortSection{"a port", kPortKeys};
const Section kNetworkSection{"a network", kNetworkKeys};
const Section kDhcpSection{"dhcp", kDhcpKeys};
const Section kLeaseTimeSection{"lease-time", kLeaseTimeKeys};
const Section kConflictCheckSection{"conflict-check", kConflictCheckKeys};
const Section kRelayKeySection{"a relay's key", kRelayKeyKeys};
const Section kRelaySection{"a relay", kRelayKeys};
const Section kPoolSection{"a pool", kPoolKeys};
const Section kSubnetSection{"a subnet", kSubnetKeys};
const Section kSharedNetworkSection{"a shared network", kSharedNetworkKeys};
const Section kOptionSection{"an option", kOptionKeys};
const Section kOptionDefinitionSection{"an option definition", kOptionDefinitionKeys};
const Section kClassSection{"a class", kClassKeys};
const Section kMatchSection{"a match", kMatchKeys};
const Section kOptionMatchSection{"an option's match", kOptionMatchKeys};
const Section kClassQuirksSection{"quirks", kClassQuirksKeys};
const Section kClassTftpSection{"a class's tftp", kClassTftpKeys};
const Section kReservationSection{"a reservation", kReservationKeys};
const Section kBootTargetSection{"a boot file", kBootTargetKeys};
const Section kBootSection{"boot", kBootKeys};
const Section kBootRuleSection{"a boot rule", kBootRuleKeys};
const Section kMenuSection{"a menu", kMenuKeys};
const Section kMenuItemSection{"an item", kMenuItemKeys};

}  // namespace stentor::config
