// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/client_directory.h"

#include <algorithm>

namespace stentor::tftp {

namespace {

using config::ClientWord;

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kCapitalDigits = "0123456789ABCDEF";

// Text in a buffer that may turn out to be too short.
class PathWriter {
 public:
  explicit PathWriter(base::PathBuffer& buffer) : buffer_(buffer) {}

  void write(std::string_view text) {
    if (text.size() > buffer_.size() - used_) {
      failed_ = true;
      return;
    }
    std::ranges::copy(text, buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += text.size();
  }
  void write_number(std::uint32_t number, std::string_view digits) {
    for (int shift = 28; shift >= 0; shift -= 4) write(digits.substr(number >> shift & 15, 1));
  }
  void write_mac(const wire::MacAddress& mac, std::string_view separator) {
    for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
      if (i != 0) write(separator);
      write(kDigits.substr(mac.bytes[i] >> 4, 1));
      write(kDigits.substr(mac.bytes[i] & 15, 1));
    }
  }
  [[nodiscard]] std::optional<std::string_view> finish() const {
    if (failed_) return std::nullopt;
    return std::string_view{buffer_.data(), used_};
  }

 private:
  base::PathBuffer& buffer_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

// False: it is not known.
bool write_word(PathWriter& writer, ClientWord word, const ClientContext& client) {
  switch (word) {
    case ClientWord::mac_dashes:
      if (client.mac) writer.write_mac(*client.mac, "-");
      return client.mac.has_value();
    case ClientWord::mac_colons:
      if (client.mac) writer.write_mac(*client.mac, ":");
      return client.mac.has_value();
    case ClientWord::mac_digits:
      if (client.mac) writer.write_mac(*client.mac, "");
      return client.mac.has_value();
    case ClientWord::address_dotted:
      if (client.address) writer.write(client.address->text().view());
      return client.address.has_value();
    case ClientWord::address_digits:
      if (client.address) writer.write_number(client.address->host(), kCapitalDigits);
      return client.address.has_value();
    case ClientWord::serial:
      if (client.serial) writer.write_number(*client.serial, kDigits);
      return client.serial.has_value();
  }
  return false;
}

}  // namespace

std::optional<std::string_view> path_inside(const config::DirectoryTemplate& directory,
                                            const ClientContext& client, std::string_view path,
                                            base::PathBuffer& buffer) {
  PathWriter writer(buffer);
  for (const config::DirectoryTemplate::Piece& piece : directory.pieces) {
    writer.write(piece.text);
    if (!write_word(writer, piece.word, client)) return std::nullopt;
  }
  writer.write(directory.end);
  writer.write("/");
  writer.write(path);
  return writer.finish();
}

std::optional<std::string_view> path_inside(std::string_view directory, std::string_view path,
                                            base::PathBuffer& buffer) {
  PathWriter writer(buffer);
  writer.write(directory);
  writer.write("/");
  writer.write(path);
  return writer.finish();
}

}  // namespace stentor::tftp
