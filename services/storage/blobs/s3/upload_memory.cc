#include "services/storage/blobs/s3/upload_memory.h"

#include <iterator>
#include <utility>

namespace triad::storage::s3 {
namespace {

// The part of what an upload holds that has to come for it to count as moving.
constexpr std::int64_t kMovingPart = 64;

}  // namespace

void UploadMemory::Change(Upload& upload, std::int64_t bytes) {
  upload.held += bytes;
  used_ += bytes;
  gauge_.Set(static_cast<double>(used_));
}

UploadMemory::Upload* UploadMemory::LongestAtRest() {
  Upload* found = nullptr;
  absl::Duration longest = patience_;
  // The clock is read once: who rests longest must not depend on when each is asked.
  absl::Duration now = clock_.Steady();
  for (Upload& upload : uploads_) {
    absl::Duration rest = upload.Rest(now);
    if (upload.in_use || upload.held == 0 || rest < longest) continue;
    longest = rest;
    found = &upload;
  }
  return found;
}

void UploadMemory::End(Upload& upload) {
  upload.ended = true;
  upload.give_up();
  Change(upload, -upload.held);
  ended_.Increment();
}

UploadShare::UploadShare(UploadMemory& memory, std::function<void()> give_up) : memory_(memory) {
  MutexLock lock(memory_.mutex_);
  memory_.uploads_.push_back({.give_up = std::move(give_up), .last_used = memory_.clock_.Steady()});
  upload_ = std::prev(memory_.uploads_.end());
}

UploadShare::~UploadShare() {
  MutexLock lock(memory_.mutex_);
  memory_.Change(*upload_, -upload_->held);
  memory_.uploads_.erase(upload_);
}

UploadShare::Use::Use(UploadShare& share, std::size_t arrived) : share_(share) {
  MutexLock lock(share_.memory_.mutex_);
  UploadMemory::Upload& upload = *share_.upload_;
  ended_ = upload.ended;
  upload.in_use = true;
  upload.rested = upload.Rest(share_.memory_.clock_.Steady());
  upload.arrived += static_cast<std::int64_t>(arrived);
  if (upload.arrived < upload.held / kMovingPart) return;
  upload.arrived = 0;
  upload.rested = absl::ZeroDuration();
}

UploadShare::Use::~Use() {
  MutexLock lock(share_.memory_.mutex_);
  share_.upload_->in_use = false;
  share_.upload_->last_used = share_.memory_.clock_.Steady();
}

bool UploadShare::Take(std::int64_t bytes) {
  MutexLock lock(memory_.mutex_);
  if (memory_.used_ + bytes > memory_.limit_) return false;
  memory_.Change(*upload_, bytes);
  return true;
}

bool UploadShare::TakeFromOthers(std::int64_t bytes) {
  MutexLock lock(memory_.mutex_);
  while (memory_.used_ + bytes > memory_.limit_) {
    UploadMemory::Upload* resting = memory_.LongestAtRest();
    if (resting == nullptr) return false;
    memory_.End(*resting);
  }
  memory_.Change(*upload_, bytes);
  return true;
}

void UploadShare::Return(std::int64_t bytes) {
  MutexLock lock(memory_.mutex_);
  memory_.Change(*upload_, -bytes);
}

void UploadShare::ReturnAll() {
  MutexLock lock(memory_.mutex_);
  memory_.Change(*upload_, -upload_->held);
}

}  // namespace triad::storage::s3
