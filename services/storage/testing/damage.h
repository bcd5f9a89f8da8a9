// Bytes that rot where they are stored.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "runtime/io/file_system.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {

// Flips a bit of the byte at `at` of an object's content, in the database or in the blob that has
// it. What cannot be damaged fails the test.
void Damage(StorageFixture& storage, const Object& object, std::int64_t at);
// The same of a blob of the store on the local disk at `root`.
absl::Status DamageBlob(FileSystem& files, const std::string& root, const std::string& blob,
                        std::int64_t at);

}  // namespace triad::storage
