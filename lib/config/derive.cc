// SPDX-License-Identifier: BSD-3-Clause
#include "config/derive.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/hex.h"
#include "config/device_spec.h"
#include "config/parse.h"

namespace stentor::config {
namespace {

// A boot file by its usual name, and whom it is for.
struct KnownFile {
  std::string_view match;  // as in boot.rules
  std::string_view name;
};

// In the order of the rules; of the files with one `match`, the first that is there counts. A
// machine that iPXE has taken over must not be given iPXE again.
constexpr std::array kKnownFiles{
    KnownFile{"user-class: iPXE", "boot.ipxe"},
    KnownFile{"user-class: iPXE", "autoexec.ipxe"},
    KnownFile{"user-class: iPXE", "menu.ipxe"},
    KnownFile{"arch: bios", "undionly.kpxe"},
    KnownFile{"arch: bios", "ipxe.pxe"},
    KnownFile{"arch: bios", "undionly.kkpxe"},
    KnownFile{"arch: bios", "pxelinux.0"},
    KnownFile{"arch: bios", "lpxelinux.0"},
    KnownFile{"arch: bios", "boot/grub/i386-pc/core.0"},
    KnownFile{"arch: efi-x64", "snponly.efi"},
    KnownFile{"arch: efi-x64", "ipxe.efi"},
    KnownFile{"arch: efi-x64", "shimx64.efi"},
    KnownFile{"arch: efi-x64", "bootx64.efi"},
    KnownFile{"arch: efi-x64", "BOOTX64.EFI"},
    KnownFile{"arch: efi-x64", "grubx64.efi"},
    KnownFile{"arch: efi-x64", "grubnetx64.efi"},
    KnownFile{"arch: efi-x64", "grubnetx64.efi.signed"},
    KnownFile{"arch: efi-x64", "syslinux.efi"},
    KnownFile{"arch: efi-ia32", "snponly-ia32.efi"},
    KnownFile{"arch: efi-ia32", "ipxe-ia32.efi"},
    KnownFile{"arch: efi-ia32", "bootia32.efi"},
    KnownFile{"arch: efi-ia32", "BOOTIA32.EFI"},
    KnownFile{"arch: efi-arm64", "snponly-arm64.efi"},
    KnownFile{"arch: efi-arm64", "ipxe-arm64.efi"},
    KnownFile{"arch: efi-arm64", "shimaa64.efi"},
    KnownFile{"arch: efi-arm64", "bootaa64.efi"},
    KnownFile{"arch: efi-arm64", "BOOTAA64.EFI"},
    KnownFile{"arch: efi-arm64", "grubaa64.efi"},
    KnownFile{"arch: efi-riscv64", "bootriscv64.efi"},
    KnownFile{"arch: efi-loongarch64", "bootloongarch64.efi"},
};

using Path = std::filesystem::path;

bool is_file(const Path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && !error;
}

std::vector<KnownFile> find_boot_files(const Path& images) {
  std::vector<KnownFile> found;
  for (const KnownFile& known : kKnownFiles) {
    const bool served = !found.empty() && found.back().match == known.match;
    if (!served && is_file(images / known.name)) found.push_back(known);
  }
  return found;
}

// A YAML double-quoted scalar, in one line.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f) {
      out += std::string("\\x") + base::kHexDigits[byte >> 4] + base::kHexDigits[byte & 15];
      continue;
    }
    if (character == '"' || character == '\\') out += '\\';
    out += character;
  }
  return out += "\"";
}

std::string text_of(wire::Ipv4Address address) { return std::string(address.text().view()); }

std::string prefix_of(wire::Ipv4Address address, std::uint8_t length) {
  return text_of(address) + "/" + std::to_string(length);
}

// A port's name has fewer characters to choose from than an interface's.
std::string port_name(std::string name) {
  std::ranges::replace_if(
      name,
      [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !letter && (c < '0' || c > '9') && c != '.' && c != '-';
      },
      '_');
  return name;
}

std::string ports_section(const InterfaceFacts& interface) {
  std::string text = "ports:\n  - name: " + yaml_text(port_name(interface.name)) +
                     "\n    device: " + yaml_text("interface:" + interface.name) +
                     "\n    networks:\n      - address: " +
                     prefix_of(interface.address.address, interface.address.length) + "\n";
  if (interface.gateway) text += "        gateway: " + text_of(*interface.gateway) + "\n";
  return text + "        mtu: " + std::to_string(interface.mtu) + "\n";
}

std::string dhcp_section(const InterfaceFacts& interface, const std::optional<std::string>& pool) {
  if (!pool) return "dhcp:\n  mode: proxy\n";
  std::string text = "dhcp:\n  mode: server\n  subnets:\n    - subnet: " +
                     prefix_of(interface.address.network(), interface.address.length) +
                     "\n      pools: [" + yaml_text(*pool) + "]\n";
  if (interface.gateway) {
    text += "      options: {routers: [" + text_of(*interface.gateway) + "]}\n";
  }
  return text;
}

std::string boot_section(const std::vector<KnownFile>& files) {
  std::string text = "boot:\n  rules:\n";
  for (const KnownFile& file : files) {
    text += "    - match: {" + std::string(file.match) +
            "}\n      file: " + std::string(file.name) + "\n";
  }
  return text;
}

base::Result<Path> images_folder(const std::string& images) {
  std::error_code error;
  const Path path = std::filesystem::canonical(images, error);
  if (error) {
    return base::failure("The image directory '" + images + "' cannot be used: " + error.message() +
                         ". Give an existing directory with --images.");
  }
  if (!std::filesystem::is_directory(path, error) || error) {
    return base::failure("'" + images +
                         "' is not a directory. Give the directory of the boot files with "
                         "--images.");
  }
  return path;
}

base::Error no_boot_file(const Path& images) {
  std::string names;
  std::string_view match;
  for (const KnownFile& known : kKnownFiles) {
    if (known.match == match) continue;
    match = known.match;
    names +=
        (names.empty() ? "" : ", ") + std::string(known.name) + " (" + std::string(match) + ")";
  }
  return {"No boot file is recognised in '" + images.string() +
          "'. Put one of the usual names there, such as " + names +
          "; or write a configuration file with boot.rules and start with --config."};
}

}  // namespace

base::Result<std::string> derive_config(const InterfaceFacts& interface, const std::string& images,
                                        const std::optional<std::string>& pool) {
  if (const auto device = DeviceSpec::parse("interface:" + interface.name); !device) {
    return base::failure("Interface `" + interface.name +
                         "` cannot be served by this name: " + device.error() +
                         ". Give it another: ip link set dev '" + interface.name + "' name eth9");
  }
  const base::Result<Path> folder = images_folder(images);
  if (!folder) return tl::unexpected<base::Error>(folder.error());
  const std::vector<KnownFile> files = find_boot_files(*folder);
  if (files.empty()) return tl::unexpected<base::Error>(no_boot_file(*folder));
  std::string text = ports_section(interface) + dhcp_section(interface, pool) +
                     boot_section(files) + "images:\n  root: " + yaml_text(folder->string()) +
                     "\n" + (pool ? "leases:\n  durability: memory\n" : "");
  // The facts and the pool are somebody else's: what is wrong with them, the parser knows.
  const auto settings = parse_settings(text, "derived configuration");
  if (settings) return text;
  std::string sentence = "Interface " + interface.name + " with address " +
                         prefix_of(interface.address.address, interface.address.length) +
                         (pool ? " and --pool " + *pool : "") + " cannot be served.";
  for (const Diagnostic& finding : settings.error()) sentence += " " + finding.message + ".";
  return base::failure(std::move(sentence));
}

}  // namespace stentor::config
