#include "services/transform/model/recipe_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kCollection = "recipes/";
constexpr std::size_t kMaxIdBytes = 63;

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

}  // namespace

absl::Status CheckRecipeId(absl::string_view field, absl::string_view id) {
  if (IsId(id)) return absl::OkStatus();
  return InvalidField(field, "must be 1 to 63 of a-z, 0-9 and '-', starting with a letter");
}

std::string FormatRecipeName(absl::string_view id) { return absl::StrCat(kCollection, id); }

absl::StatusOr<std::string> ParseRecipeName(absl::string_view field, absl::string_view name) {
  if (absl::ConsumePrefix(&name, kCollection) && IsId(name)) return std::string(name);
  return InvalidField(field,
                      "must be recipes/{recipe}, the last part 1 to 63 of a-z, 0-9 and '-', "
                      "starting with a letter");
}

}  // namespace triad::transform
