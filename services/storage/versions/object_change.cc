#include "services/storage/versions/object_change.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/version_rows.h"

namespace triad::storage {
absl::StatusOr<ObjectChange> ObjectChange::Begin(db::Session& session, const ObjectName& name,
                                                 absl::Time now) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(name.bucket));
  TRIAD_RETURN_IF_ERROR(CheckNotDeleting(bucket));
  ObjectChange change(session, std::move(bucket), name, now);
  TRIAD_ASSIGN_OR_RETURN(change.current_, ObjectRows(session, change.bucket_).Find(name.object));
  return change;
}

absl::StatusOr<Object> ObjectChange::Put(Object object) {
  object.numbered = bucket_.versioning == Versioning::kOn;
  object.create_time = current_.has_value() ? current_->create_time : object.update_time;
  TRIAD_RETURN_IF_ERROR(Retire());
  if (bucket_.versioning == Versioning::kSuspended) TRIAD_RETURN_IF_ERROR(DropUnnumbered());
  TRIAD_RETURN_IF_ERROR(ObjectRows(session_, bucket_).Put(object));
  objects_.Add(object.size, 1);
  TRIAD_RETURN_IF_ERROR(SaveTotals());
  return object;
}

absl::Status ObjectChange::Update(const Object& object) {
  return ObjectRows(session_, bucket_).Put(object);
}

absl::Status ObjectChange::Delete(std::int64_t generation, const std::string& etag) {
  TRIAD_RETURN_IF_ERROR(Retire());
  TRIAD_RETURN_IF_ERROR(ObjectRows(session_, bucket_).Delete(name_.object));
  if (bucket_.versioning == Versioning::kSuspended) TRIAD_RETURN_IF_ERROR(DropUnnumbered());
  if (bucket_.versioning != Versioning::kOff) {
    TRIAD_RETURN_IF_ERROR(InsertMark(generation, etag));
  }
  return SaveTotals();
}

absl::StatusOr<std::optional<Object>> ObjectChange::DeleteVersion(std::int64_t generation) {
  bool is_current = current_.has_value() && current_->generation == generation;
  std::optional<Object> version = current_;
  if (is_current) {
    TRIAD_RETURN_IF_ERROR(content_.Release(version->content));
    TRIAD_RETURN_IF_ERROR(ObjectRows(session_, bucket_).Delete(name_.object));
    objects_.Add(version->size, -1);
  } else {
    TRIAD_ASSIGN_OR_RETURN(version, VersionRows(session_, bucket_).Find(name_.object, generation));
    if (!version.has_value()) return std::nullopt;
    TRIAD_RETURN_IF_ERROR(Drop(*version));
  }
  if (is_current || !current_.has_value()) TRIAD_RETURN_IF_ERROR(Promote());
  TRIAD_RETURN_IF_ERROR(SaveTotals());
  return version;
}

absl::Status ObjectChange::Retire() {
  if (!current_.has_value()) return absl::OkStatus();
  objects_.Add(current_->size, -1);
  bool kept = bucket_.versioning == Versioning::kOn ||
              (bucket_.versioning == Versioning::kSuspended && current_->numbered);
  if (!kept) return content_.Release(current_->content);
  Object version = *current_;
  version.noncurrent_time = now_;
  versions_.Add(version.size, 1);
  return VersionRows(session_, bucket_).Insert(version);
}

absl::Status ObjectChange::InsertMark(std::int64_t generation, const std::string& etag) {
  Object mark;
  mark.name = name_;
  mark.generation = generation;
  mark.numbered = bucket_.versioning == Versioning::kOn;
  mark.deleted = true;
  mark.etag = etag;
  mark.create_time = mark.update_time = now_;
  mark.noncurrent_time = now_;
  versions_.Add(mark.size, 1);
  return VersionRows(session_, bucket_).Insert(mark);
}

absl::Status ObjectChange::DropUnnumbered() {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> version,
                         VersionRows(session_, bucket_).FindUnnumbered(name_.object));
  return version.has_value() ? Drop(*version) : absl::OkStatus();
}

absl::Status ObjectChange::Drop(const Object& version) {
  versions_.Add(version.size, -1);
  TRIAD_RETURN_IF_ERROR(content_.Release(version.content));
  return VersionRows(session_, bucket_).Delete(name_.object, version.generation);
}

absl::Status ObjectChange::Promote() {
  VersionRows versions(session_, bucket_);
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> newest, versions.FindNewest(name_.object));
  if (!newest.has_value() || newest->deleted) return absl::OkStatus();
  versions_.Add(newest->size, -1);
  objects_.Add(newest->size, 1);
  TRIAD_RETURN_IF_ERROR(versions.Delete(name_.object, newest->generation));
  return ObjectRows(session_, bucket_).Put(*newest);
}

absl::Status ObjectChange::SaveTotals() {
  return BucketRows(session_).Count(bucket_.number, objects_, versions_);
}

}  // namespace triad::storage
