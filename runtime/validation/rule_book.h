// protovalidate's rules, by the types that have them.
//
//   descriptor + options (buf.validate.…) ─▶ RuleBook ─▶ MessageRules ─▶ Validate (validate.h)
//
// Source: https://protovalidate.com/reference/rules/standard_rules/. Rules that are not standard
// are expressions of CEL, of which there is no interpreter here: they are left out, and said to
// be, or refused. The CEL in validate.proto itself only says what the standard rules mean.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "runtime/base/clock.h"
#include "runtime/messages/message_tables.h"
#include "runtime/validation/message_rules.h"
#include "runtime/validation/mode.h"

namespace google::protobuf {
class Descriptor;
}

namespace triad::validation {

// For one thread; the rules it gives are for all, as long as it is there. The descriptors must
// outlive it, and `clock`, which says what is past and future.
class RuleBook {
 public:
  explicit RuleBook(Mode mode, const Clock& clock = Clock::System());
  ~RuleBook();
  RuleBook(const RuleBook&) = delete;
  RuleBook& operator=(const RuleBook&) = delete;

  // The rules of `type` and of all that it is made of; null if there are none. INVALID_ARGUMENT,
  // naming the field in the proto, for rules that cannot be: of another type than the field's, a
  // pattern that is none of RE2's, or any that is not standard, with kStrict. The book is of
  // no more use then.
  absl::StatusOr<const MessageRules*> RulesOf(const google::protobuf::Descriptor& type);

  // What has been left out so far, a line each: "pkg.Message.field: the CEL rule 'id'".
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  const Mode mode_;
  const Clock& clock_;
  messages::MessageTables tables_;
  std::vector<std::string> left_out_;
  // Of types without rules too, which have no fields then.
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessageRules>> rules_;
};

}  // namespace triad::validation
