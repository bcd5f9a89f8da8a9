// The latest changes, in memory, as watchers get them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "runtime/base/resources/revision.h"
#include "runtime/watch/encoded_change.h"

namespace triad {

// Not thread-safe.
class ChangeRing {
 public:
  // Begins without changes, at the newest revision of now.
  ChangeRing(Revision head, std::int64_t max_changes, std::int64_t max_bytes)
      : max_changes_(max_changes), max_bytes_(max_bytes), after_(head), head_(head) {}

  // It has every change after this revision, up to the head.
  Revision after() const { return after_; }
  Revision head() const { return head_; }
  std::int64_t bytes() const { return bytes_; }
  bool Has(const EncodedChange& change) const;

  // Moves the head. A change without an encoded form is one that nobody watched. What is
  // missing between this revision and the head before is not in memory: another process
  // wrote it.
  void Push(Revision revision, EncodedChangePtr change);

  struct Found {
    std::optional<WatchMessage> message = {};
    bool in_log = false;  // whether there is one, but only an outline of it is here
    // In the place of a message: several changes in one.
    std::optional<EncodedChange> coalesced = {};
  };
  // The first match after `position`, which moves to before it; or none, and `position`
  // moves to the head. `position` is not before after().
  Found SkipToMatch(const WatchFilter& filter, Revision& position) const;
  // The same, but with the matches that follow it, as far as they fit into `max_bytes`.
  Found SkipToNewest(const WatchFilter& filter, Revision& position, std::int64_t max_bytes) const;

 private:
  using Changes = std::deque<EncodedChangePtr>;
  void Pop();
  Changes::const_iterator FirstAfter(Revision position) const;

  const std::int64_t max_changes_;
  const std::int64_t max_bytes_;
  Changes changes_;  // one for each revision after after_
  std::int64_t bytes_ = 0;
  Revision after_;
  Revision head_;
};

}  // namespace triad
