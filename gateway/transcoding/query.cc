#include "gateway/transcoding/query.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
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

absl::StatusOr<std::vector<Parameter>> ParseQuery(absl::string_view query) {
  std::vector<Parameter> parameters;
  for (absl::string_view text : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    TRIAD_ASSIGN_OR_RETURN(Parameter parameter, ParseParameter(text));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace triad::gateway
