// The tables `uploads` and `parts`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"
#include "services/storage/model/upload.h"

namespace triad::storage {

// Uploads of one bucket, in order of name and then of id.
struct UploadRange {
  std::string prefix;
  std::string after_name;  // with `after_id`: only those behind this one
  std::string after_id;
  std::int64_t limit = 0;
};

// Works inside one transaction. Errors are those of db::Session.
class UploadRows {
 public:
  // `bucket` and its number belong together.
  UploadRows(db::Session& session, const Bucket& bucket)
      : session_(session), bucket_(bucket.id), number_(bucket.number) {}

  absl::Status Insert(const Upload& upload);
  // nullopt if there is none of this id for the object.
  absl::StatusOr<std::optional<Upload>> Find(const std::string& object, const std::string& id);
  absl::StatusOr<std::vector<Upload>> List(const UploadRange& range);
  // With its parts, whose content is the caller's to release.
  absl::Status Delete(const std::string& id);

  // In the place of the one of its number.
  absl::Status PutPart(const std::string& upload, const UploadPart& part);
  absl::StatusOr<std::optional<UploadPart>> FindPart(const std::string& upload,
                                                     std::int64_t number);
  // In order of number, those greater than `after`.
  absl::StatusOr<std::vector<UploadPart>> ListParts(const std::string& upload, std::int64_t after,
                                                    std::int64_t limit);

 private:
  db::Session& session_;
  const std::string bucket_;
  const BucketNumber number_;
};

}  // namespace triad::storage
