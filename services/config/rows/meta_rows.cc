#include "services/config/rows/meta_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

absl::StatusOr<db::KeptRow> OneRow(absl::StatusOr<std::vector<db::KeptRow>> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->size() != 1) {
    return absl::DataLossError(absl::StrCat("table meta: ", rows->size(), " rows, expected one"));
  }
  return std::move(rows->front());
}

}  // namespace

absl::Status CheckKept(Revision revision, const Meta& meta) {
  if (revision > meta.head) {
    return absl::OutOfRangeError(absl::StrCat(
        "revision ", revision.value, " has not happened: the newest is ", meta.head.value));
  }
  if (revision >= meta.floor) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("revision ", revision.value, " lies before ",
                                            meta.floor.value, ", the oldest that is kept"));
}

absl::StatusOr<Meta> MetaRows::Read() {
  TRIAD_ASSIGN_OR_RETURN(
      db::KeptRow row,
      OneRow(session_.Query(
          "SELECT head, floor, epoch, key_id, key_nonce, key_check FROM meta WHERE id = 1")));
  Meta meta{Revision{row.Int(0)}, Revision{row.Int(1)}, Epoch{row.Int(2)}, std::nullopt};
  if (!row.IsNull(3)) meta.key_check = Sealed{row.Text(3), row.Bytes(4), row.Bytes(5)};
  return meta;
}

absl::Status MetaRows::Write(Epoch epoch, const Sealed& key_check) {
  return session_
      .Execute(
          "UPDATE meta SET epoch = $1, key_id = $2, key_nonce = $3, key_check = $4 WHERE id = 1",
          {epoch.value, key_check.key_id, db::Blob{key_check.nonce},
           db::Blob{key_check.ciphertext}})
      .status();
}

absl::StatusOr<Revision> MetaRows::TakeRevision() {
  // Apart, as RETURNING makes SQLite fill a table in between.
  TRIAD_RETURN_IF_ERROR(session_.Execute("UPDATE meta SET head = head + 1 WHERE id = 1").status());
  TRIAD_ASSIGN_OR_RETURN(db::KeptRow row,
                         OneRow(session_.Query("SELECT head FROM meta WHERE id = 1")));
  return Revision{row.Int(0)};
}

absl::Status MetaRows::HoldWrites() {
  return session_.Execute("UPDATE meta SET head = head WHERE id = 1").status();
}

absl::Status MetaRows::SetFloor(Revision floor) {
  return session_.Execute("UPDATE meta SET floor = $1 WHERE id = 1", {floor.value}).status();
}

}  // namespace triad::config
