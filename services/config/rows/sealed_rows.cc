#include "services/config/rows/sealed_rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {

// From one key to the next, so that it takes as many steps as there are keys.
absl::StatusOr<std::vector<std::string>> SealedRows::KeyIds() {
  std::vector<std::string> ids;
  for (std::string last;; last = ids.back()) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                           session_.Query("SELECT key_id FROM versions WHERE secret = 1 AND key_id "
                                          "> $1 ORDER BY key_id LIMIT 1",
                                          {last}));
    if (rows.empty()) return ids;
    ids.push_back(rows.front().Text(0));
  }
}

absl::StatusOr<std::int64_t> SealedRows::Count(const std::string& key_id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT count(*) FROM versions WHERE secret = 1 AND key_id = $1", {key_id}));
  return rows.front().Int(0);
}

absl::StatusOr<std::optional<StoredEntry>> SealedRows::Next(const std::string& key_id,
                                                            const VersionName& after) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns,
                   " FROM versions v WHERE v.secret = 1 AND v.key_id = $1 AND (v.namespace, v.key, "
                   "v.version) > ($2, $3, $4) ORDER BY v.namespace, v.key, v.version LIMIT 1");
  return QueryVersion(session_, kSql, {key_id, after.name.space, after.name.key, after.version});
}

absl::Status SealedRows::Replace(const VersionName& version, const Sealed& sealed) {
  return session_
      .Execute(
          "UPDATE versions SET value = $1, key_id = $2, nonce = $3 WHERE namespace = $4 AND "
          "key = $5 AND version = $6",
          {db::Blob{sealed.ciphertext}, sealed.key_id, db::Blob{sealed.nonce}, version.name.space,
           version.name.key, version.version})
      .status();
}

}  // namespace triad::config
