// Bytes that rot where they are stored.
#pragma once

#include <cstdint>

#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {

// Flips a bit of the byte at `at` of an object's content, in the database or in the blob that has
// it. What cannot be damaged fails the test.
void Damage(StorageFixture& storage, const Object& object, std::int64_t at);

}  // namespace triad::storage
