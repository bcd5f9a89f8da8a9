// Wire bytes held against rules, in one pass, without a message in between.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/validation/message_rules.h"
#include "runtime/validation/violation.h"

namespace triad::validation {

// What is wrong with `wire`, a message of the type of `rules`; in the order in which its fields
// are declared, those of an element or entry together. What the type does not have is not looked
// at, nor whether text is UTF-8. INVALID_ARGUMENT if the bytes are no protobuf wire format, or
// nested deeper than 100 levels. Thread-safe.
absl::StatusOr<Violations> FindViolations(const MessageRules& rules, absl::string_view wire);

// OK, or AsStatus of what is wrong.
absl::Status Validate(const MessageRules& rules, absl::string_view wire,
                      NameOfField name = ProtoName);

}  // namespace triad::validation
