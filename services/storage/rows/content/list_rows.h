// The tables `lists` and `list_pieces`: content of several pieces, counted.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class ListRows {
 public:
  explicit ListRows(db::Session& session) : session_(session) {}

  // With one reference to it.
  absl::Status Insert(ListId id, absl::Span<const ListedPiece> pieces);
  // At most `limit`, in order, from the one that has the byte at `offset`. Empty if the list
  // is not there any more.
  absl::StatusOr<std::vector<ListedPiece>> From(ListId id, std::int64_t offset, std::int64_t limit);

  // One reference more.
  absl::Status Share(ListId id);
  // One reference less; without any it waits to be taken apart: true if it does so now.
  absl::StatusOr<bool> Release(ListId id);

  // At most `limit` that nothing refers to, in order, after `after`.
  absl::StatusOr<std::vector<ListId>> ListLoose(ListId after, std::int64_t limit);
  // Removes the first `limit` pieces of a list, and returns them; with the last of them, the
  // list. Their references are the caller's to release.
  absl::StatusOr<std::vector<PieceId>> TakeApart(ListId id, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
