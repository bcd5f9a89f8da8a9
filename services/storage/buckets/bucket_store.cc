#include "services/storage/buckets/bucket_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/status.h"
#include "services/storage/model/conflict.h"
#include "services/storage/model/etag.h"
#include "services/storage/model/page.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/rows/removal_rows.h"
#include "services/storage/rows/upload_rows.h"

namespace triad::storage {
namespace {

// The bucket, if it may be changed.
absl::StatusOr<Bucket> GetForChange(db::Session& session, const std::string& id,
                                    const BucketCondition& condition = {}) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(id));
  TRIAD_RETURN_IF_ERROR(CheckNotDeleting(bucket));
  absl::Status met = condition.headers.Check(FormatBucketName(id), bucket.etag);
  const std::string& etag = condition.etag;
  if (met.ok() && !etag.empty() && etag != bucket.etag) {
    met = absl::AbortedError(
        absl::StrCat(FormatBucketName(id), " has the etag ", bucket.etag, " by now, not ", etag));
  }
  if (!met.ok()) return WithCurrent(met, kConditionNotMet, bucket);
  return bucket;
}

absl::Status CheckEmpty(db::Session& session, const Bucket& bucket) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Upload> uploads,
                         UploadRows(session, bucket).List({"", "", "", 1}));
  if (bucket.objects.count == 0 && bucket.versions.count == 0 && uploads.empty()) {
    return absl::OkStatus();
  }
  return WithCurrent(absl::FailedPreconditionError(absl::StrCat(
                         FormatBucketName(bucket.id), " has ", bucket.objects.count, " objects, ",
                         bucket.versions.count, " versions and ", uploads.empty() ? "no" : "some",
                         " uploads: delete them, or set force")),
                     "BUCKET_NOT_EMPTY", bucket);
}

}  // namespace

void BucketChanges::Apply(Bucket& bucket) const {
  if (description.has_value()) bucket.description = *description;
  if (labels.has_value()) bucket.labels = *labels;
  if (cache_control.has_value()) bucket.cache_control = *cache_control;
  if (versioning.has_value()) bucket.versioning = *versioning;
}

absl::Status BucketStore::Write(const std::string& id, DryRun dry_run,
                                absl::FunctionRef<absl::Status(db::Session&)> work) {
  return audit::WriteAudited(parts_.database, parts_.audit,
                             audit::LineOfRequest(FormatBucketName(id), "buckets"), dry_run, work);
}

absl::StatusOr<Bucket> BucketStore::Create(const std::string& id, const BucketChanges& given,
                                           DryRun dry_run) {
  Bucket bucket;
  bucket.id = id;
  bucket.etag = NewEtag(parts_.random);
  bucket.create_time = bucket.update_time = parts_.clock.NowMicros();
  given.Apply(bucket);
  TRIAD_RETURN_IF_ERROR(Write(id, dry_run, [&](db::Session& session) -> absl::Status {
    absl::StatusOr<Bucket> current = BucketRows(session).Get(id);
    if (current.ok()) {
      return WithCurrent(
          absl::AlreadyExistsError(absl::StrCat(FormatBucketName(id), " already exists")),
          "BUCKET_EXISTS", *current);
    }
    if (!absl::IsNotFound(current.status())) return std::move(current).status();
    TRIAD_ASSIGN_OR_RETURN(Numbers numbers, NumberRows(session).Take());
    bucket.number = BucketNumber{numbers.Next()};
    return BucketRows(session).Insert(bucket);
  }));
  return bucket;
}

absl::StatusOr<Bucket> BucketStore::Get(const std::string& id) {
  return db::Read(parts_.database,
                  [&](db::Session& session) { return BucketRows(session).Get(id); });
}

absl::StatusOr<BucketPage> BucketStore::List(BucketQuery query) {
  std::int64_t limit = query.limit++;
  BucketPage page;
  TRIAD_ASSIGN_OR_RETURN(page.buckets, db::Read(parts_.database, [&](db::Session& session) {
                           return BucketRows(session).List(query);
                         }));
  page.more = CutToPage(page.buckets, limit);
  return page;
}

absl::StatusOr<Bucket> BucketStore::Update(const std::string& id, const BucketChanges& changes,
                                           const BucketCondition& condition, DryRun dry_run) {
  Bucket bucket;
  TRIAD_RETURN_IF_ERROR(Write(id, dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(bucket, GetForChange(session, id, condition));
    bool was_on = bucket.versioning != Versioning::kOff;
    changes.Apply(bucket);
    if (was_on && bucket.versioning == Versioning::kOff) {
      return WithCurrent(
          absl::FailedPreconditionError(
              absl::StrCat(FormatBucketName(id), ": versioning was on and can only be suspended")),
          "VERSIONING_WAS_ON", bucket);
    }
    bucket.etag = NewEtag(parts_.random);
    bucket.update_time = parts_.clock.NowMicros();
    return BucketRows(session).Update(bucket);
  }));
  return bucket;
}

absl::StatusOr<Bucket> BucketStore::Delete(const std::string& id, const BucketCondition& condition,
                                           bool force, DryRun dry_run) {
  Bucket bucket;
  TRIAD_RETURN_IF_ERROR(Write(id, dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(bucket, GetForChange(session, id, condition));
    if (!force) TRIAD_RETURN_IF_ERROR(CheckEmpty(session, bucket));
    bucket.deleting = true;
    bucket.update_time = parts_.clock.NowMicros();
    if (force) return BucketRows(session).Update(bucket);
    TRIAD_RETURN_IF_ERROR(RemovalRows(session).DeleteOf(bucket.number));
    return BucketRows(session).Delete(bucket.number);
  }));
  if (force && dry_run == DryRun::kNo) removal_begun_();
  return bucket;
}

absl::StatusOr<Removal> BucketStore::RemovePrefix(const std::string& id, const std::string& prefix,
                                                  DryRun dry_run) {
  Removal removal;
  TRIAD_RETURN_IF_ERROR(Write(id, dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, GetForChange(session, id));
    TRIAD_ASSIGN_OR_RETURN(Numbers numbers, NumberRows(session).Take());
    std::int64_t number = numbers.Next();
    removal.id = RemovalId{number};
    removal.bucket = id;
    removal.number = bucket.number;
    removal.prefix = prefix;
    removal.latest = number;
    removal.create_time = removal.update_time = parts_.clock.NowMicros();
    return RemovalRows(session).Insert(removal);
  }));
  if (dry_run == DryRun::kNo) removal_begun_();
  return removal;
}

absl::StatusOr<Removal> BucketStore::GetRemoval(const std::string& id, RemovalId removal) {
  auto find = [&](db::Session& session) -> absl::StatusOr<std::optional<Removal>> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(id));
    return RemovalRows(session).Find(bucket.number, removal);
  };
  TRIAD_ASSIGN_OR_RETURN(std::optional<Removal> found, db::Read(parts_.database, find));
  if (found.has_value()) return *std::move(found);
  return absl::NotFoundError(absl::StrCat(FormatBucketName(id), "/removals/",
                                          static_cast<std::int64_t>(removal), " does not exist"));
}

absl::StatusOr<RemovalPage> BucketStore::ListRemovals(const std::string& id, RemovalId below,
                                                      std::int64_t limit) {
  auto list = [&](db::Session& session) -> absl::StatusOr<std::vector<Removal>> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(id));
    return RemovalRows(session).ListOf(bucket.number, below, limit + 1);
  };
  RemovalPage page;
  TRIAD_ASSIGN_OR_RETURN(page.removals, db::Read(parts_.database, list));
  page.more = CutToPage(page.removals, limit);
  return page;
}

}  // namespace triad::storage
