// SPDX-License-Identifier: BSD-3-Clause
#include "plot_frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Goal: who cannot see the plot is told what it shows, and no name can break out of it.
TEST(PlotFrame, TitleAndDescriptionAreEscapedText) {
  const Axis x = time_axis(10, 6);
  const std::string text = figure({.id = "id",
                                   .title = "<title>",
                                   .description = "a \"b\"",
                                   .above = {},
                                   .height = 100,
                                   .x = x,
                                   .y = nullptr,
                                   .names = "<n>",
                                   .points = "0|\"|1"},
                                  "<path/>", "<line/>");
  EXPECT_THAT(text, HasSubstr("<title id=\"id-title\">&lt;title&gt;</title>"));
  EXPECT_THAT(text, HasSubstr("<desc id=\"id-text\">a &quot;b&quot;</desc>"));
  EXPECT_THAT(text, HasSubstr("aria-labelledby=\"id-title id-text\""));
  EXPECT_THAT(text, HasSubstr("data-points=\"0|&quot;|1\""));
  EXPECT_THAT(text, Not(HasSubstr("<n>")));
}

// Goal: values have a margin for their labels; a plot without them uses its whole width.
TEST(PlotFrame, OnlyAnAxisOfValuesTakesAMargin) {
  const Axis x = time_axis(10, 6);
  const Axis y = value_axis(100, Unit::machines, 4);
  Frame frame = {.id = "i",
                 .title = "t",
                 .description = {},
                 .above = {},
                 .height = 100,
                 .x = x,
                 .y = &y,
                 .names = {},
                 .points = {}};
  EXPECT_THAT(figure(frame, {}, {}), HasSubstr("canvas scaled"));
  EXPECT_THAT(figure(frame, {}, {}), HasSubstr(">50</text>"));
  frame.y = nullptr;
  EXPECT_THAT(figure(frame, {}, {}), Not(HasSubstr("scaled")));
}

// Goal: a label at either end is written inwards.
TEST(PlotFrame, LabelsStayInsideThePlot) {
  EXPECT_THAT(label_at(0, 5, "tick", "0"), HasSubstr("text-anchor=\"start\""));
  EXPECT_THAT(label_at(0.5, 5, "tick", "<"), HasSubstr("text-anchor=\"middle\">&lt;"));
  EXPECT_THAT(label_at(1, 5, "tick", "1"), HasSubstr("text-anchor=\"end\""));
}

}  // namespace
}  // namespace stentor::rig
