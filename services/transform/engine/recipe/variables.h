// What arguments take from earlier steps, and from whoever runs the recipe.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// Bytes by the names they are known by.
using Variables = std::map<std::string, std::string, std::less<>>;

// What a recipe is given beside its input.
struct Given {
  Variables values = {};
  // Variables whose values will be known only when it runs.
  std::set<std::string, std::less<>> later = {};

  bool Has(absl::string_view name) const {
    return values.find(name) != values.end() || later.find(name) != later.end();
  }
};

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
