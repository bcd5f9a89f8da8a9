// Recipes at work, on a server or in this process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/call.h"
#include "cli/transport/client.h"
#include "services/transform/engine/recipe/recipe.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {

using TakeOutput = std::function<absl::Status(absl::string_view bytes)>;

// Errors name steps as the service does. An error of the content or of `take` ends a run with
// that error. Not thread-safe.
class Runner {
 public:
  virtual ~Runner() = default;

  // Whether the recipe can run, before any input is read. INVALID_ARGUMENT if it cannot.
  virtual absl::Status Check() = 0;
  // Gives what comes out to `take`, while the input comes if no step keeps its output.
  virtual absl::Status Run(const Content& input, const TakeOutput& take) = 0;
};

// In this process. Its bounds are the machine's.
std::unique_ptr<Runner> MakeLocalRunner(transform::Recipe recipe);

// By `client`, which outlives it.
std::unique_ptr<Runner> MakeServerRunner(transform::Recipe recipe, Client& client);

// The recipe that `request` names, with its arguments, and with secrets of it in `headers`; by
// `client`, which outlives it.
std::unique_ptr<Runner> MakeKeptRunner(transform::v1::TransformStreamRequest request,
                                       Headers headers, Client& client);

// `recipe` as text of one line that has nothing but ASCII, as a header takes it; without comments.
std::string FormatForHeader(const transform::Recipe& recipe);

}  // namespace triad::cli
