// What part of an object a read answers with, by its conditional and range
// headers (RFC 9110, sections 13 and 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/storage/http/ranges.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Header values as they came; unset if absent.
struct ReadHeaders {
  std::optional<std::string> if_match = {};
  std::optional<std::string> if_none_match = {};
  std::optional<std::string> if_modified_since = {};
  std::optional<std::string> if_unmodified_since = {};
  std::optional<std::string> if_range = {};
  std::optional<std::string> range = {};
};

struct ReadPlan {
  // In the order of HTTP's statuses: 200, 206, 206 in several parts, 304, 412, 416.
  enum class Answer { kWhole, kPart, kParts, kNotModified, kPreconditionFailed, kUnsatisfiable };
  Answer answer = Answer::kWhole;
  // kWhole, kPart: which bytes.
  std::int64_t offset = 0;
  std::int64_t length = 0;
  // kParts: which bytes, at least two ranges, as of ParseRange.
  std::vector<ContentRange> ranges = {};
};

// INVALID_ARGUMENT for a malformed list of etags. A Range that ParseRange ignores is as if
// it were not there: the whole object is served. If only one of several ranges is left, it
// is served as if it were the only one.
absl::StatusOr<ReadPlan> PlanRead(const Object& object, const ReadHeaders& headers);

}  // namespace triad::storage
