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
// Parts are numbered from 1.
constexpr int kWhole = 0;

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

WriterGroup::WriterGroup(UploadMemory& memory)
    : memory_(memory), share_(memory, [this] { FreeAll(); }) {}

void WriterGroup::FreeAll() {
  for (S3BlobWriter* writer : writers_) writer->FreeAll();
  kept_ = {};
}

void WriterGroup::Keep(Room room) {
  std::swap(kept_, room);
  share_.Return(room.held);
}

WriterGroup::Room WriterGroup::TakeKept() { return std::exchange(kept_, {}); }

bool WriterGroup::ReturnKept() {
  std::int64_t held = TakeKept().held;
  share_.Return(held);
  return held > 0;
}

absl::StatusOr<bool> WriterGroup::FinishOldest() {
  for (S3BlobWriter* writer : writers_) {
    if (writer->on_their_way_.empty()) continue;
    TRIAD_RETURN_IF_ERROR(writer->FinishOldest());
    return true;
  }
  return false;
}

S3BlobWriter::S3BlobWriter(Bucket& bucket, std::shared_ptr<WriterGroup> group, HeldBlobs& held,
                           std::string blob, std::string key, MakeNext make_next)
    : bucket_(bucket),
      group_(std::move(group)),
      hold_(held, std::move(blob)),
      key_(std::move(key)),
      make_next_(std::move(make_next)),
      part_bytes_(static_cast<std::size_t>(bucket.options().part_bytes)) {
  UploadShare::Use use(group_->share(), 0);
  group_->Join(*this);
}

S3BlobWriter::~S3BlobWriter() {
  {
    UploadShare::Use use(group_->share(), 0);
    group_->Leave(*this);
    group_->share().Return(FreeAll());
  }
  if (!durable_) RemoveRemains();
}

void S3BlobWriter::RemoveRemains() {
  absl::Status removed;
  if (upload_.has_value()) {
    removed = bucket_.Abort(*upload_);
  } else if (sent_) {
    removed = bucket_.Discard(key_);
  }
  // What remains only takes space, until the sweeper finds it.
  if (!removed.ok()) log::Warning("upload not aborted", {{"error", removed.message()}});
}

std::int64_t S3BlobWriter::FreeAll() {
  std::int64_t freed = std::exchange(reserved_, 0);
  for (const Request& request : on_their_way_) freed += request.held;
  on_their_way_.clear();
  std::string().swap(gathered_);
  return freed;
}

absl::Status S3BlobWriter::Append(absl::string_view bytes) {
  UploadShare::Use use(group_->share(), bytes.size());
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
  if (reserved_ == 0) {
    WriterGroup::Room kept = group_->TakeKept();
    gathered_ = std::move(kept.bytes);
    reserved_ = kept.held;
  }
  if (size <= static_cast<std::size_t>(reserved_)) return absl::OkStatus();
  // The room doubles, so that little is copied as it grows.
  std::size_t room = std::max(kMinReserved, static_cast<std::size_t>(reserved_));
  while (room < size) room *= 2;
  auto more = static_cast<std::int64_t>(std::min(room, part_bytes_)) - reserved_;
  while (!group_->share().Take(more)) {
    if (group_->ReturnKept()) continue;
    TRIAD_ASSIGN_OR_RETURN(bool returned, group_->FinishOldest());
    if (returned) continue;
    if (group_->share().TakeFromOthers(more)) break;
    return NoMemory(group_->memory_limit());
  }
  reserved_ += more;
  gathered_.reserve(static_cast<std::size_t>(reserved_));
  return absl::OkStatus();
}

absl::Status S3BlobWriter::SendPart() {
  if (!upload_.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(upload_, bucket_.BeginUpload(key_));
  }
  while (on_their_way_.size() >= kPartsOnTheirWay) TRIAD_RETURN_IF_ERROR(FinishOldest());
  int number = static_cast<int>(uploaded_.size() + on_their_way_.size()) + 1;
  in_parts_ += static_cast<std::int64_t>(gathered_.size());
  Request request = NewRequest(number);
  request.call = bucket_.BeginPart(*upload_, number, request.body);
  on_their_way_.push_back(std::move(request));
  return absl::OkStatus();
}

S3BlobWriter::Request S3BlobWriter::NewRequest(int number) {
  auto body = std::make_shared<std::string>(std::exchange(gathered_, {}));
  return {number, std::exchange(reserved_, 0), std::move(body), nullptr};
}

absl::Status S3BlobWriter::Send(const std::string& sha256) {
  UploadShare::Use use(group_->share(), 0);
  return use.ended() ? TooSlow() : SendLast(sha256);
}

absl::Status S3BlobWriter::SendLast(const std::string& sha256) {
  sent_ = true;
  if (upload_.has_value()) return SendPart();
  Request request = NewRequest(kWhole);
  request.call = bucket_.BeginPut(key_, request.body, sha256);
  on_their_way_.push_back(std::move(request));
  return absl::OkStatus();
}

absl::Status S3BlobWriter::FinishOldest() {
  Request request = std::move(on_their_way_.front());
  on_their_way_.pop_front();
  absl::StatusOr<Answer> answer = request.call->Wait();
  request.call.reset();
  if (request.body.use_count() == 1) {
    request.body->clear();
    group_->Keep({std::move(*request.body), request.held});
  } else {
    // The transfer lets go of it soon.
    group_->share().Return(request.held);
  }
  if (request.number == kWhole) {
    failed_.Update(answer.status());
    return failed_;
  }
  absl::StatusOr<UploadedPart> uploaded = Bucket::ParsePart(request.number, std::move(answer));
  failed_.Update(uploaded.status());
  if (uploaded.ok()) uploaded_.push_back(*std::move(uploaded));
  return failed_;
}

absl::Status S3BlobWriter::MakeDurable() {
  UploadShare::Use use(group_->share(), 0);
  if (use.ended()) return TooSlow();
  if (!sent_) TRIAD_RETURN_IF_ERROR(SendLast(""));
  while (!on_their_way_.empty()) TRIAD_RETURN_IF_ERROR(FinishOldest());
  TRIAD_RETURN_IF_ERROR(failed_);
  if (upload_.has_value()) TRIAD_RETURN_IF_ERROR(bucket_.Complete(*upload_, uploaded_, in_parts_));
  upload_.reset();
  durable_ = true;
  return absl::OkStatus();
}

}  // namespace triad::storage::s3
