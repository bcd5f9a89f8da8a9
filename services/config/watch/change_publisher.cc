#include "services/config/watch/change_publisher.h"

namespace triad::config {
namespace {

EncodedChange OutlineOf(const Change& change) {
  EncodedChange outline;
  outline.revision = change.revision;
  outline.outline = true;
  outline.events.reserve(change.events.size());
  for (const EntryEvent& event : change.events) {
    const EntryName& name = event.entry.name;
    outline.events.push_back({name.space, name.key, 0, event.entry.labels, event.labels_before});
  }
  return outline;
}

}  // namespace

EncodeMark MarksOf(EncodeChange encode) {
  return [encode = std::move(encode)](Revision revision, WatchMark mark) {
    Change change;
    change.revision = revision;
    if (mark == WatchMark::kRevisionEnd) change.part = Change::Part::kRevisionEnd;
    return encode(change).bytes;
  };
}

void ChangePublisher::Publish(const Change& change) const {
  hub_.Publish(change.revision, [&](std::int64_t max_bytes) {
    bool large = change.events.size() > 1 && change.bytes > max_bytes;
    return large ? OutlineOf(change) : encode_(change);
  });
}

}  // namespace triad::config
