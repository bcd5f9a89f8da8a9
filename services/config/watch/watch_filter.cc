#include "services/config/watch/watch_filter.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace triad::config {

bool WatchFilter::MatchesName(const EntryName& name) const {
  if (!space.empty() && name.space != space) return false;
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    return exact ? name.key == prefix : absl::StartsWith(name.key, prefix);
  });
}

bool WatchFilter::Matches(const EntryName& name, absl::string_view labels_now,
                          absl::string_view labels_before) const {
  return MatchesName(name) &&
         (labels.empty() || labels.Matches(labels_now) || labels.Matches(labels_before));
}

std::optional<EntryFilter> WatchFilter::range() const {
  if (space.empty() || prefixes.size() != 1) return std::nullopt;
  return EntryFilter{space, prefixes.front()};
}

}  // namespace triad::config
