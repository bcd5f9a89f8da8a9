// Every kind of write that storage knows, in a row that gives each what it needs: what it does
// to a store, and what that makes of what can be seen. A new kind is one more row.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/storage/testing/storage_fixture.h"
#include "services/storage/testing/store_state.h"

namespace triad::storage {

struct WriteKind {
  std::string name;
  // OK if it was acknowledged.
  std::function<absl::Status(StorageFixture&)> write;
  // Makes of a state what is there afterwards; false where the write has to be refused.
  std::function<bool(StoreState&)> effect;
  // Takes several transactions, and is no client's: what fails goes on later.
  bool background = false;
};

// For a store that MakeBuckets has filled. Small pieces are those of up to kSmallBytes.
inline constexpr std::int64_t kSmallBytes = 8;
std::vector<WriteKind> WriteKinds();

// "versioned" keeps versions; "gone" is there to be deleted.
absl::Status MakeBuckets(StorageFixture& storage);

// What is to be done in the background, until there is nothing more: removals, hashes, sweeps.
absl::Status FinishBackground(StorageFixture& storage);
// What that makes of what can be seen.
void FinishBackground(StoreState& state);

}  // namespace triad::storage
