#include "runtime/validation/violation.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/base/status.h"

namespace triad::validation {
namespace {

constexpr absl::string_view kWholeMessage = "request";

std::string ReasonOf(absl::string_view rule) {
  return absl::AsciiStrToUpper(absl::StrReplaceAll(rule, {{".", "_"}}));
}

}  // namespace

std::string ProtoName(const Path& path, std::size_t step) {
  return path[step].field->descriptor->name();
}

std::string TextOf(const Path& path, NameOfField name) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const PathStep& step = path[i];
    absl::StrAppend(&text, i == 0 ? "" : ".",
                    step.oneof != nullptr ? step.oneof->name() : name(path, i), step.subscript);
  }
  return text;
}

absl::Status AsStatus(const Violations& violations, NameOfField name) {
  std::vector<FieldViolation> fields;
  for (const Violation& violation : violations.first) {
    std::string field =
        violation.path.empty() ? std::string(kWholeMessage) : TextOf(violation.path, name);
    fields.push_back({std::move(field), std::string(violation.expected), ReasonOf(violation.rule)});
  }
  return InvalidFields(fields, violations.count - violations.first.size());
}

}  // namespace triad::validation
