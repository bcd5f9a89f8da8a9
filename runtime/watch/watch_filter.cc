#include "runtime/watch/watch_filter.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace triad {

bool WatchFilter::MatchesName(absl::string_view its_space, absl::string_view key) const {
  if (!space.empty() && its_space != space) return false;
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    return exact ? key == prefix : absl::StartsWith(key, prefix);
  });
}

bool WatchFilter::Matches(absl::string_view its_space, absl::string_view key,
                          absl::string_view labels_now, absl::string_view labels_before) const {
  return MatchesName(its_space, key) &&
         (labels.empty() || labels.Matches(labels_now) || labels.Matches(labels_before));
}

}  // namespace triad
