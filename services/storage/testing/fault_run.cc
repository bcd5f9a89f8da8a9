#include "services/storage/testing/fault_run.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/seed.h"
#include "services/storage/testing/recount.h"
#include "services/storage/versions/object_change.h"

namespace triad::storage {
namespace {

constexpr int kSampled = 16;  // one run of so many

}  // namespace

void Ledger::Record(const WriteKind& kind, const absl::Status& status) {
  std::vector<StoreState> next;
  bool refused = IsRefusal(status);
  bool ambiguous = unanswered_ == Unanswered::kMayBeDone || kind.background;
  for (StoreState& before : possible_) {
    StoreState after = before;
    bool can_be = kind.effect(after);
    if (refused ? !can_be : !status.ok()) next.push_back(std::move(before));
    if (can_be && (status.ok() || (!refused && ambiguous))) next.push_back(std::move(after));
  }
  if (status.ok()) ++acknowledged_;
  if (next.empty()) {
    wrong_.push_back(absl::StrCat(kind.name, " was answered with ", status.ToString()));
  } else {
    possible_ = std::move(next);
  }
}

std::vector<std::string> Ledger::Check(StorageFixture& storage) {
  std::vector<std::string> problems = wrong_;
  for (std::string& problem : CountProblems(storage)) problems.push_back(std::move(problem));
  absl::StatusOr<StoreState> seen = Look(storage);
  if (!seen.ok()) {
    problems.push_back(seen.status().ToString());
    return problems;
  }
  std::vector<StoreState> same;
  for (StoreState& state : possible_) {
    if (state.LooksLike(*seen)) same.push_back(std::move(state));
  }
  if (same.empty()) {
    problems.push_back(absl::StrCat("seen:", Describe(*seen)));
    for (const StoreState& state : possible_) {
      problems.push_back(absl::StrCat("not :", Describe(state)));
    }
  } else {
    possible_ = std::move(same);
  }
  return problems;
}

void Ledger::FinishBackground() {
  for (StoreState& state : possible_) storage::FinishBackground(state);
}

void RunWrites(StorageFixture& storage, Ledger& ledger) {
  for (const WriteKind& kind : WriteKinds()) {
    absl::Status status = kind.write(storage);
    ledger.Record(kind, status);
    if (storage.files.stopped()) return;
  }
}

std::vector<std::string> ProblemsAfterRestart(StorageFixture& storage, Ledger& ledger,
                                              FaultFileSystem::Loss loss) {
  storage.files.Crash(loss);
  storage.Restart();
  std::vector<std::string> problems = ledger.Check(storage);
  if (!problems.empty()) return problems;
  absl::Status finished = FinishBackground(storage);
  if (!finished.ok()) return {finished.ToString()};
  ledger.FinishBackground();
  problems = ledger.Check(storage);
  for (std::string& problem : LeftProblems(storage)) problems.push_back(std::move(problem));
  return problems;
}

std::vector<int> ChosenRuns(int count) {
  std::vector<int> runs;
  if (std::getenv("TRIAD_TEST_LONG") != nullptr) {
    for (int run = 1; run <= count; ++run) runs.push_back(run);
    return runs;
  }
  std::uint32_t seed = Seed();
  std::printf("a sample: TRIAD_SEED=%u gives it again, TRIAD_TEST_LONG=1 all\n", seed);
  std::mt19937 random(seed);
  // One of each so many that follow each other.
  for (int first = 1; first <= count; first += kSampled) {
    int last = std::min(first + kSampled, count + 1);
    runs.push_back(first + static_cast<int>(random() % static_cast<std::uint32_t>(last - first)));
  }
  return runs;
}

}  // namespace triad::storage
