#include "services/storage/blobs/s3/s3_blob_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/held_blobs.h"
#include "services/storage/blobs/s3/client/bucket.h"
#include "services/storage/blobs/s3/client/client.h"
#include "services/storage/blobs/s3/client/location.h"
#include "services/storage/blobs/s3/owner_mark.h"
#include "services/storage/blobs/s3/s3_blob_reader.h"
#include "services/storage/blobs/s3/s3_blob_writer.h"
#include "services/storage/blobs/s3/upload_memory.h"

namespace triad::storage::s3 {
namespace {

constexpr std::size_t kIdDigits = 32;
constexpr char kOwnerKey[] = "owner";
// How long S3 may take to say that it is there.
constexpr absl::Duration kShortCheck = absl::Seconds(5);

class S3BlobStore final : public BlobStore {
 public:
  S3BlobStore(std::unique_ptr<Client> client, std::string prefix, const BlobStoreParts& parts)
      : random_(parts.random),
        client_(std::move(client)),
        bucket_(*client_),
        prefix_(std::move(prefix)),
        mark_(bucket_, KeyOf(kOwnerKey), parts.owner, RandomId(parts.random)),
        memory_(client_->options().upload_memory_bytes, client_->options().upload_patience,
                parts.metrics.Gauge("triad_s3_memory_bytes",
                                    "Held by uploads to S3 until they are sent."),
                parts.metrics.Counter("triad_s3_ended_uploads_total",
                                      "Uploads at rest that were ended as others needed the "
                                      "memory they held.")) {}

  absl::StatusOr<std::unique_ptr<BlobWriter>> Create() override {
    return CreateAs(RandomId(random_));
  }
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateAs(const std::string& blob) override {
    return CreateIn(std::make_shared<WriterGroup>(memory_), blob);
  }
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override {
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> reader, Ask(blob, std::move(range)));
    TRIAD_RETURN_IF_ERROR(reader->Await());
    return reader;
  }
  bool AsksAhead() override { return client_->HasRoom(); }
  absl::StatusOr<std::unique_ptr<BlobReader>> Ask(const std::string& blob,
                                                  BlobRange range) override {
    return std::make_unique<S3BlobReader>(bucket_, held_, blob, KeyOf(blob), std::move(range));
  }
  absl::Status Remove(const std::string& blob) override {
    // A reader cannot rely on S3 to finish reading an object that is removed.
    return held_.Holds(blob) ? absl::OkStatus() : bucket_.Remove(KeyOf(blob));
  }
  absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) override;
  absl::StatusOr<Removals> RemoveUnfinished(absl::Time time) override;
  // Takes the place if it is nobody's yet.
  absl::Status CheckOwner() override { return mark_.Check(); }
  absl::Status CheckHealth(absl::Duration timeout) override {
    TRIAD_RETURN_IF_ERROR(bucket_.Check(timeout));
    return mark_.Look(timeout);
  }

 private:
  absl::StatusOr<std::unique_ptr<BlobWriter>> CreateIn(std::shared_ptr<WriterGroup> group,
                                                       const std::string& blob);
  std::string KeyOf(const std::string& blob) const { return absl::StrCat(prefix_, blob); }
  // The blob that a key names, unless somebody holds it; empty for other keys.
  std::string FreeBlobOf(absl::string_view key);

  Random& random_;
  const std::unique_ptr<Client> client_;
  Bucket bucket_;
  const std::string prefix_;
  OwnerMark mark_;
  UploadMemory memory_;
  HeldBlobs held_;
};

absl::StatusOr<std::unique_ptr<BlobWriter>> S3BlobStore::CreateIn(
    std::shared_ptr<WriterGroup> group, const std::string& blob) {
  TRIAD_RETURN_IF_ERROR(mark_.CheckOnce());
  return std::make_unique<S3BlobWriter>(bucket_, std::move(group), held_, blob, KeyOf(blob),
                                        [this](std::shared_ptr<WriterGroup> same) {
                                          return CreateIn(std::move(same), RandomId(random_));
                                        });
}

std::string S3BlobStore::FreeBlobOf(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, prefix_) || key.size() != kIdDigits ||
      !std::all_of(key.begin(), key.end(), absl::ascii_isxdigit)) {
    return "";
  }
  std::string blob(key);
  return held_.Holds(blob) ? "" : blob;
}

absl::StatusOr<std::vector<std::string>> S3BlobStore::ListOlderThan(absl::Time time) {
  // Checked each time, as what is listed here and has no row is removed.
  TRIAD_RETURN_IF_ERROR(CheckOwner());
  std::vector<std::string> blobs;
  std::string after;
  do {
    TRIAD_ASSIGN_OR_RETURN(ObjectPage page, bucket_.List(prefix_, after));
    for (const ListedObject& object : page.objects) {
      std::string blob = object.modified < time ? FreeBlobOf(object.key) : "";
      if (!blob.empty()) blobs.push_back(std::move(blob));
    }
    after = page.next;
  } while (!after.empty());
  return blobs;
}

absl::StatusOr<Removals> S3BlobStore::RemoveUnfinished(absl::Time time) {
  TRIAD_RETURN_IF_ERROR(CheckOwner());
  Removals removals;
  UploadPage page;
  do {
    TRIAD_ASSIGN_OR_RETURN(page, bucket_.ListUploads(prefix_, page.next_key, page.next_id));
    for (const ListedUpload& upload : page.uploads) {
      if (upload.initiated >= time || FreeBlobOf(upload.key).empty()) continue;
      absl::Status aborted = bucket_.Abort({upload.key, upload.id});
      removals.Count(aborted);
      if (!aborted.ok()) TRIAD_RETURN_IF_ERROR(bucket_.Check(kShortCheck));
    }
  } while (!page.next_key.empty());
  return removals;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlobStore>> OpenS3BlobStore(const std::string& location,
                                                           const BlobStoreParts& parts) {
  TRIAD_ASSIGN_OR_RETURN(Location place, ParseLocation(location));
  TRIAD_ASSIGN_OR_RETURN(
      std::unique_ptr<Client> client,
      Client::Create(place, parts.s3, {parts.files, parts.random, parts.clock, parts.metrics}));
  auto store = std::make_unique<S3BlobStore>(std::move(client), place.prefix, parts);
  absl::Status reached = store->CheckHealth(kShortCheck);
  if (reached.ok()) reached = store->CheckOwner();
  if (absl::IsUnavailable(reached)) {
    log::Warning("S3 cannot be reached yet", {{"error", reached.message()}});
  } else if (!reached.ok()) {
    return reached;
  }
  return store;
}

}  // namespace triad::storage::s3
