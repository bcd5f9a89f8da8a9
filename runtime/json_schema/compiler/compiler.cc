#include "runtime/json_schema/compiler/compiler.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/compiler/circle.h"
#include "runtime/json_schema/compiler/clause.h"
#include "runtime/json_schema/json/pointer.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

constexpr absl::string_view kDialects[] = {"http://json-schema.org/draft-07/schema#",
                                           "http://json-schema.org/draft-07/schema"};

// "#/a/b" is a pointer, "#b" is the name of a schema whose $id is that.
bool IsPointer(absl::string_view fragment) {
  return fragment.empty() || absl::StartsWith(fragment, "/");
}

}  // namespace

absl::StatusOr<Program> Compiler::Run() {
  TRIAD_RETURN_IF_ERROR(AddAt(root_, kNoNode, "", std::make_shared<const std::string>()).status());
  // What they refer to may have references of its own.
  for (std::size_t i = 0; i < references_.size(); ++i) {
    TRIAD_RETURN_IF_ERROR(ResolveReference(references_[i]));
  }
  if (std::optional<NodeIndex> circle = FindCircle(program_)) {
    return Wrong(*circle, "", "must not apply itself to the same value, which would have no end");
  }
  return std::move(program_);
}

absl::StatusOr<std::shared_ptr<const Pattern>> Compiler::PatternOf(const std::string& ecma) {
  std::shared_ptr<const Pattern>& pattern = patterns_[ecma];
  if (pattern == nullptr) {
    TRIAD_ASSIGN_OR_RETURN(pattern, Pattern::Compile(ecma));
    pattern_size_ += pattern->size();
  }
  if (patterns_.size() > kMaxPatterns || pattern_size_ > kMaxPatternSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("must not be one pattern too many: a schema has at most ", kMaxPatterns,
                     ", of ", kMaxPatternSize, " instructions of RE2 together"));
  }
  return pattern;
}

absl::Status Compiler::Wrong(NodeIndex node, absl::string_view segment,
                             absl::string_view expected) const {
  return absl::InvalidArgumentError(
      absl::StrCat("#", PointerOf(program_, node), segment, ": ", expected));
}

absl::StatusOr<NodeIndex> Compiler::Add(const Value& schema, NodeIndex parent,
                                        std::string segment) {
  return AddAt(schema, parent, std::move(segment), origin(parent).base);
}

absl::StatusOr<NodeIndex> Compiler::AddAt(const Value& schema, NodeIndex parent,
                                          std::string segment,
                                          std::shared_ptr<const std::string> base) {
  auto index = static_cast<NodeIndex>(program_.nodes.size());
  auto [known, is_new] = known_.emplace(&schema, index);
  if (!is_new) return known->second;
  if (program_.nodes.size() == kMaxSubschemas) {
    return Wrong(kNoNode, "", absl::StrCat("must not have more than ", kMaxSubschemas, " schemas"));
  }
  Node& node = program_.nodes.emplace_back();
  node.parent = parent;
  node.segment = std::move(segment);
  origins_.push_back({&schema, std::move(base)});
  if (const bool* all = schema.AsBoolean()) {
    node.never = !*all;
    return index;
  }
  if (schema.AsObject() == nullptr) return Wrong(index, "", "must be an object, true or false");
  TRIAD_RETURN_IF_ERROR(Compile(index));
  return index;
}

absl::Status Compiler::Compile(NodeIndex index) {
  if (index == 0) resources_.Add("", index);
  TRIAD_RETURN_IF_ERROR(CheckDialect(index));
  // Nothing beside a $ref counts.
  if (origin(index).schema->Find("$ref") != nullptr) return CompileReference(index);
  TRIAD_RETURN_IF_ERROR(CompileId(index));
  return CompileKeywords(index);
}

absl::Status Compiler::CheckDialect(NodeIndex index) {
  const Value* dialect = origin(index).schema->Find("$schema");
  if (dialect == nullptr) return absl::OkStatus();
  for (absl::string_view known : kDialects) {
    if (dialect->AsString() != nullptr && *dialect->AsString() == known) return absl::OkStatus();
  }
  return Wrong(index, "/$schema", absl::StrCat("must be \"", kDialects[0], "\""));
}

absl::Status Compiler::CompileReference(NodeIndex index) {
  if (origin(index).schema->Find("$ref")->AsString() == nullptr) {
    return Wrong(index, "/$ref", "must be a string");
  }
  references_.push_back(index);
  return absl::OkStatus();
}

absl::Status Compiler::CompileId(NodeIndex index) {
  const Value* id = origin(index).schema->Find("$id");
  if (id == nullptr) return absl::OkStatus();
  const std::string* text = id->AsString();
  std::optional<Uri> uri;
  if (text != nullptr) uri = ResolveUri(*origin(index).base, *text);
  if (!uri || absl::StartsWith(uri->fragment, "/")) {
    return Wrong(index, "/$id",
                 absl::StrCat("must be a URI reference of at most ", kMaxUriBytes,
                              " bytes, without a JSON Pointer"));
  }
  bool is_first = uri->fragment.empty() || resources_.AddAnchor(*uri, index);
  if (!absl::StartsWith(*text, "#")) {
    is_first = resources_.Add(uri->absolute, index) && is_first;
    origin(index).base = std::make_shared<const std::string>(uri->absolute);
  }
  return is_first ? absl::OkStatus() : Wrong(index, "/$id", "must not be another schema's, too");
}

absl::Status Compiler::CompileKeywords(NodeIndex index) {
  const Value& schema = *origin(index).schema;
  for (const Keyword& keyword : Keywords()) {
    const Value* argument = schema.Find(keyword.name);
    if (argument == nullptr) continue;
    Clause clause(*this, index, keyword.name, schema, *argument);
    TRIAD_RETURN_IF_ERROR(keyword.compile(clause));
  }
  return absl::OkStatus();
}

absl::Status Compiler::ResolveReference(NodeIndex index) {
  const std::string& text = *origin(index).schema->Find("$ref")->AsString();
  std::optional<Uri> uri = ResolveUri(*origin(index).base, text);
  if (!uri) {
    return Wrong(index, "/$ref",
                 absl::StrCat("must be a URI reference of at most ", kMaxUriBytes, " bytes"));
  }
  NodeIndex target =
      IsPointer(uri->fragment) ? resources_.Find(uri->absolute) : resources_.FindAnchor(*uri);
  if (target == kNoNode) return Wrong(index, "/$ref", "must refer to a schema in this document");
  if (IsPointer(uri->fragment)) {
    TRIAD_ASSIGN_OR_RETURN(target, Follow(target, uri->fragment));
    if (target == kNoNode) return Wrong(index, "/$ref", "must refer to something that is there");
  }
  node(index).reference = target;
  node(index).in_place.push_back(target);
  return absl::OkStatus();
}

absl::StatusOr<NodeIndex> Compiler::Follow(NodeIndex from, absl::string_view pointer) {
  std::optional<std::vector<std::string>> segments = ParsePointer(pointer);
  if (!segments) return kNoNode;
  const Value* value = origin(from).schema;
  std::shared_ptr<const std::string> base = origin(from).base;
  for (const std::string& segment : *segments) {
    value = Child(*value, segment);
    if (value == nullptr) return kNoNode;
    auto known = known_.find(value);
    if (known != known_.end()) base = origin(known->second).base;
  }
  return AddAt(*value, from, std::string(pointer), base);
}

}  // namespace triad::json_schema
