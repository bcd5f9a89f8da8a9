#include "services/config/watch/encoded_changes.h"

#include <utility>

namespace triad::config {
namespace {

// Beyond so many, those that nobody holds are forgotten.
constexpr std::size_t kMaxForgotten = 1024;

}  // namespace

EncodedChanges::EncodedChanges(EncodeChange encode)
    : encode_(std::move(encode)), bytes_(std::make_shared<std::atomic<std::int64_t>>(0)) {}

EncodedChangePtr EncodedChanges::Encode(const Change& change) const {
  return Count(encode_(change));
}

EncodedChangePtr EncodedChanges::Outline(const Change& change) const {
  return Count(OutlineOf(change));
}

EncodedChangePtr EncodedChanges::Count(EncodedChange change) const {
  auto encoded = std::make_unique<EncodedChange>(std::move(change));
  std::int64_t size = SizeOf(*encoded);
  *bytes_ += size;
  return EncodedChangePtr(encoded.release(), [bytes = bytes_, size](const EncodedChange* last) {
    delete last;
    *bytes -= size;
  });
}

EncodedChangePtr EncodedChanges::EncodeShared(const Change& change) {
  EncodedChangePtr fresh = Encode(change);
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

}  // namespace triad::config
