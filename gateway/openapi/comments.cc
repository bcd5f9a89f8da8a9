#include "gateway/openapi/comments.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace triad::gateway {

std::string CleanComment(absl::string_view comment) {
  std::vector<absl::string_view> lines;
  for (absl::string_view line : absl::StrSplit(comment, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    absl::ConsumePrefix(&line, " ");
    if (!absl::StartsWith(line, "buf:lint:")) lines.push_back(line);
  }
  return std::string(absl::StripAsciiWhitespace(absl::StrJoin(lines, "\n")));
}

std::string FirstSentence(absl::string_view comment) {
  std::string text = absl::StrReplaceAll(comment.substr(0, comment.find("\n\n")), {{"\n", " "}});
  std::size_t stop = text.find(". ");
  if (stop != std::string::npos) text.resize(stop);
  return std::string(absl::StripSuffix(text, "."));
}

}  // namespace triad::gateway
