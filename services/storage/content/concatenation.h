// Content made of other content, in order: of objects that are there, and of what was just
// written. Pieces are taken over as they are, but for small ones, which are folded: see
// fold.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/content/fold.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Not thread-safe. Blocks.
class Concatenation {
 public:
  // So many pieces are as many as a transaction should write.
  static constexpr std::size_t kMaxPieces = 100'000;

  // What `parts` refers to must outlive it.
  explicit Concatenation(const ContentParts& parts) : parts_(parts) {}
  ~Concatenation();
  Concatenation(const Concatenation&) = delete;
  Concatenation& operator=(const Concatenation&) = delete;

  // Content of an object. NOT_FOUND if it is being removed, OUT_OF_RANGE if the pieces become
  // too many.
  absl::Status Add(const Content& content);
  // Content that was written for this. What of it Finish does not hand on is removed at the end.
  void Add(NewContent content);

  // Called once, at the end. Its SHA-256 is not known. DATA_LOSS if a piece that is folded is
  // damaged; the errors of ContentWriter. The transaction that uses it has to find the content
  // that was added still in its place.
  absl::StatusOr<NewContent> Finish();

 private:
  absl::Status AddPieces(const std::vector<ListedPiece>& listed);
  // The pieces from `first` on, written anew as one.
  absl::StatusOr<NewContent> Rewrite(std::size_t first, std::size_t count);
  absl::Status CopyPiece(const NewPiece& piece, ContentWriter& writer);

  const ContentParts parts_;
  std::vector<ContentHolds::Hold> holds_;
  std::vector<NewPiece> pieces_;
  std::size_t settled_ = 0;  // pieces at the start that were folded before
};

}  // namespace triad::storage
