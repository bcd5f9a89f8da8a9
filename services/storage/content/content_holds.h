// Which pieces and lists this process reads, or is about to refer to, and so must not be
// taken away although nothing in the database refers to them.
//
// Reading goes: hold, then look whether the row is still there. Taking away goes: take, then
// remove the row. So one of both sees the other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "runtime/base/mutex.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Thread-safe. Outlives its holds.
class ContentHolds {
 public:
  // Keeps a piece or a list for as long as it lives. Movable.
  class Hold {
   public:
    Hold(Hold&& other) noexcept
        : holds_(std::exchange(other.holds_, nullptr)), number_(other.number_) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(holds_, other.holds_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Hold() {
      if (holds_ != nullptr) holds_->LetGo(number_);
    }

   private:
    friend class ContentHolds;
    Hold(ContentHolds* holds, std::int64_t number) : holds_(holds), number_(number) {}
    ContentHolds* holds_;
    std::int64_t number_;
  };

  // nullopt if it is being taken away.
  std::optional<Hold> TryHold(PieceId id) { return TryHoldNumber(static_cast<std::int64_t>(id)); }
  std::optional<Hold> TryHold(ListId id) { return TryHoldNumber(static_cast<std::int64_t>(id)); }

  // The same for whoever takes it away: nullopt if somebody holds it. Until this ends, nobody
  // can hold it, and the row is removed, or was found to be in use.
  std::optional<Hold> TryTake(PieceId id) { return TryTakeNumber(static_cast<std::int64_t>(id)); }
  std::optional<Hold> TryTake(ListId id) { return TryTakeNumber(static_cast<std::int64_t>(id)); }

 private:
  static constexpr int kTaken = -1;

  std::optional<Hold> TryHoldNumber(std::int64_t number);
  std::optional<Hold> TryTakeNumber(std::int64_t number);
  void LetGo(std::int64_t number);

  Mutex mutex_;
  // How often it is held, or kTaken. Pieces and lists share one sequence of numbers.
  std::map<std::int64_t, int> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::storage
