// What a write expects of what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/etags.h"

namespace triad {

// What is there now.
struct CurrentState {
  std::string etag;
  std::int64_t version = 0;
};

// Unset, it holds for whatever is there.
struct Expectation {
  // What a version is expected to be where nothing is.
  static constexpr std::int64_t kAbsent = 0;

  // The etag that it must have now; empty if any will do.
  std::string etag = {};
  // The version that it must have now, or kAbsent.
  std::optional<std::int64_t> version = {};
  EtagCondition condition = {};

  // `current` is nullopt if nothing is there. The error names `resource`: FAILED_PRECONDITION if
  // the condition does not hold, ABORTED if the etag or the version is another, NOT_FOUND if
  // there is nothing whose version could be the right one.
  absl::Status Check(absl::string_view resource, const std::optional<CurrentState>& current) const;
};

}  // namespace triad
