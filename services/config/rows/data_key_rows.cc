#include "services/config/rows/data_key_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr absl::string_view kSelect =
    "SELECT d.id, d.namespace, d.number, d.wrapping_key_id, d.nonce, d.wrapped, d.create_time FROM "
    "data_keys d WHERE ";
constexpr absl::string_view kReplaced =
    "EXISTS (SELECT 1 FROM data_keys l WHERE l.namespace = data_keys.namespace AND l.number > "
    "data_keys.number)";

constexpr absl::string_view kUnused =
    " AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.secret = 1 AND v.key_id = data_keys.id)";

DataKeyRow FromRow(const db::Row& row) {
  return {row.Text(0), row.Text(1), row.Int(2), Sealed{row.Text(3), row.Bytes(4), row.Bytes(5)},
          absl::FromUnixMicros(row.Int(6))};
}

absl::StatusOr<std::optional<DataKeyRow>> First(absl::StatusOr<std::vector<DataKeyRow>> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

}  // namespace

absl::StatusOr<std::optional<DataKeyRow>> DataKeyRows::Find(const std::string& id) {
  static const std::string kSql = absl::StrCat(kSelect, "d.id = $1");
  return First(db::QueryEach(session_, kSql, {id}, FromRow));
}

absl::StatusOr<std::optional<DataKeyRow>> DataKeyRows::Last(const std::string& space) {
  static const std::string kSql =
      absl::StrCat(kSelect, "d.namespace = $1 ORDER BY d.number DESC LIMIT 1");
  return First(db::QueryEach(session_, kSql, {space}, FromRow));
}

absl::StatusOr<std::vector<std::string>> DataKeyRows::LastIds() {
  static const std::string kSql =
      absl::StrCat("SELECT id FROM data_keys WHERE NOT ", kReplaced, " ORDER BY id");
  return db::QueryEach(session_, kSql, {}, [](const db::Row& row) { return row.Text(0); });
}

absl::Status DataKeyRows::Add(const DataKeyRow& row) {
  return session_
      .Execute(
          "INSERT INTO data_keys (id, namespace, number, wrapping_key_id, nonce, wrapped, "
          "create_time) VALUES ($1, $2, $3, $4, $5, $6, $7)",
          {row.id, row.space, row.number, row.wrapped.key_id, db::Blob{row.wrapped.nonce},
           db::Blob{row.wrapped.ciphertext}, absl::ToUnixMicros(row.create_time)})
      .status();
}

absl::StatusOr<std::vector<WrappingKey>> DataKeyRows::WrappingKeys() {
  return db::QueryEach(session_,
                       "SELECT wrapping_key_id, count(*) FROM data_keys GROUP BY wrapping_key_id "
                       "ORDER BY wrapping_key_id",
                       {}, [](const db::Row& row) {
                         return WrappingKey{row.Text(0), row.Int(1)};
                       });
}

absl::StatusOr<std::vector<DataKeyRow>> DataKeyRows::ListWrappedByOthers(
    const std::string& wrapping_key_id, const std::string& after, std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat(kSelect, "d.wrapping_key_id <> $1 AND d.id > $2 ORDER BY d.id LIMIT $3");
  return db::QueryEach(session_, kSql, {wrapping_key_id, after, limit}, FromRow);
}

absl::Status DataKeyRows::Rewrap(const std::string& id, const Sealed& wrapped) {
  return session_
      .Execute("UPDATE data_keys SET wrapping_key_id = $1, nonce = $2, wrapped = $3 WHERE id = $4",
               {wrapped.key_id, db::Blob{wrapped.nonce}, db::Blob{wrapped.ciphertext}, id})
      .status();
}

absl::StatusOr<std::int64_t> DataKeyRows::CountUnused() {
  static const std::string kSql =
      absl::StrCat("SELECT count(*) FROM data_keys WHERE ", kReplaced, kUnused);
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows, session_.Query(kSql));
  return rows.front().Int(0);
}

absl::Status DataKeyRows::DeleteUnused() {
  static const std::string kSql = absl::StrCat("DELETE FROM data_keys WHERE ", kReplaced, kUnused);
  return session_.Execute(kSql).status();
}

absl::Status DataKeyRows::DeleteOf(const std::string& space) {
  return session_.Execute("DELETE FROM data_keys WHERE namespace = $1", {space}).status();
}

}  // namespace triad::config
