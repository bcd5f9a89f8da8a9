// From the rules of a field in its proto to checks of its values.
#pragma once

#include <buf/validate/validate.pb.h>

#include "absl/status/status.h"
#include "runtime/messages/message_table.h"
#include "runtime/validation/checks/check.h"

namespace triad {
class Clock;
}

namespace triad::validation {

// One value whose rules are read.
struct Subject {
  const buf::validate::FieldRules& rules;
  const messages::FieldEntry& field;  // where it stands; of a wrapper, the field in that
  const Clock& clock;                 // outlives the checks
};

// What can have rules: the member of FieldRules for it, and what makes checks of that.
struct Kind {
  buf::validate::FieldRules::TypeCase rules;
  // INVALID_ARGUMENT, as the end of a sentence, if a pattern is none of RE2's.
  absl::Status (*add)(const Subject& subject, Checks& checks);
};

// Of the values of `field`, whose rules are those of the wrapped type where it is a wrapper. With
// TYPE_NOT_SET if none but the general rules are for it, as for a message of one's own.
const Kind& KindOf(const messages::FieldEntry& field);

// How many elements a list or a map has.
void AddSizes(const buf::validate::RepeatedRules& rules, Checks& checks);
void AddSizes(const buf::validate::MapRules& rules, Checks& checks);

// "int32" for kInt32: the member's name, which the ids of its rules begin with.
const std::string& NameOf(buf::validate::FieldRules::TypeCase rules);

}  // namespace triad::validation
