// SPDX-License-Identifier: BSD-3-Clause
// Goal: no datagram is read outside its bytes; what was read, written out in its plainest form,
// reads the same; no path leaves the root; no grant exceeds what was asked.
//
// Input: the datagram.
#include <algorithm>
#include <array>
#include <string>

#include "base/check.h"
#include "base/path.h"
#include "tftp/negotiate.h"
#include "tftp/packet.h"

namespace stentor::tftp {
namespace {

template <typename T>
void add_option(std::string& message, const char* name, const std::optional<T>& value) {
  if (!value) return;
  message.append(name).push_back('\0');
  message.append(std::to_string(*value)).push_back('\0');
}

std::string plain_request(const ReadRequest& request) {
  std::string message{'\0', '\1'};
  message.append(request.file_name).push_back('\0');
  message.append(request.mode == Mode::octet      ? "octet"
                 : request.mode == Mode::netascii ? "netascii"
                                                  : "mail");
  message.push_back('\0');
  add_option(message, "blksize", request.blksize);
  add_option(message, "tsize", request.tsize);
  add_option(message, "timeout", request.timeout);
  add_option(message, "windowsize", request.windowsize);
  return message;
}

void check_path(std::string_view file_name) {
  base::PathBuffer buffer;
  const auto path = base::normalised_path(file_name, buffer);
  if (!path) return;
  CHECK(!path->empty() && path->front() != '/' && path->back() != '/');
  const std::string enclosed = "/" + std::string{*path} + "/";
  for (const char* part : {"//", "/./", "/../", "\\"}) {
    CHECK(enclosed.find(part) == std::string::npos);
  }
  base::PathBuffer second;
  CHECK(base::normalised_path(*path, second) == *path);
}

void check_request(const ReadRequest& request) {
  const std::string plain = plain_request(request);
  const auto again = parse_message(base::as_bytes(plain));
  CHECK(again && std::holds_alternative<ReadRequest>(*again));
  const auto& read = std::get<ReadRequest>(*again);
  CHECK(read.file_name == request.file_name && read.mode == request.mode);
  CHECK(read.blksize == request.blksize && read.tsize == request.tsize);
  CHECK(read.timeout == request.timeout && read.windowsize == request.windowsize);
  check_path(request.file_name);

  const Limits limits;
  const Grant grant = negotiate(request, limits);
  CHECK(grant.blksize <= request.blksize.value_or(kBlksizeDefault));
  CHECK(grant.blksize <= std::max(limits.blksize_max, kBlksizeDefault));
  CHECK(grant.windowsize <= request.windowsize.value_or(1));
  CHECK(grant.windowsize >= 1 && grant.windowsize <= limits.windowsize_max);
  std::array<std::uint8_t, 128> out{};
  CHECK(write_oack(out, grant, ~std::uint64_t{0}) >= 2);
}

void check_error(const ErrorMessage& error) {
  std::array<std::uint8_t, 65536> out{};
  const std::size_t length = write_error(out, ErrorCode{error.code}, error.text);
  const auto again = parse_message(base::Bytes{out}.first(length));
  CHECK(again && std::holds_alternative<ErrorMessage>(*again));
  CHECK(std::get<ErrorMessage>(*again).code == error.code);
  CHECK(std::get<ErrorMessage>(*again).text == error.text);
}

}  // namespace
}  // namespace stentor::tftp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stentor;
  if (size > 60000) return 0;  // no datagram is longer
  const auto message = tftp::parse_message({data, size});
  if (!message) return 0;
  if (const auto* request = std::get_if<tftp::ReadRequest>(&*message)) {
    tftp::check_request(*request);
  } else if (const auto* error = std::get_if<tftp::ErrorMessage>(&*message)) {
    tftp::check_error(*error);
  }
  return 0;
}
