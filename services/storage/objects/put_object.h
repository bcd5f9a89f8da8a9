// The transaction that gives an object its content.
#pragma once

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/resources/dry_run.h"
#include "services/storage/content/content_rows.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/model/object.h"
#include "services/storage/parts.h"

namespace triad::storage {

// Asked in the transaction whether the object may be put, given what is there now. It refuses
// with NOT_FOUND, FAILED_PRECONDITION, ABORTED or OUT_OF_RANGE.
using PutCheck = std::function<absl::Status(db::Session&, const std::optional<Object>& current)>;

// Done in the same transaction, once the object is put.
using PutThen = std::function<absl::Status(db::Session&, ContentRows&)>;

// Puts `object` with `content` and another generation, in a transaction with a line in the
// audit log. What was written for nothing, by a put that is refused or only tried, or as equal
// bytes are stored, is removed. What the check refuses with comes back, and so do errors of the
// database. Blocks.
absl::StatusOr<Object> PutObject(const Parts& parts, const Object& object,
                                 const NewContent& content, DryRun dry_run, const PutCheck& check,
                                 const PutThen& then = nullptr);

}  // namespace triad::storage
