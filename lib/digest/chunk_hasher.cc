// SPDX-License-Identifier: BSD-3-Clause
#include "digest/chunk_hasher.h"

#include <algorithm>
#include <intel-ipsec-mb.h>

#include "base/check.h"
#include "digest/file_hasher.h"

namespace stentor::digest {

namespace {

void describe(IMB_JOB& job, base::Bytes chunk, Sha256& hash) {
  job = {};
  job.cipher_mode = IMB_CIPHER_NULL;
  job.cipher_direction = IMB_DIR_ENCRYPT;
  job.chain_order = IMB_ORDER_HASH_CIPHER;
  job.hash_alg = IMB_AUTH_SHA_256;
  job.src = chunk.data();
  job.msg_len_to_hash_in_bytes = chunk.size();
  job.auth_tag_output = hash.data();
  job.auth_tag_output_len_in_bytes = hash.size();
}

}  // namespace

void ChunkHasher::Free::operator()(IMB_MGR* lanes) const { free_mb_mgr(lanes); }

ChunkHasher::ChunkHasher() : lanes_(alloc_mb_mgr(0)) {
  CHECK(lanes_ != nullptr);
  init_mb_mgr_auto(lanes_.get(), nullptr);
  // The library tests itself against known answers here.
  CHECK(imb_get_errno(lanes_.get()) == 0);
}

void ChunkHasher::hash(base::Bytes bytes, std::span<Sha256> hashes) {
  CHECK(hashes.size() == chunk_count(bytes.size()));
  IMB_MGR* lanes = lanes_.get();
  std::size_t completed = 0;
  const auto count = [&completed](const IMB_JOB* job) {
    CHECK(job->status == IMB_STATUS_COMPLETED);
    ++completed;
  };
  for (Sha256& hash : hashes) {
    const base::Bytes chunk = bytes.first(std::min(kChunkBytes, bytes.size()));
    bytes = bytes.subspan(chunk.size());
    describe(*IMB_GET_NEXT_JOB(lanes), chunk, hash);
    // Jobs come back in the order they went in, some submissions later.
    for (const IMB_JOB* job = IMB_SUBMIT_JOB(lanes); job != nullptr;
         job = IMB_GET_COMPLETED_JOB(lanes))
      count(job);
  }
  while (const IMB_JOB* job = IMB_FLUSH_JOB(lanes)) count(job);
  CHECK(completed == hashes.size());
}

std::vector<Sha256> ChunkHasher::hash(base::Bytes bytes) {
  std::vector<Sha256> hashes(chunk_count(bytes.size()));
  hash(bytes, hashes);
  return hashes;
}

Sha256 list_hash(std::span<const Sha256> hashes) {
  return sha256_of({reinterpret_cast<const std::uint8_t*>(hashes.data()), hashes.size_bytes()});
}

}  // namespace stentor::digest
