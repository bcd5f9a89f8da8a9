#include "runtime/watch/coalescer.h"

#include <utility>

namespace triad {

std::vector<Coalescer::Event> Coalescer::MatchesOf(const EncodedChange& change) const {
  std::vector<Event> matches;
  std::size_t begin = change.begin;
  for (const EncodedChange::Event& event : change.events) {
    if (filter_.Matches(event.space, event.key, event.labels, event.labels_before)) {
      matches.push_back({&event, absl::string_view(change.bytes).substr(begin, event.end - begin)});
    }
    begin = event.end;
  }
  return matches;
}

bool Coalescer::Add(const EncodedChange& change) {
  std::vector<Event> matches = MatchesOf(change);
  std::int64_t bytes = bytes_;
  for (const Event& match : matches) {
    bytes += static_cast<std::int64_t>(match.piece.size());
    auto known = newest_.find({match.event->space, match.event->key});
    if (known == newest_.end()) continue;
    bytes -= static_cast<std::int64_t>(events_[known->second].piece.size());
  }
  if (last_ != nullptr && bytes > max_bytes_) return false;
  for (Event& match : matches) {
    auto [known, is_new] =
        newest_.try_emplace({match.event->space, match.event->key}, events_.size());
    if (!is_new) events_[std::exchange(known->second, events_.size())] = {};
    events_.push_back(match);
  }
  bytes_ = bytes;
  last_ = &change;
  return true;
}

EncodedChange Coalescer::Finish() const {
  EncodedChange message;
  message.revision = last_->revision;
  message.bytes.reserve(last_->begin + static_cast<std::size_t>(bytes_));
  message.bytes = last_->bytes.substr(0, last_->begin);
  message.begin = last_->begin;
  for (const Event& event : events_) {
    if (event.event == nullptr) continue;
    message.bytes.append(event.piece.data(), event.piece.size());
    message.events.push_back(*event.event);
    message.events.back().end = message.bytes.size();
  }
  return message;
}

}  // namespace triad
