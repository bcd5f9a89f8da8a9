#include "services/storage/blobs/s3/s3_blob_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::storage::s3 {
namespace {

constexpr std::size_t kPartsOnTheirWay = 2;
constexpr std::size_t kMinReserved = 4096;

absl::Status NoMemory(std::int64_t limit) {
  return WithRetryDelay(
      absl::UnavailableError(
          absl::StrCat("uploads hold ", limit, " bytes already (--s3_memory_bytes); try again")),
      absl::Seconds(1));
}

}  // namespace

S3BlobWriter::S3BlobWriter(Bucket& bucket, UploadMemory& memory, HeldBlobs& held, std::string blob,
                           std::string key)
    : bucket_(bucket),
      memory_(memory),
      hold_(held, std::move(blob)),
      key_(std::move(key)),
      part_bytes_(static_cast<std::size_t>(bucket.options().part_bytes)) {}

S3BlobWriter::~S3BlobWriter() {
  std::int64_t held = reserved_;
  for (const Part& part : on_their_way_) held += part.bytes;
  on_their_way_.clear();
  memory_.Return(held);
  if (!upload_.has_value()) return;
  absl::Status aborted = bucket_.Abort(*upload_);
  // What remains only takes space, until the sweeper finds it.
  if (!aborted.ok()) log::Warning("upload not aborted", {{"error", aborted.message()}});
}

absl::Status S3BlobWriter::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    // Sent only once more follows: a blob of one part needs no multipart upload.
    if (gathered_.size() == part_bytes_) TRIAD_RETURN_IF_ERROR(SendPart());
    std::size_t count = std::min(bytes.size(), part_bytes_ - gathered_.size());
    TRIAD_RETURN_IF_ERROR(Reserve(gathered_.size() + count));
    gathered_.append(bytes.data(), count);
    bytes.remove_prefix(count);
  }
  return absl::OkStatus();
}

absl::Status S3BlobWriter::Reserve(std::size_t size) {
  if (size <= static_cast<std::size_t>(reserved_)) return absl::OkStatus();
  // The room doubles, so that little is copied as it grows.
  std::size_t room = std::max(kMinReserved, static_cast<std::size_t>(reserved_));
  while (room < size) room *= 2;
  auto more = static_cast<std::int64_t>(std::min(room, part_bytes_)) - reserved_;
  while (!memory_.Take(more)) {
    if (on_their_way_.empty()) return NoMemory(memory_.limit());
    TRIAD_RETURN_IF_ERROR(FinishOldestPart());
  }
  reserved_ += more;
  gathered_.reserve(static_cast<std::size_t>(reserved_));
  return absl::OkStatus();
}

absl::Status S3BlobWriter::SendPart() {
  if (!upload_.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(upload_, bucket_.BeginUpload(key_));
  }
  while (on_their_way_.size() >= kPartsOnTheirWay) TRIAD_RETURN_IF_ERROR(FinishOldestPart());
  int number = static_cast<int>(uploaded_.size() + on_their_way_.size()) + 1;
  sent_ += static_cast<std::int64_t>(gathered_.size());
  auto body = std::make_shared<const std::string>(std::exchange(gathered_, {}));
  on_their_way_.push_back(
      {number, std::exchange(reserved_, 0), bucket_.BeginPart(*upload_, number, std::move(body))});
  return absl::OkStatus();
}

absl::Status S3BlobWriter::FinishOldestPart() {
  Part part = std::move(on_their_way_.front());
  on_their_way_.pop_front();
  absl::StatusOr<UploadedPart> uploaded = Bucket::ParsePart(part.number, part.call->Wait());
  part.call.reset();
  memory_.Return(part.bytes);
  TRIAD_RETURN_IF_ERROR(uploaded.status());
  uploaded_.push_back(*std::move(uploaded));
  return absl::OkStatus();
}

absl::Status S3BlobWriter::MakeDurable() {
  if (upload_.has_value()) return CompleteUpload();
  return bucket_.Put(key_, std::make_shared<const std::string>(std::exchange(gathered_, {})));
}

absl::Status S3BlobWriter::CompleteUpload() {
  TRIAD_RETURN_IF_ERROR(SendPart());
  while (!on_their_way_.empty()) TRIAD_RETURN_IF_ERROR(FinishOldestPart());
  TRIAD_RETURN_IF_ERROR(bucket_.Complete(*upload_, uploaded_, sent_));
  upload_.reset();
  return absl::OkStatus();
}

}  // namespace triad::storage::s3
