#include "runtime/http_client/header_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"

namespace triad::http_client {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;

bool IsHeader(absl::string_view line) {
  std::size_t colon = line.find(':');
  if (colon == 0 || colon == absl::string_view::npos) return false;
  for (const char c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return false;
  }
  return line.substr(0, colon).find(' ') == absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadHeaderFile(const std::string& path) {
  std::vector<std::string> headers;
  if (path.empty()) return headers;
  TRIAD_ASSIGN_OR_RETURN(const std::string text, ReadFile(FileSystem::Posix(), path, kMaxBytes));
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    if (!IsHeader(line)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": line ", number, " is not 'Name: value'"));
    }
    headers.emplace_back(line);
  }
  return headers;
}

}  // namespace triad::http_client
