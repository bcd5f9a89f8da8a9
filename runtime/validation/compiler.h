// From the options of one message's proto to its rules.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/messages/message_table.h"
#include "runtime/validation/message_rules.h"

namespace triad {
class Clock;
}

namespace triad::validation {

struct CompilerParts {
  const Clock& clock;
  // The rules of another type, which need not be compiled yet.
  absl::FunctionRef<const MessageRules*(const messages::MessageTable&)> rules_of;
  // Takes what is not standard, as a line.
  std::vector<std::string>& left_out;
};

// The errors of RuleBook::RulesOf. Fields without rules whose messages may have some are among
// those of `rules`.
absl::Status Compile(const messages::MessageTable& table, const CompilerParts& parts,
                     MessageRules& rules);

}  // namespace triad::validation
