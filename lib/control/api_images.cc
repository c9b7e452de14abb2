// SPDX-License-Identifier: BSD-3-Clause
// /v1/images: a generation is borrowed, so that its pages are made without the control thread.
#include <algorithm>

#include "base/path.h"
#include "control/api.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

Json json_of(const image::RejectedFiles& rejected) {
  Json list = Json::array();
  for (const image::Rejected& each : rejected.rows) {
    list.push_back({{"path", each.path}, {"reason", each.reason}});
  }
  return list;
}

// Rows from `from` on that begin with `prefix`, at most `limit`; and whether there are more.
std::pair<Json, bool> page_of(std::span<const image::Image* const> from, std::string_view prefix,
                              std::uint64_t limit) {
  Json list = Json::array();
  for (const image::Image* image : from) {
    if (!image->path.starts_with(prefix)) break;
    if (list.size() == limit) return {std::move(list), true};
    list.push_back({{"path", image::printable(image->path)}, {"bytes", image->bytes.size()}});
  }
  return {std::move(list), false};
}

}  // namespace

HttpReply Api::images(const Query& query) {
  const std::string_view prefix = query.find("prefix").value_or("");
  const std::string_view after = query.find("after").value_or("");
  if (prefix.size() > base::kPathBytesMax) {
    return wrong_parameter("prefix", prefix, "1 to 255 bytes");
  }
  const auto limit = query.number("limit", kRows, kRowsMax);
  if (!limit) return wrong_parameter("limit", *query.find("limit"), "1 to 1000");
  const auto borrowed = copied(lock_, kPatience, [this] {
    return std::pair(report_.borrow_images(), report_.rejected_images());
  });
  if (!borrowed) return busy_reply();
  const auto& [generation, rejected] = *borrowed;
  if (sorted_number_ != generation->number()) {
    sorted_ = generation->images();
    sorted_number_ = generation->number();
  }
  // By path, so what begins alike stands together.
  const auto begin = std::max(std::ranges::lower_bound(sorted_, prefix, {}, &image::Image::path),
                              std::ranges::upper_bound(sorted_, after, {}, &image::Image::path));
  auto [list, has_more] = page_of({begin, sorted_.end()}, prefix, *limit);
  Json json{{"generation", generation->number()}, {"served", generation->size()},
            {"rejected_count", rejected.count},   {"rejected", json_of(rejected)},
            {"images", std::move(list)},          {"next", nullptr}};
  if (has_more) json["next"] = (begin[static_cast<std::ptrdiff_t>(*limit) - 1])->path;
  return json_reply(json);
}

}  // namespace stentor::control
