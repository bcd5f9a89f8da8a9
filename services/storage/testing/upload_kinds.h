// Rows of WriteKinds() that upload in parts. There is one upload of a name, "bucket/name", at a
// time.
#pragma once

#include <cstdint>
#include <string>

#include "services/storage/testing/write_kinds.h"

namespace triad::storage {

WriteKind CreateUpload(const std::string& key);
WriteKind PutPart(const std::string& key, std::int64_t number, const std::string& bytes);
// Of the parts that there are.
WriteKind CompleteUpload(const std::string& key);
WriteKind AbortUpload(const std::string& key);

}  // namespace triad::storage
