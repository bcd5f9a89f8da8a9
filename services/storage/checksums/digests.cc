#include "services/storage/checksums/digests.h"

#include <utility>

namespace triad::storage {
namespace {

struct HashRow {
  DigestAlgorithm digest;
  HashAlgorithm hash;
};

constexpr HashRow kHashes[] = {
    {DigestAlgorithm::kMd5, HashAlgorithm::kMd5},
    {DigestAlgorithm::kSha1, HashAlgorithm::kSha1},
    {DigestAlgorithm::kSha256, HashAlgorithm::kSha256},
    {DigestAlgorithm::kSha512, HashAlgorithm::kSha512},
};

}  // namespace

std::size_t DigestBytes(DigestAlgorithm algorithm) {
  for (const HashRow& row : kHashes) {
    if (row.digest == algorithm) return HashBytes(row.hash);
  }
  return algorithm == DigestAlgorithm::kCrc64Nvme ? sizeof(Crc64Nvme::Word) : sizeof(Crc32::Word);
}

Digests::Digests(const DigestSet& wanted) {
  for (const HashRow& row : kHashes) {
    if (wanted.contains(row.digest)) hashers_.emplace(row.digest, row.hash);
  }
  if (wanted.contains(DigestAlgorithm::kCrc32)) crc32_.emplace();
  if (wanted.contains(DigestAlgorithm::kCrc32c)) crc32c_.emplace();
  if (wanted.contains(DigestAlgorithm::kCrc64Nvme)) crc64nvme_.emplace();
}

void Digests::Update(absl::string_view bytes) {
  for (auto& [algorithm, hasher] : hashers_) hasher.Update(bytes);
  if (crc32_.has_value()) crc32_->Extend(bytes);
  if (crc32c_.has_value()) crc32c_->Extend(bytes);
  if (crc64nvme_.has_value()) crc64nvme_->Extend(bytes);
}

DigestValues Digests::Finish() {
  DigestValues values;
  for (auto& [algorithm, hasher] : hashers_) values[algorithm] = hasher.Finish();
  if (crc32_.has_value()) values[DigestAlgorithm::kCrc32] = crc32_->bytes();
  if (crc32c_.has_value()) values[DigestAlgorithm::kCrc32c] = crc32c_->bytes();
  if (crc64nvme_.has_value()) values[DigestAlgorithm::kCrc64Nvme] = crc64nvme_->bytes();
  return values;
}

}  // namespace triad::storage
