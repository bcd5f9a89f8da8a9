#include "cli/transform/secrets.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/exit_codes.h"
#include "cli/files/input_file.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/arguments.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/variables.h"

namespace triad::cli {
namespace {

using transform::Kind;
using transform::Template;

constexpr std::size_t kMaxSecretBytes = 1024 * 1024;

// Without the newline that editors and echo end a file of text with; a key of bytes may end with
// any.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return UsageError(absl::StrCat("--secret-file: ", file.status().message()));
  absl::StatusOr<std::string> bytes = file->Read(kMaxSecretBytes + 1);
  if (!bytes.ok()) return UsageError(absl::StrCat("--secret-file: ", bytes.status().message()));
  if (bytes->size() > kMaxSecretBytes) {
    return UsageError(
        absl::StrCat("--secret-file: '", path, "' is over ", kMaxSecretBytes, " bytes"));
  }
  if (!bytes->empty() && bytes->back() == '\n' && IsValidUtf8(*bytes)) bytes->pop_back();
  return bytes;
}

absl::Status Add(absl::string_view flag, const std::string& name, std::string value,
                 Secrets& secrets) {
  if (!transform::IsVariableName(name)) {
    return UsageError(absl::StrCat(flag,
                                   ": expected letters, digits and '_', with no digit first, "
                                   "not '",
                                   name, "'"));
  }
  if (secrets.emplace(name, std::move(value)).second) return absl::OkStatus();
  return UsageError(absl::StrCat(flag, ": '", name, "' is given twice"));
}

bool TakesBytes(const transform::Step& step, const std::string& argument) {
  const transform::Operation* operation = transform::FindOperation(step.operation);
  if (operation == nullptr) return false;
  return std::any_of(operation->parameters.begin(), operation->parameters.end(),
                     [&](const transform::Parameter& one) {
                       bool bytes = one.kind == Kind::kBytes || one.kind == Kind::kSecret;
                       return bytes && one.name == argument;
                     });
}

// `text` with the secrets that it names, which are in `used` then.
absl::StatusOr<std::string> Filled(const Secrets& secrets, const std::string& text,
                                   bool takes_bytes, std::set<std::string>& used) {
  absl::StatusOr<Template> parsed = Template::Parse(text);
  if (!parsed.ok()) return text;  // whoever plans the recipe says why
  const std::vector<std::string>& names = parsed->names();
  auto known = std::count_if(names.begin(), names.end(),
                             [&](const std::string& name) { return secrets.count(name) != 0; });
  if (known == 0) return text;
  if (static_cast<std::size_t>(known) != names.size()) {
    return UsageError("has a secret beside what a step keeps, which cannot be");
  }
  used.insert(names.begin(), names.end());
  std::string value = parsed->Fill({secrets.begin(), secrets.end()});
  if (takes_bytes && !transform::NamesNotation(parsed->beginning())) {
    return absl::StrCat("hex:", absl::BytesToHexString(value));
  }
  if (!IsValidUtf8(value)) return UsageError("must be text (UTF-8), which a secret in it is not");
  return absl::StrReplaceAll(value, {{"${", "$${"}});
}

}  // namespace

absl::StatusOr<Secrets> ReadSecrets(const FlagValues& flags) {
  Secrets secrets;
  for (const std::string& given : flags.All("secret-file")) {
    std::vector<std::string> parts = absl::StrSplit(given, absl::MaxSplits('=', 1));
    if (parts.size() != 2) {
      return UsageError(absl::StrCat("--secret-file: expected NAME=FILE, not '", given, "'"));
    }
    TRIAD_ASSIGN_OR_RETURN(std::string value, ReadSecretFile(parts[1]));
    TRIAD_RETURN_IF_ERROR(Add("--secret-file", parts[0], std::move(value), secrets));
  }
  for (const std::string& name : flags.All("secret")) {
    TRIAD_ASSIGN_OR_RETURN(std::string value,
                           AskSecret(name, "--secret-file NAME=FILE reads it from a file"));
    TRIAD_RETURN_IF_ERROR(Add("--secret", name, std::move(value), secrets));
  }
  return secrets;
}

absl::Status FillSecrets(const Secrets& secrets, transform::Recipe& recipe) {
  std::set<std::string> used;
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    for (auto& [name, text] : recipe[i].arguments) {
      absl::StatusOr<std::string> filled = Filled(secrets, text, TakesBytes(recipe[i], name), used);
      if (!filled.ok()) {
        return Annotate(filled.status(), absl::StrCat("steps[", i, "].arguments.", name, ": "));
      }
      text = *std::move(filled);
    }
  }
  for (const auto& [name, value] : secrets) {
    if (used.count(name) != 0) continue;
    return UsageError(absl::StrCat("--secret: nothing in RECIPE takes ${", name, "}"));
  }
  return absl::OkStatus();
}

}  // namespace triad::cli
