// Selected objects as one zip archive, written as it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/memory_budget.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/content/content_reader.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/parts.h"
#include "services/storage/zip/zip_format.h"

namespace triad::storage {

// What goes into an archive, of one bucket.
struct ZipSelection {
  std::string bucket = {};
  std::vector<ObjectSelection> objects = {};
  // All objects whose names begin with one of these.
  std::vector<std::string> prefixes = {};
};

// A version that goes into an archive.
struct ZipFile {
  ZipEntry entry;
  Generation generation = 0;
  Content content;
  // So that it stays readable whatever becomes of its object meanwhile; unset for no bytes.
  std::optional<ContentHolds::Hold> hold;
};

// One archive. Not thread-safe. Blocks.
class ZipArchive {
 public:
  // `files` are in order of their paths; `share` holds what they take.
  ZipArchive(const ContentParts& parts, std::vector<ZipFile> files,
             std::unique_ptr<MemoryShare> share);

  // Bytes of all of it.
  std::int64_t size() const { return size_; }
  // The next bytes, about `count` of them; none at the end. DATA_LOSS for content that is
  // damaged; RESOURCE_EXHAUSTED if its memory was given to others, as its reader was too slow.
  absl::StatusOr<std::string> Read(std::size_t count);

 private:
  // Gives each file its place.
  void LayOut();
  // Appends one thing more.
  absl::Status Append(std::size_t count, std::string& archive);
  absl::Status BeginFile(std::string& archive);
  absl::Status AppendContent(std::size_t count, std::string& archive);
  void EndFile(std::string& archive);

  const ContentParts parts_;
  std::vector<ZipFile> files_;
  const std::unique_ptr<MemoryShare> share_;
  std::int64_t directory_ = 0;  // where it begins
  std::string end_;             // what stands behind the directory
  std::int64_t size_ = 0;
  std::size_t next_ = 0;                    // file that is being written, or comes next
  std::unique_ptr<ContentReader> content_;  // of that file, if it has begun
  std::int64_t left_ = 0;                   // bytes of it
  std::size_t listed_ = 0;                  // files that are in the directory
  bool ended_ = false;
};

// Thread-safe. Blocks.
class ObjectZipper {
 public:
  static constexpr std::size_t kMaxFiles = 100'000;

  // What all archives hold about their files comes from `memory`. Both must outlive it and its
  // archives.
  ObjectZipper(const Parts& parts, MemoryBudget& memory) : parts_(parts), memory_(memory) {}

  // Finds what is selected, all of one moment: what becomes of an object afterwards does not
  // change the archive. NOT_FOUND for an object that is not there, or if there is nothing at
  // all; FAILED_PRECONDITION if a condition does not hold; OUT_OF_RANGE for too many files;
  // UNAVAILABLE if other archives hold the memory.
  absl::StatusOr<std::unique_ptr<ZipArchive>> Open(const ZipSelection& selection);

 private:
  const Parts& parts_;
  MemoryBudget& memory_;
};

}  // namespace triad::storage
