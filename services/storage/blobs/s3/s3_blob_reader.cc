#include "services/storage/blobs/s3/s3_blob_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::storage::s3 {
namespace {

// How many connections in a row may break without a byte in between.
constexpr int kMaxBreaks = 3;

}  // namespace

S3BlobReader::S3BlobReader(Bucket& bucket, HeldBlobs& held, const std::string& blob,
                           std::string key, BlobRange range)
    : bucket_(bucket),
      hold_(held, blob),
      key_(std::move(key)),
      sha256_(std::move(range.sha256)),
      next_(range.offset),
      end_(range.offset + range.length) {
  Ask();
}

void S3BlobReader::Ask() {
  // S3 cannot be asked for a range of no bytes.
  if (next_ < end_) asked_ = bucket_.BeginGet(key_, next_, end_ - next_);
}

absl::Status S3BlobReader::Await() {
  if (next_ == end_) return bucket_.SizeOf(key_).status();
  if (asked_ == nullptr) return absl::OkStatus();
  absl::StatusOr<Answer> answer = std::exchange(asked_, nullptr)->Wait();
  TRIAD_ASSIGN_OR_RETURN(reader_, bucket_.ParseGet(key_, next_, end_ - next_, std::move(answer)));
  return absl::OkStatus();
}

absl::StatusOr<std::string> S3BlobReader::Read(std::size_t count) {
  count = std::min(count, static_cast<std::size_t>(end_ - next_));
  std::string bytes;
  int breaks = 0;
  while (bytes.size() < count) {
    absl::StatusOr<std::string> more = ReadSome(count - bytes.size());
    if (more.ok()) {
      if (bytes.empty()) {
        bytes = *std::move(more);
      } else {
        // All of it at once, so that what is there already is moved once.
        bytes.reserve(count);
        bytes.append(*more);
      }
      breaks = 0;
      continue;
    }
    if (!absl::IsUnavailable(more.status()) || ++breaks > kMaxBreaks) return more;
    log::Debug("reading a blob from S3 goes on", {{"error", more.status().message()}});
    reader_.reset();
  }
  if (next_ == end_) TRIAD_RETURN_IF_ERROR(CheckHash());
  return bytes;
}

// Returns at least one byte, or an error.
absl::StatusOr<std::string> S3BlobReader::ReadSome(std::size_t count) {
  if (reader_ == nullptr) {
    if (asked_ == nullptr) Ask();
    absl::Status begun = Await();
    if (absl::IsNotFound(begun)) return absl::DataLossError(begun.message());
    TRIAD_RETURN_IF_ERROR(begun);
  }
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader_->Read(count));
  if (bytes.empty()) return absl::UnavailableError(absl::StrCat(key_, ": S3's answer is cut"));
  next_ += static_cast<std::int64_t>(bytes.size());
  if (!sha256_.empty()) hasher_.Update(bytes);
  return bytes;
}

absl::Status S3BlobReader::CheckHash() {
  if (sha256_.empty() || hasher_.Finish().hex() == sha256_) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(key_, ": its bytes in S3 are not those that were written"));
}

}  // namespace triad::storage::s3
