#include "runtime/base/resources/expectation.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

absl::Status CheckEtag(const std::string& etag, absl::string_view resource,
                       const std::optional<CurrentState>& current) {
  if (etag.empty()) return absl::OkStatus();
  if (!current.has_value()) {
    return absl::AbortedError(absl::StrCat(
        resource, " does not exist, so its etag cannot match: leave it empty to create it"));
  }
  if (etag == current->etag) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat(resource, " has changed, it is at version ",
                                         current->version,
                                         " now: read it again and retry with its etag"));
}

}  // namespace

absl::Status Expectation::Check(absl::string_view resource,
                                const std::optional<CurrentState>& current) const {
  std::optional<std::string> current_etag;
  if (current.has_value()) current_etag = current->etag;
  TRIAD_RETURN_IF_ERROR(condition.Check(resource, current_etag));
  TRIAD_RETURN_IF_ERROR(CheckEtag(etag, resource, current));
  std::int64_t current_version = current.has_value() ? current->version : kAbsent;
  if (version.value_or(current_version) == current_version) return absl::OkStatus();
  if (!current.has_value()) return absl::NotFoundError(absl::StrCat(resource, " does not exist"));
  return absl::AbortedError(absl::StrCat(resource, " is at version ", current_version, " now"));
}

}  // namespace triad
