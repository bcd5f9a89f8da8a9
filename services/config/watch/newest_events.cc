#include "services/config/watch/newest_events.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/types/span.h"

namespace triad::config {
namespace {

class Picker {
 public:
  Picker(const WatchFilter& filter, std::int64_t max_bytes)
      : filter_(filter), max_bytes_(max_bytes) {}

  // Takes one revision. Returns false if there is no room for it.
  bool Take(absl::Span<const EventKey> revision) {
    std::int64_t bytes = bytes_;
    for (const EventKey& key : revision) {
      if (!Selects(key)) continue;
      auto known = newest_.find(key.name);
      bytes += key.bytes - (known == newest_.end() ? 0 : known->second->bytes);
    }
    if (bytes > max_bytes_) return false;
    bytes_ = bytes;
    for (const EventKey& key : revision) {
      if (Selects(key)) newest_[key.name] = &key;
    }
    return true;
  }

  std::vector<EventKey> Finish() const {
    std::vector<const EventKey*> events;
    for (const auto& [name, key] : newest_) events.push_back(key);
    // They stand in one array, in their order.
    std::sort(events.begin(), events.end());
    std::vector<EventKey> picked;
    for (const EventKey* event : events) picked.push_back(*event);
    return picked;
  }

 private:
  bool Selects(const EventKey& key) const {
    return filter_.MatchesName(key.name.space, key.name.key);
  }

  const WatchFilter& filter_;
  const std::int64_t max_bytes_;
  std::map<EntryName, const EventKey*> newest_;
  std::int64_t bytes_ = 0;
};

}  // namespace

std::optional<NewestEvents> PickNewest(const std::vector<EventKey>& keys, const WatchFilter& filter,
                                       bool more, Position through, std::int64_t max_bytes) {
  Picker picker(filter, max_bytes);
  std::optional<Position> taken;
  for (auto begin = keys.begin(); begin != keys.end();) {
    auto end = std::find_if(begin, keys.end(),
                            [&](const EventKey& key) { return key.revision != begin->revision; });
    // The last may have events that are not among these.
    bool whole = end != keys.end() || !more;
    auto count = static_cast<std::size_t>(std::distance(begin, end));
    if (!whole || !picker.Take({&*begin, count})) {
      if (!taken.has_value()) return std::nullopt;
      return NewestEvents{picker.Finish(), *taken};
    }
    taken = Position{begin->revision};
    begin = end;
  }
  return NewestEvents{picker.Finish(), through};
}

void Coalesce(ChangePage& page) {
  auto is_whole = [](const Change& change) { return change.part == Change::Part::kChange; };
  auto first = std::find_if(page.changes.begin(), page.changes.end(), is_whole);
  if (std::distance(first, page.changes.end()) < 2) return;
  Change all;
  std::set<EntryName> newest;
  for (auto change = page.changes.end(); change-- != first;) {
    for (auto event = change->events.rbegin(); event != change->events.rend(); ++event) {
      if (newest.insert(event->entry.name).second) all.events.push_back(std::move(*event));
    }
  }
  std::reverse(all.events.begin(), all.events.end());
  all.revision = page.changes.back().revision;
  page.changes.erase(first, page.changes.end());
  page.changes.push_back(std::move(all));
}

}  // namespace triad::config
