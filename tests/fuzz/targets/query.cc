// Query strings.
#include "gateway/transcoding/query.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/utf8.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::Parameter;
using gateway::ParseQuery;

std::string Format(const std::vector<Parameter>& parameters) {
  return absl::StrJoin(parameters, "&", [](std::string* out, const Parameter& parameter) {
    absl::StrAppend(out, PercentEncoded(parameter.first), "=", PercentEncoded(parameter.second));
  });
}

const Registration kTarget("query", [](absl::string_view text) {
  absl::StatusOr<std::vector<Parameter>> parameters = ParseQuery(text);
  if (!parameters.ok()) {
    Require(IsValidUtf8(parameters.status().message()), "an error is text",
            parameters.status().message());
    return;
  }
  auto most = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&')) + 1;
  Require(parameters->size() <= most, "& alone separates parameters", text);
  for (const auto& [name, value] : *parameters) {
    Require(IsValidUtf8(name) && IsValidUtf8(value), "parameters are text", text);
  }
  std::string formatted = Format(*parameters);
  absl::StatusOr<std::vector<Parameter>> again = ParseQuery(formatted);
  Require(again.ok(), "a query is accepted as it was read", formatted);
  RequireEqual(Format(*again), formatted, "a query is read alike twice");
  // Each half by itself means what it means in the whole.
  std::size_t middle = text.find('&', text.size() / 2);
  if (middle == absl::string_view::npos) return;
  absl::StatusOr<std::vector<Parameter>> both = ParseQuery(text.substr(0, middle));
  absl::StatusOr<std::vector<Parameter>> second = ParseQuery(text.substr(middle));
  Require(both.ok() && second.ok(), "parts of a query are queries", text);
  both->insert(both->end(), second->begin(), second->end());
  RequireEqual(Format(*both), formatted, "a query is its parts");
});

}  // namespace
}  // namespace triad::fuzz
