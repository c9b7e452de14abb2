// SPDX-License-Identifier: BSD-3-Clause
// /v1/capture, which does not end by itself unless it is told when.
#include "control/api.h"
#include "control/capture_desk.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

constexpr std::uint64_t kPortMax = UINT16_MAX;

struct CaptureOrder {
  capture::Filter filter{};
  CaptureDesk::Limits limits{};
};

// An error is the reply.
tl::expected<CaptureOrder, HttpReply> read_order(const Query& query) {
  CaptureOrder order;
  if (const auto text = query.find("mac")) {
    order.filter.mac = wire::MacAddress::parse(*text);
    if (!order.filter.mac) return refused(query, "mac", "a MAC address like 52:54:00:12:34:56");
  }
  if (const auto text = query.find("address")) {
    order.filter.address = wire::Ipv4Address::parse(*text);
    if (!order.filter.address) return refused(query, "address", "an IPv4 address like 10.20.0.7");
  }
  if (query.find("port")) {
    const auto port = query.number("port", 0, kPortMax);
    if (!port) return refused(query, "port", Api::kCapturePortExpected);
    order.filter.port = static_cast<std::uint16_t>(*port);
  }
  if (const auto text = query.find("drops")) {
    if (*text != "true" && *text != "false") {
      return refused(query, "drops", Api::kCaptureDropsExpected);
    }
    order.filter.drops_only = *text == "true";
  }
  const auto snap =
      query.number("snap", capture::Filter::kSnapBytesMax, capture::Filter::kSnapBytesMax);
  if (!snap) return refused(query, "snap", Api::kCaptureSnapExpected);
  order.filter.snap_bytes = static_cast<std::uint32_t>(*snap);
  const auto frames = query.number("frames", UINT64_MAX, Api::kCaptureFramesMax);
  if (!frames) return refused(query, "frames", Api::kCaptureFramesExpected);
  order.limits.frames = *frames;
  if (query.find("seconds")) {
    const auto seconds = query.number("seconds", 0, Api::kCaptureSecondsMax);
    if (!seconds) return refused(query, "seconds", Api::kCaptureSecondsExpected);
    order.limits.time = std::chrono::seconds{*seconds};
  }
  return order;
}

}  // namespace

HttpReply Api::capture(const Query& query) {
  const auto order = read_order(query);
  if (!order) return order.error();
  auto stream = captures_.start(order->filter, order->limits);
  if (stream) return {.type = "application/x-pcapng", .stream = *std::move(stream)};
  switch (stream.error()) {
    case CaptureDesk::Refusal::runs_already:
      return error_reply(409,
                         "a capture runs already, and there is one at a time; end it, or wait: "
                         "one whose reader has gone ends within seconds");
    case CaptureDesk::Refusal::worker_hangs:
      return error_reply(503,
                         "a worker has not ended the capture before this one yet; ask again, "
                         "and if that does not help, look at /v1/status");
    case CaptureDesk::Refusal::no_memory:
      break;
  }
  return error_reply(503, "there is not enough memory for a capture, which takes 4 MiB a worker");
}

}  // namespace stentor::control
