// SPDX-License-Identifier: BSD-3-Clause
#include "config/host_file.h"

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <optional>

#include "config/host_identifier.h"
#include "config/key.h"
#include "config/limit.h"
#include "config/near_miss.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::array<std::string_view, 9> kColumns{"mac",        "uuid",      "client-id",
                                                   "circuit-id", "remote-id", "address",
                                                   "hostname",   "classes",   "boot-file"};
enum Column : std::uint8_t {
  mac,
  uuid,
  client_id,
  circuit_id,
  remote_id,
  address,
  hostname,
  class_names,
  boot_file
};

struct Field {
  std::string_view text;
  int column = 0;  // where it begins, counted from 1
};

// The words of a field, between blanks.
template <typename Visit>
void for_each_word(const Field& field, const Visit& visit) {
  std::size_t at = 0;
  while (at < field.text.size()) {
    const std::size_t end = std::min(field.text.find(' ', at), field.text.size());
    if (end > at)
      visit(Field{field.text.substr(at, end - at), field.column + static_cast<int>(at)});
    at = end + 1;
  }
}

// Splits a line at its commas. What stands in double quotes is one field, whatever is in it.
class Line {
 public:
  // False, and a finding, if a quote does not end.
  bool split(std::string_view line, int number, Report& report) {
    fields_.clear();
    quoted_.clear();
    std::size_t at = 0;
    for (;;) {
      while (at < line.size() && line[at] == ' ') ++at;
      const int column = static_cast<int>(at) + 1;
      if (at < line.size() && line[at] == '"') {
        if (!take_quoted(line, at, column)) {
          report.add_at(number, column,
                        "a field in double quotes ends with a double quote before the next comma, "
                        "in the same line; double the quotes inside it");
          return false;
        }
      } else {
        const std::size_t end = std::min(line.find(',', at), line.size());
        fields_.push_back({trimmed(line.substr(at, end - at)), column});
        at = end;
      }
      if (at == line.size()) return true;
      ++at;  // the comma
    }
  }

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

 private:
  static std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  }

  bool take_quoted(std::string_view line, std::size_t& at, int column) {
    std::string text;
    for (++at; at < line.size(); ++at) {
      if (line[at] != '"') {
        text += line[at];
      } else if (at + 1 < line.size() && line[at + 1] == '"') {
        text += line[++at];
      } else {
        ++at;
        while (at < line.size() && line[at] == ' ') ++at;
        if (at < line.size() && line[at] != ',') return false;
        fields_.push_back({*quoted_.insert(quoted_.end(), std::move(text)), column});
        return true;
      }
    }
    return false;
  }

  std::vector<Field> fields_;
  std::list<std::string> quoted_;  // what fields refer to, without the doubled quotes
};

class HostFileReader {
 public:
  HostFileReader(const std::vector<ClientClass>& classes, HostTable& table, Report& report)
      : classes_by_name_(classes), table_(table), report_(report) {
    for (std::size_t i = 0; i < table.boot_files.size(); ++i) {
      boot_files_.emplace(table.boot_files[i], static_cast<std::uint32_t>(i + 1));
    }
  }

  void read(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    Line line;
    bool has_header = false;
    for (number_ = 1; !text.empty(); ++number_) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view one = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (one.ends_with('\r')) one.remove_suffix(1);
      if (one.empty() || one.front() == '#') continue;
      if (!line.split(one, number_, report_)) {
        if (!has_header) return;
        continue;
      }
      if (has_header) {
        read_host(line.fields());
      } else if (!read_header(line.fields())) {
        return;
      }
      has_header = true;
    }
    if (!has_header) {
      report_.add_at(1, 1,
                     "the line with the names of the columns is missing; the first line is "
                     "like mac,address,hostname");
    }
  }

 private:
  bool read_header(const std::vector<Field>& fields) {
    bool good = true;
    for (const Field& field : fields) {
      const auto found = std::ranges::find(kColumns, field.text);
      if (found == kColumns.end()) {
        const std::string_view meant = find_near_miss(field.text, kColumns);
        add(field, meant.empty() ? "no column has this name; known are " + enumerate(kColumns)
                                 : "did you mean '" + std::string(meant) + "'?");
        good = false;
        continue;
      }
      const auto column = static_cast<std::uint8_t>(found - kColumns.begin());
      if (std::ranges::find(columns_, column) != columns_.end()) {
        add(field, "the column stands here twice; remove one");
        good = false;
      }
      columns_.push_back(column);
    }
    const auto names_hosts = [](std::uint8_t column) { return column <= remote_id; };
    if (good && std::ranges::none_of(columns_, names_hosts)) {
      report_.add_at(number_, 1,
                     "no column says whose line it is; add mac, uuid, client-id, "
                     "circuit-id or remote-id");
      good = false;
    }
    return good;
  }

  void read_host(const std::vector<Field>& fields) {
    if (fields.size() != columns_.size()) {
      return report_.add_at(number_, 1,
                            "the line has " + std::to_string(fields.size()) +
                                " fields, and the first line names " +
                                std::to_string(columns_.size()) + " columns; correct one of them");
    }
    if (table_.hosts.size() == kHostsMax) {
      if (!is_full_) {
        report_.add_at(number_, 1,
                       "with this line there are more than " + std::to_string(kHostsMax) +
                           " hosts; remove some");
      }
      is_full_ = true;
      return;
    }
    host_ = {};
    host_.line = static_cast<std::uint32_t>(number_);
    host_.file = static_cast<std::uint16_t>(table_.files.size() - 1);
    host_.first_name = static_cast<std::uint32_t>(table_.names.size());
    circuit_.clear();
    remote_.clear();
    good_ = true;
    const std::size_t text_before = table_.text.size();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].text.empty()) read_field(columns_[i], fields[i]);
    }
    add_relay_name();
    if (good_ && table_.names.size() == host_.first_name) {
      report_.add_at(number_, 1,
                     "the line does not say whose it is; fill in mac, uuid, client-id, "
                     "circuit-id or remote-id");
      good_ = false;
    }
    if (good_) return table_.hosts.push_back(host_);
    table_.names.resize(host_.first_name);
    table_.text.resize(text_before);
  }

  void read_field(std::uint8_t column, const Field& field) {
    switch (column) {
      case mac:
        return for_each_word(field, [this](const Field& word) { read_mac(word); });
      case uuid:
        return read_uuid(field);
      case client_id:
        return read_client_id(field);
      case circuit_id:
        return read_relay_identifier(field, circuit_);
      case remote_id:
        return read_relay_identifier(field, remote_);
      case address:
        return read_host_address(field);
      case hostname:
        return read_name(field);
      case class_names:
        return for_each_word(field, [this](const Field& word) { read_class(word); });
      case boot_file:
        return read_boot_file(field);
      default:
        return;
    }
  }

  void read_mac(const Field& word) {
    const auto mac = wire::MacAddress::parse(word.text);
    if (!mac) {
      return refuse(word,
                    "expected a MAC address like 52:54:00:12:34:56, or several with blanks "
                    "between them");
    }
    if (mac->is_group() || mac->is_zero()) return refuse(word, "no machine has this address");
    add_name(name_kind::kMac, mac->bytes);
  }

  void read_uuid(const Field& field) {
    const auto uuid = parse_uuid(field.text);
    if (!uuid) {
      return refuse(field, "expected a UUID like 4c4c4544-0042-3510-8052-b4c04f4d3732");
    }
    if (is_nobody(*uuid)) {
      return refuse(field, "boards without a UUID of their own say this one; leave it out");
    }
    add_name(name_kind::kUuid, *uuid);
  }

  void read_client_id(const Field& field) {
    const auto bytes = parse_client_id(field.text);
    if (!bytes) {
      return refuse(field, "expected 2 to 255 bytes in hexadecimal like 01:52:54:00:12:34:56");
    }
    add_name(name_kind::kClientIdentifier, *bytes);
  }

  void read_relay_identifier(const Field& field, IdentifierBytes& bytes) {
    auto parsed = parse_relay_identifier(field.text);
    if (!parsed) {
      return refuse(field, "expected 1 to 255 bytes: text, or 0x and pairs of hexadecimal digits");
    }
    bytes = *std::move(parsed);
  }

  // Both are one name.
  void add_relay_name() {
    name_kind::PairBuffer buffer;
    if (!circuit_.empty() && !remote_.empty()) {
      add_name(name_kind::kCircuitAndRemote, name_kind::pair_of(circuit_, remote_, buffer));
    } else if (!circuit_.empty()) {
      add_name(name_kind::kCircuit, circuit_);
    } else if (!remote_.empty()) {
      add_name(name_kind::kRemote, remote_);
    }
  }

  void read_host_address(const Field& field) {
    const auto parsed = wire::Ipv4Address::parse(field.text);
    if (!parsed || !parsed->is_unicast()) {
      return refuse(field, parsed ? "no machine can have this address"
                                  : "expected an IPv4 address (four numbers from 0 to 255)");
    }
    host_.address = *parsed;
  }

  void read_name(const Field& field) {
    if (!is_hostname(field.text)) {
      return refuse(field,
                    "expected a host name of letters, digits, '-' and '.', up to 253 bytes, "
                    "63 a label");
    }
    host_.hostname_at = static_cast<std::uint32_t>(table_.text.size());
    host_.hostname_bytes = static_cast<std::uint16_t>(field.text.size());
    table_.text.insert(table_.text.end(), field.text.begin(), field.text.end());
  }

  void read_class(const Field& word) {
    const auto found = std::ranges::find(classes_by_name_, word.text, &ClientClass::name);
    if (found == classes_by_name_.end()) {
      return refuse(word,
                    "dhcp.classes has no class of this name; add it there, or remove it here");
    }
    host_.classes |= ClassMask{1} << (found - classes_by_name_.begin());
  }

  // Few different ones, named by many.
  void read_boot_file(const Field& field) {
    const auto known = boot_files_.find(field.text);
    if (known != boot_files_.end()) {
      host_.boot = known->second;
      return;
    }
    Node node;
    node.kind = Node::Kind::scalar;
    node.line = number_;
    node.column = field.column;
    node.text = field.text;
    const Cursor cursor(node, kBootFile, report_);
    const auto path = config::read_boot_file(cursor);
    if (!path) {
      good_ = false;
      return;
    }
    table_.boot_files.push_back(*path);
    host_.boot = static_cast<std::uint32_t>(table_.boot_files.size());
    boot_files_.emplace(*path, host_.boot);
  }

  void add_name(std::uint8_t kind, base::Bytes bytes) {
    table_.names.push_back({static_cast<std::uint32_t>(table_.text.size()),
                            static_cast<std::uint16_t>(bytes.size()), kind});
    table_.text.insert(table_.text.end(), bytes.begin(), bytes.end());
  }

  void add(const Field& field, const std::string& sentence) {
    report_.add_at(number_, field.column, in_quotes(field.text) + ": " + sentence);
  }

  void refuse(const Field& field, const std::string& sentence) {
    add(field, sentence);
    good_ = false;
  }

  const std::vector<ClientClass>& classes_by_name_;
  HostTable& table_;
  Report& report_;
  std::vector<std::uint8_t> columns_;
  std::map<std::string, std::uint32_t, std::less<>> boot_files_;  // place in the table, plus one
  HostTable::Host host_;                                          // of the line that is being read
  IdentifierBytes circuit_;
  IdentifierBytes remote_;
  int number_ = 0;
  bool good_ = true;
  bool is_full_ = false;
};

}  // namespace

void read_host_file(std::string_view text, const std::vector<ClientClass>& classes,
                    HostTable& table, Report& report) {
  HostFileReader(classes, table, report).read(text);
}

}  // namespace stentor::config
