#include "runtime/json_schema/compiler/clause.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::json_schema {
namespace {

constexpr char kNamesExpected[] = "must be an array of strings, each once";

}  // namespace

absl::StatusOr<bool> Clause::Boolean() const {
  const bool* boolean = argument_.AsBoolean();
  if (boolean == nullptr) return Wrong("must be true or false");
  return *boolean;
}

absl::StatusOr<Decimal> Clause::Number() const {
  const Decimal* number = argument_.AsNumber();
  if (number == nullptr) return Wrong("must be a number");
  return *number;
}

absl::StatusOr<std::uint64_t> Clause::Count() const {
  const Decimal* number = argument_.AsNumber();
  std::optional<std::uint64_t> count;
  if (number != nullptr) count = number->AsCount();
  if (!count) return Wrong("must be an integer from 0 to 10^18 - 1");
  return *count;
}

absl::StatusOr<std::string> Clause::String() const {
  const std::string* text = argument_.AsString();
  if (text == nullptr) return Wrong("must be a string");
  return *text;
}

absl::StatusOr<const Value::Array*> Clause::Array() const {
  const Value::Array* items = argument_.AsArray();
  if (items == nullptr) return Wrong("must be an array");
  return items;
}

absl::StatusOr<const Value::Object*> Clause::Object() const {
  const Value::Object* members = argument_.AsObject();
  if (members == nullptr) return Wrong("must be an object");
  return members;
}

absl::StatusOr<std::vector<std::string>> Clause::Names(const Value& names,
                                                       const std::string& segment) const {
  const Value::Array* items = names.AsArray();
  if (items == nullptr) return Wrong(kNamesExpected, segment);
  std::vector<std::string> result;
  absl::flat_hash_set<std::string> seen;
  for (const Value& item : *items) {
    const std::string* name = item.AsString();
    if (name == nullptr || !seen.insert(*name).second) {
      return Wrong(kNamesExpected, absl::StrCat(segment, "/", result.size()));
    }
    AddKnownName(*name);
    result.push_back(*name);
  }
  return result;
}

absl::StatusOr<std::vector<NodeIndex>> Clause::Schemas() const {
  const Value::Array* items = argument_.AsArray();
  if (items == nullptr || items->empty()) return Wrong("must be an array of one or more schemas");
  std::vector<NodeIndex> nodes;
  for (const Value& item : *items) {
    TRIAD_ASSIGN_OR_RETURN(NodeIndex node, Schema(item, absl::StrCat("/", nodes.size())));
    nodes.push_back(node);
  }
  return nodes;
}

absl::StatusOr<NodeIndex> Clause::Schema(const Value& schema, const std::string& segment) const {
  return compiler_.Add(schema, node_, absl::StrCat("/", keyword_, segment));
}

absl::StatusOr<NodeIndex> Clause::SiblingSchema(absl::string_view keyword) const {
  const Value* schema = Sibling(keyword);
  if (schema == nullptr) return kNoNode;
  return compiler_.Add(*schema, node_, absl::StrCat("/", keyword));
}

absl::StatusOr<std::shared_ptr<const Pattern>> Clause::PatternAt(const std::string& ecma,
                                                                 const std::string& segment) const {
  absl::StatusOr<std::shared_ptr<const Pattern>> pattern = compiler_.PatternOf(ecma);
  if (!pattern.ok()) return Wrong(pattern.status().message(), segment);
  return pattern;
}

absl::Status Clause::Wrong(absl::string_view expected, absl::string_view segment) const {
  return compiler_.Wrong(node_, absl::StrCat("/", keyword_, segment), expected);
}

void Clause::Assert(Assertion assertion) const {
  compiler_.node(node_).assertions.push_back({keyword_, std::move(assertion)});
}

void Clause::Apply(Applicator applicator) const {
  compiler_.node(node_).applicators.push_back(std::move(applicator));
}

void Clause::AppliesInPlace(NodeIndex node) const {
  compiler_.node(node_).in_place.push_back(node);
}

}  // namespace triad::json_schema
