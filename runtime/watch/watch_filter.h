// Which changes a watch tells.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/resources/labels.h"

namespace triad {

struct WatchFilter {
  WatchFilter() = default;
  WatchFilter(std::string one_space, std::string prefix)
      : space(std::move(one_space)), prefixes{std::move(prefix)} {}

  std::string space;                  // where names lie; empty for all
  std::vector<std::string> prefixes;  // of keys, any of which will do
  LabelSelector labels;               // of what has changed, now or before
  bool exact = false;                 // whether the prefixes are whole keys
  bool with_previous = false;         // whether events say what was there before
  // Whether who is behind is told of each name only what happened last. Not with_previous.
  bool coalesce = false;

  bool Matches(absl::string_view its_space, absl::string_view key, absl::string_view labels_now,
               absl::string_view labels_before) const;
  // Whether it does with the right labels.
  bool MatchesName(absl::string_view its_space, absl::string_view key) const;

  friend bool operator==(const WatchFilter&, const WatchFilter&) = default;
};

}  // namespace triad
