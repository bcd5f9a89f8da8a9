#include "runtime/watch/shared_pages.h"

#include <utility>

namespace triad {
namespace {

constexpr std::size_t kMaxPages = 32;

}  // namespace

void SharedPages::Keep(const WatchFilter& filter, Position after, const EncodedPage& page) {
  Known known{filter, after, {}, page.scanned};
  for (const EncodedChangePtr& change : page.changes) known.changes.push_back(change);
  pages_.push_front(std::move(known));
  if (pages_.size() > kMaxPages) pages_.pop_back();
}

std::optional<EncodedPage> SharedPages::Find(const WatchFilter& filter, Position after) const {
  for (const Known& known : pages_) {
    if (known.after != after || known.filter != filter) continue;
    if (auto page = Lock(known)) return page;
  }
  return std::nullopt;
}

std::optional<EncodedPage> SharedPages::Lock(const Known& known) {
  EncodedPage page{{}, known.scanned};
  for (const auto& change : known.changes) {
    page.changes.push_back(change.lock());
    if (page.changes.back() == nullptr) return std::nullopt;
  }
  return page;
}

}  // namespace triad
