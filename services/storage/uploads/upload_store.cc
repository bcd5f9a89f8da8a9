#include "services/storage/uploads/upload_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/status.h"
#include "services/storage/content/concatenation.h"
#include "services/storage/content/content_reader.h"
#include "services/storage/content/unused_blobs.h"
#include "services/storage/http/content_type.h"
#include "services/storage/model/conflict.h"
#include "services/storage/model/etag.h"
#include "services/storage/model/page.h"
#include "services/storage/objects/put_object.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/rows/upload_rows.h"
#include "services/storage/uploads/drop_upload.h"

namespace triad::storage {
namespace {

absl::Status NoSuchUpload(const UploadName& name) {
  return absl::NotFoundError(
      absl::StrCat(FormatObjectName(name.object), " has no upload ", name.id));
}

// The rows of the upload's bucket, if the upload is there.
struct Found {
  Bucket bucket;
  Upload upload;
};

absl::StatusOr<Found> Find(db::Session& session, const UploadName& name) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(name.object.bucket));
  TRIAD_ASSIGN_OR_RETURN(std::optional<Upload> upload,
                         UploadRows(session, bucket).Find(name.object.object, name.id));
  if (!upload.has_value()) return NoSuchUpload(name);
  return Found{std::move(bucket), *std::move(upload)};
}

// ABORTED if one of `parts` is not as it was.
absl::Status CheckParts(UploadRows& uploads, const UploadName& name,
                        const std::vector<UploadPart>& parts) {
  for (const UploadPart& part : parts) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<UploadPart> found, uploads.FindPart(name.id, part.number));
    if (found.has_value() && found->etag == part.etag) continue;
    return WithCurrent(absl::AbortedError(absl::StrCat("part ", part.number, " is being written")),
                       "PART_CHANGED", part.number, found);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PartWrite::Append(absl::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  TRIAD_RETURN_IF_ERROR(store_.objects_.CheckSize(size_));
  return content_.Append(bytes);
}

absl::StatusOr<UploadPart> PartWrite::Finish() {
  TRIAD_ASSIGN_OR_RETURN(NewContent content, content_.Finish());
  UploadPart part;
  part.number = number_;
  part.etag = NewEtag(store_.parts_.random);
  part.size = content.size;
  part.sha256 = content.sha256;
  part.crc32c = content.crc32c.value();
  part.create_time = store_.parts_.clock.NowMicros();
  return store_.PutPart(upload_, std::move(part), content, dry_run_);
}

absl::StatusOr<Upload> UploadStore::Create(Upload given, DryRun dry_run) {
  given.id = RandomId(parts_.random);
  given.create_time = parts_.clock.NowMicros();
  auto insert = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(given.name.bucket));
    TRIAD_RETURN_IF_ERROR(CheckNotDeleting(bucket));
    return UploadRows(session, bucket).Insert(given);
  };
  TRIAD_RETURN_IF_ERROR(audit::WriteAudited(
      parts_.database, parts_.audit, audit::LineOfRequest(FormatObjectName(given.name), "uploads"),
      dry_run, insert));
  if (dry_run == DryRun::kYes) given.id.clear();
  return given;
}

absl::StatusOr<std::unique_ptr<PartWrite>> UploadStore::BeginPart(const UploadName& upload,
                                                                  std::int64_t number,
                                                                  DryRun dry_run) {
  auto find = [&](db::Session& session) { return Find(session, upload); };
  TRIAD_RETURN_IF_ERROR(db::Read(parts_.database, find).status());
  return std::make_unique<PartWrite>(*this, upload, number, dry_run, parts_.content());
}

absl::StatusOr<UploadPart> UploadStore::PutPart(const UploadName& upload, UploadPart part,
                                                const NewContent& content, DryRun dry_run) {
  AddedContent added;
  absl::Status refused;
  bool undone = false;
  auto put = [&](db::Session& session) -> absl::Status {
    undone = false;
    absl::StatusOr<Found> found = Find(session, upload);
    refused = absl::IsNotFound(found.status()) ? found.status() : absl::OkStatus();
    if (!refused.ok()) return absl::OkStatus();
    if (!found.ok()) return std::move(found).status();
    UploadRows uploads(session, found->bucket);
    ContentRows rows(session, part.create_time);
    TRIAD_ASSIGN_OR_RETURN(std::optional<UploadPart> before,
                           uploads.FindPart(upload.id, part.number));
    // This transaction was committed before, and runs again as its answer was lost.
    if (before.has_value() && before->etag == part.etag) {
      part = *std::move(before);
      return absl::OkStatus();
    }
    TRIAD_ASSIGN_OR_RETURN(Numbers numbers,
                           NumberRows(session).Take(ContentRows::NumbersFor(content)));
    TRIAD_ASSIGN_OR_RETURN(added, rows.Add(content, numbers));
    part.content = added.content;
    if (before.has_value()) TRIAD_RETURN_IF_ERROR(rows.Release(before->content));
    TRIAD_RETURN_IF_ERROR(uploads.PutPart(upload.id, part));
    undone = dry_run == DryRun::kYes;
    return undone ? absl::CancelledError("dry run") : absl::OkStatus();
  };
  absl::Status written = parts_.database.Write(put);
  undone = undone && absl::IsCancelled(written);
  if (!undone) TRIAD_RETURN_IF_ERROR(written);
  parts_.garbage_made();
  bool is_put = refused.ok() && !undone;
  RemoveUnused(parts_.blobs, is_put ? added.unused : WrittenBlobs(content.pieces));
  if (!refused.ok()) return refused;
  return part;
}

absl::StatusOr<PartPage> UploadStore::ListParts(const UploadName& upload, std::int64_t after,
                                                std::int64_t limit) {
  auto list = [&](db::Session& session) -> absl::StatusOr<std::vector<UploadPart>> {
    TRIAD_ASSIGN_OR_RETURN(Found found, Find(session, upload));
    return UploadRows(session, found.bucket).ListParts(upload.id, after, limit + 1);
  };
  PartPage page;
  TRIAD_ASSIGN_OR_RETURN(page.parts, db::Read(parts_.database, list));
  page.more = CutToPage(page.parts, limit);
  return page;
}

absl::StatusOr<UploadPage> UploadStore::List(const UploadQuery& query) {
  UploadRange range;
  range.prefix = query.prefix;
  range.limit = query.limit + 1;
  if (query.after.has_value()) {
    range.after_name = query.after->object.object;
    range.after_id = query.after->id;
  }
  auto list = [&](db::Session& session) -> absl::StatusOr<std::vector<Upload>> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(query.bucket));
    return UploadRows(session, bucket).List(range);
  };
  UploadPage page;
  TRIAD_ASSIGN_OR_RETURN(page.uploads, db::Read(parts_.database, list));
  page.more = CutToPage(page.uploads, query.limit);
  return page;
}

absl::StatusOr<std::vector<UploadPart>> UploadStore::Choose(const UploadName& upload,
                                                            const std::vector<ChosenPart>& chosen) {
  TRIAD_ASSIGN_OR_RETURN(PartPage page, ListParts(upload, 0, kMaxUploadParts));
  std::vector<UploadPart> parts;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::string field = absl::StrCat("parts[", i, "]");
    if (i > 0 && chosen[i].number <= chosen[i - 1].number) {
      return InvalidField(absl::StrCat(field, ".number"), "must be greater than the one before");
    }
    auto found = std::lower_bound(
        page.parts.begin(), page.parts.end(), chosen[i].number,
        [](const UploadPart& part, std::int64_t number) { return part.number < number; });
    if (found == page.parts.end() || found->number != chosen[i].number) {
      return InvalidField(absl::StrCat(field, ".number"), "must be that of a part of the upload");
    }
    if (!chosen[i].etag.empty() && chosen[i].etag != found->etag) {
      return WithCurrent(
          InvalidField(absl::StrCat(field, ".etag"), "must be the part's, as it is now"),
          "PART_CHANGED", found->number, *found);
    }
    parts.push_back(*found);
  }
  return parts;
}

absl::StatusOr<std::string> UploadStore::DetectType(const Upload& upload, const UploadPart& first) {
  if (!upload.content_type.empty()) return upload.content_type;
  auto count = std::min(first.size, static_cast<std::int64_t>(kMaxDetectionBytes));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ContentReader> reader,
                         ContentReader::Open(parts_.content(), first.content, {0, count}));
  TRIAD_ASSIGN_OR_RETURN(std::string start, reader->Read(kMaxDetectionBytes));
  return DetectContentType(start, upload.name.object);
}

absl::StatusOr<NewContent> UploadStore::Join(const std::vector<UploadPart>& parts) {
  Concatenation whole(parts_.content());
  std::int64_t size = 0;
  for (const UploadPart& part : parts) {
    size += part.size;
    TRIAD_RETURN_IF_ERROR(objects_.CheckSize(size));
    absl::Status added = whole.Add(part.content);
    if (absl::IsNotFound(added)) {
      return absl::AbortedError(absl::StrCat("part ", part.number, " is being written"));
    }
    TRIAD_RETURN_IF_ERROR(added);
  }
  return whole.Finish();
}

absl::StatusOr<Object> UploadStore::Complete(const UploadName& name,
                                             const std::vector<ChosenPart>& chosen,
                                             const ObjectCondition& condition, DryRun dry_run) {
  auto find = [&](db::Session& session) { return Find(session, name); };
  TRIAD_ASSIGN_OR_RETURN(Found found, db::Read(parts_.database, find));
  TRIAD_ASSIGN_OR_RETURN(std::vector<UploadPart> parts, Choose(name, chosen));
  TRIAD_ASSIGN_OR_RETURN(NewContent content, Join(parts));
  Object object;
  object.name = name.object;
  TRIAD_ASSIGN_OR_RETURN(object.content_type, DetectType(found.upload, parts.front()));
  object.properties = found.upload.properties;
  object.etag = NewEtag(parts_.random);
  object.size = content.size;
  object.crc32c = content.crc32c;
  if (parts.size() == 1) object.sha256 = parts.front().sha256;
  object.update_time = parts_.clock.NowMicros();
  return PutObject(
      parts_, object, content, dry_run,
      [&](db::Session& session, const std::optional<Object>& current) -> absl::Status {
        TRIAD_RETURN_IF_ERROR(condition.Check(name.object, current));
        TRIAD_RETURN_IF_ERROR(Find(session, name).status());
        UploadRows uploads(session, found.bucket);
        return CheckParts(uploads, name, parts);
      },
      [&](db::Session& session, ContentRows& rows) {
        UploadRows uploads(session, found.bucket);
        return DropUpload(uploads, rows, name.id);
      });
}

absl::Status UploadStore::Abort(const UploadName& name, DryRun dry_run) {
  absl::Time now = parts_.clock.NowMicros();
  auto drop = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Found found, Find(session, name));
    UploadRows uploads(session, found.bucket);
    ContentRows content(session, now);
    return DropUpload(uploads, content, name.id);
  };
  TRIAD_RETURN_IF_ERROR(audit::WriteAudited(
      parts_.database, parts_.audit, audit::LineOfRequest(FormatObjectName(name.object), "uploads"),
      dry_run, drop));
  if (dry_run == DryRun::kNo) parts_.garbage_made();
  return absl::OkStatus();
}

}  // namespace triad::storage
