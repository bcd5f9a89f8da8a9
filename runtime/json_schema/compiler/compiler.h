// From a schema as a tree of JSON to a program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/compiler/pattern.h"
#include "runtime/json_schema/compiler/resources.h"
#include "runtime/json_schema/evaluation/program.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

inline constexpr std::size_t kMaxSubschemas = 10'000;
// Different ones. While they match, each may come to need a megabyte for its states.
inline constexpr std::size_t kMaxPatterns = 100;
// Of all patterns together, in instructions of RE2. An ordinary pattern has 10 to 100, but each
// "\p{L}" in it 1,200; a single one has at most some 40,000.
inline constexpr std::size_t kMaxPatternSize = 200'000;

class Compiler {
 public:
  // `root` must live as long.
  explicit Compiler(const Value& root) : root_(root) {}

  // Once. INVALID_ARGUMENT, "#/properties/port/type: must be …", as Schema::Parse.
  absl::StatusOr<Program> Run();

  // For keywords.

  // The node of `schema`, which stands at `segment` below `parent`.
  absl::StatusOr<NodeIndex> Add(const Value& schema, NodeIndex parent, std::string segment);
  // Errors are ends of sentences, as of Pattern::Compile.
  absl::StatusOr<std::shared_ptr<const Pattern>> PatternOf(const std::string& ecma);
  Node& node(NodeIndex index) { return program_.nodes[static_cast<std::size_t>(index)]; }
  void AddKnownName(const std::string& name) { program_.known_names.insert(name); }
  // INVALID_ARGUMENT about what stands at `segment` below `node`.
  absl::Status Wrong(NodeIndex node, absl::string_view segment, absl::string_view expected) const;

 private:
  // Where a node comes from.
  struct Origin {
    const Value* schema;
    std::shared_ptr<const std::string> base;  // URI that its references are relative to
  };

  absl::StatusOr<NodeIndex> AddAt(const Value& schema, NodeIndex parent, std::string segment,
                                  std::shared_ptr<const std::string> base);
  absl::Status Compile(NodeIndex index);
  absl::Status CheckDialect(NodeIndex index);
  absl::Status CompileReference(NodeIndex index);
  absl::Status CompileId(NodeIndex index);
  absl::Status CompileKeywords(NodeIndex index);
  absl::Status ResolveReference(NodeIndex index);
  // The schema at a JSON Pointer below a node, wherever that leads.
  absl::StatusOr<NodeIndex> Follow(NodeIndex from, absl::string_view pointer);

  Origin& origin(NodeIndex index) { return origins_[static_cast<std::size_t>(index)]; }

  const Value& root_;
  Program program_;
  std::vector<Origin> origins_;  // by node
  absl::flat_hash_map<const Value*, NodeIndex> known_;
  Resources resources_;
  std::vector<NodeIndex> references_;  // nodes with a $ref
  absl::flat_hash_map<std::string, std::shared_ptr<const Pattern>> patterns_;
  std::size_t pattern_size_ = 0;
};

}  // namespace triad::json_schema
