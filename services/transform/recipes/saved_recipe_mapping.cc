#include "services/transform/recipes/saved_recipe_mapping.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "runtime/rpc/field_mask.h"
#include "runtime/rpc/timestamps.h"
#include "services/transform/mapping/parameter_mapping.h"
#include "services/transform/model/recipe_name.h"

namespace triad::transform {
namespace {

constexpr std::size_t kMaxTitleBytes = 256;
constexpr std::size_t kMaxDescriptionBytes = 4096;
constexpr int kMaxTags = 16;
constexpr std::size_t kMaxTagBytes = 63;

absl::StatusOr<std::string> TextOf(const std::string& field, const std::string& text,
                                   std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return InvalidField(field, absl::StrCat("must be at most ", max_bytes, " bytes"));
  }
  if (text.find('\0') == std::string::npos) return text;
  return InvalidField(field, "must have no character NUL");
}

bool IsTag(absl::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxTagBytes &&
         std::all_of(tag.begin(), tag.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '_' ||
                  c == '-';
         });
}

RecipeTest TestFromProto(const v1::Recipe::Test& message) {
  return {.input = message.has_input_data() ? message.input_data() : message.input_text(),
          .arguments = {message.arguments().begin(), message.arguments().end()},
          .output = message.has_output_data() ? message.output_data() : message.output_text()};
}

v1::Recipe::Test ToProto(const RecipeTest& test) {
  v1::Recipe::Test message;
  if (IsValidUtf8(test.input)) {
    message.set_input_text(test.input);
  } else {
    message.set_input_data(test.input);
  }
  message.mutable_arguments()->insert(test.arguments.begin(), test.arguments.end());
  if (IsValidUtf8(test.output)) {
    message.set_output_text(test.output);
  } else {
    message.set_output_data(test.output);
  }
  return message;
}

absl::Status TakeTitle(const v1::Recipe& recipe, RecipeChanges& changes) {
  TRIAD_ASSIGN_OR_RETURN(changes.title, TextOf("recipe.title", recipe.title(), kMaxTitleBytes));
  return absl::OkStatus();
}

absl::Status TakeDescription(const v1::Recipe& recipe, RecipeChanges& changes) {
  TRIAD_ASSIGN_OR_RETURN(changes.description,
                         TextOf("recipe.description", recipe.description(), kMaxDescriptionBytes));
  return absl::OkStatus();
}

absl::Status TakeTags(const v1::Recipe& recipe, RecipeChanges& changes) {
  TRIAD_ASSIGN_OR_RETURN(changes.tags, TagsFromProto("recipe.tags", recipe.tags()));
  return absl::OkStatus();
}

absl::Status TakeRecipe(const v1::Recipe& recipe, RecipeChanges& changes) {
  changes.text = recipe.recipe();
  return absl::OkStatus();
}

absl::Status TakeParameters(const v1::Recipe& recipe, RecipeChanges& changes) {
  std::vector<Parameter> parameters;
  for (const v1::Parameter& message : recipe.parameters()) {
    TRIAD_ASSIGN_OR_RETURN(
        Parameter parameter,
        ParameterFromProto(absl::StrCat("recipe.parameters[", parameters.size(), "]"), message));
    parameters.push_back(std::move(parameter));
  }
  changes.parameters = std::move(parameters);
  return absl::OkStatus();
}

absl::Status TakeTests(const v1::Recipe& recipe, RecipeChanges& changes) {
  changes.tests.emplace();
  for (const v1::Recipe::Test& test : recipe.tests()) {
    changes.tests->push_back(TestFromProto(test));
  }
  return absl::OkStatus();
}

// One field that an update may name.
struct ChangeRow {
  absl::string_view path;
  bool (*is_set)(const v1::Recipe&);
  absl::Status (*take)(const v1::Recipe&, RecipeChanges&);
};

constexpr ChangeRow kChanges[] = {
    {"title", [](const v1::Recipe& recipe) { return !recipe.title().empty(); }, &TakeTitle},
    {"description", [](const v1::Recipe& recipe) { return !recipe.description().empty(); },
     &TakeDescription},
    {"tags", [](const v1::Recipe& recipe) { return !recipe.tags().empty(); }, &TakeTags},
    {"recipe", [](const v1::Recipe& recipe) { return !recipe.recipe().empty(); }, &TakeRecipe},
    {"parameters", [](const v1::Recipe& recipe) { return !recipe.parameters().empty(); },
     &TakeParameters},
    {"tests", [](const v1::Recipe& recipe) { return !recipe.tests().empty(); }, &TakeTests},
};

std::vector<absl::string_view> Changeable() {
  std::vector<absl::string_view> paths;
  for (const ChangeRow& row : kChanges) paths.push_back(row.path);
  return paths;
}

}  // namespace

v1::Recipe ToProto(const SavedRecipe& recipe) {
  v1::Recipe message;
  message.set_name(FormatRecipeName(recipe.id));
  message.set_title(recipe.saved.title);
  message.set_description(recipe.saved.description);
  for (const std::string& tag : recipe.saved.tags) message.add_tags(tag);
  message.set_recipe(recipe.saved.content.text);
  for (const Parameter& parameter : recipe.saved.content.parameters) {
    *message.add_parameters() = ToProto(parameter);
  }
  for (const RecipeTest& test : recipe.saved.content.tests) *message.add_tests() = ToProto(test);
  message.set_version(recipe.version);
  message.set_newest_version(recipe.newest);
  message.set_published_version(recipe.published);
  message.set_etag(recipe.etag);
  *message.mutable_create_time() = rpc::TimeToProto(recipe.create_time);
  *message.mutable_update_time() = rpc::TimeToProto(recipe.update_time);
  return message;
}

absl::StatusOr<RecipeChanges> ChangesFromProto(const v1::Recipe& recipe,
                                               const google::protobuf::FieldMask& mask) {
  TRIAD_RETURN_IF_ERROR(rpc::CheckMask(mask, *v1::Recipe::descriptor(), Changeable()));
  RecipeChanges changes;
  for (const ChangeRow& row : kChanges) {
    if (!rpc::MaskNames(mask, row.path, row.is_set(recipe))) continue;
    TRIAD_RETURN_IF_ERROR(row.take(recipe, changes));
  }
  return changes;
}

absl::StatusOr<std::vector<std::string>> TagsFromProto(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& tags) {
  if (tags.size() > kMaxTags) {
    return InvalidField(field, absl::StrCat("must be at most ", kMaxTags, " tags"));
  }
  std::vector<std::string> sorted(tags.begin(), tags.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (IsTag(sorted[i])) continue;
    return InvalidField(
        absl::StrCat(field, "[", i, "]"),
        absl::StrCat("must be 1 to ", kMaxTagBytes, " of a-z, 0-9, '.', '_' and '-'"));
  }
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

}  // namespace triad::transform
