#include "gateway/transcoding/query.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/routing/percent_encoding.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::gateway {
namespace {

absl::StatusOr<Parameter> ParseParameter(absl::string_view text) {
  std::pair<absl::string_view, absl::string_view> raw =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  Parameter parameter;
  absl::Status status = DecodePercent(raw.first, Decode::kQuery, parameter.first);
  if (!status.ok() || !IsValidUtf8(parameter.first)) {
    return InvalidField(absl::CHexEscape(raw.first), "must be percent-encoded UTF-8");
  }
  status = DecodePercent(raw.second, Decode::kQuery, parameter.second);
  if (!status.ok()) return InvalidField(parameter.first, status.message());
  if (!IsValidUtf8(parameter.second)) return InvalidField(parameter.first, "must be UTF-8");
  return parameter;
}

}  // namespace

absl::StatusOr<ParameterNames> ParameterNames::Create(const std::vector<std::string>& patterns) {
  ParameterNames result;
  for (const std::string& given : patterns) {
    absl::string_view pattern = given;
    bool is_prefix = absl::ConsumeSuffix(&pattern, "*");
    if ((pattern.empty() && !is_prefix) || absl::StrContains(pattern, '*')) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", given, "' is no name of a parameter, nor NAME*"));
    }
    (is_prefix ? result.prefixes_ : result.names_).emplace_back(pattern);
  }
  return result;
}

bool ParameterNames::Contains(absl::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end() ||
         std::any_of(prefixes_.begin(), prefixes_.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(name, prefix); });
}

absl::StatusOr<std::vector<Parameter>> ParseQuery(absl::string_view query) {
  std::vector<Parameter> parameters;
  for (absl::string_view text : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    TRIAD_ASSIGN_OR_RETURN(Parameter parameter, ParseParameter(text));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace triad::gateway
