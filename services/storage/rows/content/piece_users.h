// Which objects have a piece. For people: it looks at all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class PieceUsers {
 public:
  explicit PieceUsers(db::Session& session) : session_(session) {}

  // Names of at most `limit` objects that have it now, in a version, or in a part of an upload.
  absl::StatusOr<std::vector<std::string>> List(PieceId id, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
