// Messages of a stream as events and as lines, against a reader that does what the
// HTML standard says. The input is an id, as many bytes as its first byte says, and a
// message.
#include "gateway/proxy/answer/event_framing.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::FrameError;
using gateway::FrameHeartbeat;
using gateway::FrameMessage;
using gateway::Framing;

struct Event {
  std::string type;
  std::optional<std::string> id;
  std::string data;
};

// A line that ends with CR, LF or both, which is taken from `text`.
absl::string_view TakeLine(absl::string_view& text) {
  absl::string_view line = text.substr(0, text.find_first_of("\r\n"));
  text.remove_prefix(line.size());
  if (!absl::ConsumePrefix(&text, "\r\n") && !text.empty()) text.remove_prefix(1);
  return line;
}

// "Interpreting an event stream" of the HTML standard.
std::vector<Event> ReadEvents(absl::string_view text) {
  std::vector<Event> events;
  Event event;
  while (!text.empty()) {
    absl::string_view line = TakeLine(text);
    if (line.empty()) {
      if (!event.data.empty()) event.data.pop_back();
      if (!event.data.empty() || !event.type.empty()) events.push_back(event);
      event = {};
      continue;
    }
    absl::string_view field = line.substr(0, line.find(':'));
    absl::string_view value = line.substr(std::min(line.size(), field.size() + 1));
    absl::ConsumePrefix(&value, " ");
    if (field == "event") event.type = std::string(value);
    if (field == "data") absl::StrAppend(&event.data, value, "\n");
    if (field == "id" && !absl::StrContains(value, '\0')) event.id = std::string(value);
  }
  return events;
}

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\r", " "}, {"\n", " "}});
}

void CheckLine(absl::string_view frame, absl::string_view key, absl::string_view value) {
  RequireEqual(frame, absl::StrCat("{\"", key, "\":", OneLine(value), "}\n"),
               "a line is one message");
}

const Registration kTarget("event_framing", [](absl::string_view bytes) {
  Input input(bytes);
  absl::string_view id = input.TakeCounted();
  absl::string_view json = input.rest();
  if (json.empty()) return;  // no JSON value is
  std::vector<Event> events = ReadEvents(
      absl::StrCat(FrameHeartbeat(), FrameMessage(Framing::kEvents, json, id), FrameHeartbeat(),
                   FrameError(Framing::kEvents, json), FrameHeartbeat()));
  Require(events.size() == 2, "a message is one event, whatever is in it", bytes);
  RequireEqual(events[0].type, "", "a message is an ordinary event");
  RequireEqual(events[0].data, OneLine(json), "an event holds its message");
  bool fits = !id.empty() && OneLine(id) == id && !absl::StrContains(id, '\0');
  Require(events[0].id.has_value() == fits, "an id that fits is sent, and no other", id);
  // What a reader skips after the colon is one space.
  if (fits) RequireEqual(*events[0].id, id, "an id arrives as it is");
  RequireEqual(events[1].type, "status", "an error is an event of its own");
  RequireEqual(events[1].data, OneLine(json), "it holds its status");
  CheckLine(FrameMessage(Framing::kNdjson, json, id), "result", json);
  CheckLine(FrameError(Framing::kNdjson, json), "error", json);
});

}  // namespace
}  // namespace triad::fuzz
