#include "services/storage/rows/bucket_rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

Bucket FromRow(const db::Row& row) { return {row.Text(0), absl::FromUnixMicros(row.Int(1))}; }

}  // namespace

absl::Status BucketRows::Insert(const Bucket& bucket) {
  absl::Status inserted = session_
                              .Execute("INSERT INTO buckets (id, create_time) VALUES ($1, $2)",
                                       {bucket.id, absl::ToUnixMicros(bucket.create_time)})
                              .status();
  if (!absl::IsAlreadyExists(inserted)) return inserted;
  return absl::AlreadyExistsError(absl::StrCat(FormatBucketName(bucket.id), " already exists"));
}

absl::StatusOr<Bucket> BucketRows::Get(const std::string& id) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows,
                         session_.Query("SELECT id, create_time FROM buckets WHERE id = $1", {id}));
  if (rows.empty()) {
    return absl::NotFoundError(absl::StrCat(FormatBucketName(id), " does not exist"));
  }
  return FromRow(rows.front());
}

absl::StatusOr<std::vector<Bucket>> BucketRows::List(const BucketQuery& query) {
  return db::QueryEach(session_,
                       "SELECT id, create_time FROM buckets "
                       "WHERE id >= $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4",
                       {query.prefix, db::PrefixEnd(query.prefix), query.after, query.limit},
                       FromRow);
}

}  // namespace triad::storage
