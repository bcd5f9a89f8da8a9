// References in values: ${namespaces/{namespace}/entries/{key}}. $${ stands for ${.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/model/entry.h"

namespace triad::config {

// Returns what a reference to an entry stands for.
using ReplaceReference = absl::FunctionRef<absl::StatusOr<std::string>(const EntryName&)>;

// `text` with its references replaced. What begins with "${" but not with "${namespaces/" is none,
// and stays. INVALID_ARGUMENT if a reference is malformed; errors of `replace` come back.
absl::StatusOr<std::string> ReplaceInText(absl::string_view text, ReplaceReference replace);

// The same in the strings of a JSON document that are no names of members. All else stays as it is,
// to the byte.
absl::StatusOr<std::string> ReplaceInJson(absl::string_view json, ReplaceReference replace);

}  // namespace triad::config
