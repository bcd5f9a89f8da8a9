#include "services/config/rows/expiry_rows.h"

namespace triad::config {

absl::Status ExpiryRows::Add(const Expiry& expiry) {
  return session_
      .Execute(
          "INSERT INTO expiries (expire_time, namespace, key, version) VALUES ($1, $2, $3, $4)",
          {absl::ToUnixMicros(expiry.time), expiry.name.space, expiry.name.key, expiry.version})
      .status();
}

absl::Status ExpiryRows::Remove(const EntryName& name, absl::Time time) {
  return session_
      .Execute("DELETE FROM expiries WHERE expire_time = $1 AND namespace = $2 AND key = $3",
               {absl::ToUnixMicros(time), name.space, name.key})
      .status();
}

absl::StatusOr<std::vector<Expiry>> ExpiryRows::ListDue(absl::Time now, std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT expire_time, namespace, key, version FROM expiries WHERE "
                       "expire_time <= $1 ORDER BY expire_time, namespace, key LIMIT $2",
                       {absl::ToUnixMicros(now), limit}, [](const db::Row& row) {
                         return Expiry{absl::FromUnixMicros(row.Int(0)),
                                       EntryName{row.Text(1), row.Text(2)}, row.Int(3)};
                       });
}

}  // namespace triad::config
