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

absl::Status TooSlow() {
  return absl::DeadlineExceededError(
      "the content came too slowly while others needed the memory it held (--s3_memory_bytes); "
      "send it again");
}

}  // namespace

S3BlobWriter::S3BlobWriter(Bucket& bucket, UploadMemory& memory, HeldBlobs& held, std::string blob,
                           std::string key)
    : bucket_(bucket),
      memory_(memory),
      hold_(held, std::move(blob)),
      key_(std::move(key)),
      part_bytes_(static_cast<std::size_t>(bucket.options().part_bytes)),
      share_(memory, [this] { FreeAll(); }) {}

S3BlobWriter::~S3BlobWriter() {
  UploadShare::Use use(share_, 0);
  FreeAll();
  share_.ReturnAll();
  if (!upload_.has_value()) return;
  absl::Status aborted = bucket_.Abort(*upload_);
  // What remains only takes space, until the sweeper finds it.
  if (!aborted.ok()) log::Warning("upload not aborted", {{"error", aborted.message()}});
}

void S3BlobWriter::FreeAll() {
  on_their_way_.clear();
  std::string().swap(gathered_);
  reserved_ = 0;
}

absl::Status S3BlobWriter::Append(absl::string_view bytes) {
  UploadShare::Use use(share_, bytes.size());
  return use.ended() ? TooSlow() : Gather(bytes);
}

absl::Status S3BlobWriter::Gather(absl::string_view bytes) {
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
  while (!share_.Take(more)) {
    if (on_their_way_.empty()) {
      if (share_.TakeFromOthers(more)) break;
      return NoMemory(memory_.limit());
    }
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
  share_.Return(part.bytes);
  TRIAD_RETURN_IF_ERROR(uploaded.status());
  uploaded_.push_back(*std::move(uploaded));
  return absl::OkStatus();
}

absl::Status S3BlobWriter::MakeDurable() {
  UploadShare::Use use(share_, 0);
  if (use.ended()) return TooSlow();
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
