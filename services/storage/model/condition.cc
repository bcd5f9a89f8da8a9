#include "services/storage/model/condition.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/model/conflict.h"

namespace triad::storage {

absl::Status ObjectCondition::Check(const ObjectName& name,
                                    const std::optional<Object>& current) const {
  absl::Status met = CheckEach(name, current);
  return met.ok() ? met : WithCurrent(met, kConditionNotMet, name, current);
}

absl::Status ObjectCondition::CheckEach(const ObjectName& name,
                                        const std::optional<Object>& current) const {
  std::optional<std::string> etag;
  if (current.has_value()) etag = current->etag;
  std::int64_t generation = current.has_value() ? current->generation : kAbsent;
  TRIAD_RETURN_IF_ERROR(EtagCondition::Check(FormatObjectName(name), etag));
  auto failed = [&](absl::string_view what) {
    return absl::FailedPreconditionError(absl::StrCat(FormatObjectName(name), what));
  };
  if (if_unmodified_since.has_value() && current.has_value() &&
      WrittenAfter(*current, *if_unmodified_since)) {
    return failed(" was written after if-unmodified-since");
  }
  if (if_generation_match.has_value() && *if_generation_match != generation) {
    return failed(absl::StrCat(" is at generation ", generation, ", if_generation_match says ",
                               *if_generation_match));
  }
  if (if_generation_not_match.has_value() && *if_generation_not_match == generation) {
    return failed(
        absl::StrCat(" is at generation ", generation, ", which if_generation_not_match excludes"));
  }
  return absl::OkStatus();
}

}  // namespace triad::storage
