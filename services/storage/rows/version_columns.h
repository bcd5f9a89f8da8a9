// What the tables `objects` and `versions` have in common: the columns of a version.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// From `name` on, in this order. Both tables have `bucket` before them.
inline constexpr char kVersionColumns[] =
    "name, generation, numbered, etag, size, piece, list, sha256, crc32c, content_type, "
    "properties, create_time, update_time";
inline constexpr std::size_t kVersionColumnCount = 13;

// Reads them, the first one in column `first`. INTERNAL if they are damaged.
absl::StatusOr<Object> VersionFromRow(absl::string_view bucket, const db::Row& row,
                                      std::size_t first = 0);
// What callers are told of it, without copying: `view` points to `bucket`, to the row, and to
// `properties`, which take the version's own if it has any.
absl::Status ReadView(absl::string_view bucket, const db::Row& row, std::size_t first,
                      ObjectView& view, Properties& properties);
// `bucket`, and then their values.
std::vector<db::Value> ValuesOf(BucketNumber bucket, const Object& object);

// Parts of that, which other tables have, too: `properties` as text, and the columns `piece`
// and `list`, the first of them in column `first`.
std::string FormatProperties(const Properties& properties);
absl::StatusOr<Properties> ParseProperties(absl::string_view text);
Content ContentFromRow(const db::Row& row, std::size_t first);
std::vector<db::Value> ValuesOf(const Content& content);

}  // namespace triad::storage
