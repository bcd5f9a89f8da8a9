// Reads a range of one blob from S3: one request, continued by another one where
// the connection breaks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/sha256.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/blobs/held_blobs.h"
#include "services/storage/blobs/s3/client/bucket.h"

namespace triad::storage::s3 {

class S3BlobReader final : public BlobReader {
 public:
  // Asks S3, without waiting. All references must outlive it.
  S3BlobReader(Bucket& bucket, HeldBlobs& held, const std::string& blob, std::string key,
               BlobRange range);

  absl::Status Await() override;
  absl::StatusOr<std::string> Read(std::size_t count) override;

 private:
  void Ask();
  absl::StatusOr<std::string> ReadSome(std::size_t count);
  absl::Status CheckHash();

  Bucket& bucket_;
  const Hold hold_;
  const std::string key_;
  const std::string sha256_;
  std::int64_t next_;
  const std::int64_t end_;
  std::unique_ptr<PendingCall> asked_;                   // until its answer has begun
  std::unique_ptr<http_client::ResponseReader> reader_;  // then
  Sha256Hasher hasher_;
};

}  // namespace triad::storage::s3
