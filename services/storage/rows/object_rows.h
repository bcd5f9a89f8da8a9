// The table `objects`: the current version of each object that is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Names of one bucket, in order of their bytes.
struct NameRange {
  std::string from;         // the first one that may be
  std::string until;        // the first one that is behind
  bool descending = false;  // from the end
  std::int64_t limit = 0;
};

// The first text behind all names that begin with `prefix`. Unlike db::PrefixEnd it is behind
// all names, where no other text is.
std::string EndOfNames(absl::string_view prefix);
// The first text after `name` and before every longer name that begins with it: names have
// no control characters.
std::string BehindName(absl::string_view name);

// Works inside one transaction. Errors are those of db::Session.
class ObjectRows {
 public:
  // `bucket` and its number belong together.
  ObjectRows(db::Session& session, const Bucket& bucket)
      : session_(session), bucket_(bucket.id), number_(bucket.number) {}

  absl::StatusOr<std::optional<Object>> Find(const std::string& name);
  absl::StatusOr<std::vector<Object>> List(const NameRange& range);
  // What callers are told of them, one by one and without copying. `visit` returns whether to
  // go on.
  absl::Status Visit(const NameRange& range, absl::FunctionRef<bool(const ObjectView&)> visit);
  // How many there are, at most `range.limit`.
  absl::StatusOr<std::int64_t> Count(const NameRange& range);

  // Makes `object` the object of its name.
  absl::Status Put(const Object& object);
  absl::Status Delete(const std::string& name);
  // Of the version with this etag, if it is still the current one.
  absl::Status SetSha256(const Object& object, const std::string& sha256);

 private:
  absl::Status VisitRows(const NameRange& range, db::Session::Visitor visit);

  db::Session& session_;
  const std::string bucket_;
  const BucketNumber number_;
};

}  // namespace triad::storage
