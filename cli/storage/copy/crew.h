// Several calls at once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/session.h"

namespace triad::cli {

// Threads, each with a client of its own. Not thread-safe.
class Crew {
 public:
  // `session` must outlive it; 1 or more.
  Crew(Session& session, int size);

  // Calls `work` with each number below `count`, in order but several at once. Begins none
  // after one has failed, waits for those that have begun, and returns the first error.
  using Work = std::function<absl::Status(Client& client, std::size_t number)>;
  absl::Status Run(std::size_t count, const Work& work);

 private:
  Session& session_;
  const std::size_t size_;
  std::vector<std::unique_ptr<Client>> clients_;
};

// --parallel: how many, with its limits; a usage error for what is beyond them.
Flag ParallelFlag();
absl::StatusOr<int> ParallelOf(const FlagValues& flags);

}  // namespace triad::cli
