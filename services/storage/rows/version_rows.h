// The table `versions`: what was current before, and marks of deletions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class VersionRows {
 public:
  // `bucket` and its number belong together.
  VersionRows(db::Session& session, const Bucket& bucket)
      : session_(session), bucket_(bucket.id), number_(bucket.number) {}

  // With `noncurrent_time` set.
  absl::Status Insert(const Object& version);
  absl::StatusOr<std::optional<Object>> Find(const std::string& name, std::int64_t generation);
  // The one of the greatest generation.
  absl::StatusOr<std::optional<Object>> FindNewest(const std::string& name);
  // The same of those that are no marks of deletions.
  absl::StatusOr<std::optional<Object>> FindNewestContent(const std::string& name);
  // The one that was written while there was no versioning.
  absl::StatusOr<std::optional<Object>> FindUnnumbered(const std::string& name);
  absl::Status Delete(const std::string& name, std::int64_t generation);
  absl::Status SetSha256(const Object& version, const std::string& sha256);

  // At most `limit` of this name and below this generation, the newest first.
  absl::StatusOr<std::vector<Object>> ListOf(const std::string& name, std::int64_t below,
                                             std::int64_t limit);
  // At most `limit` of any name.
  absl::StatusOr<std::vector<Object>> ListAny(std::int64_t limit);
  // The first name from `from` on, before `until`, that has versions here.
  absl::StatusOr<std::optional<std::string>> NextName(const std::string& from,
                                                      const std::string& until);

 private:
  absl::StatusOr<std::vector<Object>> Select(const std::string& where,
                                             std::vector<db::Value> parameters);
  absl::StatusOr<std::optional<Object>> SelectOne(const std::string& where,
                                                  std::vector<db::Value> parameters);

  db::Session& session_;
  const std::string bucket_;
  const BucketNumber number_;
};

}  // namespace triad::storage
