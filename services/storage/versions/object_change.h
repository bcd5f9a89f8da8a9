// One name in one transaction: what its versions, its content and the totals of its bucket
// become when it is written or deleted.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/storage/content/content_rows.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Whether ObjectChange::Begin, or a condition, has refused, and nothing failed.
inline bool IsRefusal(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsAborted(status) || absl::IsOutOfRange(status);
}

// Works inside one transaction. Errors are those of db::Session, unless said.
class ObjectChange {
 public:
  // Reads the bucket and what is there now. NOT_FOUND if there is no such bucket,
  // FAILED_PRECONDITION if it is being deleted.
  static absl::StatusOr<ObjectChange> Begin(db::Session& session, const ObjectName& name,
                                            absl::Time now);

  const Bucket& bucket() const { return bucket_; }
  // The current version; nullopt if there is none.
  const std::optional<Object>& current() const { return current_; }
  // For content that is about to be put, or is not needed any more.
  ContentRows& content() { return content_; }

  // Makes `object` current: returns it with the time of creation that it gets. Its content has
  // a reference for it already. What was current becomes a version, or is released.
  absl::StatusOr<Object> Put(Object object);
  // Writes properties, etag and time of the current version anew.
  absl::Status Update(const Object& object);
  // Deletes what is current, which must be there. With versioning the mark of the deletion has
  // this generation and etag.
  absl::Status Delete(std::int64_t generation, const std::string& etag);
  // Removes a version for good, the current one or another: nullopt if there is none of this
  // generation. If none is current then, the newest that is left is, unless it marks a
  // deletion.
  absl::StatusOr<std::optional<Object>> DeleteVersion(std::int64_t generation);

 private:
  ObjectChange(db::Session& session, Bucket bucket, ObjectName name, absl::Time now)
      : session_(session),
        bucket_(std::move(bucket)),
        name_(std::move(name)),
        now_(now),
        content_(session, now) {}

  // Makes a version of what is current, or releases it.
  absl::Status Retire();
  absl::Status InsertMark(std::int64_t generation, const std::string& etag);
  // Removes the version that was written without versioning, of which there is one at most.
  absl::Status DropUnnumbered();
  absl::Status Drop(const Object& version);
  absl::Status Promote();
  // Writes what has become of the bucket's totals.
  absl::Status SaveTotals();

  db::Session& session_;
  const Bucket bucket_;
  const ObjectName name_;
  const absl::Time now_;
  ContentRows content_;
  std::optional<Object> current_;
  // What came, less what went.
  Totals objects_;
  Totals versions_;
};

}  // namespace triad::storage
