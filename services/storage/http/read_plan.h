// What part of an object a read answers with, by its conditional and range
// headers (RFC 9110, sections 13 and 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
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
  // In the order of HTTP's statuses: 200, 206, 304, 412, 416.
  enum class Answer { kWhole, kPart, kNotModified, kPreconditionFailed, kUnsatisfiable };
  Answer answer = Answer::kWhole;
  // kWhole, kPart: which bytes.
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// INVALID_ARGUMENT for a malformed list of etags. A Range that is malformed, of
// another unit than bytes, or of several ranges is ignored, as the RFC allows: the
// whole object is served.
absl::StatusOr<ReadPlan> PlanRead(const Object& object, const ReadHeaders& headers);

}  // namespace triad::storage
