// SPDX-License-Identifier: BSD-3-Clause
// What machines are told of which something was said at run time.
#include "dhcp/host_board.h"
#include "dhcp/server.h"
#include "support/allocation_trap.h"
#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

using namespace std::chrono_literals;
using config::RunTimeHost;
using support::address;
using support::text_value;

class ServerHostsTest : public testing::Test {
 protected:
  explicit ServerHostsTest(const config::Settings& settings = support::example_settings())
      : server_(settings) {}

  static wire::MacAddress machine(std::uint8_t number) { return {{0x52, 0x54, 0, 0, 1, number}}; }
  static support::DhcpSpec message(std::uint8_t type, const wire::MacAddress& mac) {
    support::DhcpSpec spec;
    spec.chaddr = {mac.bytes.begin(), mac.bytes.end()};
    spec.options = {{53, {type}}};
    return spec;
  }
  static support::DhcpSpec discover(const wire::MacAddress& mac) { return message(kDiscover, mac); }
  static support::DhcpSpec selecting(std::string_view wanted, const wire::MacAddress& mac) {
    support::DhcpSpec spec = message(kRequest, mac);
    spec.options.push_back({50, support::address_value(wanted)});
    spec.options.push_back({54, support::address_value("10.20.0.2")});
    return spec;
  }
  static support::DhcpSpec renewing(const std::string& held, const wire::MacAddress& mac) {
    support::DhcpSpec spec = message(kRequest, mac);
    spec.ciaddr = held;
    return spec;
  }
  static support::DhcpSpec starting(std::string_view held, const wire::MacAddress& mac) {
    support::DhcpSpec spec = message(kRequest, mac);
    spec.options.push_back({50, support::address_value(held)});
    return spec;
  }

  // As an operator does; `classes`: its classes that there are.
  void say(const RunTimeHost& host, ClassMask classes = 0) {
    if (host.address) server_.leases().reserve(*host.address);
    board_.put(compile_host(host, classes, host.address, server_.policy().owner_key()));
  }

  Decision answer(const support::DhcpSpec& spec) {
    const support::DhcpBytes bytes = dhcp_message(spec);
    return dhcp::answer(
        server_.policy(),
        {.leases = server_.leases(), .clients = &server_.clients(), .hosts = &board_},
        server_.files(), arrival_, bytes, out_);
  }
  // The reply to a message that must be answered.
  support::DhcpReply reply_to(const support::DhcpSpec& spec) {
    const Decision decision = answer(spec);
    const auto* reply = std::get_if<Reply>(&decision);
    if (reply == nullptr) {
      ADD_FAILURE() << "dropped: " << drop_of(spec);
      return {support::DhcpBytes(300), {}};
    }
    const auto begin = out_.begin();
    return support::read_dhcp_reply(
               {begin, begin + static_cast<std::ptrdiff_t>(reply->payload_bytes)})
        .value();
  }
  std::string_view drop_of(const support::DhcpSpec& spec) {
    const Decision decision = answer(spec);
    const auto* reason = std::get_if<wire::DropReason>(&decision);
    return reason == nullptr ? "answered" : wire::describe(*reason).name;
  }
  // Gets an address as its client does, and has it.
  std::string lease(const wire::MacAddress& mac) {
    const std::string offered = reply_to(discover(mac)).yiaddr();
    const support::DhcpReply ack = reply_to(selecting(offered, mac));
    EXPECT_EQ(type_of(ack), kAck);
    EXPECT_EQ(ack.yiaddr(), offered);
    return ack.yiaddr();
  }
  // The boot file of a reply, which `file` and option 67 must agree about; empty: none.
  std::string file_told(support::DhcpSpec spec, bool is_ipxe) {
    spec.options.push_back({93, {0, 0}});
    spec.options.push_back({60, text_value("PXEClient:Arch:00000:UNDI:002001")});
    if (is_ipxe) spec.options.push_back({77, text_value("iPXE")});
    const support::DhcpReply reply = reply_to(spec);
    const auto option = reply.find(67).value_or(support::DhcpBytes{});
    std::string in_option(option.begin(), option.end());
    while (in_option.ends_with('\0')) in_option.pop_back();
    EXPECT_EQ(in_option, reply.file());
    return reply.file();
  }

  support::DhcpFixture server_;
  HostBoard board_;
  Arrival arrival_ = support::DhcpFixture::arrival();
  support::DhcpBytes out_ = support::DhcpBytes(kReplyBytesMax);
};

TEST_F(ServerHostsTest, gives_the_address_at_the_next_discover) {
  // Goal: a machine moves from the pool's address that it had, and its old one rests.
  EXPECT_EQ(lease(machine(1)), "10.20.16.10");
  say({.mac = machine(1), .address = address("10.20.16.17")});
  EXPECT_EQ(lease(machine(1)), "10.20.16.17");
  EXPECT_EQ(lease(machine(1)), "10.20.16.17");
  EXPECT_NE(lease(machine(2)), "10.20.16.10") << "it was promised to the first for an hour";
}

TEST_F(ServerHostsTest, moves_a_machine_at_its_next_start_and_not_while_it_runs) {
  // Goal: as with a reservation that a reload brings.
  EXPECT_EQ(lease(machine(1)), "10.20.16.10");
  say({.mac = machine(1), .address = address("10.20.16.17")});
  EXPECT_EQ(type_of(reply_to(renewing("10.20.16.10", machine(1)))), kAck);
  EXPECT_EQ(type_of(reply_to(starting("10.20.16.10", machine(1)))), kNak);
  EXPECT_EQ(lease(machine(1)), "10.20.16.17");
}

TEST_F(ServerHostsTest, refuses_the_holder_of_an_address_that_is_anothers_now) {
  // Goal: nobody is thrown out, nobody waits, and what was said wins at the next REQUEST.
  EXPECT_EQ(lease(machine(2)), "10.20.16.10");
  say({.mac = machine(1), .address = address("10.20.16.10")});
  EXPECT_EQ(lease(machine(1)), "10.20.16.11") << "as long as another has it";
  EXPECT_EQ(type_of(reply_to(renewing("10.20.16.10", machine(2)))), kNak);
  EXPECT_EQ(lease(machine(1)), "10.20.16.10");
  EXPECT_NE(lease(machine(2)), "10.20.16.10");
}

TEST_F(ServerHostsTest, takes_the_address_from_its_holder_at_a_discover_too) {
  // Goal: who asks anew gets what it may have.
  EXPECT_EQ(lease(machine(2)), "10.20.16.10");
  say({.mac = machine(1), .address = address("10.20.16.10")});
  EXPECT_NE(lease(machine(2)), "10.20.16.10");
  EXPECT_EQ(lease(machine(1)), "10.20.16.10");
}

TEST_F(ServerHostsTest, refuses_who_was_offered_an_address_that_is_anothers_now) {
  // Goal: between OFFER and REQUEST, too.
  ASSERT_EQ(reply_to(discover(machine(2))).yiaddr(), "10.20.16.10");
  say({.mac = machine(1), .address = address("10.20.16.10")});
  EXPECT_EQ(type_of(reply_to(selecting("10.20.16.10", machine(2)))), kNak);
  EXPECT_EQ(lease(machine(1)), "10.20.16.10");
}

TEST_F(ServerHostsTest, gives_no_address_where_the_machine_is_not) {
  // Goal: behind a relay agent of another subnet it is a client like others.
  say({.mac = machine(1), .address = address("10.20.16.17")});
  support::DhcpSpec relayed = discover(machine(1));
  relayed.giaddr = "10.21.0.1";
  EXPECT_EQ(reply_to(relayed).yiaddr(), "10.21.16.10");
}

TEST_F(ServerHostsTest, names_the_file_as_the_board_says) {
  // Goal: over the boot rules, for firmware and iPXE; a size for what we have.
  EXPECT_EQ(file_told(discover(machine(1)), false), "bios\\\\undionly.kpxe");
  say({.mac = machine(1), .boot_file = "own/{mac:hex}"});
  EXPECT_EQ(file_told(discover(machine(1)), false), "own/525400000101");
  EXPECT_EQ(file_told(discover(machine(1)), true), "own/525400000101");
  EXPECT_EQ(file_told(discover(machine(2)), true), "boot.ipxe");
  EXPECT_EQ(reply_to(discover(machine(1))).find(13), std::nullopt);
  say({.mac = machine(1), .boot_file = "bios//undionly.kpxe"});
  EXPECT_EQ(reply_to(discover(machine(1))).find(13), (support::DhcpBytes{0, 137}));
  board_.erase(machine(1));
  EXPECT_EQ(file_told(discover(machine(1)), true), "boot.ipxe");
}

TEST_F(ServerHostsTest, tells_no_file_to_who_boots_locally) {
  // Goal: it gets its address, and goes on to its disk, whatever rules and reservations say.
  const wire::MacAddress node9{{0x52, 0x54, 0, 0, 0, 9}};
  EXPECT_EQ(file_told(discover(node9), false), "rescue.ipxe");
  say({.mac = node9, .is_local = true});
  say({.mac = machine(1), .is_local = true});
  for (const bool is_ipxe : {false, true}) {
    EXPECT_EQ(file_told(discover(node9), is_ipxe), "");
    EXPECT_EQ(file_told(discover(machine(1)), is_ipxe), "");
  }
  const support::DhcpReply offer = reply_to(discover(machine(1)));
  EXPECT_EQ(type_of(offer), kOffer);
  EXPECT_EQ(offer.find(66), std::nullopt);
  EXPECT_EQ(offer.siaddr(), "0.0.0.0");
}

TEST_F(ServerHostsTest, boots_once_what_is_said_before_all_else) {
  // Goal: and then what it was told before; of iPXE alone where that is said.
  say({.mac = machine(1), .boot_file = "usual", .boot_once = "wipe"});
  EXPECT_EQ(file_told(discover(machine(1)), false), "wipe");
  EXPECT_EQ(file_told(discover(machine(1)), true), "wipe");
  say({.mac = machine(1), .is_local = true, .boot_once = "wipe", .is_for_ipxe = true});
  EXPECT_EQ(file_told(discover(machine(1)), false), "bios\\\\undionly.kpxe");
  EXPECT_EQ(file_told(discover(machine(1)), true), "wipe");
  say({.mac = machine(1), .boot_file = "usual"});
  EXPECT_EQ(file_told(discover(machine(1)), false), "usual");
}

TEST_F(ServerHostsTest, keeps_what_the_configuration_reserves) {
  // Goal: of the machine of a reservation the board changes what it says, and nothing else.
  const wire::MacAddress node9{{0x52, 0x54, 0, 0, 0, 9}};
  const auto offer_to_node9 = [&] {
    support::DhcpSpec spec = discover(node9);
    spec.options.push_back({55, {12, 3}});
    return reply_to(spec);
  };
  say({.mac = node9, .boot_file = "wipe"});
  EXPECT_EQ(offer_to_node9().yiaddr(), "10.20.1.9");
  EXPECT_EQ(offer_to_node9().find(12), text_value("node9"));
  EXPECT_EQ(offer_to_node9().find(3), support::address_value("10.20.0.1"));
  EXPECT_EQ(file_told(discover(node9), false), "wipe");
  say({.mac = node9, .address = address("10.20.16.12"), .hostname = "spare"});
  EXPECT_EQ(offer_to_node9().yiaddr(), "10.20.16.12");
  EXPECT_EQ(offer_to_node9().find(12), text_value("spare"));
  EXPECT_EQ(file_told(discover(node9), false), "rescue.ipxe");
  board_.erase(node9);
  EXPECT_EQ(offer_to_node9().yiaddr(), "10.20.1.9");
}

TEST_F(ServerHostsTest, answers_without_allocating) {
  // Goal: hot modules: what is said of a machine costs no memory.
  say({.mac = machine(1),
       .address = address("10.20.16.17"),
       .hostname = "a",
       .boot_file = "own/{mac:hex}/{hostname}"});
  for (const auto& spec : {discover(machine(1)), selecting("10.20.16.17", machine(1))}) {
    const support::DhcpBytes bytes = dhcp_message(spec);
    const Records records{.leases = server_.leases(), .hosts = &board_};
    const std::uint64_t before = support::allocations();
    const Decision decision =
        dhcp::answer(server_.policy(), records, server_.files(), arrival_, bytes, out_);
    EXPECT_EQ(support::allocations(), before);
    EXPECT_TRUE(std::holds_alternative<Reply>(decision));
  }
}

TEST_F(ServerHostsTest, names_the_file_where_no_subnet_is) {
  // Goal: a proxy's machines too, though nothing is known of where they are.
  arrival_.network = 1;
  EXPECT_EQ(file_told(discover(machine(1)), true), "boot.ipxe");
  say({.mac = machine(1), .address = address("10.20.16.17"), .boot_file = "wipe"});
  EXPECT_EQ(file_told(discover(machine(1)), true), "wipe");
  say({.mac = machine(1), .is_local = true});
  support::DhcpSpec spec = discover(machine(1));
  spec.options.push_back({60, text_value("PXEClient")});
  spec.options.push_back({93, {0, 0}});
  EXPECT_EQ(drop_of(spec), "dhcp_no_boot_file");
}

TEST_F(ServerHostsTest, names_the_file_on_the_boot_servers_port) {
  // Goal: port 4011 says what port 67 says.
  arrival_.destination_port = kPxePort;
  arrival_.source = address("10.20.9.9");
  say({.mac = machine(1), .boot_file = "wipe"});
  EXPECT_EQ(file_told(message(kRequest, machine(1)), false), "wipe");
}

// An appliance that serves those alone that it knows, with a class that has options.
class ServerHostsUnknown : public ServerHostsTest {
 protected:
  static config::Settings settings() {
    config::Settings made = support::example_settings();
    made.limits.unknown_clients = config::UnknownClients::ignore;
    made.dhcp.classes = {{.name = "lab", .options = {{225, {7}, true}}}};
    return made;
  }
  ServerHostsUnknown() : ServerHostsTest(settings()) {}
};

TEST_F(ServerHostsUnknown, serves_whom_something_is_said_of) {
  // Goal: `unknown-clients: ignore` needs no change for a machine that an operator names.
  EXPECT_EQ(drop_of(discover(machine(1))), "dhcp_client_ignored");
  say({.mac = machine(1), .hostname = "a"});
  EXPECT_EQ(reply_to(discover(machine(1))).yiaddr(), "10.20.16.10");
  EXPECT_EQ(drop_of(discover(machine(2))), "dhcp_client_ignored");
  board_.erase(machine(1));
  EXPECT_EQ(drop_of(discover(machine(1))), "dhcp_client_ignored");
}

TEST_F(ServerHostsUnknown, knows_nobody_of_whom_nothing_is_said_any_more) {
  // Goal: of a machine that has booted its file once, the folder is kept for TFTP alone.
  BoardHost over = compile_host({.mac = machine(1), .boot_once = "wipe/x"}, 0, std::nullopt,
                                server_.policy().owner_key());
  over.once.reset();
  ASSERT_FALSE(over.directories.empty());
  board_.put(std::move(over));
  EXPECT_EQ(drop_of(discover(machine(1))), "dhcp_client_ignored");
}

TEST_F(ServerHostsUnknown, gives_the_options_of_classes_that_are_said) {
  // Goal: a class of a machine counts as one that it matches.
  say({.mac = machine(1), .classes = {"lab"}}, 1);
  say({.mac = machine(2), .hostname = "a"});
  EXPECT_EQ(reply_to(discover(machine(1))).find(225), (support::DhcpBytes{7}));
  EXPECT_EQ(reply_to(discover(machine(2))).find(225), std::nullopt);
}

}  // namespace
}  // namespace stentor::dhcp
