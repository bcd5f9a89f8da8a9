// Entries among the versions: of each key the newest version, unless it is a deletion.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

class EntryRows {
 public:
  // As they are, or as they were at a revision that is kept.
  explicit EntryRows(db::Session& session, std::optional<Revision> at = std::nullopt)
      : session_(session), at_(at) {}

  absl::StatusOr<std::optional<StoredEntry>> Find(const EntryName& name);
  // What is next after the key `after` among the keys of `filter` that there ever were: a
  // deletion if the entry is deleted, a version 0 if it was not there yet. nullopt if there
  // are no more keys.
  absl::StatusOr<std::optional<StoredEntry>> Next(const EntryFilter& filter,
                                                  const std::string& after);
  // The same the other way round: before the key `before`, or from the last one if that is
  // empty.
  absl::StatusOr<std::optional<StoredEntry>> Previous(const EntryFilter& filter,
                                                      const std::string& before);

 private:
  // The newest version of a key that there is, or the absence of one at that revision.
  absl::StatusOr<std::optional<StoredEntry>> AsItWas(EntryName name);

  db::Session& session_;
  const std::optional<Revision> at_;
};

}  // namespace triad::config
