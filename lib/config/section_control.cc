// SPDX-License-Identifier: BSD-3-Clause
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

std::optional<std::string> read_socket_path(const Cursor& value) {
  std::optional<std::string> path = read_absolute_path(value);
  if (!path) return std::nullopt;
  if (path->size() > kSocketPathBytesMax) {
    value.unexpected("it is too long for a socket");
    return std::nullopt;
  }
  if (path->ends_with('/')) {
    value.unexpected("it names a folder");
    return std::nullopt;
  }
  return path;
}

std::optional<ControlSocket> read_socket(const Cursor& value) {
  constexpr std::array<Choice<std::uint32_t>, 2> kModes{{{"0660", 0660}, {"0600", 0600}}};
  if (value.is_word("none")) return std::nullopt;
  ControlSocket socket;
  if (value.is_scalar()) {
    value.unexpected();
    return socket;
  }
  socket.is_configured = true;
  Mapping section(value, kControlSocketSection);
  if (const auto path = section.find("path")) assign(socket.path, read_socket_path(*path));
  if (const auto group = section.find("group")) {
    assign(socket.group, read_text(*group, kGroupBytesMax));
  }
  if (const auto mode = section.find("mode")) assign(socket.mode, read_choice(*mode, kModes));
  return socket;
}

std::optional<TcpAddress> read_metrics(const Cursor& value) {
  if (value.is_word("none")) return std::nullopt;
  if (value.is_scalar()) {
    value.unexpected();
    return std::nullopt;
  }
  Mapping section(value, kControlMetricsSection);
  const auto address = section.find("address");
  return address ? read_tcp_address(*address) : std::nullopt;
}

}  // namespace

void read_control(const Cursor& cursor, Control& control) {
  Mapping section(cursor, kControlSection);
  if (const auto socket = section.find("socket")) control.socket = read_socket(*socket);
  read_control_http(section, control);
  if (const auto metrics = section.find("metrics")) control.metrics = read_metrics(*metrics);
}

}  // namespace stentor::config
