// Server-sent events (https://html.spec.whatwg.org/#event-stream-interpretation).
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::cli {

struct ServerEvent {
  std::string type;  // of "event:"; empty: a message
  std::string id;    // of "id:"
  std::string data;  // lines of "data:", joined by newlines
};

// Cuts bytes into events.
class EventStream {
 public:
  void Append(absl::string_view bytes);
  // The next event that is whole; comments are none.
  std::optional<ServerEvent> Next();

 private:
  void TakeLine(absl::string_view line);

  std::string bytes_;
  std::size_t taken_ = 0;  // of bytes_
  ServerEvent event_;      // so far
};

}  // namespace triad::cli
