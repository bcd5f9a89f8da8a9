// What a client can see of a store, as values that can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {

struct SeenVersion {
  std::string content;
  std::string owner;     // of its metadata
  bool deleted = false;  // the mark of a deletion

  friend bool operator==(const SeenVersion&, const SeenVersion&) = default;
};

// Of the buckets that are there, and are not being deleted.
struct StoreState {
  // By "bucket/name", the newest first.
  std::map<std::string, std::vector<SeenVersion>> objects = {};
  // The parts of unfinished uploads, by "bucket/name" and number. There is one of a name.
  std::map<std::string, std::map<std::int64_t, std::string>> uploads = {};
  // A deletion by prefix has begun, of which nothing is seen yet.
  bool removes = false;

  // The current version; null if there is none.
  const SeenVersion* Current(const std::string& name) const;
  bool LooksLike(const StoreState& seen) const {
    return objects == seen.objects && uploads == seen.uploads;
  }
};

// All that is there, every byte of it. DATA_LOSS, naming it, if something is not whole: its size,
// its checksums and its lists do not say the same.
absl::StatusOr<StoreState> Look(StorageFixture& storage);

// In a line, for messages.
std::string Describe(const StoreState& state);

}  // namespace triad::storage
