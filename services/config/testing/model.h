// What a store of entries should do, in the plainest way: every version of every key, in a
// map. For tests that compare the two.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/entry.h"

namespace triad::config::testing {

class Model {
 public:
  struct Version {
    std::int64_t version = 0;
    std::int64_t revision = 0;
    bool deleted = false;
    bool destroyed = false;
    bool secret = false;
    Value value;
    std::int64_t content = 0;  // where the value was drawn, which a copy takes over
    std::string description, labels;
    std::optional<absl::Time> expire_time;
  };
  using Versions = std::vector<Version>;

  std::int64_t head() const { return head_; }
  std::int64_t floor() const { return floor_; }

  // Whether the store should take the write; if so, it is done.
  bool Write(const EntryWrite& write, absl::Time now) { return WriteAll({write}, now); }
  // All at one revision, or nothing.
  bool WriteAll(const std::vector<EntryWrite>& writes, absl::Time now);
  // What a rollback to a revision writes.
  std::vector<EntryWrite> Rollback(const std::string& prefix, std::int64_t revision) const;
  // Deletes what has ended.
  void Expire(absl::Time now);
  // False if it may not be.
  bool Destroy(const std::string& key, std::int64_t version);
  // Forgets history up to a revision.
  void Compact(std::int64_t revision);

  // As it was at a revision; nullptr if it was not there.
  const Version* Find(const std::string& key, std::int64_t revision) const;
  std::vector<std::string> Keys(const std::string& prefix, std::int64_t revision) const;
  const std::map<std::string, Versions>& all() const { return all_; }

 private:
  bool Apply(const EntryWrite& write, absl::Time now, std::int64_t revision);
  // What the write takes its value from; nullptr if that is not there.
  const Version* SourceOf(const EntryWrite& write, const Version* current);

  std::map<std::string, Versions> all_;
  std::int64_t head_ = 0;
  std::int64_t floor_ = 0;
};

}  // namespace triad::config::testing
