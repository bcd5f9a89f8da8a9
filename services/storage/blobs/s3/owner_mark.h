// The key that says whose a place in S3 is:
//
//   <the database's id, 32 hex digits>\n<the start's id, 32 hex digits>
//
// The place belongs to the first database that comes, and to the process of it that
// started last. A copy of the database has its id, but not its start: when the copy is
// started it takes the mark, and the process before it sees that and stops writing. The
// mark is written only if it still is as it was read, so of two that come at the same
// moment one is refused. Where S3 knows no such conditions, the one that wrote first
// notices when it looks again.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "services/storage/blobs/s3/client/bucket.h"

namespace triad::storage::s3 {

// Thread-safe. Blocks. An empty `owner` is content with any mark.
class OwnerMark {
 public:
  // `start` is new with each process. `bucket` must outlive it.
  OwnerMark(Bucket& bucket, std::string key, std::string owner, absl::string_view start);

  // Takes the place, unless it is another's: INTERNAL then, saying whose. UNAVAILABLE if
  // S3 cannot be asked.
  absl::Status Check();
  // Check, unless the place is known to be this process's.
  absl::Status CheckOnce();
  // Looks at the mark now and then, without taking it: an error if it has become another's.
  absl::Status Look(absl::Duration timeout);

 private:
  absl::Status Take();
  // OK for this process's own mark, INTERNAL for another's.
  absl::Status Judge(const std::string& mark) const;
  absl::Status Write(const std::string& etag);
  // Keeps what is certain; returns `status`.
  absl::Status Remember(absl::Status status);
  bool taken() const;

  Bucket& bucket_;
  const std::string key_;
  const std::string owner_;
  const std::string mark_;
  mutable Mutex mutex_;
  // Whether this process has had the mark.
  bool taken_ ABSL_GUARDED_BY(mutex_) = false;
  // An error if the mark was another's when it was read last.
  absl::Status refused_ ABSL_GUARDED_BY(mutex_);
  std::optional<Stopwatch> since_look_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::storage::s3
