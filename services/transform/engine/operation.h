// An operation, described as data: what ListOperations shows is what runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/arguments.h"
#include "services/transform/engine/output.h"
#include "services/transform/engine/parameter.h"
#include "services/transform/engine/problem.h"

namespace triad::transform {

// kText is valid UTF-8; the engine checks what goes in.
enum class Data { kBytes, kText };

// How long it takes, for whoever chooses or bounds it.
enum class Cost {
  kLight,   // hundreds of MB a second
  kMedium,  // tens of MB a second
  kHeavy,   // compression, regular expressions, key derivation: bounded by its parameters
};

// A worked example of a recipe, in text. A test runs every one.
struct Example {
  std::string input;
  std::string recipe;
  std::string output;
};

// An operation at work on an input that comes in pieces. Not thread-safe.
class Stage {
 public:
  virtual ~Stage() = default;
  // The next piece, of at most kMaxPieceBytes. Of text it holds whole characters. A place in an
  // error (BadInputAt) counts from the beginning of this piece.
  virtual absl::Status Take(absl::string_view piece, Output& output) = 0;
  // There is no more.
  virtual absl::Status Finish(Output& output) = 0;
};

inline constexpr std::size_t kMaxPieceBytes = std::size_t{64} * 1024;

// Works on the whole input. Errors: BadInput, BadArgument, and what `output` fails with. What
// takes long without writing asks `output.Going`; a call of a library that cannot ask is made by
// `output.Apart`.
using RunFunction = absl::Status (*)(absl::string_view input, const Arguments& arguments,
                                     Output& output);
// Begins to work on an input in pieces, and holds in `output` what it needs for that. BadArgument
// for arguments that do not fit each other.
using StartFunction = absl::StatusOr<std::unique_ptr<Stage>> (*)(const Arguments& arguments,
                                                                 Output& output);

// Exactly one of `run` and `start` is set: what can work on pieces is given a whole input as
// pieces too, so that both ways are one function.
struct Operation {
  std::string id;    // "to-base64"
  std::string name;  // "To base64", for people
  // Other names it is found by, CyberChef's among them.
  std::vector<std::string> aliases = {};
  std::string summary;  // one sentence
  Data takes = Data::kBytes;
  Data gives = Data::kBytes;
  Cost cost = Cost::kLight;
  std::vector<Parameter> parameters = {};
  // Id of what turns the output into the input again, with the arguments of the same names;
  // empty if nothing does.
  std::string inverse = {};
  std::vector<Example> examples;
  // Bytes it holds for each byte of its input, besides its output.
  std::int64_t scratch = 0;
  RunFunction run = nullptr;
  StartFunction start = nullptr;
  std::string family = {};  // the catalogue fills it in

  bool streams() const { return start != nullptr; }
};

// Operations that belong together. A folder under families/ exports one.
struct Family {
  std::string id;       // "encoding"
  std::string summary;  // one sentence
  std::vector<Operation> operations;
};

}  // namespace triad::transform
