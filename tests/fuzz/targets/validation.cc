// Wire bytes held against every standard rule. The input is a byte for the type, and the bytes.
// What is found must not depend on how the message was put on the wire.
#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/validation/rule_book.h"
#include "runtime/validation/testing/closed.pb.h"
#include "runtime/validation/testing/numbers.pb.h"
#include "runtime/validation/testing/rules.pb.h"
#include "runtime/validation/validate.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using validation::MessageRules;
using validation::Violations;
namespace types = validation::testing;

const google::protobuf::Message* const kTypes[] = {
    &types::StringRules::default_instance(),    &types::StringFormats::default_instance(),
    &types::BytesRules::default_instance(),     &types::EnumRules::default_instance(),
    &types::RepeatedRules::default_instance(),  &types::MapRules::default_instance(),
    &types::AnyRules::default_instance(),       &types::DurationRules::default_instance(),
    &types::FieldMaskRules::default_instance(), &types::TimestampRules::default_instance(),
    &types::WrapperRules::default_instance(),   &types::RequiredRules::default_instance(),
    &types::IgnoreRules::default_instance(),    &types::ChoiceRules::default_instance(),
    &types::Closed::default_instance(),         &types::DoubleRules::default_instance(),
    &types::Int64Rules::default_instance(),     &types::Fixed32Rules::default_instance(),
};

const MessageRules& RulesOf(const google::protobuf::Message& type) {
  static auto* book = new validation::RuleBook(validation::Mode::kStrict);
  absl::StatusOr<const MessageRules*> rules = book->RulesOf(*type.GetDescriptor());
  Require(rules.ok() && *rules != nullptr, "the rules are good", type.GetTypeName());
  return **rules;
}

// Of a map, entries come in any order.
std::string Format(const Violations& violations) {
  std::vector<std::string> lines;
  for (const validation::Violation& violation : violations.first) {
    lines.push_back(absl::StrCat(validation::TextOf(violation.path), " ", violation.rule));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

const Registration kTarget("validation", [](absl::string_view bytes) {
  Input input(bytes);
  const google::protobuf::Message& type = *kTypes[input.TakeByte() % std::size(kTypes)];
  const MessageRules& rules = RulesOf(type);
  absl::string_view wire = input.rest();
  absl::StatusOr<Violations> found = FindViolations(rules, wire);
  std::unique_ptr<google::protobuf::Message> message(type.New());
  bool parses = message->ParseFromArray(wire.data(), static_cast<int>(wire.size()));
  // libprotobuf takes some tags that are too large for one.
  if (!found.ok()) {
    return Require(absl::IsInvalidArgument(found.status()), "it is the sender's", wire);
  }
  absl::Status status = Validate(rules, wire);
  Require(status.ok() == (found->count == 0), "what is wrong is an error", wire);
  if (!parses) return;  // text that is no UTF-8, for one
  absl::StatusOr<Violations> again = FindViolations(rules, message->SerializeAsString());
  Require(again.ok(), "a message is one however it is written", wire);
  RequireEqual(absl::StrCat(again->count), absl::StrCat(found->count), "as much is wrong again");
  if (found->count > found->first.size()) return;
  RequireEqual(Format(*again), Format(*found), "what breaks rules breaks them again");
});

}  // namespace
}  // namespace triad::fuzz
