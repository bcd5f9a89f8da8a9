// What is wrong with a message, and how that is told.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/messages/message_table.h"

namespace google::protobuf {
class OneofDescriptor;
}

namespace triad::validation {

struct MessageRules;

// A step from a message into it.
struct PathStep {
  const messages::FieldEntry* field = nullptr;               // or, as the last step,
  const google::protobuf::OneofDescriptor* oneof = nullptr;  // a oneof
  std::string subscript = {};  // "[3]" of an element, "[\"key\"]" or "[7]" of an entry, or empty
};
using Path = std::vector<PathStep>;

struct Violation {
  Path path;                   // empty: the message itself
  absl::string_view rule;      // protovalidate's id of it: "string.min_len"
  absl::string_view expected;  // the end of a sentence
};

struct Violations {
  // The first of them, more than an answer takes. The rules must outlive them.
  std::vector<Violation> first;
  std::size_t count = 0;
};

// How the client calls a field. The proto's name, unless said otherwise.
using NameOfField = absl::FunctionRef<std::string(const Path& path, std::size_t step)>;
std::string ProtoName(const Path& path, std::size_t step);

// "entry.labels[\"team\"].name"
std::string TextOf(const Path& path, NameOfField name = ProtoName);

// INVALID_ARGUMENT with a google.rpc.BadRequest, as InvalidFields makes it (runtime/base/status.h);
// the reason of each violation is its rule's id in upper case, "STRING_MIN_LEN". There is at
// least one.
absl::Status AsStatus(const Violations& violations, NameOfField name = ProtoName);

}  // namespace triad::validation
