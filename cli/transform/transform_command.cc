#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/session.h"
#include "cli/transform/commands.h"
#include "cli/transform/outputs.h"
#include "cli/transform/recipe_candidates.h"
#include "cli/transform/recipe_outline.h"
#include "cli/transform/recipes/names.h"
#include "cli/transform/run_jobs.h"
#include "cli/transform/runner.h"
#include "cli/transform/secrets.h"
#include "runtime/base/status.h"
#include "services/transform/engine/recipe/language.h"

namespace triad::cli {
namespace {

// Before any input is read: what is wrong with a recipe is wrong with the command line.
absl::Status RecipeError(const absl::Status& status, const std::string& text) {
  return UsageError(absl::StrCat("RECIPE: ", WithPlace(status, text).message()));
}

// No name of an operation has a '/' in it.
constexpr absl::string_view kKeptRecipes = "recipes/";

// What the server keeps has a command of its own, and this process has nothing of it.
absl::Status KeptRecipeError(const Session& session, absl::string_view name) {
  absl::string_view local = session.flags().Has("local") ? ", and leave out --local" : "";
  return UsageError(absl::StrCat("RECIPE: '", name, "' is one that the server keeps: run it by ",
                                 "'triadctl transform recipes run ", ShortRecipeName(name), "'",
                                 local));
}

absl::StatusOr<transform::Recipe> TakeRecipe(const Session& session) {
  std::string text = session.argument(0);
  if (absl::StartsWith(text, kKeptRecipes)) return KeptRecipeError(session, text);
  absl::StatusOr<transform::Recipe> recipe = transform::ParseRecipe(text);
  if (!recipe.ok()) return RecipeError(recipe.status(), text);
  TRIAD_ASSIGN_OR_RETURN(Secrets secrets, ReadSecrets(session.flags()));
  absl::Status filled = FillSecrets(secrets, *recipe);
  return filled.ok() ? recipe : RecipeError(filled, text);
}

absl::StatusOr<std::unique_ptr<Runner>> TakeRunner(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(transform::Recipe recipe, TakeRecipe(session));
  std::unique_ptr<Runner> runner;
  if (session.flags().Has("local")) {
    runner = MakeLocalRunner(std::move(recipe));
  } else {
    TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
    runner = MakeServerRunner(std::move(recipe), *client);
  }
  absl::Status checked = runner->Check();
  if (absl::IsInvalidArgument(checked)) return RecipeError(checked, session.argument(0));
  TRIAD_RETURN_IF_ERROR(checked);
  return runner;
}

absl::StatusOr<ExitCode> Transform(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<TransformJob> jobs, TransformJobs(session));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Runner> runner, TakeRunner(session));
  TRIAD_RETURN_IF_ERROR(RunJobs(session, jobs, *runner, session.argument(0)));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> TransformCommands() {
  std::vector<Flag> flags = {
      {"local", "", "runs it in this process, and asks no server", FlagType::kSwitch},
      {"secret",
       "NAME",
       "asks for what ${NAME} stands for in RECIPE",
       FlagType::kText,
       {},
       0,
       true},
      {"secret-file", "NAME=FILE", "reads it from a file", FlagType::kText, {}, 0, true}};
  std::vector<Flag> outputs = OutputFlags();
  flags.insert(flags.begin() + 1, outputs.begin(), outputs.end());
  return {{
      "transform",
      "Runs a recipe of operations on files, or on standard input",
      "A recipe is operations with '|' between them, such as 'gunzip | sha256', best in single\n"
      "quotes; 'triadctl transform list' says which there are. The server runs it, while the\n"
      "input comes; with --local this process does, and nothing leaves the machine.\n"
      "A secret that is written in RECIPE other programs and the shell's history see: write\n"
      "${NAME} there, and give it by --secret or --secret-file.",
      {{"RECIPE", "operations with '|' between them", false, false, {}, RecipeCandidates},
       InputArgument()},
      std::move(flags),
      "triadctl transform 'gunzip | sha256' < file.gz\n"
      "triadctl transform 'json-pretty(indent=4)' *.json --in-place --local\n"
      "triadctl transform 'aes-decrypt(key=${key}, mode=gcm, iv=hex:00)' --secret-file "
      "key=key.bin\n"
      "tail -f log | triadctl transform 'filter-lines(pattern=error)'",
      Transform,
  }};
}

}  // namespace triad::cli
