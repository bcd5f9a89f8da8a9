#include "cli/transform/recipes/arguments.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/exit_codes.h"
#include "cli/table/suggest.h"
#include "cli/transform/secrets.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

constexpr absl::string_view kHeader = "x-meta-argument-";

bool IsSecret(const v1::Parameter& parameter) {
  return parameter.kind() == v1::Parameter::KIND_SECRET;
}

absl::StatusOr<const v1::Parameter*> FindParameter(const v1::Recipe& recipe, absl::string_view flag,
                                                   const std::string& name) {
  std::vector<std::string> known;
  for (const v1::Parameter& one : recipe.parameters()) {
    if (one.name() == name) return &one;
    known.push_back(one.name());
  }
  std::string nearest = Nearest(name, known);
  return UsageError(
      absl::StrCat(flag, ": ", recipe.name(), " has no parameter '", name, "'",
                   nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?")));
}

absl::Status AddOpen(const v1::Recipe& recipe, const std::string& given, RecipeRun& run) {
  std::vector<std::string> parts = absl::StrSplit(given, absl::MaxSplits('=', 1));
  if (parts.size() != 2) {
    return UsageError("--arg: expected NAME=VALUE");
  }
  TRIAD_ASSIGN_OR_RETURN(const v1::Parameter* parameter, FindParameter(recipe, "--arg", parts[0]));
  if (IsSecret(*parameter)) {
    return UsageError(absl::StrCat("--arg: '", parts[0],
                                   "' is a secret, and never taken from here, where other "
                                   "programs and the shell's history see it; give --secret ",
                                   parts[0], ", or --secret-file ", parts[0], "=FILE"));
  }
  auto& arguments = *run.request.mutable_arguments();
  if (arguments.insert({parts[0], parts[1]}).second) return absl::OkStatus();
  return UsageError(absl::StrCat("--arg: '", parts[0], "' is given twice"));
}

// As bytes, which a header has as text.
absl::Status AddSecret(const v1::Recipe& recipe, const std::string& name, const std::string& value,
                       RecipeRun& run) {
  TRIAD_ASSIGN_OR_RETURN(const v1::Parameter* parameter, FindParameter(recipe, "--secret", name));
  if (!IsSecret(*parameter)) {
    return UsageError(absl::StrCat("--secret: '", name, "' is no secret of ", recipe.name(),
                                   "; give --arg ", name, "=VALUE"));
  }
  run.headers.emplace_back(absl::StrCat(kHeader, absl::StrReplaceAll(name, {{"_", "-"}})),
                           absl::StrCat("hex:", absl::BytesToHexString(value)));
  return absl::OkStatus();
}

absl::Status CheckRequired(const v1::Recipe& recipe, const Secrets& secrets,
                           const v1::TransformStreamRequest& request) {
  for (const v1::Parameter& one : recipe.parameters()) {
    bool given = secrets.count(one.name()) != 0 || request.arguments().count(one.name()) != 0;
    if (given || !one.required()) continue;
    std::string how = IsSecret(one) ? absl::StrCat("--secret ", one.name(), " or --secret-file ",
                                                   one.name(), "=FILE")
                                    : absl::StrCat("--arg ", one.name(), "=VALUE");
    return UsageError(
        absl::StrCat("--arg: ", recipe.name(), " needs '", one.name(), "'; give ", how));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecipeRun> RunOf(const v1::Recipe& recipe, const FlagValues& flags) {
  RecipeRun run;
  run.request.set_name(recipe.name());
  run.request.set_version(recipe.version());
  for (const std::string& given : flags.All("arg")) {
    TRIAD_RETURN_IF_ERROR(AddOpen(recipe, given, run));
  }
  TRIAD_ASSIGN_OR_RETURN(Secrets secrets, ReadSecrets(flags));
  for (const auto& [name, value] : secrets) {
    TRIAD_RETURN_IF_ERROR(AddSecret(recipe, name, value, run));
  }
  TRIAD_RETURN_IF_ERROR(CheckRequired(recipe, secrets, run.request));
  return run;
}

}  // namespace triad::cli
