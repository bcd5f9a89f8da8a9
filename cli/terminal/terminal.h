// The terminal: what is one, questions, progress, and Ctrl-C.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/elapsed.h"

namespace triad::cli {

enum class Stream { kIn = 0, kOut = 1, kError = 2 };

bool IsTerminal(Stream stream);

// Whether `stream` is shown in colour: it is a terminal that knows them, and NO_COLOR
// (https://no-color.org) is not set.
bool WantsColours(Stream stream);

// From now on Ctrl-C ends the process with 130 and leaves the terminal as it was. Call it
// once, before threads begin.
void EndOnInterrupt();

// Asks twice for text that is not shown. A usage error, which ends with `otherwise`, if
// nobody can be asked, for nothing, and for two different answers.
absl::StatusOr<std::string> AskSecret(absl::string_view question, absl::string_view otherwise);

// Whether the answer is yes. A usage error that names --yes if nobody can be asked.
absl::StatusOr<bool> Confirm(absl::string_view question);

// A line on the terminal of standard error that says how far long work is; nothing where
// that is no terminal. Cleared at the end.
class Progress {
 public:
  // On the terminal of standard output, too, only where whoever writes there clears the line
  // first; else there is none then.
  enum class Beside { kAnyOutput, kClearedOutput };
  explicit Progress(Beside beside = Beside::kAnyOutput);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // "1200 entries"; at most ten times a second, and not before half a second has passed.
  void Show(std::int64_t count, absl::string_view what);
  // Takes the line away, until the next is shown.
  void Clear();

 private:
  const bool on_;
  Stopwatch since_;
  absl::Duration shown_;
  bool visible_ = false;
};

}  // namespace triad::cli
