// Path templates of google/api/http.proto.
#include "gateway/routing/path_template.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::ParsePathTemplate;
using gateway::PathTemplate;
using Kind = PathTemplate::Kind;

std::string Format(const PathTemplate::Segment& segment) {
  if (segment.kind == Kind::kOne) return "*";
  return segment.kind == Kind::kRest ? "**" : PercentEncoded(segment.text);
}

std::string Format(const PathTemplate& path) {
  if (path.segments.empty()) return "/";
  std::string text;
  auto variable = path.variables.begin();
  for (std::size_t i = 0; i < path.segments.size(); ++i) {
    absl::StrAppend(&text, "/");
    bool bound = variable != path.variables.end() && variable->begin <= i;
    if (bound && variable->begin == i) absl::StrAppend(&text, "{", variable->field_path, "=");
    absl::StrAppend(&text, Format(path.segments[i]));
    if (bound && variable->end == i + 1) {
      absl::StrAppend(&text, "}");
      ++variable;
    }
  }
  if (!path.verb.empty()) absl::StrAppend(&text, ":", PercentEncoded(path.verb));
  return text;
}

void Check(const PathTemplate& path, absl::string_view text) {
  Require(path.segments.empty() == (text == "/"), "only the root has no segments", text);
  std::size_t rest = PathTemplate::kNoRest;
  for (std::size_t i = 0; i < path.segments.size(); ++i) {
    const PathTemplate::Segment& segment = path.segments[i];
    Require((segment.kind == Kind::kLiteral) == !segment.text.empty(), "literals have text", text);
    if (segment.kind != Kind::kRest) continue;
    Require(rest == PathTemplate::kNoRest, "** stands once", text);
    rest = i;
  }
  Require(path.rest == rest, "where ** stands is known", text);
  std::size_t end = 0;
  for (const PathTemplate::Variable& variable : path.variables) {
    Require(end <= variable.begin && variable.begin < variable.end, "variables are apart", text);
    end = variable.end;
    Require(end <= path.segments.size(), "variables hold segments", text);
    bool multiple = end - variable.begin > 1 || path.segments[variable.begin].kind == Kind::kRest;
    Require(variable.multi_segment == multiple, "what can hold a slash says so", text);
  }
}

const Registration kTarget("path_template", [](absl::string_view text) {
  absl::StatusOr<PathTemplate> path = ParsePathTemplate(text);
  if (!path.ok()) return;
  Check(*path, text);
  std::string formatted = Format(*path);
  absl::StatusOr<PathTemplate> again = ParsePathTemplate(formatted);
  Require(again.ok(), "a template is accepted as it was read", formatted);
  RequireEqual(Format(*again), formatted, "a template is read alike twice");
});

}  // namespace
}  // namespace triad::fuzz
