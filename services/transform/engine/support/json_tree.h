// JSON as a tree of places in its text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/output.h"
#include "services/transform/engine/support/json_scanner.h"

namespace triad::transform {

struct JsonNode {
  // kBeginObject, kBeginArray, kString, kNumber or kLiteral.
  JsonToken::Kind kind = JsonToken::Kind::kLiteral;
  absl::string_view key;   // with its quotes, of a member
  absl::string_view text;  // all of the value, as written
  // One behind its last descendant: where its next sibling stands, if it has one.
  std::uint32_t end = 0;
};

// The nodes of a document, each before its children. Immutable.
class JsonTree {
 public:
  // `json` outlives it. BadInputAt for what is not JSON, and what `output` fails with, in whose
  // memory it is.
  static absl::StatusOr<JsonTree> Parse(absl::string_view json, Output& output);

  static constexpr std::size_t kRoot = 0;
  const JsonNode& node(std::size_t at) const { return nodes_[at]; }
  // The children of a node, in order.
  std::vector<std::size_t> Children(std::size_t at) const;

 private:
  std::vector<JsonNode> nodes_;
};

}  // namespace triad::transform
