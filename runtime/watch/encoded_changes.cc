#include "runtime/watch/encoded_changes.h"

#include <utility>

namespace triad {
namespace {

// Beyond so many, those that nobody holds are forgotten.
constexpr std::size_t kMaxForgotten = 1024;

}  // namespace

EncodedChangePtr EncodedChanges::Count(EncodedChange change) const {
  auto encoded = std::make_unique<EncodedChange>(std::move(change));
  std::int64_t size = SizeOf(*encoded);
  *bytes_ += size;
  return EncodedChangePtr(encoded.release(), [bytes = bytes_, size](const EncodedChange* last) {
    delete last;
    *bytes -= size;
  });
}

EncodedChangePtr EncodedChanges::Share(EncodedChange change) {
  EncodedChangePtr fresh = Count(std::move(change));
  MutexLock lock(mutex_);
  if (shared_.size() > kMaxForgotten) {
    std::erase_if(shared_, [](const auto& known) { return known.second.expired(); });
  }
  std::weak_ptr<const EncodedChange>& known = shared_[fresh->before()];
  EncodedChangePtr held = known.lock();
  if (held != nullptr && held->bytes == fresh->bytes) return held;
  known = fresh;
  return fresh;
}

}  // namespace triad
