// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The configuration as validated, immutable values: what stentor.yaml says, with every default
// filled in and every name resolved to its code. Made by config::parse_settings(), on the control
// thread; compiled further into dhcp::Policy and worker::Snapshot. Nobody checks these values
// again.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/path.h"
#include "config/address_range.h"
#include "config/class_quirks.h"
#include "config/client_match.h"
#include "config/client_template.h"
#include "config/device_spec.h"
#include "config/host_identifier.h"
#include "config/host_table.h"
#include "wire/address.h"
#include "wire/frame.h"

namespace stentor::config {

enum class DhcpMode : std::uint8_t {
  none,    // DHCP is ignored
  server,  // addresses and boot files
  proxy,   // boot files beside somebody else's DHCP server
};

enum class Idle : std::uint8_t {
  adaptive,  // sleeps when no frame comes for a while
  poll,      // never sleeps
};

struct Workers {
  std::vector<unsigned> cores;  // empty: auto
  Idle idle = Idle::adaptive;
  enum class HugepageMode : std::uint8_t {
    automatic,
    ceiling,
    none
  } hugepages = HugepageMode::automatic;
  std::uint64_t hugepage_bytes_max = 0;  // for `ceiling`
};

// One (VLAN, address) that the appliance answers on.
struct Network {
  wire::VlanPath vlan;
  wire::Ipv4Prefix address;  // ours, with the length of the network
  std::optional<wire::Ipv4Address> gateway;
  std::uint16_t mtu = 1500;
  DhcpMode dhcp = DhcpMode::server;
};

struct Port {
  std::string name;
  DeviceSpec device;
  std::optional<std::uint16_t> queues;  // absent: auto
  std::vector<Network> networks;
};

// An option's encoded value (RFC 2132 form, without code and length) and how it is sent.
struct DhcpOption {
  std::uint8_t code = 0;
  std::vector<std::uint8_t> value;
  bool always = false;   // sent even if the client's parameter request list lacks it
  bool is_none = false;  // not sent, whatever a wider scope has; without a value
};

// A file, a URL for clients that take one, or a menu for PXE clients.
struct BootTarget {
  std::string file;                         // as it is written: a ClientTemplate
  std::optional<wire::Ipv4Address> server;  // absent: the address that the client reached us at
  std::string url{};                        // a ClientTemplate too
  std::optional<std::size_t> menu{};        // of Settings::boot_menus
};

struct BootMenuItem {
  std::string name{};
  std::uint16_t type = 0;                          // PXE's boot server type; 0: the local disk
  std::optional<BootTarget> file{};                // that we give, for this type
  std::optional<wire::Ipv4Address> boot_server{};  // or who else does, by itself
};

struct BootMenu {
  static constexpr std::uint8_t kNoTimeout = 255;

  std::string name{};
  std::string prompt = "Press F8 for the menu.";
  std::uint8_t timeout_seconds = 10;  // then the first item; kNoTimeout: the menu shows at once
  std::vector<BootMenuItem> items{};
};

struct Reservation {
  HostIdentifiers host;
  std::optional<wire::Ipv4Address> address;
  std::string hostname;               // empty: none
  std::optional<BootTarget> boot;     // before every boot rule
  ClassMask classes = 0;              // besides those that it matches
  std::vector<DhcpOption> options{};  // by code, each code once
};

// Addresses that are given to whoever asks.
struct Pool {
  AddressRange range;
  std::vector<AddressRange> exclude{};  // of the range, by address and disjoint, each a short one
  std::vector<DhcpOption> options{};    // by code, each code once
  std::optional<ClassMask> classes{};   // only clients of one of them; absent: anybody
};

struct Subnet {
  wire::Ipv4Prefix prefix;
  std::vector<Pool> pools;  // by address, disjoint, inside the prefix, never an address of ours
  std::vector<DhcpOption> options;        // by code, each code once
  std::vector<Reservation> reservations;  // what knows a machine, once in the (shared) network
  bool authoritative = false;             // the global value unless the subnet says otherwise
  std::optional<DhcpMode> relayed;        // absent: the mode of the network that they come by
  bool identify_by_client_id = false;     // else by hardware address
  std::optional<std::uint16_t> shared_network{};  // in Dhcp::shared_networks; absent: it is alone
};

// Subnets on one wire: a client there may have an address of any of them.
struct SharedNetwork {
  std::string name;
  std::vector<DhcpOption> options{};  // by code, each code once
};

struct LeaseTime {
  base::Duration standard = std::chrono::hours{1};
  base::Duration min = std::chrono::minutes{5};
  base::Duration max = std::chrono::hours{24};
};

// Whether an address is asked for before it is offered, and how long an answer is waited for.
struct ConflictCheck {
  enum class Method : std::uint8_t {
    none,
    arp,   // on our own networks
    ping,  // there too, and by an ICMP echo past a relay
  } method = Method::none;
  base::Duration wait = std::chrono::milliseconds{200};
};

// A secret that a relay agent and we know (RFC 4030).
struct RelayKey {
  std::uint32_t id = 0;
  std::vector<std::uint8_t> secret;
};

// A relay agent whose giaddr counts, and where its clients are.
struct Relay {
  wire::Ipv4Address address;
  std::optional<wire::Ipv4Prefix> subnet;  // absent: the configured subnet that holds the address
  std::vector<wire::Ipv4Prefix> link_selection{};  // others that it may choose (RFC 3527, 3011)
  bool leasequery = false;                         // it may ask who has which address (RFC 4388)
  std::vector<RelayKey> keys{};  // each id once; none: its messages need not be authentic
};

// What a class's clients may not have of TFTP. Each value only restricts.
struct ClassTftp {
  std::optional<std::uint16_t> blksize_max{};
  std::optional<std::uint16_t> windowsize_max{};
  std::optional<std::uint16_t> transfers_per_client{};
  std::optional<std::uint64_t> pace_bits_per_second{};
  TftpOptionMask reject = 0;  // as if the client had not asked for them
};

// Clients that something is said about as a whole.
struct ClientClass {
  std::string name;
  std::optional<ClientMatch> match{};  // absent: only who has a reservation that names the class
  std::optional<ClassTftp> tftp{};
  std::vector<DhcpOption> options{};  // by code, each code once
  std::optional<ClassQuirks> quirks{};
};

struct Dhcp {
  DhcpMode mode = DhcpMode::server;
  LeaseTime lease_time;
  base::Duration pxe_lease_time = std::chrono::minutes{30};
  base::Duration offer_hold = std::chrono::seconds{60};
  base::Duration decline_hold = std::chrono::minutes{10};
  std::uint16_t min_secs = 0;  // a client is answered once it has asked for so long
  // What boot ROMs begin option 60 with besides "PXEClient". None begins with another.
  std::vector<std::string> pxe_vendor_classes{};
  bool rapid_commit = false;   // RFC 4039
  bool bootp_dynamic = false;  // pools are for BOOTP clients too
  // Firmware that looks for an IPv6 router where there is none is told so.
  bool empty_router_advertisements = true;
  ConflictCheck conflict_check;
  std::optional<std::vector<Relay>> relays;  // absent: any giaddr inside a configured subnet
  std::vector<DhcpOption> options;           // of everybody; by code, each code once
  std::vector<ClientClass> classes;          // by bit of a ClassMask
  std::vector<Subnet> subnets;
  std::vector<SharedNetwork> shared_networks{};
  HostTable hosts{};  // of files, besides the reservations of the subnets
};

struct BootRule {
  std::optional<ClientMatch> match{};  // absent: every client
  BootTarget target{};
};

// What is served for paths that are not there. Both are normalised.
struct Alias {
  std::string from;  // a base::Glob
  std::string to;    // a base::PathTemplate for it
};

// Files that only clients of one of the classes get.
struct AccessRule {
  std::string files;  // a base::Glob, normalised, over catalogue paths
  ClassMask classes = 0;
};

// How files that change under the root while it is served are followed.
struct Watch {
  bool is_on = true;
  base::Duration settle = std::chrono::milliseconds{500};  // quiet for so long: nobody writes it
  std::optional<base::Duration> poll;  // looked through so often; absent: the kernel tells
  // base::Glob each: of a name, or with '/' of a path. These files are never served.
  std::vector<std::string> ignore = {".*.??????", ".*.sw?", "*~", "*.tmp"};
};

struct Images {
  std::string root;
  std::string manifest_file = "SHA256SUMS";
  bool manifest_required = false;
  Watch watch;
  base::PathCase path_case = base::PathCase::exact;
  std::vector<Alias> aliases;  // the first that matches counts
  // Looked into before the root, in this order.
  std::vector<ClientTemplate> client_directories;
  // What is not there either is looked for beside the client's boot file.
  bool beside_boot_file = true;
  std::vector<AccessRule> access;  // all that match count
};

enum class TftpClients : std::uint8_t {
  leased,   // who holds a live lease of ours
  subnets,  // every address of the ports' networks and of the DHCP subnets
  any,      // everybody
};

struct Tftp {
  TftpClients clients = TftpClients::subnets;
  std::vector<wire::Ipv4Prefix> allow;       // who may fetch files besides
  std::optional<std::uint16_t> blksize_max;  // absent: what the network's MTU carries
  std::uint16_t windowsize_max = 64;
  bool single_port = false;  // data leaves from port 69 too
  std::uint16_t port_first = 49152;
  std::uint16_t port_last = 65535;
  std::uint32_t transfers_max = 65536;  // a worker
  base::Duration rto_min = std::chrono::milliseconds{20};
  base::Duration rto_max = std::chrono::seconds{6};
  std::uint16_t rollover = 0;  // block number after 65535: 0 or 1
  // How fast the blocks of a window leave: learned, from a first window at this rate on; else at
  // this rate; 0: without a pause.
  bool pace_learned = true;
  std::uint64_t pace_bits_per_second = 1'000'000'000;
  bool strip_garbage = false;  // 0xFF and NUL behind a request's file name
};

// Who has no reservation and is in no class.
enum class UnknownClients : std::uint8_t { serve, ignore };

struct Limits {
  std::uint16_t transfers_per_client = 16;                 // at a time, of one address
  std::uint32_t discovers_per_client = 10;                 // a second; 0: any number
  UnknownClients unknown_clients = UnknownClients::serve;  // over DHCP
  base::Duration drain = std::chrono::seconds{30};         // how long a stop waits for transfers
};

enum class LogLevel : std::uint8_t { error, warning, info, debug };

enum class Durability : std::uint8_t {
  commit,  // an ACK leaves once its lease is on disk
  async,   // it does not wait for that
  memory,  // nothing is kept over a restart
};

struct Leases {
  std::string database = "/var/lib/stentor/leases.db";
  Durability durability = Durability::commit;
};

// Where operators ask the running appliance.
struct ControlSocket {
  std::string path = "/run/stentor/control.sock";
  std::string group{};         // by name; empty: the process's own
  std::uint32_t mode = 0660;   // never anything for others
  bool is_configured = false;  // where it is not, a start goes on without it
  friend bool operator==(const ControlSocket&, const ControlSocket&) = default;
};

// On the kernel's network, not on a port that is served.
struct TcpAddress {
  wire::Ipv4Address address;  // zero: every one of the host's
  std::uint16_t port = 0;
  friend bool operator==(const TcpAddress&, const TcpAddress&) = default;
};

// What a TLS server shows, and proves to be its own.
struct TlsIdentity {
  std::string certificate_file;
  std::string certificate;  // PEM: its own, and then those that vouch for it
  std::string key_file;
  std::string key;  // PEM
  friend bool operator==(const TlsIdentity&, const TlsIdentity&) = default;
};

struct ControlHttp {
  TcpAddress address;
  std::optional<TlsIdentity> tls{};  // absent: in the clear, on loopback alone
};

// What a request over TCP must show, as it stands in the files; empty: there is none.
struct ControlTokens {
  std::string read{};   // for what changes nothing
  std::string write{};  // for all
};

struct Control {
  std::optional<ControlSocket> socket = ControlSocket{};  // absent: there is none
  std::optional<ControlHttp> http{};                      // with a token at least, if it is there
  ControlTokens tokens{};
  std::optional<TcpAddress> metrics{};  // figures alone, for who reaches it
};

// Where all of this was read.
struct Source {
  std::string origin;  // the file
  std::string text;
};

struct Settings {
  Workers workers;
  std::vector<Port> ports;
  Dhcp dhcp;
  std::vector<BootMenu> boot_menus;
  std::vector<BootRule> boot_rules;
  Images images;
  Tftp tftp;
  Leases leases;
  Limits limits;
  Control control;
  LogLevel log_level = LogLevel::info;
  std::shared_ptr<const Source> source{};  // null: made by hand
};

}  // namespace stentor::config
