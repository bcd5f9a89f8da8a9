#include "services/storage/rows/bucket_repository.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/database/prefix.h"

namespace triad::storage {
namespace {

Bucket FromRow(const db::Row& row) { return {row.Text(0), absl::FromUnixMicros(row.Int(1))}; }

}  // namespace

absl::Status BucketRepository::Create(const Bucket& bucket) {
  absl::Status created = database_.Write([&](db::Session& session) {
    return session
        .Execute("INSERT INTO buckets (id, create_time) VALUES ($1, $2)",
                 {bucket.id, absl::ToUnixMicros(bucket.create_time)})
        .status();
  });
  if (!absl::IsAlreadyExists(created)) return created;
  return absl::AlreadyExistsError(absl::StrCat(BucketName(bucket.id), " already exists"));
}

absl::StatusOr<Bucket> BucketRepository::Get(const std::string& id) {
  std::vector<db::Row> rows;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(
        rows, session.Query("SELECT id, create_time FROM buckets WHERE id = $1", {id}));
    return absl::OkStatus();
  }));
  if (rows.empty()) return absl::NotFoundError(absl::StrCat(BucketName(id), " does not exist"));
  return FromRow(rows.front());
}

absl::StatusOr<std::vector<Bucket>> BucketRepository::List(const BucketQuery& query) {
  std::vector<Bucket> buckets;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(
        std::vector<db::Row> rows,
        session.Query("SELECT id, create_time FROM buckets "
                      "WHERE id >= $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4",
                      {query.prefix, db::PrefixEnd(query.prefix), query.after, query.limit}));
    for (const db::Row& row : rows) buckets.push_back(FromRow(row));
    return absl::OkStatus();
  }));
  return buckets;
}

}  // namespace triad::storage
