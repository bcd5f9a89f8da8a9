#include "services/storage/blobs/s3/owner_mark.h"

#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::storage::s3 {
namespace {

// How often others may write the mark between reading and writing it.
constexpr int kMaxRaces = 5;
constexpr absl::Duration kLookPeriod = absl::Seconds(5);

}  // namespace

OwnerMark::OwnerMark(Bucket& bucket, std::string key, std::string owner, absl::string_view start)
    : bucket_(bucket),
      key_(std::move(key)),
      owner_(std::move(owner)),
      mark_(absl::StrCat(owner_, "\n", start)) {}

absl::Status OwnerMark::Check() { return owner_.empty() ? absl::OkStatus() : Remember(Take()); }

absl::Status OwnerMark::CheckOnce() {
  {
    MutexLock lock(mutex_);
    if (taken_ && refused_.ok()) return absl::OkStatus();
  }
  return Check();
}

absl::Status OwnerMark::Look(absl::Duration timeout) {
  {
    MutexLock lock(mutex_);
    bool recent = since_look_.has_value() && since_look_->elapsed() < kLookPeriod;
    if (!taken_ || recent) return refused_;
    since_look_ = Stopwatch();
  }
  absl::StatusOr<SmallObject> found = bucket_.Read(key_, timeout);
  if (found.ok()) return Remember(Judge(found->content));
  MutexLock lock(mutex_);
  return refused_;
}

absl::Status OwnerMark::Take() {
  for (int race = 0; race < kMaxRaces; ++race) {
    absl::StatusOr<SmallObject> found = bucket_.Read(key_);
    if (!found.ok() && !absl::IsNotFound(found.status())) return std::move(found).status();
    if (found.ok()) {
      absl::Status judged = Judge(found->content);
      bool earlier_start = absl::StartsWith(found->content, owner_) && !taken();
      if (judged.ok() || !earlier_start) return judged;
    }
    absl::Status written = Write(found.ok() ? found->etag : "");
    bool lost_race = absl::IsFailedPrecondition(written) || absl::IsNotFound(written);
    if (!written.ok() && !lost_race) return written;
  }
  return absl::UnavailableError(
      absl::StrCat(bucket_.NameOf(key_), " is written by others again and again"));
}

absl::Status OwnerMark::Judge(const std::string& mark) const {
  if (mark == mark_) return absl::OkStatus();
  std::string name = bucket_.NameOf(key_);
  if (absl::StartsWith(mark, owner_)) {
    return absl::InternalError(absl::StrCat(
        name,
        " was taken by a later start of this database: two processes run on copies of it, "
        "and each would remove blobs that only the other knows. Stop one of them; a copy "
        "needs a prefix of its own in --blobs"));
  }
  return absl::InternalError(absl::StrCat(
      name, " says that the blobs there are of the database ", mark.substr(0, owner_.size()),
      ", and this one is ", owner_, ": choose another prefix, or restore that database"));
}

absl::Status OwnerMark::Write(const std::string& etag) {
  auto content = std::make_shared<const std::string>(mark_);
  absl::Status written = bucket_.PutIf(key_, content, etag);
  if (!absl::IsUnimplemented(written)) return written;
  log::Warning(
      "this S3 knows no conditional writes: of two databases that are begun below one "
      "prefix in the same moment, the first is refused only after the second wrote",
      {{"error", written.message()}});
  return bucket_.Put(key_, content);
}

absl::Status OwnerMark::Remember(absl::Status status) {
  MutexLock lock(mutex_);
  if (status.ok()) taken_ = true;
  if (status.ok() || absl::IsInternal(status)) refused_ = status;
  return status;
}

bool OwnerMark::taken() const {
  MutexLock lock(mutex_);
  return taken_;
}

}  // namespace triad::storage::s3
