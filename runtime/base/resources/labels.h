// Labels of what is kept, and selectors of them, as in Kubernetes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

using Labels = std::map<std::string, std::string>;

// A key is 1 to 63 of `[A-Za-z0-9._-]` that begins and ends with a letter or a digit, with a
// DNS name and a slash before it or not; a value is the same without those two, or empty.
// INVALID_ARGUMENT, naming the field, if one is not, or if there are more than 64.
absl::Status CheckLabels(absl::string_view field, const Labels& labels);

// As text, for the database: a line "key=value" for each, in order.
std::string FormatLabels(const Labels& labels);
// Reads back what FormatLabels wrote.
Labels ParseLabels(absl::string_view text);

// What a list or a watch selects: `env=prod,tier!=db,region in (eu,us),!legacy`.
class LabelSelector {
 public:
  // Selects everything.
  LabelSelector() = default;

  // A comma stands between requirements, all of which must hold: `k=v` (or `k==v`), `k!=v`,
  // `k in (v,w)`, `k notin (v,w)`, `k`, `!k`. As in Kubernetes, `!=` and `notin` hold also
  // where there is no such label. INVALID_ARGUMENT, naming the field, for other text.
  static absl::StatusOr<LabelSelector> Parse(absl::string_view field, absl::string_view text);

  bool empty() const { return requirements_.empty(); }
  // `labels` as FormatLabels writes them.
  bool Matches(absl::string_view labels) const;

  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;

 private:
  enum class Operator { kExists, kNotExists, kIn, kNotIn };
  struct Requirement {
    std::string key;
    Operator op = Operator::kExists;
    std::vector<std::string> values;
    friend bool operator==(const Requirement&, const Requirement&) = default;
  };

  static absl::StatusOr<Requirement> ParseRequirement(absl::string_view text);
  static absl::StatusOr<Requirement> ParseSet(absl::string_view text, std::size_t open);

  std::vector<Requirement> requirements_;
};

}  // namespace triad
