// Whether what watches of config were told can have happened.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace triad::testing {

// What one revision changed, in words: "namespaces/a/entries/b = text\n" for each entry.
using ChangeText = std::string;
ChangeText PutText(const std::string& name, const std::string& value);
ChangeText DeletionText(const std::string& name);

// What was written. A write whose answer was lost may be at any revision, or at none.
class WrittenChanges {
 public:
  void Acknowledge(std::int64_t revision, const ChangeText& text);
  void Lose(const ChangeText& text) { unanswered_.insert(text); }

  const std::map<std::int64_t, ChangeText>& acknowledged() const { return acknowledged_; }
  const std::multiset<ChangeText>& unanswered() const { return unanswered_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::map<std::int64_t, ChangeText> acknowledged_;  // by revision
  std::multiset<ChangeText> unanswered_;
  std::vector<std::string> problems_;
};

// What one watch of all entries was told, over all its connections. What it is told out of
// order is a problem at once.
class ToldChanges {
 public:
  // It begins behind this revision: it has listed the entries.
  void Begin(std::int64_t revision);
  // A response. A revision may come in several, and only the last has where to go on.
  void Tell(std::int64_t revision, const ChangeText& text, bool is_last);
  // The connection ends, and it goes on where the last whole revision was.
  void Reconnect();
  // It cannot go on, as nothing before `floor` is kept. It begins anew.
  void FallBehind(std::int64_t floor);

  // The newest revision that it knows.
  std::int64_t newest() const { return newest_; }
  int times_behind() const { return times_behind_; }
  const std::map<std::int64_t, ChangeText>& changes() const { return changes_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::int64_t newest_ = 0;
  std::int64_t floor_ = 0;  // beneath which it cannot begin
  int times_behind_ = 0;
  ChangeText begun_;  // of the revision of which not all has come
  std::map<std::int64_t, ChangeText> changes_;
  std::vector<std::string> problems_;
};

// What is wrong with what all of them were told.
std::vector<std::string> WatchProblems(const std::vector<const ToldChanges*>& watches,
                                       const WrittenChanges& written);

}  // namespace triad::testing
