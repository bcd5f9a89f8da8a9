// The bytes that all uploads together may hold.
//
// Nobody waits here: an upload that gets no more waits for its own parts to give theirs
// back. If it has none on their way, uploads at rest are ended to make room, the one that
// has rested longest first; without any, it is refused. So no upload waits for another
// one, and none holds memory for long without using it.
//
// An upload rests while its content does not come, or hardly: until a 64th of what it
// holds has come, it counts as resting since before. Time that it spends waiting for S3
// does not count.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>

#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"

namespace triad::storage::s3 {

// Thread-safe. Must outlive its shares.
class UploadMemory {
 public:
  // An upload that rests for less than `patience` is left alone. `used` is kept at the
  // bytes that are held, `ended` counts uploads that were ended.
  UploadMemory(std::int64_t limit, absl::Duration patience, prometheus::Gauge& used,
               prometheus::Counter& ended, const Clock& clock = Clock::System())
      : limit_(limit), patience_(patience), gauge_(used), ended_(ended), clock_(clock) {}

  std::int64_t limit() const { return limit_; }

 private:
  friend class UploadShare;

  struct Upload {
    std::function<void()> give_up;
    std::int64_t held = 0;
    std::int64_t arrived = 0;       // of content, while it rests
    absl::Duration rested = {};     // up to the last use
    absl::Duration last_used = {};  // of the steady clock
    bool in_use = false;
    bool ended = false;

    absl::Duration Rest(absl::Duration now) const { return rested + (now - last_used); }
  };

  void Change(Upload& upload, std::int64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of those that hold something, the upload that has rested longest; null if none has
  // for long enough.
  Upload* LongestAtRest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(Upload& upload) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::int64_t limit_;
  const absl::Duration patience_;
  prometheus::Gauge& gauge_;
  prometheus::Counter& ended_;
  const Clock& clock_;
  Mutex mutex_;
  std::int64_t used_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Upload> uploads_ ABSL_GUARDED_BY(mutex_);
};

// What one upload holds. Used by the thread that works on the upload.
class UploadShare {
 public:
  // `give_up` frees everything that the upload holds. It is called from any thread, but
  // never during a Use; it must not block, nor use the share.
  UploadShare(UploadMemory& memory, std::function<void()> give_up);
  // Returns what is still held.
  ~UploadShare();
  UploadShare(const UploadShare&) = delete;
  UploadShare& operator=(const UploadShare&) = delete;

  // The upload is worked on for as long as this lives, and is not ended meanwhile.
  class Use {
   public:
    // `arrived` bytes of content have come.
    Use(UploadShare& share, std::size_t arrived);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    // Whether the upload was ended before, for good.
    bool ended() const { return ended_; }

   private:
    UploadShare& share_;
    bool ended_ = false;
  };

  // All of these during a Use.
  // False if `bytes` do not fit.
  bool Take(std::int64_t bytes);
  // The same, but ends uploads at rest until they do.
  bool TakeFromOthers(std::int64_t bytes);
  void Return(std::int64_t bytes);
  void ReturnAll();

 private:
  using Uploads = std::list<UploadMemory::Upload>;

  UploadMemory& memory_;
  Uploads::iterator upload_;  // what it points to is guarded by the memory's mutex
};

}  // namespace triad::storage::s3
