// Counts again what storage keeps count of.
#pragma once

#include <string>
#include <vector>

#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {

// What of recount.sql's is not as it should be, and which blobs of pieces are missing. What a
// crash leaves is no problem: that goes with the next sweep.
std::vector<std::string> CountProblems(StorageFixture& storage);

// The same after sweeps that had nothing in their way: nor is any blob left that no piece names,
// nor anything that waits for a sweep.
std::vector<std::string> LeftProblems(StorageFixture& storage);

}  // namespace triad::storage
