#include "cli/transform/recipes/recipe_output.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/transform/parameter_table.h"
#include "cli/transform/recipes/names.h"

namespace triad::cli {

namespace v1 = transform::v1;

void WriteRecipe(const Session& session, const v1::Recipe& recipe) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(recipe));
    return;
  }
  std::string state = VersionState(recipe);
  std::string version =
      absl::StrCat(recipe.version(), state.empty() ? "" : absl::StrCat(", ", state));
  std::string tests = recipe.tests().empty() ? "" : absl::StrCat(recipe.tests_size());
  session.Write(FormatFields({{"name", {ShortRecipeName(recipe.name()), Style::kCyan}},
                              {"title", {OneLine(recipe.title())}},
                              {"description", {OneLine(recipe.description())}},
                              {"tags", {absl::StrJoin(recipe.tags(), ", ")}},
                              {"recipe", {OneLine(recipe.recipe())}},
                              {"tests", {tests}},
                              {"version", {version}},
                              {"etag", {recipe.etag()}},
                              {"created", {FormatTime(recipe.create_time())}},
                              {"updated", {FormatTime(recipe.update_time())}}},
                             session.colours()));
  WriteParameters(session, recipe.parameters());
}

void WriteChanged(const Session& session, const v1::Recipe& recipe, absl::string_view what) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(recipe));
    return;
  }
  bool dry_run = session.flags().Has("dry-run");
  session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortRecipeName(recipe.name())),
                             dry_run ? "  would be " : "  ", what, "version ", recipe.version(),
                             "\n"));
}

std::string VersionState(const v1::Recipe& recipe) {
  std::vector<std::string> states;
  if (recipe.version() == recipe.published_version()) states.emplace_back("published");
  if (recipe.version() == recipe.newest_version()) states.emplace_back("newest");
  return absl::StrJoin(states, ", ");
}

}  // namespace triad::cli
