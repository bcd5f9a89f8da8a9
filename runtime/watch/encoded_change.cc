#include "runtime/watch/encoded_change.h"

#include <utility>

namespace triad {

std::int64_t SizeOf(const EncodedChange& change) {
  std::size_t size = sizeof(EncodedChange) + change.bytes.size();
  for (const EncodedChange::Event& event : change.events) {
    size += sizeof(event) + event.space.size() + event.key.size() + event.labels.size() +
            event.labels_before.size();
  }
  return static_cast<std::int64_t>(size);
}

std::optional<WatchMessage> Select(const EncodedChangePtr& change, const WatchFilter& filter) {
  WatchMessage message{change->revision, change, {}};
  absl::string_view bytes(change->bytes);
  std::size_t begin = 0;  // of the piece that is not finished, which holds the beginning
  std::size_t end = change->begin;
  bool matched = false;
  for (const EncodedChange::Event& event : change->events) {
    if (filter.Matches(event.space, event.key, event.labels, event.labels_before)) {
      matched = true;
    } else {
      if (end > begin) message.pieces.push_back(bytes.substr(begin, end - begin));
      begin = event.end;
    }
    end = event.end;
  }
  if (!matched) return std::nullopt;
  if (end > begin) message.pieces.push_back(bytes.substr(begin, end - begin));
  return message;
}

WatchMessage SelectAll(EncodedChangePtr change) {
  absl::string_view bytes(change->bytes);
  Revision revision = change->revision;
  return {revision, std::move(change), {bytes}};
}

}  // namespace triad
