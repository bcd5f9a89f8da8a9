#include "services/storage/rows/removal_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(RemovalId id) { return static_cast<std::int64_t>(id); }
std::int64_t ToInt(BucketNumber number) { return static_cast<std::int64_t>(number); }

Removal FromRow(const db::Row& row) {
  Removal removal;
  removal.id = RemovalId{row.Int(0)};
  removal.bucket = row.Text(1);
  removal.number = BucketNumber{row.Int(2)};
  removal.prefix = row.Text(3);
  removal.latest = row.Int(4);
  removal.after = row.Text(5);
  removal.removed = row.Int(6);
  removal.done = row.Int(7) != 0;
  removal.create_time = absl::FromUnixMicros(row.Int(8));
  removal.update_time = absl::FromUnixMicros(row.Int(9));
  return removal;
}

}  // namespace

absl::Status RemovalRows::Insert(const Removal& removal) {
  return session_
      .Execute(
          "INSERT INTO removals (id, bucket, prefix, latest, after, removed, done, create_time, "
          "update_time) VALUES ($1, $2, $3, $4, '', 0, 0, $5, $5)",
          {ToInt(removal.id), ToInt(removal.number), removal.prefix, removal.latest,
           absl::ToUnixMicros(removal.create_time)})
      .status();
}

absl::StatusOr<std::vector<Removal>> RemovalRows::Select(absl::string_view where,
                                                         absl::Span<const db::Value> parameters) {
  return db::QueryEach(
      session_,
      absl::StrCat("SELECT r.id, b.id, r.bucket, r.prefix, r.latest, r.after, r.removed, r.done, "
                   "r.create_time, r.update_time FROM removals r JOIN buckets b ON b.number = "
                   "r.bucket WHERE ",
                   where),
      parameters, FromRow);
}

absl::StatusOr<std::vector<Removal>> RemovalRows::ListOpen() {
  return Select("r.done = 0 ORDER BY r.id", {});
}

absl::StatusOr<std::vector<Removal>> RemovalRows::ListOf(BucketNumber bucket, RemovalId below,
                                                         std::int64_t limit) {
  return Select("r.bucket = $1 AND r.id < $2 ORDER BY r.id DESC LIMIT $3",
                {ToInt(bucket), ToInt(below), limit});
}

absl::StatusOr<std::optional<Removal>> RemovalRows::Find(BucketNumber bucket, RemovalId id) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Removal> found,
                         Select("r.bucket = $1 AND r.id = $2", {ToInt(bucket), ToInt(id)}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::Status RemovalRows::Update(const Removal& removal) {
  return session_
      .Execute(
          "UPDATE removals SET after = $2, removed = $3, done = $4, update_time = $5 WHERE id = $1",
          {ToInt(removal.id), removal.after, removal.removed, std::int64_t{removal.done},
           absl::ToUnixMicros(removal.update_time)})
      .status();
}

absl::Status RemovalRows::DeleteDone(absl::Time time) {
  return session_
      .Execute("DELETE FROM removals WHERE done = 1 AND update_time < $1",
               {absl::ToUnixMicros(time)})
      .status();
}

absl::Status RemovalRows::DeleteOf(BucketNumber bucket) {
  return session_.Execute("DELETE FROM removals WHERE bucket = $1", {ToInt(bucket)}).status();
}

}  // namespace triad::storage
