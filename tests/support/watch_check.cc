#include "tests/support/watch_check.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::testing {
namespace {

std::string At(std::int64_t revision) { return "revision " + std::to_string(revision); }

}  // namespace

ChangeText PutText(const std::string& name, const std::string& value) {
  return name + " = " + value + "\n";
}
ChangeText DeletionText(const std::string& name) { return name + " is deleted\n"; }

void WrittenChanges::Acknowledge(std::int64_t revision, const ChangeText& text) {
  if (acknowledged_.emplace(revision, text).second) return;
  problems_.push_back(At(revision) + " was acknowledged to two writes");
}

void ToldChanges::Begin(std::int64_t revision) {
  if (revision < floor_) problems_.push_back("a list at " + At(revision) + " is below the floor");
  if (revision < newest_) problems_.push_back("a list at " + At(revision) + " is older than known");
  newest_ = revision;
  begun_.clear();
}

void ToldChanges::Tell(std::int64_t revision, const ChangeText& text, bool is_last) {
  bool is_mark = text.empty() && begun_.empty();
  std::int64_t expected = is_mark ? newest_ : newest_ + 1;
  if (revision != expected) {
    problems_.push_back((is_mark ? "a mark of " : "") + At(revision) + " came after " +
                        std::to_string(newest_));
  }
  if (is_mark) return;
  begun_ += text;
  if (!is_last) return;
  changes_[revision] = std::exchange(begun_, "");
  newest_ = revision;
}

void ToldChanges::Reconnect() { begun_.clear(); }

void ToldChanges::FallBehind(std::int64_t floor) {
  ++times_behind_;
  if (floor <= newest_) {
    problems_.push_back(At(newest_) + " is not before the floor " + std::to_string(floor));
  }
  floor_ = floor;
  begun_.clear();
}

std::vector<std::string> WatchProblems(const std::vector<const ToldChanges*>& watches,
                                       const WrittenChanges& written) {
  std::vector<std::string> problems = written.problems();
  std::map<std::int64_t, ChangeText> changes = written.acknowledged();
  std::multiset<ChangeText> unanswered = written.unanswered();
  for (std::size_t i = 0; i < watches.size(); ++i) {
    std::vector<std::string> of_one = watches[i]->problems();
    for (const auto& [revision, text] : watches[i]->changes()) {
      auto [known, is_new] = changes.emplace(revision, text);
      if (known->second != text) {
        of_one.push_back(absl::StrCat(At(revision), " is ", text, "and not ", known->second));
      }
      if (!is_new) continue;
      auto found = unanswered.find(text);
      if (found == unanswered.end()) {
        of_one.push_back(absl::StrCat(At(revision), " is what nobody wrote: ", text));
      } else {
        unanswered.erase(found);
      }
    }
    for (const std::string& problem : of_one) {
      problems.push_back(absl::StrCat("watch ", i, ": ", problem));
    }
  }
  return problems;
}

}  // namespace triad::testing
