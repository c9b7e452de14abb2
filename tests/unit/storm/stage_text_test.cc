// SPDX-License-Identifier: BSD-3-Clause
// Goal: the stages of a script as short texts.
#include <gtest/gtest.h>

#include "storm/short_text.h"

namespace stentor::storm {
namespace {

TEST(StageText, ReadsAndWritesEachStage) {
  for (const char* text :
       {"dora", "dora as ipxe", "boot-server", "boot-file", "file initrd", "file a b/c.img",
        "file boot.ipxe as grub", "missing pxelinux.cfg/default", "pause 2s", "pxelinux-config",
        "pxelinux-config as edk2", "file grub.cfg-01-{mac}", "missing a{{b{ip:hex}",
        "pause 1500ms as ipxe", "renew", "release", "file \"a, b\"", "file \"x as y\"",
        "file \"x as y\" as grub"}) {
    const auto stage = parse_stage(text);
    ASSERT_TRUE(stage) << text << ": " << (stage ? "" : stage.error());
    EXPECT_EQ(text_of_stage(*stage), text);
  }
}

TEST(StageText, TheLastAsIsTheProfiles) {
  const auto stage = parse_stage("file a as b as ipxe");
  ASSERT_TRUE(stage);
  EXPECT_EQ(stage->name, "a as b");
  EXPECT_EQ(stage->profile, "ipxe");
}

TEST(StageText, SaysWhatIsWrong) {
  const auto error_of = [](std::string_view text) {
    const auto stage = parse_stage(text);
    EXPECT_FALSE(stage) << text;
    return stage ? std::string() : stage.error();
  };
  EXPECT_NE(error_of("dorra").find("did you mean dora?"), std::string::npos);
  EXPECT_NE(error_of("").find("known are dora, boot-server"), std::string::npos);
  EXPECT_NE(error_of("file").find("name is missing"), std::string::npos);
  EXPECT_NE(error_of("file \"a").find("closing double quote"), std::string::npos);
  EXPECT_NE(error_of("file a\"b").find("double quote"), std::string::npos);
  EXPECT_NE(error_of("file " + std::string(256, 'x')).find("at most 255"), std::string::npos);
  EXPECT_NE(error_of("file a\tb").find("control"), std::string::npos);
  EXPECT_NE(error_of("file {serial}").find("'{serial}' stands for nothing"), std::string::npos);
  EXPECT_NE(error_of("missing " + std::string(220, 'x') + "{uuid}").find("may have 256"),
            std::string::npos);
  EXPECT_NE(error_of("pxelinux-config default").find("'default' is too much"), std::string::npos);
  EXPECT_NE(error_of("dora now").find("'now' is too much"), std::string::npos);
  EXPECT_NE(error_of("dora as amiga").find("there is no profile 'amiga'"), std::string::npos);
  EXPECT_NE(error_of("pause").find("how long?"), std::string::npos);
  for (const char* bad : {"pause 2", "pause 0", "pause 8d"}) {
    EXPECT_NE(error_of(bad).find("how long?"), std::string::npos) << bad;
  }
}

TEST(StageText, AScriptIsStagesBetweenCommas) {
  const auto script = parse_script("dora, file \"a,b\" , release");
  ASSERT_TRUE(script);
  ASSERT_EQ(script->size(), 3u);
  EXPECT_EQ((*script)[1].name, "a,b");
  EXPECT_NE(parse_script("dora,, release").error().find("stage 2: "), std::string::npos);
  std::string many = "dora";
  for (std::size_t at = 0; at < kStagesMax; ++at) many += ", renew";
  EXPECT_NE(parse_script(many).error().find("at most 32"), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
