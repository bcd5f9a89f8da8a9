// Objects that are uploaded in parts: numbered, in any order, several at a time, each written
// again if need be. Nothing of them is an object before they are completed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/resources/dry_run.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/model/condition.h"
#include "services/storage/model/upload.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/parts.h"

namespace triad::storage {

class UploadStore;

// Which upload, of which object.
struct UploadName {
  ObjectName object;
  std::string id;
};

// A part that is being written. Nothing of it is there until Finish returned OK. Not
// thread-safe.
class PartWrite {
 public:
  PartWrite(UploadStore& store, UploadName upload, std::int64_t number, DryRun dry_run,
            const ContentParts& parts)
      : store_(store),
        upload_(std::move(upload)),
        number_(number),
        dry_run_(dry_run),
        content_(parts) {}

  // OUT_OF_RANGE over the limit of objects; the errors of ContentWriter.
  absl::Status Append(absl::string_view bytes);
  // Durable once this returned OK. NOT_FOUND if the upload has ended meanwhile.
  absl::StatusOr<UploadPart> Finish();

 private:
  UploadStore& store_;
  const UploadName upload_;
  const std::int64_t number_;
  const DryRun dry_run_;
  ContentWriter content_;
  std::int64_t size_ = 0;
};

struct UploadQuery {
  std::string bucket = {};
  std::string prefix = {};
  // Only those behind this one, which is a name and the id of an upload of it.
  std::optional<UploadName> after = {};
  std::int64_t limit = 0;
};

struct UploadPage {
  std::vector<Upload> uploads;
  bool more = false;
};

struct PartPage {
  std::vector<UploadPart> parts;
  bool more = false;
};

// A part that the object is made of. An etag that is empty matches any.
struct ChosenPart {
  std::int64_t number = 0;
  std::string etag;
};

// Thread-safe. Blocks. NOT_FOUND, naming it, for an upload that is not there, or has ended.
class UploadStore {
 public:
  // Both must outlive it.
  UploadStore(const Parts& parts, ObjectStore& objects) : parts_(parts), objects_(objects) {}

  // `given` has a name, a media type and properties. FAILED_PRECONDITION if the bucket is
  // being deleted. What is only tried has no id.
  absl::StatusOr<Upload> Create(Upload given, DryRun dry_run = DryRun::kNo);
  // `number` is 1 to kMaxUploadParts.
  absl::StatusOr<std::unique_ptr<PartWrite>> BeginPart(const UploadName& upload,
                                                       std::int64_t number,
                                                       DryRun dry_run = DryRun::kNo);
  // Those of a number greater than `after`.
  absl::StatusOr<PartPage> ListParts(const UploadName& upload, std::int64_t after,
                                     std::int64_t limit);
  absl::StatusOr<UploadPage> List(const UploadQuery& query);

  // Makes the object of these parts, whose numbers grow, and ends the upload with those that
  // are not among them. INVALID_ARGUMENT, naming `parts[i]`, for one that is not there, has
  // another etag, or is not in order; FAILED_PRECONDITION if the condition does not hold;
  // OUT_OF_RANGE if it would be over the limit; ABORTED if a part is written meanwhile.
  absl::StatusOr<Object> Complete(const UploadName& upload, const std::vector<ChosenPart>& chosen,
                                  const ObjectCondition& condition, DryRun dry_run = DryRun::kNo);
  // Gives the upload up with all its parts.
  absl::Status Abort(const UploadName& upload, DryRun dry_run = DryRun::kNo);

 private:
  friend class PartWrite;

  absl::StatusOr<UploadPart> PutPart(const UploadName& upload, UploadPart part,
                                     const NewContent& content, DryRun dry_run);
  absl::StatusOr<std::vector<UploadPart>> Choose(const UploadName& upload,
                                                 const std::vector<ChosenPart>& chosen);
  absl::StatusOr<NewContent> Join(const std::vector<UploadPart>& parts);
  absl::StatusOr<std::string> DetectType(const Upload& upload, const UploadPart& first);

  const Parts& parts_;
  ObjectStore& objects_;
};

}  // namespace triad::storage
