// SPDX-License-Identifier: BSD-3-Clause
#include "plot_frame.h"

#include <fmt/format.h>

#include "html_text.h"

namespace stentor::rig {
namespace {

std::string grid(const Frame& frame) {
  const double bottom = kAbove + frame.height;
  std::string out;
  if (frame.y != nullptr) {
    for (const Tick& tick : frame.y->ticks) {
      const double y = bottom - frame.y->place_of(tick.value) * frame.height;
      if (tick.value == 0) continue;
      out += fmt::format(
          "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>\n", y);
    }
  }
  out += fmt::format("<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>\n", bottom);
  return out;
}

std::string labels(const Frame& frame) {
  const double bottom = kAbove + frame.height;
  std::string out;
  if (frame.y != nullptr) {
    for (const Tick& tick : frame.y->ticks) {
      const double y = bottom - frame.y->place_of(tick.value) * frame.height;
      out +=
          fmt::format("<text class=\"tick\" x=\"-8\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                      y + 4, tick.label);
    }
  }
  for (const Tick& tick : frame.x.ticks) {
    out += label_at(frame.x.place_of(tick.value), bottom + 17, "tick", tick.label);
  }
  return out;
}

}  // namespace

std::string label_at(double place, double y, std::string_view style, std::string_view text) {
  const std::string_view anchor = place < 0.06 ? "start" : place > 0.94 ? "end" : "middle";
  return fmt::format("<text class=\"{}\" x=\"{:.2f}%\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                     style, place * 100, y, anchor, escaped(text));
}

std::string figure(const Frame& frame, std::string_view curves, std::string_view marks) {
  std::string out =
      fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}", escaped(frame.title), frame.above);
  out += fmt::format(
      "<div class=\"canvas{6}\"><svg class=\"plot\" role=\"img\" tabindex=\"0\" width=\"100%\" "
      "height=\"{0}\" aria-labelledby=\"{1}-title {1}-text\" data-names=\"{2}\" "
      "data-points=\"{3}\">\n<title id=\"{1}-title\">{4}</title>\n<desc "
      "id=\"{1}-text\">{5}</desc>\n",
      kAbove + frame.height + kBelow, frame.id, escaped(frame.names), escaped(frame.points),
      escaped(frame.title), escaped(frame.description), frame.y != nullptr ? " scaled" : "");
  out += grid(frame);
  out += fmt::format(
      "<svg y=\"{}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\">\n{}</svg>\n",
      kAbove, frame.height, kWide, frame.height, curves);
  out += marks;
  out += labels(frame);
  out += "</svg></div>\n</figure>\n";
  return out;
}

}  // namespace stentor::rig
