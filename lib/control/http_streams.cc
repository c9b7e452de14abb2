// SPDX-License-Identifier: BSD-3-Clause
#include "control/http_streams.h"

#include <algorithm>
#include <new>
#include <poll.h>
#include <utility>

namespace stentor::control {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} << 10;

// Without memory there is nothing to say just now.
std::string next_of(HttpStream& source, base::Time now) {
  try {
    return source.next(now);
  } catch (const std::bad_alloc&) {
    return {};
  }
}

// Who has closed one direction alone may still read.
bool has_hung_up(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  pollfd look{.fd = info->connect_fd, .events = 0, .revents = 0};
  return ::poll(&look, 1, 0) == 1 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

bool has_ended(HttpStream& source) {
  try {
    return source.has_ended();
  } catch (const std::bad_alloc&) {
    return false;  // it is asked again
  }
}

}  // namespace

MHD_Response* HttpStreams::begin(MHD_Connection* connection, std::shared_ptr<HttpStream> source) {
  live_.push_back({.all = *this, .connection = connection, .source = std::move(source)});
  MHD_Response* response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlockBytes, &read, &live_.back(), &end);
  if (response == nullptr) live_.pop_back();
  return response;
}

void HttpStreams::step(base::Time now) {
  for (Live& live : live_) {
    if (!live.is_suspended) continue;
    live.is_left = has_hung_up(live.connection);
    const bool ends = live.is_left || has_ended(*live.source);
    if (!ends) {
      live.pending = next_of(*live.source, now);
      live.taken = 0;
    }
    if (!ends && live.pending.empty()) continue;
    live.is_suspended = false;
    MHD_resume_connection(live.connection);
  }
}

std::optional<base::Duration> HttpStreams::period() const {
  std::optional<base::Duration> shortest;
  for (const Live& live : live_) {
    const auto period = live.source->period();
    if (period && (!shortest || *period < *shortest)) shortest = period;
  }
  return shortest;
}

void HttpStreams::close() {
  is_closing_ = true;
  for (Live& live : live_) {
    if (std::exchange(live.is_suspended, false)) MHD_resume_connection(live.connection);
  }
}

ssize_t HttpStreams::read(void* untyped, std::uint64_t /*at*/, char* buffer, std::size_t room) {
  Live& live = *static_cast<Live*>(untyped);
  if (live.all.is_closing_ || live.is_left || has_ended(*live.source)) {
    return MHD_CONTENT_READER_END_OF_STREAM;
  }
  live.all.on_read_(live.connection);
  if (live.taken == live.pending.size()) {
    live.pending = next_of(*live.source, base::MonotonicClock::now());
    live.taken = 0;
  }
  if (live.pending.empty()) {
    live.is_suspended = true;
    MHD_suspend_connection(live.connection);
    return 0;
  }
  const std::size_t count = std::min(room, live.pending.size() - live.taken);
  std::copy_n(live.pending.data() + live.taken, count, buffer);
  live.taken += count;
  return static_cast<ssize_t>(count);
}

void HttpStreams::end(void* untyped) {
  Live& live = *static_cast<Live*>(untyped);
  live.all.live_.remove_if([&live](const Live& each) { return &each == &live; });
}

}  // namespace stentor::control
