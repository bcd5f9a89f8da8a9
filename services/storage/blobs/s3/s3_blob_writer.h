// Writes one blob to S3.
//
//   up to a part:  gathered, then PutObject at the end
//   more:          CreateMultipartUpload, then parts, two of them on their way while
//                  the third is gathered, then CompleteMultipartUpload
//
// A key appears in S3 with the last request, whole, or not at all. Memory is taken as
// content comes, not a part at a time; an upload at rest may be ended when others need it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/storage/blobs/blob_store.h"
#include "services/storage/blobs/held_blobs.h"
#include "services/storage/blobs/s3/client/bucket.h"
#include "services/storage/blobs/s3/upload_memory.h"

namespace triad::storage::s3 {

class S3BlobWriter final : public BlobWriter {
 public:
  // `key` is the blob's in S3. All references must outlive it.
  S3BlobWriter(Bucket& bucket, UploadMemory& memory, HeldBlobs& held, std::string blob,
               std::string key);
  ~S3BlobWriter() override;

  const std::string& blob() const override { return hold_.blob(); }
  absl::Status Append(absl::string_view bytes) override;
  absl::Status MakeDurable() override;

 private:
  struct Part {
    int number;
    std::int64_t bytes;  // of memory that it holds
    std::unique_ptr<PendingCall> call;
  };

  absl::Status Gather(absl::string_view bytes);
  // Makes room for `size` gathered bytes. If there is none, waits for parts of this
  // upload that are on their way; without any, ends others.
  absl::Status Reserve(std::size_t size);
  absl::Status SendPart();
  absl::Status FinishOldestPart();
  absl::Status CompleteUpload();
  void FreeAll();

  Bucket& bucket_;
  const UploadMemory& memory_;
  const Hold hold_;
  const std::string key_;
  const std::size_t part_bytes_;

  std::string gathered_;
  std::int64_t reserved_ = 0;  // for gathered_
  std::int64_t sent_ = 0;
  std::optional<Upload> upload_;  // from the first part until it is complete
  std::deque<Part> on_their_way_;
  std::vector<UploadedPart> uploaded_;
  UploadShare share_;  // last: it may free the rest until it is gone
};

}  // namespace triad::storage::s3
