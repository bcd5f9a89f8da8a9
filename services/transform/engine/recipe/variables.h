// What arguments take from earlier steps.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// Outputs by the names they are kept by.
using Variables = std::map<std::string, std::string, std::less<>>;

// A letter or '_', then letters, digits and '_', at most 64 in all; ASCII.
bool IsVariableName(absl::string_view name);

// An argument as text, cut where variables stand.
class Template {
 public:
  // INVALID_ARGUMENT, as the end of a sentence about the argument, if what follows `${` is no
  // name and `}`.
  static absl::StatusOr<Template> Parse(absl::string_view text);

  // The variables in it.
  const std::vector<std::string>& names() const { return names_; }
  // The text before the first of them.
  const std::string& beginning() const { return texts_[0]; }
  // With their values, all of which `variables` has.
  std::string Fill(const Variables& variables) const;

 private:
  // texts_[0] names_[0] texts_[1] ...: one text more than there are names.
  std::vector<std::string> texts_;
  std::vector<std::string> names_;
};

}  // namespace triad::transform
