// SPDX-License-Identifier: BSD-3-Clause
#include "digest/hmac_sha1.h"

#include <intel-ipsec-mb.h>

#include "base/check.h"

namespace stentor::digest {

namespace {

constexpr std::size_t kBlockBytes = base::HmacKey::kBlockBytes;

}  // namespace

void HmacSha1::Free::operator()(IMB_MGR* library) const { free_mb_mgr(library); }

HmacSha1::HmacSha1() : library_(alloc_mb_mgr(0)) {
  CHECK(library_ != nullptr);
  init_mb_mgr_auto(library_.get(), nullptr);
  // The library tests itself against known answers here.
  CHECK(imb_get_errno(library_.get()) == 0);
}

// RFC 2104 section 2: H(outer, H(inner, text)). The direct call takes no parts.
Sha1 HmacSha1::of(const base::HmacKey& key, std::span<const base::Bytes> text) const {
  std::array<std::uint8_t, kBlockBytes + kTextBytesMax> inner;
  base::Writer writer(inner);
  writer.write(key.inner);
  for (const base::Bytes part : text) writer.write(part);
  CHECK(writer.ok());
  std::array<std::uint8_t, kBlockBytes + sizeof(Sha1)> outer;
  std::ranges::copy(key.outer, outer.begin());
  IMB_SHA1(library_.get(), inner.data(), writer.size(), outer.data() + kBlockBytes);
  Sha1 mac;
  IMB_SHA1(library_.get(), outer.data(), outer.size(), mac.data());
  return mac;
}

}  // namespace stentor::digest
