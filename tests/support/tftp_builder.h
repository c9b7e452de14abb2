// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TFTP messages for tests, built and read without a line of lib/ (RFC 1350, RFC 2347).

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/frame_builder.h"

namespace stentor::support {

using TftpOptions = std::vector<std::pair<std::string, std::string>>;

ByteVector tftp_request(const std::string& file, const TftpOptions& options = {},
                        const std::string& mode = "octet", std::uint16_t opcode = 1);
ByteVector tftp_ack(std::uint16_t block);
ByteVector tftp_error(std::uint16_t code, const std::string& text);

// A server's message as its frame carries it.
struct TftpReply {
  std::uint16_t source_port = 0;
  std::uint16_t opcode = 0;                      // 3 DATA, 5 ERROR, 6 OACK
  std::uint16_t number = 0;                      // block, or error code
  ByteVector data{};                             // of DATA
  std::map<std::string, std::string> options{};  // of an OACK
};

// `frame` is an untagged UDP frame without IPv4 options whose checksum is right: anything else ends
// the test program.
TftpReply tftp_reply(ByteView frame);

}  // namespace stentor::support
