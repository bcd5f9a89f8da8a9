#include "cli/transport/event_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::cli {

void EventStream::Append(absl::string_view bytes) {
  bytes_.erase(0, taken_);
  taken_ = 0;
  absl::StrAppend(&bytes_, bytes);
}

std::optional<ServerEvent> EventStream::Next() {
  for (;;) {
    std::size_t end = bytes_.find('\n', taken_);
    if (end == std::string::npos) return std::nullopt;
    absl::string_view line(bytes_.data() + taken_, end - taken_);
    taken_ = end + 1;
    absl::ConsumeSuffix(&line, "\r");
    if (!line.empty()) {
      TakeLine(line);
      continue;
    }
    ServerEvent event = std::exchange(event_, {});
    if (!event.id.empty() || !event.data.empty()) return event;
  }
}

void EventStream::TakeLine(absl::string_view line) {
  std::size_t colon = line.find(':');
  absl::string_view name = line.substr(0, colon);
  absl::string_view value = colon == absl::string_view::npos ? "" : line.substr(colon + 1);
  absl::ConsumePrefix(&value, " ");
  if (name == "event") {
    event_.type = std::string(value);
  } else if (name == "id") {
    event_.id = std::string(value);
  } else if (name == "data") {
    absl::StrAppend(&event_.data, event_.data.empty() ? "" : "\n", value);
  }
}

}  // namespace triad::cli
