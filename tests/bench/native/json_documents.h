// The documents that conversion of JSON is measured with. Each is always the same bytes.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::bench {

// A bench.Doc of bench.proto in JSON:
//
//   mixed    1 MB, a little of all that JSON bodies hold
//   small    the same in 10 KB
//   numbers  1 MB of doubles, floats and integers
//   text     1 MB of strings, two thirds of it not ASCII, with escapes
//   nested   1 MB of small messages, 60 deep
//
// Empty if there is no such kind.
std::string MakeDocument(absl::string_view kind);

}  // namespace triad::bench
