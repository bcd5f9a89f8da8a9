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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/storage/blobs/blob_store.h"
#include "services/storage/blobs/held_blobs.h"
#include "services/storage/blobs/s3/client/bucket.h"
#include "services/storage/blobs/s3/upload_memory.h"

namespace triad::storage::s3 {

class S3BlobWriter;

// The writers of the blobs of one content: for the memory they are one upload. Used by the
// thread that works on it, as UploadShare is.
class WriterGroup {
 public:
  explicit WriterGroup(UploadMemory& memory);

  std::int64_t memory_limit() const { return memory_.limit(); }
  UploadShare& share() { return share_; }
  // During a Use.
  void Join(S3BlobWriter& writer) { writers_.push_back(&writer); }
  void Leave(S3BlobWriter& writer) { std::erase(writers_, &writer); }
  // Waits for the oldest request on its way: false if there is none, or its error.
  absl::StatusOr<bool> FinishOldest();
  // Room for content, and the bytes of memory that it holds. What a request has carried is kept
  // for the next one, one of them: to get it from the system and give it back each time costs
  // more than all else.
  struct Room {
    std::string bytes;
    std::int64_t held = 0;
  };
  void Keep(Room room);
  Room TakeKept();
  // Gives it back: false if there is none.
  bool ReturnKept();

 private:
  void FreeAll();

  const UploadMemory& memory_;
  std::vector<S3BlobWriter*> writers_;  // in order
  Room kept_;
  UploadShare share_;  // last: it may free the rest until it is gone
};

class S3BlobWriter final : public BlobWriter {
 public:
  // Makes a writer of one more blob of the same group.
  using MakeNext =
      std::function<absl::StatusOr<std::unique_ptr<BlobWriter>>(std::shared_ptr<WriterGroup>)>;

  // `key` is the blob's in S3. The references must outlive it. The group ends with the last
  // of its writers.
  S3BlobWriter(Bucket& bucket, std::shared_ptr<WriterGroup> group, HeldBlobs& held,
               std::string blob, std::string key, MakeNext make_next);
  ~S3BlobWriter() override;

  const std::string& blob() const override { return hold_.blob(); }
  absl::Status Append(absl::string_view bytes) override;
  absl::Status Send(const std::string& sha256) override;
  absl::Status MakeDurable() override;
  absl::StatusOr<std::unique_ptr<BlobWriter>> Next() override { return make_next_(group_); }

 private:
  friend class WriterGroup;

  // All of a blob, or a part.
  struct Request {
    int number;         // of the part; kWhole
    std::int64_t held;  // bytes of memory
    std::shared_ptr<std::string> body;
    std::unique_ptr<PendingCall> call;
  };

  absl::Status Gather(absl::string_view bytes);
  // Makes room for `size` gathered bytes. If there is none, waits for what this upload has on
  // its way; without any, ends others.
  absl::Status Reserve(std::size_t size);
  absl::Status SendPart();
  absl::Status SendLast(const std::string& sha256);
  // The gathered bytes as a request's body.
  Request NewRequest(int number);
  absl::Status FinishOldest();
  // Frees what is held, without telling the memory, and says how much it was.
  std::int64_t FreeAll();
  // What S3 may have of a blob that is given up.
  void RemoveRemains();

  Bucket& bucket_;
  const std::shared_ptr<WriterGroup> group_;
  const Hold hold_;
  const std::string key_;
  const MakeNext make_next_;
  const std::size_t part_bytes_;

  std::string gathered_;
  std::int64_t reserved_ = 0;  // for gathered_
  std::int64_t in_parts_ = 0;  // bytes that were sent as parts
  std::deque<Request> on_their_way_;
  absl::Status failed_;           // OK as long as no request has failed
  std::optional<Upload> upload_;  // from the first part until it is complete
  std::vector<UploadedPart> uploaded_;
  bool sent_ = false;  // to the end
  bool durable_ = false;
};

}  // namespace triad::storage::s3
