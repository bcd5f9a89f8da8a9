#include "services/config/app/app_settings.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::config {
namespace {

// What clients get as a string, and databases keep as one.
bool IsText(absl::string_view bytes) {
  return IsValidUtf8(bytes) && !absl::StrContains(bytes, absl::string_view("\0", 1));
}

absl::StatusOr<std::string> TextOf(const AppSetting& setting, Random& random) {
  auto given = SecretFromEnvironment(std::string(setting.name));
  if (given.ok() && !IsText(*given)) {
    return absl::InvalidArgumentError(
        absl::StrCat(setting.name, " must be text in UTF-8, without NUL"));
  }
  if (!absl::IsNotFound(given.status())) return given;
  if (setting.kind == AppSetting::Kind::kSecret) return absl::BytesToHexString(random.Bytes(32));
  return std::string(setting.initial);
}

absl::StatusOr<Value> ValueOf(const AppSetting& setting, std::string text) {
  if (setting.kind != AppSetting::Kind::kInt) return Value(std::move(text));
  std::int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return Value(number);
  return absl::InvalidArgumentError(absl::StrCat(setting.name, " must be a whole number"));
}

}  // namespace

absl::StatusOr<std::vector<EntryWrite>> AppSettingsFromEnvironment(Random& random) {
  std::vector<EntryWrite> writes;
  for (const AppSetting& setting : kAppSettings) {
    TRIAD_ASSIGN_OR_RETURN(std::string text, TextOf(setting, random));
    TRIAD_ASSIGN_OR_RETURN(Value value, ValueOf(setting, std::move(text)));
    writes.push_back(
        {setting.entry_name(), std::move(value), setting.kind == AppSetting::Kind::kSecret});
  }
  return writes;
}

}  // namespace triad::config
