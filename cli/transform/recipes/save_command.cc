#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files/read_input.h"
#include "cli/output/document.h"
#include "cli/session.h"
#include "cli/transform/call.h"
#include "cli/transform/commands.h"
#include "cli/transform/recipe_candidates.h"
#include "cli/transform/recipe_outline.h"
#include "cli/transform/recipes/names.h"
#include "cli/transform/recipes/recipe_output.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

constexpr absl::string_view kSource = "--from-file";
// What a file has all of, given or empty.
constexpr const char* kContent[] = {"title",  "description", "tags",
                                    "recipe", "parameters",  "tests"};

bool HasArgument(const Session& session) { return session.arguments().size() > 1; }

absl::Status CheckSources(const Session& session) {
  const FlagValues& flags = session.flags();
  if (HasArgument(session) && flags.Has("from-file")) {
    return UsageError("RECIPE: give this or --from-file");
  }
  if (flags.Has("if-absent") && flags.Has("if-etag")) {
    return UsageError("--if-absent: give this or --if-etag");
  }
  bool other = flags.Has("title") || flags.Has("description") || flags.Has("tag");
  if (HasArgument(session) || flags.Has("from-file") || other) return absl::OkStatus();
  return UsageError("RECIPE: give RECIPE, --from-file, --title, --description or --tag");
}

// As 'transform recipes show' writes it. What it says of name, versions and etag does not count.
absl::StatusOr<v1::Recipe> ReadRecipe(const std::string& path) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadInput(kSource, path));
  absl::StatusOr<nlohmann::ordered_json> document = ParseDocument(text);
  if (!document.ok()) return UsageError(absl::StrCat(kSource, ": ", document.status().message()));
  v1::Recipe recipe;
  auto parsed = google::protobuf::util::JsonStringToMessage(document->dump(), &recipe);
  if (document->is_object() && parsed.ok()) return recipe;
  return UsageError(absl::StrCat(
      kSource,
      ": is no Recipe: title, description, tags, recipe, parameters, tests; 'triadctl transform "
      "recipes show NAME -o yaml' writes one"));
}

void TakeTags(const FlagValues& flags, v1::Recipe& recipe) {
  recipe.clear_tags();
  for (const std::string& tag : flags.All("tag")) {
    if (!tag.empty()) recipe.add_tags(tag);  // alone an empty one takes all away
  }
}

absl::StatusOr<v1::UpdateRecipeRequest> BuildRequest(const Session& session) {
  const FlagValues& flags = session.flags();
  v1::UpdateRecipeRequest request;
  v1::Recipe& recipe = *request.mutable_recipe();
  auto& mask = *request.mutable_update_mask();
  bool all = flags.Has("from-file");
  if (all) {
    TRIAD_ASSIGN_OR_RETURN(recipe, ReadRecipe(flags.Text("from-file")));
    for (const char* field : kContent) mask.add_paths(field);
  }
  if (HasArgument(session)) recipe.set_recipe(session.argument(1));
  if (flags.Has("title")) recipe.set_title(flags.Text("title"));
  if (flags.Has("description")) recipe.set_description(flags.Text("description"));
  if (flags.Has("tag")) TakeTags(flags, recipe);
  if (!all && HasArgument(session)) mask.add_paths("recipe");
  for (const char* field : {"title", "description"}) {
    if (!all && flags.Has(field)) mask.add_paths(field);
  }
  if (!all && flags.Has("tag")) mask.add_paths("tags");
  recipe.set_name(RecipeName(session.argument(0)));
  recipe.set_etag(flags.Text("if-etag"));
  request.set_validate_only(flags.Has("dry-run"));
  return request;
}

absl::StatusOr<v1::Recipe> Create(Session& session, const v1::UpdateRecipeRequest& update) {
  v1::CreateRecipeRequest request;
  request.set_recipe_id(ShortRecipeName(update.recipe().name()));
  *request.mutable_recipe() = update.recipe();
  request.set_validate_only(update.validate_only());
  return AskTransform<v1::Recipe>(session, "CreateRecipe", request);
}

// One that is not there is made, if all of it is known.
absl::StatusOr<v1::Recipe> Write(Session& session, const v1::UpdateRecipeRequest& request) {
  if (session.flags().Has("if-absent")) return Create(session, request);
  auto updated = AskTransform<v1::Recipe>(session, "UpdateRecipe", request);
  bool may_create = !request.recipe().recipe().empty() && request.recipe().etag().empty();
  if (!may_create || !absl::IsNotFound(updated.status())) return updated;
  return Create(session, request);
}

absl::StatusOr<ExitCode> Save(Session& session) {
  TRIAD_RETURN_IF_ERROR(CheckSources(session));
  TRIAD_ASSIGN_OR_RETURN(v1::UpdateRecipeRequest request, BuildRequest(session));
  absl::StatusOr<v1::Recipe> saved = Write(session, request);
  if (!saved.ok()) return WithPlace(saved.status(), request.recipe().recipe());
  WriteChanged(session, *saved, "");
  return ExitCode::kOk;
}

std::vector<Flag> SaveFlags() {
  return {
      {"from-file", "FILE", "takes all of it from a file of JSON or YAML; - for standard input",
       FlagType::kFile},
      {"title", "TEXT", "its name for people"},
      {"description", "TEXT", "what it is for"},
      {"tag",
       "TAG",
       "replaces the tags; an empty one takes all away",
       FlagType::kText,
       {},
       0,
       true},
      RecipeEtagFlag(),
      {"if-absent", "", "only if there is no such recipe", FlagType::kSwitch},
      {"dry-run", "", "checks everything, runs the tests and writes nothing", FlagType::kSwitch},
  };
}

}  // namespace

std::vector<Command> RecipeSaveCommands() {
  return {{
      "transform recipes save",
      "Makes a recipe, or changes one, which gives it a new version",
      "Only what is given changes; of a file that is all of title, description, tags, recipe,\n"
      "parameters and tests, and the other flags count before it. It is written as\n"
      "'transform recipes show NAME -o yaml' does. The server runs the tests first, and\n"
      "keeps no secret: ${NAME} of a parameter stands for one.",
      {RecipeNameArgument(),
       {"RECIPE", "operations with '|' between them", true, false, {}, RecipeCandidates}},
      SaveFlags(),
      "triadctl transform recipes save unpack 'gunzip | json-pretty' --tag json\n"
      "triadctl transform recipes save find --from-file find.yaml --dry-run",
      Save,
  }};
}

}  // namespace triad::cli
