// SPDX-License-Identifier: BSD-3-Clause
#include "config/client_text.h"

#include <algorithm>

#include "base/hex.h"

namespace stentor::config {
namespace {

constexpr std::string_view kCapitalDigits = "0123456789ABCDEF";

// Text in a buffer that may turn out to be too short.
class TextWriter {
 public:
  explicit TextWriter(std::span<char> buffer) : buffer_(buffer) {}

  void write(std::string_view text) {
    if (text.size() > buffer_.size() - used_) {
      failed_ = true;
      return;
    }
    std::ranges::copy(text, buffer_.data() + used_);
    used_ += text.size();
  }
  void write_number(std::uint32_t number, std::string_view digits) {
    for (int shift = 28; shift >= 0; shift -= 4) write(digits.substr(number >> shift & 15, 1));
  }
  void write_mac(const wire::MacAddress& mac, std::string_view separator) {
    for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
      if (i != 0) write(separator);
      write(base::kHexDigits.substr(mac.bytes[i] >> 4, 1));
      write(base::kHexDigits.substr(mac.bytes[i] & 15, 1));
    }
  }
  // False: it is empty.
  bool write_known(std::string_view text) {
    write(text);
    return !text.empty();
  }
  [[nodiscard]] std::optional<std::string_view> finish() const {
    if (failed_) return std::nullopt;
    return std::string_view{buffer_.data(), used_};
  }

 private:
  std::span<char> buffer_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

// False: it is not known.
bool write_word(TextWriter& writer, ClientWord word, const ClientValues& values) {
  switch (word) {
    case ClientWord::mac_dashes:
      if (values.mac) writer.write_mac(*values.mac, "-");
      return values.mac.has_value();
    case ClientWord::mac_colons:
      if (values.mac) writer.write_mac(*values.mac, ":");
      return values.mac.has_value();
    case ClientWord::mac_digits:
      if (values.mac) writer.write_mac(*values.mac, "");
      return values.mac.has_value();
    case ClientWord::address_dotted:
      if (values.address) writer.write(values.address->text().view());
      return values.address.has_value();
    case ClientWord::address_digits:
      if (values.address) writer.write_number(values.address->host(), kCapitalDigits);
      return values.address.has_value();
    case ClientWord::serial:
      if (values.serial) writer.write_number(*values.serial, base::kHexDigits);
      return values.serial.has_value();
    case ClientWord::uuid:
      return writer.write_known(values.uuid);
    case ClientWord::architecture:
      return writer.write_known(values.architecture);
    case ClientWord::hostname:
      return writer.write_known(values.hostname);
  }
  return false;
}

}  // namespace

std::optional<std::string_view> write_client_text(const ClientTemplate& text,
                                                  const ClientValues& values,
                                                  std::span<char> buffer) {
  TextWriter writer(buffer);
  for (const ClientTemplate::Piece& piece : text.pieces) {
    writer.write(piece.text);
    if (!write_word(writer, piece.word, values)) return std::nullopt;
  }
  writer.write(text.end);
  return writer.finish();
}

}  // namespace stentor::config
