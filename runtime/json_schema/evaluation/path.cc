#include "runtime/json_schema/evaluation/path.h"

#include "absl/strings/str_cat.h"
#include "runtime/json_schema/json/pointer.h"

namespace triad::json_schema {
namespace {

std::string FormatStep(const Path& step, const Program& program) {
  if (step.name == nullptr) return absl::StrCat(step.index);
  return program.known_names.contains(*step.name) ? EscapeSegment(*step.name) : "*";
}

}  // namespace

std::string FormatPath(const Path& path, const Program& program) {
  std::string pointer;
  for (const Path* step = &path; step->parent != nullptr; step = step->parent) {
    pointer = absl::StrCat("/", FormatStep(*step, program), pointer);
  }
  return pointer;
}

}  // namespace triad::json_schema
