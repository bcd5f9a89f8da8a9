#include <utility>

#include "cli/session.h"
#include "cli/transform/commands.h"
#include "cli/transform/outputs.h"
#include "cli/transform/recipes/arguments.h"
#include "cli/transform/recipes/names.h"
#include "cli/transform/run_jobs.h"
#include "cli/transform/runner.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

// At the version of --at-version, or else at that which runs if none is named: all FILEs are run
// by the same, also if another is published meanwhile.
absl::StatusOr<v1::Recipe> RecipeToRun(Session& session) {
  std::string name = RecipeName(session.argument(0));
  std::int64_t version = session.flags().Integer("at-version");
  TRIAD_ASSIGN_OR_RETURN(v1::Recipe recipe, GetRecipe(session, name, version));
  std::int64_t published = recipe.published_version();
  if (version != 0 || published == 0 || published == recipe.version()) return recipe;
  return GetRecipe(session, name, published);
}

absl::StatusOr<ExitCode> Run(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<TransformJob> jobs, TransformJobs(session));
  TRIAD_ASSIGN_OR_RETURN(v1::Recipe recipe, RecipeToRun(session));
  TRIAD_ASSIGN_OR_RETURN(RecipeRun run, RunOf(recipe, session.flags()));
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  std::unique_ptr<Runner> runner =
      MakeKeptRunner(std::move(run.request), std::move(run.headers), *client);
  TRIAD_RETURN_IF_ERROR(RunJobs(session, jobs, *runner, recipe.recipe()));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> RecipeRunCommands() {
  std::vector<Flag> flags = {
      {"arg", "NAME=VALUE", "what a parameter is given", FlagType::kText, {}, 0, true},
      {"secret", "NAME", "asks for a parameter that is a secret", FlagType::kText, {}, 0, true},
      {"secret-file", "NAME=FILE", "reads it from a file", FlagType::kText, {}, 0, true},
      {"at-version", "N", "this version (default: the published, or else the newest one)",
       FlagType::kInteger}};
  std::vector<Flag> outputs = OutputFlags();
  flags.insert(flags.end(), outputs.begin(), outputs.end());
  return {{
      "transform recipes run",
      "Runs a recipe that the server keeps, as 'transform' runs one that is written",
      "",
      {RecipeNameArgument(), InputArgument()},
      std::move(flags),
      "triadctl transform recipes run unpack < file.gz\n"
      "triadctl transform recipes run find --arg word=error *.log --to found/\n"
      "triadctl transform recipes run sign --secret-file key=key.bin file",
      Run,
  }};
}

}  // namespace triad::cli
