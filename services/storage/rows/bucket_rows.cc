#include "services/storage/rows/bucket_rows.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

constexpr char kSelect[] =
    "SELECT id, number, etag, description, labels, cache_control, versioning, deleting, objects, "
    "bytes, versions, version_bytes, create_time, update_time FROM buckets ";

// As the database names them, in order of Versioning.
constexpr const char* kVersionings[] = {"off", "on", "suspended"};

std::string NameOf(Versioning versioning) { return kVersionings[static_cast<int>(versioning)]; }
Versioning VersioningOf(const std::string& name) {
  auto found = std::find(std::begin(kVersionings), std::end(kVersionings), name);
  return static_cast<Versioning>(found - std::begin(kVersionings));
}

Bucket FromRow(const db::Row& row) {
  Bucket bucket;
  bucket.id = row.Text(0);
  bucket.number = BucketNumber{row.Int(1)};
  bucket.etag = row.Text(2);
  bucket.description = row.Text(3);
  bucket.labels = ParseLabels(row.Text(4));
  bucket.cache_control = row.Text(5);
  bucket.versioning = VersioningOf(row.Text(6));
  bucket.deleting = row.Int(7) != 0;
  bucket.objects = {row.Int(8), row.Int(9)};
  bucket.versions = {row.Int(10), row.Int(11)};
  bucket.create_time = absl::FromUnixMicros(row.Int(12));
  bucket.update_time = absl::FromUnixMicros(row.Int(13));
  return bucket;
}

std::int64_t ToInt(BucketNumber number) { return static_cast<std::int64_t>(number); }

}  // namespace

absl::Status BucketRows::Insert(const Bucket& bucket) {
  absl::Status inserted =
      session_
          .Execute(
              "INSERT INTO buckets (id, number, etag, description, labels, cache_control, "
              "versioning, deleting, objects, bytes, versions, version_bytes, create_time, "
              "update_time) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, $8, $9)",
              {bucket.id, ToInt(bucket.number), bucket.etag, bucket.description,
               FormatLabels(bucket.labels), bucket.cache_control, NameOf(bucket.versioning),
               absl::ToUnixMicros(bucket.create_time), absl::ToUnixMicros(bucket.update_time)})
          .status();
  if (!absl::IsAlreadyExists(inserted)) return inserted;
  return absl::AlreadyExistsError(absl::StrCat(FormatBucketName(bucket.id), " already exists"));
}

absl::StatusOr<Bucket> BucketRows::Get(const std::string& id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<Bucket> buckets,
      db::QueryEach(session_, absl::StrCat(kSelect, "WHERE id = $1"), {id}, FromRow));
  if (!buckets.empty()) return std::move(buckets.front());
  return absl::NotFoundError(absl::StrCat(FormatBucketName(id), " does not exist"));
}

absl::StatusOr<std::vector<Bucket>> BucketRows::List(const BucketQuery& query) {
  return db::QueryEach(
      session_,
      absl::StrCat(kSelect, "WHERE id >= $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4"),
      {query.prefix, db::PrefixEnd(query.prefix), query.after, query.limit}, FromRow);
}

absl::StatusOr<std::vector<Bucket>> BucketRows::ListDeleting() {
  return db::QueryEach(session_, absl::StrCat(kSelect, "WHERE deleting = 1 ORDER BY id"), {},
                       FromRow);
}

absl::Status BucketRows::Update(const Bucket& bucket) {
  return session_
      .Execute(
          "UPDATE buckets SET etag = $2, description = $3, labels = $4, cache_control = $5, "
          "versioning = $6, deleting = $7, update_time = $8 WHERE number = $1",
          {ToInt(bucket.number), bucket.etag, bucket.description, FormatLabels(bucket.labels),
           bucket.cache_control, NameOf(bucket.versioning), std::int64_t{bucket.deleting},
           absl::ToUnixMicros(bucket.update_time)})
      .status();
}

absl::Status BucketRows::Delete(BucketNumber number) {
  return session_.Execute("DELETE FROM buckets WHERE number = $1", {ToInt(number)}).status();
}

absl::Status BucketRows::Count(BucketNumber number, const Totals& objects, const Totals& versions) {
  return session_
      .Execute(
          "UPDATE buckets SET objects = objects + $2, bytes = bytes + $3, "
          "versions = versions + $4, version_bytes = version_bytes + $5 WHERE number = $1",
          {ToInt(number), objects.count, objects.bytes, versions.count, versions.bytes})
      .status();
}

}  // namespace triad::storage
