// Content in a transaction: what gives it to an object, and what takes it from one.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/model/content.h"
#include "services/storage/rows/number_rows.h"

namespace triad::storage {

struct AddedContent {
  Content content;
  // Blobs that were written for nothing, since equal bytes were stored meanwhile. To be
  // removed once the transaction is committed.
  std::vector<std::string> unused;
};

// Works inside one transaction. Errors are those of db::Session, unless said.
class ContentRows {
 public:
  ContentRows(db::Session& session, absl::Time now) : session_(session), now_(now) {}

  // How many numbers Add may need.
  static std::int64_t NumbersFor(const NewContent& content) {
    return static_cast<std::int64_t>(content.pieces.size()) + 1;
  }
  // With one reference, the caller's. UNAVAILABLE if stored bytes that it relies on were found
  // damaged meanwhile.
  absl::StatusOr<AddedContent> Add(const NewContent& content, Numbers& numbers);
  // One reference more, or less.
  absl::Status Share(const Content& content);
  absl::Status Release(const Content& content);
  // Whether something waits to be swept since.
  bool made_garbage() const { return made_garbage_; }

 private:
  absl::StatusOr<PieceId> AddPiece(const NewPiece& piece, Numbers& numbers,
                                   std::vector<std::string>& unused);

  db::Session& session_;
  const absl::Time now_;
  bool made_garbage_ = false;
};

}  // namespace triad::storage
