// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/garbage.h"

#include <algorithm>
#include <string_view>

#include "tftp/packet.h"

namespace stentor::tftp {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kOpcodeBytes = sizeof(Opcode);

}  // namespace

base::Bytes without_garbage(base::Bytes datagram, RequestBuffer& buffer) {
  if (opcode_of(datagram) != Opcode::read_request) return datagram;
  const std::string_view text = base::as_text(datagram.subspan(kOpcodeBytes));
  const std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return datagram;
  const std::size_t name_bytes = text.substr(0, nul).find_last_not_of('\xff') + 1;
  const std::size_t mode = std::min(text.find_first_not_of("\0\xff"sv, nul), text.size());
  if (mode == name_bytes + 1) return datagram;
  base::Writer writer(buffer);
  writer.write(datagram.first(kOpcodeBytes + name_bytes));
  writer.write<std::uint8_t>(0);
  writer.write(datagram.subspan(kOpcodeBytes + mode));
  return writer.ok() ? base::Bytes(buffer).first(writer.size()) : datagram;
}

}  // namespace stentor::tftp
