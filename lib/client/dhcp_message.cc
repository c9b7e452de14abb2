// SPDX-License-Identifier: BSD-3-Clause
#include "client/dhcp_message.h"

#include <cstring>

#include "base/check.h"

namespace stentor::client {
namespace {

constexpr std::uint32_t kMagicCookie = 0x63825363;
constexpr std::uint16_t kMessageBytesMax = 1472;  // option 57, as EDK2 and iPXE send it
constexpr std::size_t kBootpBytesMin = 300;       // RFC 1542 section 2.1
constexpr std::array<std::uint8_t, 4> kParameters = {1, 3, 6, 15};
// RFC 4578 section 2.4 and the boot options.
constexpr std::array<std::uint8_t, 9> kPxeParameters = {13, 43, 54, 60, 66, 67, 93, 97, 128};

void write_option(base::Writer& writer, std::uint8_t code, base::Bytes value) {
  writer.write(code);
  writer.write(static_cast<std::uint8_t>(value.size()));
  writer.write(value);
}

void write_option(base::Writer& writer, std::uint8_t code, wire::Ipv4Address value) {
  writer.write(code);
  writer.write<std::uint8_t>(4);
  writer.write(value.host());
}

void write_option(base::Writer& writer, std::uint8_t code, std::uint16_t value) {
  writer.write(code);
  writer.write<std::uint8_t>(2);
  writer.write(value);
}

void write_parameters_and_classes(base::Writer& writer, const DhcpProfile& profile,
                                  const DhcpIdentity& identity) {
  writer.write<std::uint8_t>(55);
  const std::size_t pxe_count = profile.is_pxe ? kPxeParameters.size() : 0;
  writer.write(static_cast<std::uint8_t>(kParameters.size() + pxe_count));
  writer.write(base::Bytes{kParameters});
  writer.write(base::Bytes{kPxeParameters}.first(pxe_count));
  if (!profile.vendor_class.empty()) {
    write_option(writer, 60, base::as_bytes(profile.vendor_class));
  }
  if (!profile.user_class.empty()) write_option(writer, 77, base::as_bytes(profile.user_class));
  if (!profile.is_pxe) return;
  write_option(writer, 93, profile.architecture);
  write_option(writer, 94, base::Bytes{std::array<std::uint8_t, 3>{1, 3, 16}});  // UNDI 3.16
  writer.write<std::uint8_t>(97);
  writer.write<std::uint8_t>(17);
  writer.write<std::uint8_t>(0);
  writer.write(base::Bytes{identity.uuid});
}

// Offset of the value of `code` in a message of ours, which has an END; 0 if there is none.
std::uint16_t value_offset(base::Bytes message, std::uint8_t code) {
  constexpr std::size_t kOptions = 240;
  std::size_t at = kOptions;
  while (message[at] != 255) {
    if (message[at] == code) return static_cast<std::uint16_t>(at + 2);
    at += 2u + message[at + 1];
  }
  return 0;
}

void store_address(std::uint8_t* at, wire::Ipv4Address address) {
  base::store_big_endian(at, address.host());
}

}  // namespace

// RFC 2131 table 5 says which field and option stands in which message.
std::size_t write_dhcp_message(const DhcpProfile& profile, const DhcpIdentity& identity,
                               const DhcpRequestFields& fields, base::MutableBytes out) {
  const bool by_ciaddr = fields.holds_address || fields.type == DhcpType::release;
  base::Writer writer(out);
  writer.write<std::uint8_t>(1);  // BOOTREQUEST
  writer.write<std::uint8_t>(1);  // Ethernet
  writer.write<std::uint8_t>(6);
  writer.write<std::uint8_t>(0);
  writer.write(fields.xid);
  writer.write(fields.secs);
  writer.write<std::uint16_t>(profile.wants_broadcast && !by_ciaddr ? 0x8000 : 0);
  writer.write(by_ciaddr ? fields.address.host() : 0u);
  writer.fill(12, 0);  // yiaddr, siaddr, giaddr
  writer.write(base::Bytes{identity.mac.bytes});
  writer.fill(10 + 64 + 128, 0);  // the rest of chaddr, sname, file
  writer.write(kMagicCookie);
  const auto type_byte = static_cast<std::uint8_t>(fields.type);
  write_option(writer, 53, base::Bytes{&type_byte, 1});
  if (fields.type == DhcpType::request && !by_ciaddr) write_option(writer, 50, fields.address);
  if (fields.type == DhcpType::release || (fields.type == DhcpType::request && !by_ciaddr)) {
    write_option(writer, 54, fields.server);
  }
  if (profile.sends_client_id) {
    writer.write<std::uint8_t>(61);
    writer.write<std::uint8_t>(7);
    writer.write<std::uint8_t>(1);
    writer.write(base::Bytes{identity.mac.bytes});
  }
  if (fields.type != DhcpType::release) {
    write_option(writer, 57, kMessageBytesMax);
    write_parameters_and_classes(writer, profile, identity);
  }
  writer.write<std::uint8_t>(255);
  if (writer.size() < kBootpBytesMin) writer.fill(kBootpBytesMin - writer.size(), 0);
  return writer.ok() ? writer.size() : 0;
}

DhcpTemplates::DhcpTemplates(const DhcpProfile& profile)
    : discover_(make(profile, DhcpType::discover, false)),
      request_(make(profile, DhcpType::request, false)),
      request_of_holder_(make(profile, DhcpType::request, true)) {}

DhcpTemplates::Template DhcpTemplates::make(const DhcpProfile& profile, DhcpType type,
                                            bool holds_address) {
  Template made;
  const std::size_t length = write_dhcp_message(
      profile, {}, {.type = type, .holds_address = holds_address, .address = {}, .server = {}},
      made.bytes);
  CHECK(length != 0);  // classes longer than any firmware's
  made.length = static_cast<std::uint16_t>(length);
  const base::Bytes written = base::Bytes(made.bytes).first(length);
  made.requested = value_offset(written, 50);
  made.server = value_offset(written, 54);
  if (profile.sends_client_id) {
    made.client_id = static_cast<std::uint16_t>(value_offset(written, 61) + 1);
  }
  if (profile.is_pxe) made.uuid = static_cast<std::uint16_t>(value_offset(written, 97) + 1);
  return made;
}

const DhcpTemplates::Template* DhcpTemplates::find(const DhcpRequestFields& fields) const {
  if (fields.type == DhcpType::discover) return &discover_;
  if (fields.type != DhcpType::request) return nullptr;
  return fields.holds_address ? &request_of_holder_ : &request_;
}

std::size_t DhcpTemplates::write(const DhcpIdentity& identity, const DhcpRequestFields& fields,
                                 base::MutableBytes out) const {
  constexpr std::size_t kXid = 4;
  constexpr std::size_t kSecs = 8;
  constexpr std::size_t kCiaddr = 12;
  constexpr std::size_t kChaddr = 28;
  const Template* from = find(fields);
  if (from == nullptr || out.size() < from->length) return 0;
  std::uint8_t* to = out.data();
  std::memcpy(to, from->bytes.data(), from->length);
  base::store_big_endian(to + kXid, fields.xid);
  base::store_big_endian(to + kSecs, fields.secs);
  if (fields.holds_address) store_address(to + kCiaddr, fields.address);
  std::memcpy(to + kChaddr, identity.mac.bytes.data(), sizeof identity.mac);
  if (from->requested != 0) store_address(to + from->requested, fields.address);
  if (from->server != 0) store_address(to + from->server, fields.server);
  if (from->client_id != 0) {
    std::memcpy(to + from->client_id, identity.mac.bytes.data(), sizeof identity.mac);
  }
  if (from->uuid != 0) std::memcpy(to + from->uuid, identity.uuid.data(), sizeof identity.uuid);
  return from->length;
}

}  // namespace stentor::client
