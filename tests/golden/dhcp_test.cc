// SPDX-License-Identifier: BSD-3-Clause
// Goal: this exact message, in this exact state: which reply? Runs the cases of *.golden tables
// against the server of support/dhcp_fixture.h; every case starts with a fresh one. `with:` makes
// it the server of a configuration. Lines with a section `dhcp:` are that whole configuration, on
// the networks 10.20.0.2/16 (0) and, if it has such a subnet, VLAN 30 with 10.30.0.2/16 (1). Others
// are keys of `dhcp`, or sections like boot and limits, beside what kConfig, kSubnets and kBoot
// say. What follows `with: hosts.csv:` is the file /hosts.csv.
//
// What goes in: the message type (or `none`), then words:
//   CODE=VALUE            an option, in this order
//   mac= ciaddr= giaddr= flags=broadcast hlen= htype= op= secs= sname= file=    header fields
//   raw=HEX               what stands behind the options in place of the END
//   size= cookie=         the message's least length, zeros behind; the magic cookie
//   chaddr=HEX            where mac= (which is also the frame's source) does not do
//   net= src= dst= port= sport=                                how it arrived (port: 67 or 4011)
//   +SECONDS              time that passes before it
// What comes out: `drop REASON`, or the message type (`none`: BOOTP), then words:
//   CODE=VALUE !CODE      an option as it must be; one that must be absent
//   ciaddr= yiaddr= siaddr= giaddr= sname= file= flags=         header fields (- : empty)
//   to=ADDRESS:PORT at=MAC from=ADDRESS:PORT bytes=             where it goes, its length
//   order=A,B,C           A stands before B before C
//   last=CODE             the last option
//   chaddr=HTYPE/HLEN/MAC   whose lease a leasequery's answer is about
//   file-options=A,B      what `file` holds in place of a name (option 52)
// A VALUE: 10.0.0.1, "text", "text"0 (with a NUL), [1,2,3], u8:N u16:N u32:N, xHEX, fill:N.
//
// Every reply is checked for what holds for all of them: RFC 2131 table 3, its length, its options.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "config/parse.h"
#include "golden/golden_main.h"
#include "support/dhcp_fixture.h"

namespace stentor::golden {
namespace {

using support::DhcpBytes;
using support::DhcpReply;

// The example network once more, as a file: the subnets behind relays are in the server's mode.
const std::string kConfig = R"(
images: {root: /i}
ports:
  - name: boot0
    device: interface:eth1
    networks:
      - {address: 10.20.0.2/16}
      - {vlan: 120, address: 10.120.0.2/16, dhcp: proxy}
      - {vlan: 130, address: 10.130.0.2/16, dhcp: none}
)";
const std::string kSubnets = R"(
  subnets:
    - subnet: 10.20.0.0/16
      pools: [10.20.16.10-10.20.16.19]
      options: {routers: 10.20.0.1}
      reservations:
        - mac: "52:54:00:00:00:09"
          address: 10.20.1.9
          hostname: node9
          boot: {file: rescue.ipxe}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.10-10.21.16.19]}
    - {subnet: 10.22.0.0/16, pools: [10.22.16.10-10.22.16.19]}
)";
const std::string kBoot = R"(
boot:
  rules:
    - {match: {user-class: iPXE}, file: boot.ipxe}
    - {match: {arch: bios}, file: undionly.kpxe}
)";

bool is_section(std::string_view line) {
  constexpr std::array<std::string_view, 5> kSections{
      "boot:", "limits:", "images:", "tftp:", "ports:"};
  return std::ranges::any_of(kSections, [line](auto name) { return line.starts_with(name); });
}

std::string whole_configuration(const std::string& with) {
  const bool has_second = with.find("subnet: 10.30.0.0/16") != std::string::npos;
  return "images: {root: /i}\n"
         "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.20.0.2/16}" +
         std::string(has_second ? ", {vlan: 30, address: 10.30.0.2/16}" : "") + "]}]\n" + with;
}

std::string completed_configuration(const std::string& with) {
  std::string dhcp = "dhcp:\n";
  std::string sections;
  bool in_section = false;
  for (std::string_view rest = with; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    rest.remove_prefix(line.size());
    if (line[0] != ' ') in_section = is_section(line);
    if (in_section) {
      sections += line;
    } else {
      (dhcp += "  ") += line;
    }
  }
  if (dhcp.find("  subnets:") == std::string::npos) dhcp += kSubnets;
  if (sections.find("boot:") == std::string::npos) sections += kBoot;
  return kConfig + dhcp + sections;
}

config::Settings settings_of(const Case& read) {
  if (read.with.empty()) return support::example_settings();
  constexpr std::string_view kHosts = "hosts.csv:\n";
  const std::size_t mark = read.with.find(kHosts);
  const std::string yaml = read.with.substr(0, mark);
  const std::string csv = mark == std::string::npos ? "" : read.with.substr(mark + kHosts.size());
  const config::HostFiles files{
      [](const std::string& pattern) { return std::vector<std::string>{pattern}; },
      [&csv](const std::string& /*path*/) { return base::Result<std::string>(csv); }};
  const bool is_whole = ("\n" + yaml).find("\ndhcp:") != std::string::npos;
  auto settings = config::parse_settings(
      is_whole ? whole_configuration(yaml) : completed_configuration(yaml), read.name, {}, files);
  if (settings) return *std::move(settings);
  for (const config::Diagnostic& found : settings.error()) {
    std::fprintf(stderr, "%s\n", found.text().c_str());
  }
  std::exit(2);
}

constexpr std::array<std::string_view, 14> kTypes = {
    "none",    "discover", "offer",      "request",    "decline",    "ack",     "nak",
    "release", "inform",   "forcerenew", "leasequery", "unassigned", "unknown", "active"};

int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    std::fprintf(stderr, "'%.*s' is not a number.\n", static_cast<int>(text.size()), text.data());
    std::exit(2);
  }
  return value;
}

DhcpBytes hex(std::string_view digits) {
  DhcpBytes bytes;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ':') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

DhcpBytes list(std::string_view text) {
  DhcpBytes bytes;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    bytes.push_back(static_cast<std::uint8_t>(number(text.substr(0, comma))));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return bytes;
}

DhcpBytes value_of(std::string_view text) {
  if (text.starts_with('"')) {
    const std::size_t close = text.rfind('"');
    DhcpBytes value = support::text_value(text.substr(1, close - 1));
    if (text.substr(close + 1) == "0") value.push_back(0);
    return value;
  }
  if (text.starts_with('[')) return list(text.substr(1, text.size() - 2));
  if (text.starts_with('x')) return hex(text.substr(1));
  if (text.starts_with("u8:"))
    return support::number_value(std::stoul(std::string(text.substr(3))), 1);
  if (text.starts_with("u16:"))
    return support::number_value(std::stoul(std::string(text.substr(4))), 2);
  if (text.starts_with("u32:"))
    return support::number_value(std::stoul(std::string(text.substr(4))), 4);
  if (text.starts_with("fill:"))
    return DhcpBytes(static_cast<std::size_t>(number(text.substr(5))), 0x2a);
  return support::address_value(text);
}

wire::MacAddress mac_of(std::string_view text) {
  wire::MacAddress mac;
  const DhcpBytes bytes = hex(text);
  if (bytes.size() == mac.bytes.size()) std::ranges::copy(bytes, mac.bytes.begin());
  return mac;
}

int type_of(std::string_view word) {
  return static_cast<int>(std::ranges::find(kTypes, word) - kTypes.begin());
}

struct Input {
  support::DhcpSpec message;
  DhcpBytes behind;
  std::size_t size = 0;
  dhcp::Arrival arrival = support::DhcpFixture::arrival();
};

void set_word(Input& input, std::string_view key, std::string_view value) {
  support::DhcpSpec& message = input.message;
  if (key == "mac") {
    message.chaddr = hex(value);
    input.arrival.source_mac = mac_of(value);
  } else if (key == "chaddr") {
    message.chaddr = hex(value);
  } else if (key == "ciaddr") {
    message.ciaddr = value;
  } else if (key == "giaddr") {
    message.giaddr = value;
  } else if (key == "flags") {
    message.flags = 0x8000;
  } else if (key == "secs") {
    message.secs = static_cast<std::uint16_t>(number(value));
  } else if (key == "sname") {
    message.sname = value_of(value);
  } else if (key == "file") {
    message.file = value_of(value);
  } else if (key == "size") {
    input.size = static_cast<std::size_t>(number(value));
  } else if (key == "cookie") {
    message.cookie = static_cast<std::uint32_t>(number(value));
  } else if (key == "raw") {
    message.end = false;
    input.behind = hex(value);
  } else if (key == "hlen") {
    message.hlen = static_cast<std::uint8_t>(number(value));
  } else if (key == "htype") {
    message.htype = static_cast<std::uint8_t>(number(value));
  } else if (key == "op") {
    message.op = static_cast<std::uint8_t>(number(value));
  } else if (key == "net") {
    input.arrival.network = static_cast<dhcp::NetworkIndex>(number(value));
  } else if (key == "src") {
    input.arrival.source = support::address(value);
  } else if (key == "dst") {
    input.arrival.destination = support::address(value);
  } else if (key == "port") {
    input.arrival.destination_port = static_cast<std::uint16_t>(number(value));
  } else if (key == "sport") {
    input.arrival.source_port = static_cast<std::uint16_t>(number(value));
  } else {
    message.options.push_back({number(key), value_of(value)});
  }
}

Input read_input(const Step& step, base::Time& now) {
  Input input;
  const int type = type_of(step.in[0]);
  if (type != 0) input.message.options.push_back({53, {static_cast<std::uint8_t>(type)}});
  for (std::size_t i = 1; i < step.in.size(); ++i) {
    const std::string_view word = step.in[i];
    if (word.starts_with('+')) {
      now += std::chrono::seconds(number(word.substr(1)));
      continue;
    }
    const std::size_t equals = word.find('=');
    set_word(input, word.substr(0, equals), word.substr(equals + 1));
  }
  input.arrival.now = now;
  return input;
}

// What holds for every reply, whatever the case says.
void check_invariants(const Input& input, const DhcpReply& reply) {
  const auto& in = input.message;
  EXPECT_EQ(reply.op(), 2);
  EXPECT_EQ(reply.xid(), in.xid);
  EXPECT_EQ(reply.giaddr(), in.giaddr);
  EXPECT_TRUE(reply.ended);
  EXPECT_TRUE(reply.only_pads_behind);
  ASSERT_FALSE(reply.options.empty());
  // Whose lease a leasequery's answer is about is what was asked.
  if (reply.options[0].code == 53 && reply.options[0].value.at(0) > 10) return;
  EXPECT_EQ(reply.bytes[1], in.htype);
  EXPECT_EQ(reply.bytes[2], in.hlen);
  DhcpBytes chaddr = in.chaddr;
  chaddr.resize(16);
  EXPECT_TRUE(std::equal(chaddr.begin(), chaddr.end(), reply.bytes.begin() + 28));
}

std::string hex_text(std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[byte >> 4], kDigits[byte & 15]};
}

// The codes of the options in a field of the header, up to its END.
std::string codes_in(const DhcpReply& reply, std::size_t at, std::size_t bytes) {
  std::string codes;
  for (const std::size_t end = at + bytes; at < end && reply.bytes[at] != 255;) {
    codes += (codes.empty() ? "" : ",") + std::to_string(reply.bytes[at]);
    at += 2U + reply.bytes[at + 1];
    if (at >= end) return "without END";
  }
  return codes;
}

std::string text_or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string field_of(const DhcpReply& reply, const dhcp::Reply& route, std::string_view key) {
  const auto endpoint = [](wire::Ipv4Address address, std::uint16_t port) {
    return support::address_text(address.host()) + ":" + std::to_string(port);
  };
  if (key == "ciaddr") return reply.ciaddr();
  if (key == "yiaddr") return reply.yiaddr();
  if (key == "siaddr") return reply.siaddr();
  if (key == "giaddr") return reply.giaddr();
  if (key == "sname") return text_or_dash(reply.sname());
  if (key == "file") return text_or_dash(reply.file());
  if (key == "flags") return reply.flags() == 0x8000 ? "broadcast" : "-";
  if (key == "to") return endpoint(route.destination, route.destination_port);
  if (key == "from") return endpoint(route.source, route.source_port);
  if (key == "at") return std::string(route.destination_mac.text().view());
  if (key == "bytes") return std::to_string(reply.bytes.size());
  if (key == "chaddr") {
    std::string text = std::to_string(reply.bytes[1]) + "/" + std::to_string(reply.bytes[2]);
    for (std::size_t i = 0; i < reply.bytes[2]; ++i) {
      text += (i == 0 ? "/" : ":") + hex_text(reply.bytes.at(28 + i));
    }
    return text;
  }
  if (key == "file-options") return codes_in(reply, 108, 128);
  if (key == "last") return std::to_string(reply.options.back().code);
  std::fprintf(stderr, "no field is called '%.*s'.\n", static_cast<int>(key.size()), key.data());
  std::exit(2);
}

void check_order(const DhcpReply& reply, std::string_view codes) {
  int before = -1;
  for (const std::uint8_t code : list(codes)) {
    EXPECT_GT(reply.place_of(code), before) << "option " << int{code};
    before = reply.place_of(code);
  }
}

void check_word(const DhcpReply& reply, const dhcp::Reply& route, const std::string& word) {
  if (word[0] == '!') {
    EXPECT_EQ(reply.place_of(number(word.substr(1))), -1) << word;
    return;
  }
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  const std::string value = word.substr(equals + 1);
  if (key == "order") {
    check_order(reply, value);
  } else if (key[0] >= '0' && key[0] <= '9') {
    const auto found = reply.find(number(key));
    ASSERT_TRUE(found) << word;
    EXPECT_EQ(*found, value_of(value)) << word;
  } else {
    EXPECT_EQ(field_of(reply, route, key), value) << word;
  }
}

class DhcpCase : public testing::Test {
 public:
  explicit DhcpCase(const Case& read) : case_(read), server_(settings_of(read)) {}

  void TestBody() override {
    SCOPED_TRACE(case_.cites);
    for (const Step& step : case_.steps) {
      SCOPED_TRACE("line " + std::to_string(step.line));
      run(step);
    }
  }

 private:
  void run(const Step& step) {
    const Input input = read_input(step, now_);
    DhcpBytes message = support::dhcp_message(input.message);
    message.insert(message.end(), input.behind.begin(), input.behind.end());
    message.resize(std::max(message.size(), input.size));
    const auto decision = server_.answer(message, input.arrival);
    if (const auto* reason = std::get_if<wire::DropReason>(&decision)) {
      ASSERT_EQ(step.out[0], "drop") << "dropped: " << wire::describe(*reason).name;
      EXPECT_EQ(wire::describe(*reason).name, step.out.at(1));
      return;
    }
    ASSERT_NE(step.out[0], "drop") << "answered";
    const auto& route = std::get<dhcp::Reply>(decision);
    const auto reply = server_.read(route);
    ASSERT_TRUE(reply) << "the reply's options are not well formed";
    check_invariants(input, *reply);
    const bool may_be_short = case_.with.find("min-reply") != std::string::npos;
    EXPECT_GE(reply->bytes.size(), may_be_short ? 0U : 300U);
    if (const int type = type_of(step.out[0]); type != 0) {
      EXPECT_EQ(reply->options[0].value, DhcpBytes{static_cast<std::uint8_t>(type)});
    } else {
      EXPECT_EQ(reply->place_of(53), -1);
    }
    for (std::size_t i = 1; i < step.out.size(); ++i) check_word(*reply, route, step.out[i]);
  }

  Case case_;
  support::DhcpFixture server_;
  base::Time now_ = support::DhcpFixture::arrival().now;
};

}  // namespace
}  // namespace stentor::golden

int main(int argc, char** argv) {
  return stentor::golden::run_tables<stentor::golden::DhcpCase>(argc, argv);
}
