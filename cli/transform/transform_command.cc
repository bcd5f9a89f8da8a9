#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files/input_file.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "cli/transform/commands.h"
#include "cli/transform/outputs.h"
#include "cli/transform/recipe_candidates.h"
#include "cli/transform/recipe_outline.h"
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

absl::StatusOr<transform::Recipe> TakeRecipe(const Session& session) {
  std::string text = session.argument(0);
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

// "[=====     ] 52 %" of all inputs, on a terminal.
class ProgressBar {
 public:
  // Without a total it is the bytes so far.
  ProgressBar(Progress::Beside beside, std::optional<std::int64_t> total)
      : progress_(beside), total_(total) {}

  void Moved(std::size_t bytes) {
    done_ += static_cast<std::int64_t>(bytes);
    progress_.Show(done_, total_.value_or(0) > 0 ? BarText() : "bytes");
  }
  void Clear() { progress_.Clear(); }

 private:
  std::string BarText() const {
    constexpr std::size_t kWidth = 30;
    auto full = std::min(kWidth, static_cast<std::size_t>(done_ * kWidth / *total_));
    return absl::StrCat("bytes [", std::string(full, '='), std::string(kWidth - full, ' '), "] ",
                        std::min<std::int64_t>(100, done_ * 100 / *total_), " %");
  }

  Progress progress_;
  const std::optional<std::int64_t> total_;
  std::int64_t done_ = 0;
};

std::optional<std::int64_t> TotalSize(const std::vector<TransformJob>& jobs) {
  std::int64_t total = 0;
  for (const TransformJob& job : jobs) {
    absl::StatusOr<InputFile> file = InputFile::Open(job.input);
    if (!file.ok() || !file->size().has_value()) return std::nullopt;
    total += *file->size();
  }
  return total;
}

absl::Status RunOne(const Session& session, Runner& runner, const TransformJob& job,
                    ProgressBar& progress) {
  TRIAD_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(job.input));
  TRIAD_ASSIGN_OR_RETURN(TransformOutput output, TransformOutput::Open(session, job));
  Content content = {.type = "application/octet-stream", .size = file.size()};
  content.read = [&](std::size_t count) -> absl::StatusOr<std::string> {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, file.ReadSome(count));
    progress.Moved(bytes.size());
    return bytes;
  };
  TRIAD_RETURN_IF_ERROR(
      runner.Run(content, [&](absl::string_view bytes) { return output.Append(bytes); }));
  return output.Commit();
}

absl::StatusOr<ExitCode> Transform(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<TransformJob> jobs, TransformJobs(session));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Runner> runner, TakeRunner(session));
  bool to_output = jobs.back().output == "-";
  ProgressBar progress(to_output ? Progress::Beside::kAnyOutput : Progress::Beside::kClearedOutput,
                       TotalSize(jobs));
  for (const TransformJob& job : jobs) {
    absl::Status status = RunOne(session, *runner, job, progress);
    progress.Clear();
    if (status.ok()) continue;
    status = WithPlace(status, session.argument(0));
    return job.input == "-" ? status : Annotate(status, absl::StrCat(job.input, ": "));
  }
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> TransformCommands() {
  return {{
      "transform",
      "Runs a recipe of operations on files, or on standard input",
      "A recipe is operations with '|' between them, such as 'gunzip | sha256', best in single\n"
      "quotes; 'triadctl transform list' says which there are. The server runs it, while the\n"
      "input comes; with --local this process does, and nothing leaves the machine.\n"
      "A secret that is written in RECIPE other programs and the shell's history see: write\n"
      "${NAME} there, and give it by --secret or --secret-file.",
      {{"RECIPE", "operations with '|' between them", false, false, {}, RecipeCandidates},
       {"FILE", "what to work on, each by itself; - or none is standard input", true, true}},
      {{"local", "", "runs it in this process, and asks no server", FlagType::kSwitch},
       {"to", "FILE",
        "where the output goes; DIR/ takes that of each FILE under its name (default: standard"
        " output)",
        FlagType::kFile},
       {"in-place",
        "",
        "puts the output in the place of each FILE, once it is whole",
        FlagType::kSwitch,
        {},
        'i'},
       {"secret",
        "NAME",
        "asks for what ${NAME} stands for in RECIPE",
        FlagType::kText,
        {},
        0,
        true},
       {"secret-file", "NAME=FILE", "reads it from a file", FlagType::kText, {}, 0, true}},
      "triadctl transform 'gunzip | sha256' < file.gz\n"
      "triadctl transform 'json-pretty(indent=4)' *.json --in-place --local\n"
      "triadctl transform 'aes-decrypt(key=${key}, mode=gcm, iv=hex:00)' --secret-file "
      "key=key.bin\n"
      "tail -f log | triadctl transform 'filter-lines(pattern=error)'",
      Transform,
  }};
}

}  // namespace triad::cli
