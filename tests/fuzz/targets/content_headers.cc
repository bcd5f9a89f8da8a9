// Headers that are kept with content. The input is a line for each: cache-control,
// content-disposition, content-encoding, content-language, expires; then the type of the
// content and the name of the object. An empty line is a header that is not there.
#include "services/storage/http/content_headers.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/storage/http/download_headers.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using storage::ContentHeaders;

using Headers = std::map<std::string, std::string>;

constexpr const char* kHeaders[] = {"cache-control", "content-disposition", "content-encoding",
                                    "content-language", "expires"};

absl::StatusOr<ContentHeaders> Parse(const Headers& headers) {
  return storage::ParseContentHeaders([&](absl::string_view name) -> std::optional<std::string> {
    auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  });
}

void CheckKept(const ContentHeaders& kept, absl::string_view text) {
  absl::StatusOr<ContentHeaders> again = Parse({{"cache-control", kept.cache_control},
                                                {"content-disposition", kept.content_disposition},
                                                {"content-encoding", kept.content_encoding},
                                                {"content-language", kept.content_language},
                                                {"expires", kept.expires}});
  Require(again.ok() && *again == kept, "what is kept is in its one form", text);
  for (const char* framing : {"aws-chunked", "identity"}) {
    for (absl::string_view coding : absl::StrSplit(kept.content_encoding, ", ")) {
      Require(coding != framing, "what is no coding is not kept", text);
    }
  }
}

void CheckServed(const ContentHeaders& kept, absl::string_view type, absl::string_view name,
                 absl::string_view text) {
  bool is_attachment = false;
  for (const auto& [header, value] : storage::ContentFieldsOf(kept, type, name)) {
    Require(!value.empty() && std::all_of(value.begin(), value.end(), absl::ascii_isprint),
            "a header is one line", text);
    is_attachment =
        is_attachment || (header == "content-disposition" && absl::StartsWith(value, "attachment"));
  }
  Require(is_attachment || storage::IsSafeInline(type), "nothing runs in the page", text);
}

const Registration kTarget("content_headers", [](absl::string_view bytes) {
  Input input(bytes);
  Headers headers;
  for (const char* name : kHeaders) {
    absl::string_view line = input.TakeLine();
    if (!line.empty()) headers[name] = std::string(line);
  }
  absl::string_view type = input.TakeLine();
  absl::string_view name = input.rest();
  absl::StatusOr<ContentHeaders> kept = Parse(headers);
  if (kept.ok()) {
    CheckKept(*kept, bytes);
    return CheckServed(*kept, type, name, bytes);
  }
  std::string message(kept.status().message());
  Require(headers.contains(message.substr(0, message.find(':'))), "the header is named", message);
});

}  // namespace
}  // namespace triad::fuzz
