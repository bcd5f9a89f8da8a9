// Where a store is in its history: what etags, lists and watches say of it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

// Position in the history of the whole store; 0 is before the first write.
struct Revision {
  std::int64_t value = 0;
  friend auto operator<=>(const Revision&, const Revision&) = default;
};

// A place among the changes of all revisions: behind those of `after` and before, and behind
// so many events of the revision that follows it.
struct Position {
  Revision after;
  std::int64_t events = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// Drawn at random when a database is made; see FormatEtag().
struct Epoch {
  std::int64_t value = 0;
};

// Where a watch goes on after a revision: "<epoch>-<revision>", the epoch in hex.
std::string FormatResume(Epoch epoch, Revision revision);
// Reads back what FormatResume wrote, or a revision alone. OUT_OF_RANGE if it is of another
// epoch, INVALID_ARGUMENT, naming `field`, if it is neither.
absl::StatusOr<Revision> ParseResume(absl::string_view field, absl::string_view text, Epoch epoch);

// Changes with every write, and differs between databases.
std::string FormatEtag(Epoch epoch, Revision revision);

}  // namespace triad
