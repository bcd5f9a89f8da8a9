// What is asked of the messages of one type: its rules, compiled.
//
//   MessageRules ─▶ FieldRules ─▶ ValueRules ─▶ MessageRules of the field's type
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/messages/message_table.h"
#include "runtime/validation/checks/check.h"

namespace google::protobuf {
class OneofDescriptor;
}

namespace triad::validation {

struct MessageRules;

// Of a field's value, of each element of a list, of each key or value of a map.
struct ValueRules {
  Checks checks;
  // Of a wrapper, whose `checks` are about the value in it: the field that holds that.
  const messages::FieldEntry* wrapped = nullptr;
  const MessageRules* message = nullptr;  // null if there are none of its type
  // Whether a zero has none, and which number that is: of an enum its first.
  bool skips_zero = false;
  std::uint64_t zero = 0;

  bool empty() const { return checks.empty() && message == nullptr; }
};

struct FieldRules {
  const messages::FieldEntry* field = nullptr;
  bool is_required = false;
  // Whether its rules are for what is set alone. Else a zero that is not there has them too.
  bool only_when_set = false;
  bool is_unique = false;  // the elements of a list
  Checks sizes;            // of a list or a map
  ValueRules key;          // of a map
  ValueRules value;

  bool empty() const {
    return !is_required && !is_unique && sizes.empty() && key.empty() && value.empty();
  }
};

// How many of some fields may be set.
struct ChoiceRules {
  // Null for those that an option of the message lists.
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  std::vector<std::size_t> fields;  // places in MessageRules::fields
  bool is_required = false;
  bool is_exclusive = false;
  Check none;  // what is said when none is set, or too many; without `holds`
  Check several;
};

// Immutable once it is compiled, hence thread-safe.
struct MessageRules {
  const messages::MessageTable* table = nullptr;
  // Whether there is nothing to check in it, however deep.
  bool is_idle = true;
  // Every field that has rules, or that has to be seen for those of others; as declared.
  std::vector<FieldRules> fields;
  std::vector<ChoiceRules> choices;
  // Where a field stands in `fields`, by its index in the table; kNone if it need not be looked
  // at.
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::vector<std::uint32_t> places;
};

}  // namespace triad::validation
