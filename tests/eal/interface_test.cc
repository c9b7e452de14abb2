// SPDX-License-Identifier: BSD-3-Clause
// Goal: an interface of the kernel is served through AF_XDP or AF_PACKET, the kernel is silent
// about what the appliance answers and about nothing else, and the interface comes back as it was.
#include "dpdk/interface.h"

#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "dpdk/interface_claim.h"
#include "dpdk/interface_devices.h"
#include "dpdk/kernel_silence.h"
#include "running_eal.h"
#include "veth.h"
#include "wire/checksum.h"
#include "wire/frame.h"

namespace stentor::dpdk {
namespace {

constexpr wire::Ipv4Address kOurs{0x0a630001};    // 10.99.0.1
constexpr wire::Ipv4Address kClient{0x0a630009};  // 10.99.0.9
constexpr wire::MacAddress kClientMac{{2, 0, 0, 0, 0, 9}};
// Above this AF_XDP does not attach, and AF_PACKET serves.
constexpr unsigned kJumboMtu = 9000;

const SilenceRules kRules = {{kOurs}, {{67, 67}, {69, 69}, {4011, 4011}, {49152, 65535}}};

wire::Link to_us(const Port& port) {
  return {.destination = port.traits().mac, .source = kClientMac};
}

std::vector<std::uint8_t> arp_request(wire::Ipv4Address target) {
  std::vector<std::uint8_t> frame(64);
  const wire::Link link{.destination = wire::MacAddress::broadcast(), .source = kClientMac};
  frame.resize(wire::write_arp(
      frame, link, {wire::ArpMessage::kRequest, kClientMac, kClient, wire::MacAddress{}, target}));
  return frame;
}

std::vector<std::uint8_t> udp_to(const Port& port, std::uint16_t destination_port) {
  const wire::Link link = to_us(port);
  std::vector<std::uint8_t> frame(128);
  frame.resize(wire::write_udp_frame(frame, link, {kClient, kOurs, 2000, destination_port}, 20));
  return frame;
}

// RFC 792: type 8, identifier 1, sequence 1. The headers are those of a UDP frame, retyped.
std::vector<std::uint8_t> echo_request(const Port& port) {
  std::vector<std::uint8_t> frame = udp_to(port, 0);
  std::uint8_t* ip = frame.data() + 14;
  ip[9] = 1;
  ip[10] = ip[11] = 0;
  base::store_big_endian(ip + 10, wire::checksum(wire::sum_of({ip, 20})));
  std::uint8_t* icmp = ip + 20;
  std::fill_n(icmp, 28, std::uint8_t{0});
  icmp[0] = 8;
  icmp[5] = icmp[7] = 1;
  base::store_big_endian(icmp + 2, wire::checksum(wire::sum_of({icmp, 28})));
  return frame;
}

std::unique_ptr<Port> open_silent(const std::string& name, unsigned queues = 1) {
  PortOptions options = port_options("interface:" + name, queues);
  options.silence = kRules;
  auto port = Port::open(options, test_log());
  EXPECT_TRUE(port.has_value()) << (port ? "" : port.error().sentence);
  return port ? std::move(*port) : nullptr;
}

// What the port received so far.
std::set<std::vector<std::uint8_t>> drain(Queue& queue) {
  std::set<std::vector<std::uint8_t>> frames;
  rte_mbuf* frame = nullptr;
  while (queue.receive({&frame, 1}) == 1) {
    const base::Bytes bytes = queue.bytes(frame);
    frames.emplace(bytes.begin(), bytes.end());
    queue.release(frame);
  }
  return frames;
}

// Both ways, every length; then so many frames that each mbuf of the pool has its turn.
void exchange_frames(Veth& veth, Port& port, std::size_t longest) {
  Queue& queue = port.queue(0);
  for (const std::size_t bytes : {std::size_t{60}, std::size_t{342}, longest}) {
    const auto frame = experimental_frame(bytes, 5);
    veth.inject(frame);
    EXPECT_EQ(receive_one(queue), frame);
    ASSERT_TRUE(send(queue, queue.make(frame)));
    const auto header = base::Bytes(frame).first(46);
    ASSERT_TRUE(
        send(queue, queue.make_data(worker::PlainData{header, base::Bytes(frame).subspan(46)})));
    const auto seen = veth.sniff(200);
    ASSERT_EQ(seen.size(), 2u) << bytes << " bytes";
    EXPECT_EQ(seen[0], frame);
    EXPECT_EQ(seen[1], frame);
  }
  for (int i = 0; i < 20'000; ++i) {
    const auto frame = experimental_frame(60, static_cast<std::uint8_t>(i));
    veth.inject(frame);
    ASSERT_EQ(receive_one(queue), frame) << "frame " << i;
  }
}

TEST(Interface, IsServedThroughAfXdp) {
  Veth veth("xdp0");
  const auto port = open_silent("xdp0");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->description(), "AF_XDP on xdp0");
  EXPECT_EQ(port->traits().mtu, 1500);
  EXPECT_TRUE(port->link_up());
  exchange_frames(veth, *port, 1514);
  EXPECT_EQ(port->image_references(), 0u);
}

TEST(Interface, OpensEveryQueueForAfXdp) {
  Veth veth("xdp1", 1500, 2);
  const std::string before = output_of("ethtool -l xdp1 | tail -5");
  {
    const auto port = open_silent("xdp1", 2);
    ASSERT_TRUE(port);
    ASSERT_EQ(port->queue_count(), 2u);
    EXPECT_EQ(port->description(), "AF_XDP on xdp1");
    // The kernel's flow hash chooses the queue: nothing is lost, whichever it is.
    for (int i = 0; i < 64; ++i) veth.inject(udp_to(*port, static_cast<std::uint16_t>(49152 + i)));
    std::size_t received = 0;
    for (int i = 0; i < 100 && received < 64; ++i) {
      received += drain(port->queue(0)).size() + drain(port->queue(1)).size();
      ::usleep(1000);
    }
    EXPECT_EQ(received, 64u);
  }
  EXPECT_EQ(output_of("ethtool -l xdp1 | tail -5"), before);
}

TEST(Interface, FallsBackToAfPacketAndSaysWhy) {
  Veth veth("pkt0", kJumboMtu);
  take_log();
  const auto port = open_silent("pkt0");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->description(), "AF_PACKET on pkt0");
  EXPECT_NE(take_log().find("is served through AF_PACKET"), std::string::npos);
  EXPECT_EQ(port->traits().mtu, kJumboMtu);
  exchange_frames(veth, *port, 9014);
  EXPECT_EQ(port->frames_in_use(), 0u);
}

std::vector<std::uint8_t> tagged_request(std::uint16_t outer_kind) {
  std::vector<std::uint8_t> frame(64);
  const wire::Link link{.destination = wire::MacAddress::broadcast(),
                        .source = kClientMac,
                        .tags = {{{outer_kind, 100}, {0x8100, 7}}},
                        .tag_count = 2};
  frame.resize(wire::write_arp(
      frame, link, {wire::ArpMessage::kRequest, kClientMac, kClient, wire::MacAddress{}, kOurs}));
  return frame;
}

// The kernel takes the outer tag out of the frame, and the driver puts it back as 802.1Q's.
TEST(Interface, KeepsTheKindOfAnOuterTagThroughAfPacket) {
  Veth veth("pkt9", kJumboMtu);
  run("ethtool -K pkt9p tx-vlan-stag-hw-insert off");
  PortOptions options = port_options("interface:pkt9");
  options.mtu_under_two = 1500;
  auto port = Port::open(options, test_log());
  ASSERT_TRUE(port.has_value()) << port.error().sentence;
  ASSERT_EQ((*port)->description(), "AF_PACKET on pkt9");
  const std::set<std::vector<std::uint8_t>> sent = {tagged_request(0x88a8), tagged_request(0x8100),
                                                    experimental_frame(60, 1)};
  for (const auto& frame : sent) veth.inject(frame);
  std::set<std::vector<std::uint8_t>> received;
  for (int i = 0; i < 200 && received.size() < sent.size(); ++i) {
    received.merge(drain((*port)->queue(0)));
    ::usleep(1000);
  }
  EXPECT_EQ(received, sent);
  port->reset();
  EXPECT_EQ(output_of("ip -d link show pkt9 | grep -c xdp"), "0\n");
}

// The host may have 802.1ad devices of its own beside a network of one tag.
TEST(Interface, LeavesServiceTagsToTheKernelWithoutANetworkUnderTwo) {
  Veth veth("pkt9", kJumboMtu);
  const PortOptions options = port_options("interface:pkt9");
  const auto port = Port::open(options, test_log());
  ASSERT_TRUE(port.has_value()) << port.error().sentence;
  ASSERT_EQ((*port)->description(), "AF_PACKET on pkt9");
  EXPECT_EQ(output_of("ip -d link show pkt9 | grep -c xdp"), "0\n");
}

TEST(InterfaceLoan, KeepsServiceTagsInTheFrameUntilItEnds) {
  Veth veth("pkt9");
  const auto stripping = [] {
    return output_of("ethtool -k pkt9 | grep rx-vlan-stag-hw-parse | cut -d ' ' -f 2");
  };
  ASSERT_EQ(stripping(), "on\n");
  {
    const auto loan = InterfaceLoan::take("pkt9", 1, test_log());
    ASSERT_TRUE(loan.has_value());
    EXPECT_TRUE((*loan)->keep_vlan_tags());
    EXPECT_EQ(stripping(), "off\n");
  }
  EXPECT_EQ(stripping(), "on\n");
}

TEST(Interface, RefusesBlocksThatAPacketSocketCannotSendUnderTwoTags) {
  Veth veth("pkt8", kJumboMtu);
  PortOptions options = port_options("interface:pkt8");
  options.mtu_under_two = kJumboMtu - 7;
  const auto refused = Port::open(options, test_log());
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().sentence.find("carries 8992 there"), std::string::npos)
      << refused.error().sentence;
  EXPECT_NE(refused.error().sentence.find("`ip link set pkt8 mtu 9001`"), std::string::npos);
  options.mtu_under_two = kJumboMtu - 8;
  EXPECT_TRUE(Port::open(options, test_log()).has_value());
}

TEST(Interface, IsEthernetOrRefused) {
  const auto facts = read_interface("lo");
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("`lo` carries no Ethernet frames"), std::string::npos)
      << facts.error().sentence;
}

// Goal: where no interface has enough, none is asked for more.
TEST(Interface, NamesNoMtuThatWouldNotHelp) {
  Veth veth("pkt14", 65535);
  PortOptions options = port_options("interface:pkt14");
  options.mtu_under_two = kInterfaceMtuMax - 7;
  const auto refused = Port::open(options, test_log());
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().sentence.ends_with("carries 61278 there: lower it."))
      << refused.error().sentence;
}

TEST(KernelSilence, DropsWhatTheApplianceAnswers) {
  Veth veth("pkt1", kJumboMtu);
  const auto port = open_silent("pkt1");
  ASSERT_TRUE(port);
  veth.sniff(50);
  std::set<std::vector<std::uint8_t>> sent = {arp_request(kOurs), echo_request(*port)};
  for (const int number : {67, 69, 4011, 49152, 60000, 65535}) {
    sent.insert(udp_to(*port, static_cast<std::uint16_t>(number)));
  }
  for (const auto& frame : sent) veth.inject(frame);
  EXPECT_TRUE(veth.sniff(300).empty());
  EXPECT_EQ(drain(port->queue(0)), sent) << "the appliance itself still sees them";
}

TEST(KernelSilence, LeavesTheKernelEverythingElse) {
  Veth veth("pkt2", kJumboMtu);
  const auto port = open_silent("pkt2");
  ASSERT_TRUE(port);
  // The driver sets the interface's own MAC again, and the kernel forgets its neighbours.
  veth.know_neighbour();
  veth.sniff(50);
  veth.inject(udp_to(*port, 5000));
  const auto unreachable = veth.sniff(300);
  ASSERT_EQ(unreachable.size(), 1u);
  EXPECT_EQ(unreachable[0][23], 1) << "an ICMP error";
}

TEST(KernelSilence, EndsWithThePort) {
  Veth veth("pkt3", kJumboMtu);
  auto port = open_silent("pkt3");
  ASSERT_TRUE(port);
  const auto request = udp_to(*port, 69);
  EXPECT_NE(output_of("tc qdisc show dev pkt3").find("clsact"), std::string::npos);
  port.reset();
  EXPECT_EQ(output_of("tc qdisc show dev pkt3").find("clsact"), std::string::npos);
  veth.know_neighbour();
  veth.sniff(50);
  veth.inject(arp_request(kOurs));
  EXPECT_EQ(veth.sniff(300).size(), 1u);
  veth.inject(request);
  EXPECT_EQ(veth.sniff(300).size(), 1u);
}

TEST(KernelSilence, TakesOverWhatACrashLeftBehind) {
  Veth veth("pkt4");
  auto first = KernelSilence::attach("pkt4", kRules);
  ASSERT_TRUE(first.has_value());
  static_cast<void>(first->release());
  auto second = KernelSilence::attach("pkt4", kRules);
  ASSERT_TRUE(second.has_value());
  const std::string filters = output_of("tc filter show dev pkt4 ingress");
  EXPECT_EQ(filters.find("handle"), filters.rfind("handle")) << filters;
  EXPECT_NE(filters.find("stentor_silence"), std::string::npos) << filters;
  second->reset();
  EXPECT_EQ(output_of("tc qdisc show dev pkt4").find("clsact"), std::string::npos);
}

TEST(KernelSilence, LeavesAnotherOnesQdisc) {
  Veth veth("pkt5");
  run("tc qdisc add dev pkt5 clsact");
  {
    auto silence = KernelSilence::attach("pkt5", kRules);
    ASSERT_TRUE(silence.has_value());
  }
  EXPECT_NE(output_of("tc qdisc show dev pkt5").find("clsact"), std::string::npos);
  EXPECT_EQ(output_of("tc filter show dev pkt5 ingress"), "");
}

TEST(Interface, ComesBackDownIfItWasDown) {
  Veth veth("pkt6", kJumboMtu);
  run("ip link set pkt6 down");
  take_log();
  {
    const auto port = open_silent("pkt6");
    ASSERT_TRUE(port);
    EXPECT_NE(output_of("ip link show pkt6").find(",UP"), std::string::npos);
    EXPECT_NE(take_log().find("was down: it is brought up"), std::string::npos);
  }
  EXPECT_EQ(output_of("ip link show pkt6").find(",UP"), std::string::npos);
}

TEST(Interface, LosesNothingButWhatItWasGiven) {
  Veth veth("xdp2");
  const auto look = [] {
    return output_of(
        "ip addr show xdp2; ip neigh show dev xdp2; ethtool -k xdp2; tc qdisc show dev xdp2");
  };
  const std::string before = look();
  { const auto port = open_silent("xdp2"); }
  EXPECT_EQ(look(), before);
}

TEST(Interface, ReceivesForEveryMacAddressWhenToldTo) {
  Veth veth("pkt9", kJumboMtu);
  const auto promiscuous = [] {
    return output_of("ip -d link show pkt9").find("promiscuity 0") == std::string::npos;
  };
  ASSERT_FALSE(promiscuous());
  PortOptions options = port_options("interface:pkt9");
  options.promiscuous = true;
  {
    const auto port = Port::open(options, test_log());
    ASSERT_TRUE(port.has_value()) << port.error().sentence;
    EXPECT_TRUE(promiscuous());
  }
  EXPECT_FALSE(promiscuous()) << "the interface is given back as it was";
}

TEST(InterfaceClaim, HoldsUntilItGoes) {
  Veth veth("pkt10", kJumboMtu);
  {
    const auto first = InterfaceClaim::make("pkt10");
    ASSERT_TRUE(first.has_value());
    const auto second = InterfaceClaim::make("pkt10");
    ASSERT_FALSE(second.has_value());
    EXPECT_NE(second.error().sentence.find("used by another"), std::string::npos);
  }
  EXPECT_TRUE(InterfaceClaim::make("pkt10").has_value());
}

TEST(Interface, SaysThatTheLinkIsDown) {
  Veth veth("pkt7", kJumboMtu);
  const auto port = open_silent("pkt7");
  ASSERT_TRUE(port);
  EXPECT_TRUE(port->link_up());
  run("ip link set pkt7p down");
  // The kernel tells the peer of a veth a little later, on a busy host a while later.
  for (int tries = 0; tries < 100 && port->link_up(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_FALSE(port->link_up());
}

TEST(Interface, WithTheDefaultRouteIsRefused) {
  Veth veth("pkt8", kJumboMtu);
  run("ip route add default via 10.99.0.9 dev pkt8");
  PortOptions options = port_options("interface:pkt8");
  const auto refused = Port::open(options, test_log());
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().sentence.find("--take-over"), std::string::npos);
  options.take_over_flag = "--yes-really";
  EXPECT_NE(Port::open(options, test_log()).error().sentence.find("--yes-really"),
            std::string::npos);
  options.take_over = true;
  EXPECT_TRUE(Port::open(options, test_log()).has_value());
}

// Goal: whoever is logged in through an interface is not cut off by another name for it.
TEST(Interface, WithTheDefaultRouteIsRefusedByItsAlternativeNamesToo) {
  Veth veth("pkt11");
  run("ip link property add dev pkt11 altname ens11 altname enx00112233445566778899aabbccddeeff0");
  run("ip route add default via 10.99.0.9 dev pkt11");
  for (const char* name : {"ens11", "enx00112233445566778899aabbccddeeff0"}) {
    PortOptions options = port_options("interface:ens11");
    options.device.name = name;
    const auto refused = Port::open(options, test_log());
    ASSERT_FALSE(refused.has_value()) << name;
    EXPECT_NE(refused.error().sentence.find("The interface `pkt11` has the default route"),
              std::string::npos)
        << refused.error().sentence;
    EXPECT_FALSE(Port::check(options).has_value()) << name;
  }
}

// Goal: nor by a virtual device that stands on it, wherever among the arguments it is named.
TEST(Interface, WithTheDefaultRouteIsRefusedToVirtualDevicesToo) {
  Veth veth("pkt14");
  run("ip link property add dev pkt14 altname ens14");
  run("ip route add default via 10.99.0.9 dev pkt14");
  for (const char* text :
       {"vdev:net_af_packet0,iface=pkt14", "vdev:net_af_packet0,iface=ens14",
        "vdev:net_af_packet0,qpairs=1,iface=lo,iface=pkt14", "vdev:net_af_xdp0,iface=pkt14",
        "vdev:net_tap0,iface=tap14,remote=pkt14"}) {
    PortOptions options = port_options(text);
    options.take_over_flag = "--yes-really";
    const auto refused = Port::check(options);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().sentence,
              "Port `boot0`: The interface `pkt14` has the default route, and would be taken from "
              "the system: choose another, or say --yes-really.");
    const auto port = Port::open(options, test_log());
    ASSERT_FALSE(port.has_value()) << text;
    EXPECT_EQ(port.error().sentence, refused.error().sentence);
    options.take_over = true;
    EXPECT_TRUE(Port::check(options).has_value()) << text;
  }
  EXPECT_TRUE(Port::check(port_options("vdev:net_af_packet0,iface=pkt14p")).has_value());
}

TEST(Interface, IsServedByItsAlternativeNameAndCalledByTheOther) {
  Veth veth("pkt12", kJumboMtu);
  run("ip link property add dev pkt12 altname ens12");
  const auto port = open_silent("ens12");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->description(), "AF_PACKET on pkt12");
  EXPECT_TRUE(port->link_up());
}

TEST(InterfaceClaim, IsOneForAllNames) {
  Veth veth("pkt13", kJumboMtu);
  run("ip link property add dev pkt13 altname ens13 altname enx00112233445566778899aabbccddeeff1");
  const auto first = InterfaceClaim::make("enx00112233445566778899aabbccddeeff1");
  ASSERT_TRUE(first.has_value()) << first.error().sentence;
  for (const char* name : {"pkt13", "ens13"}) {
    const auto second = InterfaceClaim::make(name);
    ASSERT_FALSE(second.has_value()) << name;
    EXPECT_NE(second.error().sentence.find("used by another"), std::string::npos);
  }
}

}  // namespace
}  // namespace stentor::dpdk

int main(int argc, char** argv) {
  if (!stentor::dpdk::enter_new_network()) {
    std::fputs("skipped: a network namespace of one's own needs root\n", stderr);
    return 77;  // meson: skipped
  }
  // For the routes and addresses of the tests to work.
  if (std::system("ip link set lo up") != 0) return 1;
  return stentor::dpdk::run_tests(argc, argv);
}
