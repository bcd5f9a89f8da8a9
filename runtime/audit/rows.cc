#include "runtime/audit/rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::audit {
namespace {

constexpr absl::string_view kSelect =
    "SELECT id, time, principal, peer, address, method, resource, count, outcome, revision, "
    "request_id, trace_id FROM audit WHERE id ";

Line FromRow(const db::Row& row) {
  Line line;
  line.id = row.Int(0);
  line.time = absl::FromUnixMicros(row.Int(1));
  line.principal = row.Text(2);
  line.peer = row.Text(3);
  line.address = row.Text(4);
  line.method = row.Text(5);
  line.resource = row.Text(6);
  line.count = row.Int(7);
  line.outcome = row.Text(8);
  line.revision = row.Int(9);
  line.request_id = row.Text(10);
  line.trace_id = row.Text(11);
  return line;
}

}  // namespace

absl::Status Rows::Append(Line& line) {
  // Apart, as an INSERT that selects or returns makes SQLite fill a table in between.
  TRIAD_ASSIGN_OR_RETURN(std::int64_t newest, NewestId());
  line.id = newest + 1;
  return session_
      .Execute(
          "INSERT INTO audit (id, time, principal, peer, address, method, resource, count, "
          "outcome, revision, request_id, trace_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
          "$10, $11, $12)",
          {line.id, absl::ToUnixMicros(line.time), line.principal, line.peer, line.address,
           line.method, line.resource, line.count, line.outcome, line.revision, line.request_id,
           line.trace_id})
      .status();
}

absl::StatusOr<std::vector<Line>> Rows::ListBefore(std::int64_t below, std::int64_t limit) {
  static const std::string kSql = absl::StrCat(kSelect, "< $1 ORDER BY id DESC LIMIT $2");
  return db::QueryEach(session_, kSql, {below, limit}, FromRow);
}

absl::StatusOr<std::vector<Line>> Rows::ListAfter(std::int64_t above, std::int64_t limit) {
  static const std::string kSql = absl::StrCat(kSelect, "> $1 ORDER BY id LIMIT $2");
  return db::QueryEach(session_, kSql, {above, limit}, FromRow);
}

absl::StatusOr<std::int64_t> Rows::NewestId() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query("SELECT COALESCE(max(id), 0) FROM audit"));
  return rows.front().Int(0);
}

absl::StatusOr<std::int64_t> Rows::DeleteBefore(absl::Time end, std::int64_t limit) {
  // In the order of the ids: a clock that was set back keeps what is behind it longer.
  return session_.Execute(
      "DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, time FROM audit ORDER BY id LIMIT "
      "$2) AS oldest WHERE time < $1) AND id < (SELECT max(id) FROM audit)",
      {absl::ToUnixMicros(end), limit});
}

}  // namespace triad::audit
