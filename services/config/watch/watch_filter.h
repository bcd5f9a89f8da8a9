// Which changes a watch tells.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/resources/labels.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct WatchFilter {
  WatchFilter() = default;
  WatchFilter(std::string one_space, std::string prefix)
      : space(std::move(one_space)), prefixes{std::move(prefix)} {}

  std::string space;                  // the namespace; empty for all
  std::vector<std::string> prefixes;  // of keys, any of which will do
  LabelSelector labels;               // that an entry has, or had before the change
  bool exact = false;                 // whether the prefixes are whole keys
  bool with_previous = false;         // whether events say what the entry was before
  // Whether who is behind is told of each entry only what happened last. Not with_previous.
  bool coalesce = false;

  bool Matches(const EntryName& name, absl::string_view labels_now,
               absl::string_view labels_before) const;
  // Whether it does with the right labels.
  bool MatchesName(const EntryName& name) const;
  // All that may match, if that is one range of keys.
  std::optional<EntryFilter> range() const;

  friend bool operator==(const WatchFilter&, const WatchFilter&) = default;
};

}  // namespace triad::config
