// An operation at work on one input.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/operation.h"
#include "services/transform/engine/unicode/utf8_gate.h"

namespace triad::transform {

// The parameter that every operation on text has: what becomes of bytes that are not UTF-8.
Parameter InvalidTextParameter();

// Runs `operation` on all of `input`. Errors: what it says of them, INVALID_ARGUMENT for an input
// that is no text where text is taken, and what `output` fails with. A place is a byte of `input`.
absl::Status RunOperation(const Operation& operation, const Arguments& arguments,
                          absl::string_view input, Output& output);

// The same for an input that comes in pieces, of any size. What does not work on pieces gets
// them as one, which is held until then. Not thread-safe.
class Worker {
 public:
  // `operation`, `arguments` and `output` outlive it.
  static absl::StatusOr<std::unique_ptr<Worker>> Start(const Operation& operation,
                                                       const Arguments& arguments, Output& output);

  absl::Status Take(absl::string_view piece);
  absl::Status Finish();

 private:
  Worker(const Operation& operation, const Arguments& arguments, Output& output);

  absl::Status TakePieces(absl::string_view bytes);
  void ExpectAsMuchOf(std::size_t all, std::size_t piece);

  const Operation& operation_;
  const Arguments& arguments_;
  Output& output_;
  std::unique_ptr<Stage> stage_;  // null: the operation takes its input as a whole
  std::optional<Utf8Gate> gate_;
  std::string whole_;
  std::size_t taken_ = 0;  // by the stage
};

}  // namespace triad::transform
