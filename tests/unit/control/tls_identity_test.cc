// SPDX-License-Identifier: BSD-3-Clause
// Goal: what cannot be served by TLS is said with both files, the reason and what they must be.
#include "control/tls_identity.h"

#include <gtest/gtest.h>

#include "tls_sample.h"

namespace stentor::control {
namespace {

TEST(TlsIdentity, TakesACertificateWithItsKey) {
  const auto sound = check_identity(test_identity());
  EXPECT_TRUE(sound) << sound.error().sentence;
}

TEST(TlsIdentity, RefusesEverythingElse) {
  for (const auto& [certificate, key] :
       {std::pair<std::string, std::string>{kCertificate, kOtherKey},
        {kKey, kCertificate},
        {kCertificate, ""},
        {"", kKey},
        {"", ""},
        {"no PEM", kKey}}) {
    config::TlsIdentity identity = test_identity();
    identity.certificate = certificate;
    identity.key = key;
    const auto sound = check_identity(identity);
    ASSERT_FALSE(sound) << certificate << key;
    const std::string& sentence = sound.error().sentence;
    EXPECT_TRUE(sentence.starts_with(
        "control.http.tls: /api.crt and /api.key are no certificate with its private key ("))
        << sentence;
    EXPECT_NE(sentence.find("Both must be PEM"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find("MIG"), std::string::npos) << "it shows the key: " << sentence;
  }
}

}  // namespace
}  // namespace stentor::control
