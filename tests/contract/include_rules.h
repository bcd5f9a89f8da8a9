// Which file may include which: the layers of the suite, written down by folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::contract {

// Files of product code that stand on the same others. Patterns are regular
// expressions that match a whole path from the root of the repository. A file
// belongs to the first layer whose `files` matches, so exceptions stand before
// the folder that they are in. In `may_include`, \1 stands for what the first
// group of `files` matched: this is how services are kept apart.
struct Layer {
  const char* files;
  const char* may_include;
  const char* reason;
  // An include that this layer refuses, which the test tries.
  const char* wrong_file;
  const char* wrong_header;
};

absl::Span<const Layer> Layers();

// The layer of a file of product code; null if it has none.
const Layer* LayerOf(const std::string& file);

// Whether the rules say nothing about the file, as it is test code.
bool IsTestCode(absl::string_view file);

// Why `file` must not include `header`, or nullopt if it may. Both as they are
// written from the root of the repository. Headers of libraries are anybody's to
// include, but for those of gRPC, of protos and of test frameworks.
std::optional<std::string> IncludeProblem(const std::string& file, const std::string& header);

// What a source includes, in order.
std::vector<std::string> IncludesOf(absl::string_view source);

}  // namespace triad::contract
