#include "services/storage/removal/remover.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/model/etag.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/removal_rows.h"
#include "services/storage/rows/upload_rows.h"
#include "services/storage/rows/version_rows.h"
#include "services/storage/uploads/drop_upload.h"
#include "services/storage/versions/object_change.h"

namespace triad::storage {
namespace {

// Objects per transaction, so that other writers do not wait for long.
constexpr std::int64_t kPage = 200;
// Uploads, of which each may have thousands of parts.
constexpr std::int64_t kUploads = 1;
// When what failed is tried again, and what was done long ago is forgotten.
constexpr absl::Duration kRetry = absl::Minutes(1);
// How long it can be asked what has become of a removal.
constexpr absl::Duration kKept = absl::Hours(24 * 7);

// Erases a page of what is current, one of other versions, and an upload; false if there was
// nothing.
absl::StatusOr<bool> ErasePage(db::Session& session, const Bucket& bucket, absl::Time now) {
  ContentRows content(session, now);
  ObjectRows objects(session, bucket);
  VersionRows versions(session, bucket);
  Totals gone_objects;
  Totals gone_versions;
  TRIAD_ASSIGN_OR_RETURN(std::vector<Object> current,
                         objects.List({"", EndOfNames(""), false, kPage}));
  for (const Object& object : current) {
    TRIAD_RETURN_IF_ERROR(content.Release(object.content));
    TRIAD_RETURN_IF_ERROR(objects.Delete(object.name.object));
    gone_objects.Add(object.size, -1);
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<Object> others, versions.ListAny(kPage));
  for (const Object& version : others) {
    TRIAD_RETURN_IF_ERROR(content.Release(version.content));
    TRIAD_RETURN_IF_ERROR(versions.Delete(version.name.object, version.generation));
    gone_versions.Add(version.size, -1);
  }
  UploadRows uploads(session, bucket);
  TRIAD_ASSIGN_OR_RETURN(std::vector<Upload> unfinished, uploads.List({"", "", "", kUploads}));
  for (const Upload& upload : unfinished) {
    TRIAD_RETURN_IF_ERROR(DropUpload(uploads, content, upload.id));
  }
  TRIAD_RETURN_IF_ERROR(BucketRows(session).Count(bucket.number, gone_objects, gone_versions));
  return !current.empty() || !others.empty() || !unfinished.empty();
}

}  // namespace

absl::Status Remover::Run(Stopping stopping) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Bucket> buckets, db::Read(parts_.database, [](auto& session) {
                           return BucketRows(session).ListDeleting();
                         }));
  for (const Bucket& bucket : buckets) TRIAD_RETURN_IF_ERROR(EraseBucket(bucket, stopping));
  TRIAD_ASSIGN_OR_RETURN(std::vector<Removal> open, db::Read(parts_.database, [](auto& session) {
                           return RemovalRows(session).ListOpen();
                         }));
  for (Removal& removal : open) {
    TRIAD_RETURN_IF_ERROR(RemovePrefix(std::move(removal), stopping));
  }
  return parts_.database.Write([before = parts_.clock.Now() - kKept](db::Session& session) {
    return RemovalRows(session).DeleteDone(before);
  });
}

absl::Status Remover::EraseBucket(const Bucket& bucket, Stopping stopping) {
  bool more = true;
  while (more) {
    if (stopping()) return absl::OkStatus();
    absl::Time now = parts_.clock.Now();
    TRIAD_RETURN_IF_ERROR(parts_.database.Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(more, ErasePage(session, bucket, now));
      return absl::OkStatus();
    }));
    parts_.garbage_made();
  }
  return audit::WriteAudited(parts_.database, parts_.audit,
                             audit::LineOfRequest(FormatBucketName(bucket.id), "removal"),
                             DryRun::kNo, [&](db::Session& session) -> absl::Status {
                               TRIAD_RETURN_IF_ERROR(RemovalRows(session).DeleteOf(bucket.number));
                               return BucketRows(session).Delete(bucket.number);
                             });
}

absl::Status Remover::RemovePrefix(Removal removal, Stopping stopping) {
  while (!removal.done) {
    if (stopping()) return absl::OkStatus();
    audit::Line line = audit::LineOfRequest(
        FormatObjectName({removal.bucket, absl::StrCat(removal.prefix, "*")}), "removal");
    Removal next;
    TRIAD_RETURN_IF_ERROR(
        audit::WriteAudited(parts_.database, parts_.audit, std::move(line), DryRun::kNo,
                            [&](db::Session& session) -> absl::Status {
                              TRIAD_ASSIGN_OR_RETURN(next, RemovePage(session, removal));
                              return RemovalRows(session).Update(next);
                            }));
    removal = std::move(next);
    parts_.garbage_made();
  }
  return absl::OkStatus();
}

absl::StatusOr<Removal> Remover::RemovePage(db::Session& session, Removal removal) {
  removal.update_time = parts_.clock.NowMicros();
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(removal.bucket));
  NameRange range{removal.prefix, EndOfNames(removal.prefix), false, kPage};
  if (!removal.after.empty()) range.from = BehindName(removal.after);
  TRIAD_ASSIGN_OR_RETURN(std::vector<Object> page, ObjectRows(session, bucket).List(range));
  removal.done = page.size() < static_cast<std::size_t>(kPage);
  TRIAD_ASSIGN_OR_RETURN(Numbers numbers, NumberRows(session).Take(kPage));
  for (const Object& object : page) {
    removal.after = object.name.object;
    if (object.generation > removal.latest) continue;
    TRIAD_ASSIGN_OR_RETURN(ObjectChange change,
                           ObjectChange::Begin(session, object.name, removal.update_time));
    TRIAD_RETURN_IF_ERROR(change.Delete(numbers.Next(), NewEtag(parts_.random)));
    ++removal.removed;
  }
  return removal;
}

BackgroundRemovals::BackgroundRemovals(Remover& remover)
    : background_("removals", kRetry, [&remover](const Background& self) {
        absl::Status removed = remover.Run([&] { return self.stopping(); });
        if (!removed.ok()) {
          log::Warning("not all could be removed", {{"error", removed.message()}});
        }
      }) {}

}  // namespace triad::storage
