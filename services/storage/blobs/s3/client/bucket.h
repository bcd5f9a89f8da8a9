// S3's operations on one bucket, as functions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/storage/blobs/s3/client/client.h"
#include "services/storage/blobs/s3/protocol/replies.h"

namespace triad::storage::s3 {

using Body = std::shared_ptr<const std::string>;

// A multipart upload that was begun.
struct Upload {
  std::string key;
  std::string id;
};

struct SmallObject {
  std::string content;
  std::string etag;  // without its quotes
};

// Thread-safe. Blocks. Errors are those of FailureOf: NOT_FOUND for a key or an upload
// that is not there.
class Bucket {
 public:
  explicit Bucket(Client& client) : client_(client) {}

  absl::Status Put(const std::string& key, Body body);
  // The same without waiting. `sha256` is the body's, in lower-case hex; empty: it is computed.
  std::unique_ptr<PendingCall> BeginPut(const std::string& key, Body body,
                                        const std::string& sha256);
  // The same, if the key still has this etag, or, with "", is not there. Otherwise
  // FAILED_PRECONDITION or NOT_FOUND; UNIMPLEMENTED if this S3 knows no such condition. One
  // that does not even say so writes in any case.
  absl::Status PutIf(const std::string& key, Body body, const std::string& etag);
  // A small object, whole; tried once, if there is a `timeout`.
  absl::StatusOr<SmallObject> Read(const std::string& key,
                                   absl::Duration timeout = absl::InfiniteDuration());
  // `length` > 0 bytes from `offset` on, to be read by the caller.
  absl::StatusOr<std::unique_ptr<http_client::ResponseReader>> Get(const std::string& key,
                                                                   std::int64_t offset,
                                                                   std::int64_t length);
  // The same without waiting. The answer goes to ParseGet.
  std::unique_ptr<PendingCall> BeginGet(const std::string& key, std::int64_t offset,
                                        std::int64_t length);
  static absl::StatusOr<std::unique_ptr<http_client::ResponseReader>> ParseGet(
      const std::string& key, std::int64_t offset, std::int64_t length,
      absl::StatusOr<Answer> answer);
  absl::StatusOr<std::int64_t> SizeOf(const std::string& key);
  // OK if it is gone already.
  absl::Status Remove(const std::string& key);
  // The same, tried once and for a short time.
  absl::Status Discard(const std::string& key);
  absl::StatusOr<ObjectPage> List(const std::string& prefix, const std::string& after);
  // Whether the bucket is there and these credentials may use it.
  absl::Status Check(absl::Duration timeout);

  absl::StatusOr<Upload> BeginUpload(const std::string& key);
  // Does not wait. The answer goes to ParsePart.
  std::unique_ptr<PendingCall> BeginPart(const Upload& upload, int number, Body body);
  static absl::StatusOr<UploadedPart> ParsePart(int number, absl::StatusOr<Answer> answer);
  // `size` is the sum of the parts. It tells whether a request whose answer was lost
  // has completed the upload.
  absl::Status Complete(const Upload& upload, const std::vector<UploadedPart>& parts,
                        std::int64_t size);
  // Tries once and for a short time: ListUploads finds what remains. OK if the upload
  // is gone.
  absl::Status Abort(const Upload& upload);
  absl::StatusOr<UploadPage> ListUploads(const std::string& prefix, const std::string& after_key,
                                         const std::string& after_id);

  const Options& options() const { return client_.options(); }
  // "s3://bucket/key", for people.
  std::string NameOf(const std::string& key) const { return client_.NameOf(key); }

 private:
  Client& client_;
};

}  // namespace triad::storage::s3
