// Copies every blob that the database names to another store, under the same names, so that
// no row changes. For a database that nobody else uses meanwhile.
//
// Nothing is written down about how far it has come: a blob that is there already is read
// back, and copied again only if it is not what the database says. So it may be interrupted
// at any moment, and run again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/model/content.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {

struct MoveProgress {
  BlobTotals all;  // of the database
  BlobTotals copied;
  BlobTotals found;          // there already, and right
  std::int64_t damaged = 0;  // not copied, as they are missing or not what was written
};

// Who wants to know. Called by one thread at a time.
struct MoveListener {
  std::function<void(const MoveProgress&)> on_progress;
  // One line about a blob that is not copied, with the objects that have it.
  std::function<void(const std::string&)> on_damage;
};

// Blocks.
class BlobMover {
 public:
  // All of it must outlive this.
  BlobMover(db::Database& database, BlobStore& from, BlobStore& to, const MoveListener& listener)
      : database_(database), from_(from), to_(to), listener_(listener) {}

  // Goes on after a blob that is damaged, and ends with the first other error: those of the
  // stores and of the database. FAILED_PRECONDITION if none of the first blobs is where they
  // should be. Once.
  absl::StatusOr<MoveProgress> Run();

 private:
  using Use = std::function<absl::Status(absl::string_view bytes)>;

  // Works until nothing is left or something has failed.
  void Work();
  // The next piece to be moved; nullopt if there is none.
  absl::StatusOr<std::optional<Piece>> NextPiece() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Move(const Piece& piece);
  // DATA_LOSS if it cannot be read, or is not what the database says.
  absl::Status Copy(const Piece& piece);
  // Hands all of a piece to `use`, and compares its SHA-256 then. The same.
  static absl::Status ReadWhole(BlobStore& blobs, const Piece& piece, const Use& use);
  absl::Status ReportDamage(const Piece& piece, const absl::Status& damage);
  // Counts it among those copied, or found.
  void Count(BlobTotals MoveProgress::*totals, const Piece& piece);

  db::Database& database_;
  BlobStore& from_;
  BlobStore& to_;
  const MoveListener& listener_;
  Mutex mutex_;
  std::vector<Piece> page_ ABSL_GUARDED_BY(mutex_);  // to be moved, in reverse
  std::string last_ ABSL_GUARDED_BY(mutex_);         // blob of all pages
  MoveProgress progress_ ABSL_GUARDED_BY(mutex_);
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);  // the first error; OK if there was none
};

}  // namespace triad::storage
