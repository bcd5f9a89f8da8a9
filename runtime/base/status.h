// Status helpers: errors that carry google.rpc details, and early returns.
//
// A detail travels inside absl::Status as a payload whose URL is the type URL
// of the message ("type.googleapis.com/google.rpc.BadRequest") and whose bytes
// are the message. runtime/rpc turns payloads into google.rpc.Status.details.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad {

// One field of a request that is not acceptable.
struct FieldViolation {
  // Path in the request: "entry.name", "steps[2].operation".
  std::string field;
  // What was expected, as the end of a sentence: "must be 1 to 512 bytes".
  std::string description;
  // Which rule it is, in upper snake case, for programs; may be empty.
  std::string reason = {};
};

// INVALID_ARGUMENT whose message reads "<field>: <description>", with a
// google.rpc.BadRequest that names the field.
absl::Status InvalidField(absl::string_view field, absl::string_view description);

// The same for several fields, of which there may be `more` than `violations`, which is not empty.
// They are added one by one for as long as they fit into the 4 KiB that an error has; what is
// added last says then, without a field, how many more there are.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations, std::size_t more = 0);

// `status` with a google.rpc.RetryInfo: the caller may try again after `delay`.
// Over HTTP this becomes Retry-After.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);

// `status` with a google.rpc.ErrorInfo (AIP-193): a reason in upper snake case, the domain
// that it belongs to, such as "config.triad", and facts for programs.
absl::Status WithReason(absl::Status status, absl::string_view reason, absl::string_view domain,
                        const std::vector<std::pair<std::string, std::string>>& facts = {});

// `status` with `prefix` set before its message; code and details are kept.
absl::Status Annotate(const absl::Status& status, absl::string_view prefix);

}  // namespace triad

// Returns from the enclosing function if `expression` is an error.
#define TRIAD_RETURN_IF_ERROR(expression)          \
  do {                                             \
    absl::Status triad_status_ = (expression);     \
    if (!triad_status_.ok()) return triad_status_; \
  } while (false)

#define TRIAD_CONCAT_INNER_(a, b) a##b
#define TRIAD_CONCAT_(a, b) TRIAD_CONCAT_INNER_(a, b)

// Declares or assigns `target` from a StatusOr, or returns its error.
#define TRIAD_ASSIGN_OR_RETURN(target, expression) \
  TRIAD_ASSIGN_OR_RETURN_(TRIAD_CONCAT_(triad_or_, __LINE__), target, expression)
#define TRIAD_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                               \
  if (!result.ok()) return std::move(result).status();      \
  target = *std::move(result)
