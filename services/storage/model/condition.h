// When an object may be written, read, copied or deleted: RFC 9110, section 13, and the
// generations of Google's storage.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/etags.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// All unset: always.
struct ObjectCondition : EtagCondition {
  // What a generation is where no object is.
  static constexpr std::int64_t kAbsent = 0;

  // An object that is there must not have been written after this, as far as whole
  // seconds tell.
  std::optional<absl::Time> if_unmodified_since = {};
  // The current generation must be this one, or must not be; kAbsent stands for no object.
  std::optional<std::int64_t> if_generation_match = {};
  std::optional<std::int64_t> if_generation_not_match = {};

  // FAILED_PRECONDITION, naming the object, what it was expected to be and what it is, if it is
  // not so; nullopt stands for an object that is not there.
  absl::Status Check(const ObjectName& name, const std::optional<Object>& current) const;

 private:
  absl::Status CheckEach(const ObjectName& name, const std::optional<Object>& current) const;
};

}  // namespace triad::storage
