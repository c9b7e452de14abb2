// SPDX-License-Identifier: BSD-3-Clause
// Goal: this exact TFTP message from this client: which answer? Runs the cases of *.golden tables
// against a whole worker; every case starts with a fresh one. It has the network 10.20.0.2/16 with
// an MTU of 9,000, clients behind routers in 10.19.0.0/16 and 10.21.0.0/16; 10.30.0.0/16 may fetch
// too, and an address may have three transfers at a time. Its images are "file" of 20,000 bytes,
// "text" of three lines, "Boot/BCD" of 1,000, "boot/bcd" of 2,000, "grubx64.efi" of 3,000;
// "efi/shimx64.efi" of 512 and "efi/mm.efi" of 5,120; a "grub.cfg" of 100 in the root, of 600 in
// "52-54-00-12-34-56", of 1,100 in "hosts/10.20.16.1", of 1,600 in "9ffefdef"; "secrets/key" of
// 700, "loader" of 900 and 1,800 in "52-54-00-12-34-56". `with:` is a section of the configuration,
// in place of the one there is.
//
// What goes in: the message, then words:
//   dhcp                  DISCOVER and REQUEST of the address that is offered; in a network with
//                         `dhcp: proxy` the DISCOVER alone
//     CODE=VALUE            an option of both: "text", xHEX
//     giaddr=               of both
//   rrq NAME, wrq NAME    a request; NAME may be fill:N, N times the letter a
//     mode=WORD OPTION=VALUE    of it, in this order
//   ack N, error N        to the server port of the last OACK or DATA, unless to= says otherwise
//   raw "TEXT"            the message's bytes; \0 to \9, \\ and \xHH are one byte each
//   src= sport= to= mac=  how it arrived (to=69 for requests and raw); tag=VLAN
//   +MILLISECONDS         time that passes before it
// What comes out: `drop REASON`, or the message type and its number, then words:
//   leased ADDRESS        of an ACK; `proxied` of a proxy's OFFER
//     file= size=           of it: header field and option 13 in bytes (- : none)
//   oack, data N, error N "TEXT"
//   OPTION=VALUE          of an OACK; it has no others, and none with an empty VALUE
//   frames=N              how many frames came; one, unless it says otherwise
//   ip-bytes=N            the IPv4 total length of the last
//   text="TEXT"           the last one's payload, written like raw's
//   refused=REASON        under which name a refusal was counted
//
// Whatever the case says, an ERROR frame is no longer than the frame that it answers, and goes to
// where that came from.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "golden/golden_main.h"
#include "support/dhcp_builder.h"
#include "support/rig.h"
#include "support/tftp_builder.h"

namespace stentor::golden {
namespace {

using support::ByteVector;
using support::TftpReply;

constexpr base::Time kStart{std::chrono::hours{1}};
constexpr std::uint16_t kClientPort = 2070;

constexpr const char* kConfig = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks:
      - {address: 10.20.0.2/16, mtu: 9000}
      - {vlan: 120, address: 10.120.0.2/16, dhcp: none}
limits: {transfers-per-client: 3}
)";

constexpr const char* kDhcp = R"(dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}
    - {subnet: 10.19.0.0/16, pools: [10.19.16.0-10.19.16.255]}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.16.255]}
)";

std::string config_of(const Case& read) {
  const auto has = [&read](const char* key) { return read.with.find(key) != std::string::npos; };
  return kConfig + read.with + (has("dhcp:\n") ? "" : kDhcp) +
         (has("images:") ? "" : "images: {root: /srv/images}\n") +
         (has("tftp:") ? "" : "tftp: {pace: none, allow: [10.30.0.0/16]}\n");
}

// What stands between the quotes of a word.
std::string unescaped(std::string_view text) {
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (text.at(++i) == 'x') {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      bytes += text[i] >= '0' && text[i] <= '9' ? static_cast<char>(text[i] - '0') : text[i];
    }
  }
  return bytes;
}

std::string file_name(const std::string& word) {
  constexpr std::string_view kFill = "fill:";
  if (!word.starts_with(kFill)) return word;
  return std::string(std::stoul(word.substr(kFill.size())), 'a');
}

struct Input {
  ByteVector message{};
  support::EthernetSpec ethernet{};
  support::Ipv4Spec ip{};
  support::UdpSpec udp{};
};

// The words that are no options of a request.
bool set_arrival(Input& input, std::string_view key, std::string_view value) {
  const auto number = [&] { return static_cast<std::uint16_t>(std::stoul(std::string(value))); };
  if (key == "src") {
    input.ip.source = value;
  } else if (key == "mac") {
    input.ethernet.source = value;
  } else if (key == "sport") {
    input.udp.source_port = number();
  } else if (key == "to") {
    input.udp.destination_port = number();
  } else if (key == "tag") {
    input.ethernet.tags = {{number()}};
    input.ip.destination = "10.120.0.2";
  } else {
    return false;
  }
  return true;
}

// Where the IPv4 header stands, behind any tags.
std::size_t ipv4_at(const ByteVector& frame) {
  std::size_t at = 12;
  while (frame[at] != 0x08 || frame[at + 1] != 0x00) at += 4;
  return at + 2;
}

class TftpCase : public testing::Test {
 public:
  explicit TftpCase(const Case& read) : case_(read) {}

  void TestBody() override {
    SCOPED_TRACE(case_.cites);
    for (const Step& step : case_.steps) {
      SCOPED_TRACE("line " + std::to_string(step.line));
      run(step);
    }
    EXPECT_EQ(rig_.buffers_in_use(), 0u);
  }

 private:
  Input read_input(const Step& step) {
    const std::string& type = step.in[0];
    const bool is_request = type == "rrq" || type == "wrq";
    Input input{.udp = {.source_port = kClientPort, .destination_port = 69}};
    if (!is_request && type != "raw") input.udp.destination_port = server_port_;
    std::string mode = "octet";
    support::TftpOptions options;
    for (std::size_t i = 2; i < step.in.size(); ++i) {
      const std::string& word = step.in[i];
      if (word[0] == '+') {
        now_ += std::chrono::milliseconds{std::stoi(word.substr(1))};
        continue;
      }
      const std::size_t equals = word.find('=');
      const std::string_view key = std::string_view(word).substr(0, equals);
      const std::string_view value = std::string_view(word).substr(equals + 1);
      if (key == "mode") {
        mode = value;
      } else if (!set_arrival(input, key, value)) {
        options.emplace_back(key, value);
      }
    }
    if (is_request) {
      const std::uint16_t opcode = type == "rrq" ? 1 : 2;
      input.message = support::tftp_request(file_name(step.in.at(1)), options, mode, opcode);
    } else if (type == "raw") {
      const std::string bytes = unescaped(step.in.at(1));
      input.message.assign(bytes.begin(), bytes.end());
    } else {
      const auto number = static_cast<std::uint16_t>(std::stoul(step.in.at(1)));
      input.message = type == "ack" ? support::tftp_ack(number) : support::tftp_error(number, "");
    }
    return input;
  }

  // Every value is a text in quotes, or bytes in hexadecimal.
  static support::DhcpBytes value_of(const std::string& word) {
    if (word.starts_with('"')) return support::text_value(word.substr(1, word.size() - 2));
    support::DhcpBytes bytes;
    for (std::size_t i = 1; i + 1 < word.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(word.substr(i, 2), nullptr, 16)));
    }
    return bytes;
  }

  // The answer to a DHCP message of `type`; nullopt: none.
  std::optional<support::DhcpReply> send_dhcp(support::DhcpSpec spec, const Input& input,
                                              std::uint8_t type) {
    spec.options.insert(spec.options.begin(), support::DhcpOption{53, {type}});
    const bool is_relayed = spec.giaddr != "0.0.0.0";
    support::EthernetSpec ethernet = input.ethernet;
    support::Ipv4Spec ip{.source = spec.giaddr, .destination = "10.20.0.2"};
    if (!is_relayed) {
      ethernet.destination = support::kBroadcastMac;
      ip.destination = "255.255.255.255";
    }
    const auto source_port = static_cast<std::uint16_t>(is_relayed ? 67 : 68);
    const auto sent = rig_.exchange(
        support::udp_frame(ethernet, ip, {source_port, 67}, dhcp_message(spec)), now_);
    if (sent.size() != 1) return std::nullopt;
    ByteVector payload(sent[0].begin() + static_cast<long>(ipv4_at(sent[0])) + 28, sent[0].end());
    return support::read_dhcp_reply(payload);
  }

  void run_dhcp(const Step& step) {
    Input input{};
    support::DhcpSpec spec;
    for (std::size_t i = 1; i < step.in.size(); ++i) {
      const std::string_view word = step.in[i];
      const std::size_t equals = std::min(word.find('='), word.size() - 1);
      const std::string_view key = word.substr(0, equals);
      const std::string_view value = word.substr(equals + 1);
      if (word[0] == '+') {
        now_ += std::chrono::milliseconds{std::stoi(std::string(word.substr(1)))};
      } else if (key == "giaddr") {
        spec.giaddr = value;
      } else if (!set_arrival(input, key, value)) {
        spec.options.push_back({std::stoi(std::string(key)), value_of(std::string(value))});
      }
    }
    if (spec.giaddr == "0.0.0.0") {
      const ByteVector mac = support::mac_bytes(input.ethernet.source);
      spec.chaddr.assign(mac.begin(), mac.end());
    }
    auto reply = send_dhcp(spec, input, 1);
    ASSERT_TRUE(reply) << "no offer";
    if (step.out[0] == "leased") {
      spec.options.push_back({50, support::address_value(reply->yiaddr())});
      spec.options.push_back({54, support::address_value("10.20.0.2")});
      reply = send_dhcp(spec, input, 3);
      ASSERT_TRUE(reply) << "no ack";
      EXPECT_EQ(reply->yiaddr(), step.out.at(1));
    } else {
      ASSERT_EQ(step.out[0], "proxied");
      EXPECT_EQ(reply->yiaddr(), "0.0.0.0");
    }
    for (std::size_t i = step.out[0] == "leased" ? 2 : 1; i < step.out.size(); ++i) {
      const std::string key = step.out[i].substr(0, step.out[i].find('='));
      const std::string value = step.out[i].substr(key.size() + 1);
      if (key == "file") {
        EXPECT_EQ(reply->file(), value == "-" ? "" : value);
      } else {
        ASSERT_EQ(key, "size");
        const auto size = reply->find(13);
        const std::string said =
            size ? std::to_string((size->at(0) << 8 | size->at(1)) * 512) : "-";
        EXPECT_EQ(said, value);
      }
    }
  }

  void run(const Step& step) {
    if (step.in[0] == "dhcp") return run_dhcp(step);
    const auto drops = all_drops();
    const Input input = read_input(step);
    const ByteVector frame = support::udp_frame(input.ethernet, input.ip, input.udp, input.message);
    const std::vector<ByteVector> sent = rig_.exchange(frame, now_);
    if (step.out[0] == "drop") {
      EXPECT_TRUE(sent.empty());
      EXPECT_EQ(newly_dropped(drops), step.out.at(1));
      return;
    }
    ASSERT_FALSE(sent.empty()) << "dropped: " << newly_dropped(drops);
    EXPECT_EQ(newly_dropped(drops), "");
    check_reply(step, input, frame, sent);
  }

  void check_reply(const Step& step, const Input& input, const ByteVector& request,
                   const std::vector<ByteVector>& sent) {
    const ByteVector& last = sent.back();
    EXPECT_EQ(ByteVector(last.begin(), last.begin() + 6),
              support::mac_bytes(input.ethernet.source));
    const std::size_t ipv4 = ipv4_at(last);
    const auto destination = last.begin() + static_cast<long>(ipv4) + 16;
    EXPECT_EQ(ByteVector(destination, destination + 4), support::address_bytes(input.ip.source));
    TftpReply reply = support::tftp_reply(untagged(last));
    if (reply.opcode != 5) server_port_ = reply.source_port;
    std::size_t word = 1;
    if (step.out[0] == "error") {
      EXPECT_LE(last.size(), request.size());
      ASSERT_EQ(reply.opcode, 5);
      EXPECT_EQ(std::to_string(reply.number), step.out.at(word++));
      ASSERT_FALSE(reply.data.empty());
      EXPECT_EQ(reply.data.back(), 0);
      EXPECT_EQ(std::string(reply.data.begin(), reply.data.end() - 1),
                unescaped(step.out.at(word++)));
    } else if (step.out[0] == "data") {
      ASSERT_EQ(reply.opcode, 3);
      EXPECT_EQ(std::to_string(reply.number), step.out.at(word++));
    } else {
      ASSERT_EQ(step.out[0], "oack");
      ASSERT_EQ(reply.opcode, 6);
    }
    std::string frames = "1";
    std::set<std::string> named;
    for (; word < step.out.size(); ++word) {
      const std::size_t equals = step.out[word].find('=');
      const std::string key = step.out[word].substr(0, equals);
      const std::string value = step.out[word].substr(equals + 1);
      if (key == "frames") {
        frames = value;
      } else if (key == "refused") {
        EXPECT_EQ(newly_refused(), value);
      } else if (key == "text") {
        EXPECT_EQ(std::string(reply.data.begin(), reply.data.end()), unescaped(value));
      } else if (key == "ip-bytes") {
        EXPECT_EQ(std::to_string(last[ipv4 + 2] << 8 | last[ipv4 + 3]), value);
      } else {
        EXPECT_EQ(reply.options[key], value) << key;
        named.insert(key);
      }
    }
    for (const auto& [option, value] : reply.options) {
      EXPECT_TRUE(named.contains(option)) << "an option that nobody named: " << option << value;
    }
    EXPECT_EQ(std::to_string(sent.size()), frames);
  }

  static ByteVector untagged(ByteVector frame) {
    frame.erase(frame.begin() + 12, frame.begin() + static_cast<long>(ipv4_at(frame)) - 2);
    frame.resize(std::max<std::size_t>(frame.size(), 60));
    return frame;
  }

  std::vector<std::uint64_t> all_drops() {
    std::vector<std::uint64_t> counts;
    for (const auto& drop : rig_.worker().counters().drops) counts.push_back(drop.value());
    return counts;
  }
  // The names of the reasons that were counted since.
  std::string newly_dropped(const std::vector<std::uint64_t>& before) {
    std::string names;
    const auto counts = all_drops();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] != before[i])
        names += std::string(names.empty() ? "" : " ") + std::string(wire::kDropReasons[i].name);
    }
    return names;
  }

  // The name of the one refusal that was counted since the last call.
  std::string newly_refused() {
    std::string names;
    const auto& counters = rig_.worker().counters();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < tftp::kRefusalCount; ++i) {
      sum += counters.refusals[i].value();
      if (counters.refusals[i].value() != std::exchange(refusals_[i], counters.refusals[i].value()))
        names += tftp::kRefusals[i].name;
    }
    EXPECT_EQ(counters.transfers_refused.value(), sum);
    return names;
  }

  Case case_;
  std::array<std::uint64_t, tftp::kRefusalCount> refusals_{};
  support::Rig rig_{{.yaml = config_of(case_),
                     .images = {{"file", support::patterned(20'000)},
                                {"text", {'a', '\n', 'b', '\r', 'c', '\n'}},
                                {"Boot/BCD", support::patterned(1'000)},
                                {"boot/bcd", support::patterned(2'000)},
                                {"grubx64.efi", support::patterned(3'000)},
                                {"efi/shimx64.efi", support::patterned(512)},
                                {"efi/mm.efi", support::patterned(5'120)},
                                {"grub.cfg", support::patterned(100)},
                                {"52-54-00-12-34-56/grub.cfg", support::patterned(600)},
                                {"hosts/10.20.16.1/grub.cfg", support::patterned(1'100)},
                                {"9ffefdef/grub.cfg", support::patterned(1'600)},
                                {"secrets/key", support::patterned(700)},
                                {"loader", support::patterned(900)},
                                {"52-54-00-12-34-56/loader", support::patterned(1'800)}}},
                    kStart};
  base::Time now_ = kStart;
  std::uint16_t server_port_ = 0;
};

}  // namespace
}  // namespace stentor::golden

int main(int argc, char** argv) {
  return stentor::golden::run_tables<stentor::golden::TftpCase>(argc, argv);
}
