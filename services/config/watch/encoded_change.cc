#include "services/config/watch/encoded_change.h"

#include <utility>

namespace triad::config {

EncodedChange OutlineOf(const Change& change) {
  EncodedChange outline;
  outline.revision = change.revision;
  outline.outline = true;
  for (const EntryEvent& event : change.events) {
    outline.events.push_back({event.entry.name, 0, event.entry.labels, event.labels_before});
  }
  return outline;
}

std::int64_t SizeOf(const EncodedChange& change) {
  std::size_t size = sizeof(EncodedChange) + change.bytes.size();
  for (const EncodedChange::Event& event : change.events) {
    size += sizeof(event) + event.name.space.size() + event.name.key.size() + event.labels.size() +
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
    if (filter.Matches(event.name, event.labels, event.labels_before)) {
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

}  // namespace triad::config
