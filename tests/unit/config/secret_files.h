// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A folder of a test's own, for files with secrets.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace stentor::config {

class SecretFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "stentor-secrets-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // A file with `text`; its path.
  [[nodiscard]] std::string file(std::string_view text, mode_t mode = 0600,
                                 const std::string& name = "key") const {
    std::string path = folder_ + "/" + name;
    std::filesystem::remove(path);
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }

  std::string folder_;
};

}  // namespace stentor::config
