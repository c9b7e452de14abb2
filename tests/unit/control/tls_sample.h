// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Two certificates for 127.0.0.1 and localhost that vouch for themselves from 2020 to 2120, and the
// key of each. For tests: whoever reads this has them.

#include "config/settings.h"

namespace stentor::control {

inline constexpr const char* kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBTTCB9KADAgECAgEHMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDHN0ZW50b3It\n"
    "dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFzEVMBMGA1UE\n"
    "AwwMc3RlbnRvci10ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEk5+BUjIu\n"
    "SdEWupJDJKHnAC4Mr8yYxyj2I6unfKh1S9OCl8yOlNwbzWcQV2f1CssSkCPnQHmc\n"
    "6lYFD6Mk22x+QqMvMC0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAAB\n"
    "gglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIhAPerW0FxU9ZMhQRNhggZ41Uh\n"
    "P3pVkcKTImHcj0MdrL66AiBz1r2axJP6hO689h3qn4QO0+XyXXsJQWgM+JDheiXq\n"
    "/A==\n"
    "-----END CERTIFICATE-----\n";

inline constexpr const char* kKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJkA8Fx6a3Yy5uQ67\n"
    "yIlI1z+Eq/XBO+NqGKRTGWf8omWhRANCAASTn4FSMi5J0Ra6kkMkoecALgyvzJjH\n"
    "KPYjq6d8qHVL04KXzI6U3BvNZxBXZ/UKyxKQI+dAeZzqVgUPoyTbbH5C\n"
    "-----END PRIVATE KEY-----\n";

inline constexpr const char* kOtherKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR15QGAHm7ExlV0X1\n"
    "FqLf7GKHJh3etr9apg6/YeyzuZOhRANCAARCh8IoLPyzk6mGIhCxfVax4GoGmatV\n"
    "XDPi/SnKI8KR/ldohDdSDSGgy15mtuDpXLTS/2ItfgAUSfN5Lpng+ZBH\n"
    "-----END PRIVATE KEY-----\n";

inline constexpr const char* kRenewedCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBUzCB+qADAgECAgEIMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD3N0ZW50b3It\n"
    "cmVuZXdlZDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYG\n"
    "A1UEAwwPc3RlbnRvci1yZW5ld2VkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
    "QofCKCz8s5OphiIQsX1WseBqBpmrVVwz4v0pyiPCkf5XaIQ3Ug0hoMteZrbg6Vy0\n"
    "0v9iLX4AFEnzeS6Z4PmQR6MvMC0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzAR\n"
    "hwR/AAABgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIgKz16/ncphiMmHyJk\n"
    "2GB0NA3ISIyRYtUwCv4GKHLYsTQCIQCbZvW/521axigMQ/mkFIhOFPkVBpLtrrJx\n"
    "ykD9FEPKwA==\n"
    "-----END CERTIFICATE-----\n";

inline config::TlsIdentity test_identity() {
  return {.certificate_file = "/api.crt",
          .certificate = kCertificate,
          .key_file = "/api.key",
          .key = kKey};
}

inline config::TlsIdentity renewed_identity() {
  config::TlsIdentity identity = test_identity();
  identity.certificate = kRenewedCertificate;
  identity.key = kOtherKey;
  return identity;
}

}  // namespace stentor::control
