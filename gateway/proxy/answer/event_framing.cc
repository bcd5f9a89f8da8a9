#include "gateway/proxy/answer/event_framing.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace triad::gateway {
namespace {

// In JSON, line breaks are white space between values, never part of one.
std::string OneLine(absl::string_view json) {
  if (json.find_first_of("\r\n") == absl::string_view::npos) return std::string(json);
  return absl::StrReplaceAll(json, {{"\r", " "}, {"\n", " "}});
}

bool FitsInId(absl::string_view id) {
  return !id.empty() && id.find_first_of(absl::string_view("\r\n\0", 3)) == absl::string_view::npos;
}

// A member of an object; none if `id` is empty.
std::string Resume(absl::string_view id) {
  if (id.empty()) return "";
  return absl::StrCat("\"resume\":", nlohmann::json(std::string(id)).dump());
}

}  // namespace

std::string FrameMessage(Framing framing, absl::string_view json, absl::string_view id) {
  if (framing == Framing::kNdjson) return absl::StrCat("{\"result\":", OneLine(json), "}\n");
  if (framing == Framing::kCarried) {
    return absl::StrCat("{\"data\":", OneLine(json), id.empty() ? "" : ",", Resume(id), "}\n");
  }
  if (!FitsInId(id)) return absl::StrCat("data: ", OneLine(json), "\n\n");
  return absl::StrCat("id: ", id, "\ndata: ", OneLine(json), "\n\n");
}

std::string FrameMark(Framing framing, absl::string_view id) {
  if (framing == Framing::kCarried) return absl::StrCat("{", Resume(id), "}\n");
  return FitsInId(id) ? absl::StrCat("id: ", id, "\n\n") : FrameHeartbeat();
}

std::string FrameError(Framing framing, absl::string_view status_json) {
  if (framing == Framing::kNdjson) return absl::StrCat("{\"error\":", OneLine(status_json), "}\n");
  if (framing == Framing::kCarried) {
    return absl::StrCat("{\"status\":", OneLine(status_json), "}\n");
  }
  return absl::StrCat("event: status\ndata: ", OneLine(status_json), "\n\n");
}

std::string FrameHeartbeat() { return ":\n\n"; }

absl::string_view ContentType(Framing framing) {
  return framing == Framing::kEvents ? "text/event-stream" : "application/x-ndjson";
}

}  // namespace triad::gateway
