// Every kind of write, one after the other, while something fails; and what may be there
// afterwards.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/storage/testing/storage_fixture.h"
#include "services/storage/testing/store_state.h"
#include "services/storage/testing/write_kinds.h"

namespace triad::storage {

// Whether what failed may have been done all the same.
enum class Unanswered { kIsUndone, kMayBeDone };

// What may be seen, as far as what was acknowledged and refused tells.
class Ledger {
 public:
  explicit Ledger(Unanswered unanswered) : unanswered_(unanswered) {}

  // `kind` was answered with `status`.
  void Record(const WriteKind& kind, const absl::Status& status);
  // Looks, and knows more afterwards. What is wrong, in words.
  std::vector<std::string> Check(StorageFixture& storage);
  // What runs in the background has ended.
  void FinishBackground();

  int acknowledged() const { return acknowledged_; }

 private:
  const Unanswered unanswered_;
  std::vector<StoreState> possible_ = {StoreState()};
  // An answer that cannot be right.
  std::vector<std::string> wrong_;
  int acknowledged_ = 0;
};

// Does each write in turn, and goes on after errors as a service does, until the files are those
// of a process that was killed.
void RunWrites(StorageFixture& storage, Ledger& ledger);

// What is wrong once the power was gone and all that runs in the background has ended.
std::vector<std::string> ProblemsAfterRestart(StorageFixture& storage, Ledger& ledger,
                                              FaultFileSystem::Loss loss);

// Runs of a test for 1 to `count`: all of them with TRIAD_TEST_LONG in the environment, else a
// sample by a seed, which it prints, and which TRIAD_SEED gives again.
std::vector<int> ChosenRuns(int count);

}  // namespace triad::storage
