// Objects made of others, and objects that grow at their end. Bytes stay where they are, but
// for small pieces, which are folded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/model/condition.h"
#include "services/storage/model/object.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/parts.h"

namespace triad::storage {

class ObjectComposer;

// Bytes that are being appended. Nothing of it is visible until Finish returned OK. Not
// thread-safe.
class ObjectAppend {
 public:
  ObjectAppend(ObjectComposer& composer, ObjectSelection object, std::int64_t expected_size,
               DryRun dry_run, const ContentParts& parts)
      : composer_(composer),
        object_(std::move(object)),
        expected_size_(expected_size),
        dry_run_(dry_run),
        content_(parts) {}

  // OUT_OF_RANGE over the limit; the errors of ContentWriter.
  absl::Status Append(absl::string_view bytes);
  // Durable once this returned OK. Errors are those of ObjectComposer::BeginAppend.
  absl::StatusOr<Object> Finish();

 private:
  ObjectComposer& composer_;
  const ObjectSelection object_;
  const std::int64_t expected_size_;
  const DryRun dry_run_;
  ContentWriter content_;
  std::int64_t size_ = 0;
};

// Thread-safe. Blocks. NOT_FOUND, naming it, for what is not there; FAILED_PRECONDITION if a
// condition does not hold; UNAVAILABLE if what is composed changes again and again meanwhile.
class ObjectComposer {
 public:
  // Sources of one object.
  static constexpr std::size_t kMaxSources = 1000;

  // Both must outlive it.
  ObjectComposer(const Parts& parts, ObjectStore& objects) : parts_(parts), objects_(objects) {}

  // Makes `target` of the content of `sources`, all of one bucket or of several, in order. It
  // has the properties of `target`. OUT_OF_RANGE if it would be over the limit.
  absl::StatusOr<Object> Compose(const std::vector<ObjectSelection>& sources,
                                 const NewObject& target);

  // Appends to `object`, whose size must be `expected_size`: ABORTED, saying what it is, if it
  // is not. So a caller who does not know what became of an append may send it again.
  absl::StatusOr<std::unique_ptr<ObjectAppend>> BeginAppend(ObjectSelection object,
                                                            std::int64_t expected_size,
                                                            DryRun dry_run = DryRun::kNo);

 private:
  friend class ObjectAppend;

  absl::StatusOr<Object> FinishAppend(const ObjectSelection& object, std::int64_t expected_size,
                                      NewContent added, DryRun dry_run);
  // What is there, if it has this size and may be appended to.
  absl::StatusOr<Object> FindForAppend(const ObjectSelection& object, std::int64_t expected_size);
  absl::StatusOr<Object> TryCompose(const std::vector<ObjectSelection>& sources,
                                    const NewObject& target);
  // Puts `object` with this content, if the versions in `used` are as they were.
  absl::StatusOr<Object> Put(Object object, const NewContent& content, DryRun dry_run,
                             const ObjectCondition& condition, const std::vector<Object>& used);

  const Parts& parts_;
  ObjectStore& objects_;
};

}  // namespace triad::storage
