#include "gateway/transcoding/parse/problem.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::gateway {
namespace {

constexpr std::size_t kMaxKeyBytes = 64;

// The characters of `text` that fit.
absl::string_view Cut(absl::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    std::size_t length = FirstCharacter(text.substr(size)).length;
    if (length == 0 || size + length > kMaxKeyBytes) break;
    size += length;
  }
  return text.substr(0, size);
}

}  // namespace

void Problem::AddIndex(std::size_t index) { path_.push_back(absl::StrCat("[", index, "]")); }

void Problem::AddKey(absl::string_view key) {
  path_.push_back(absl::StrCat("[\"", Cut(key), "\"]"));
}

absl::Status Problem::AsStatus() const {
  std::string description = absl::StrCat(description_, ", at byte ", byte_ + 1);
  if (path_.empty()) return absl::InvalidArgumentError(absl::StrCat("body: ", description));
  std::string path;
  for (auto part = path_.rbegin(); part != path_.rend(); ++part) {
    bool is_first = path.empty();
    absl::StrAppend(&path, is_first || part->front() == '[' ? "" : ".", *part);
  }
  return InvalidField(path, description);
}

}  // namespace triad::gateway
