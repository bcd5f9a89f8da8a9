#include "services/config/transfer/formats/file_entry.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

struct TextBytes {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Json& json) const { return json.text.size(); }
  std::size_t operator()(std::int64_t) const { return 0; }
  std::size_t operator()(double) const { return 0; }
  std::size_t operator()(bool) const { return 0; }
};

std::size_t BytesOf(const std::optional<std::string>& text) {
  return text.has_value() ? text->size() : 0;
}

}  // namespace

absl::Status RefusedAt(FilePosition at, absl::string_view key, absl::string_view what) {
  std::string place = absl::StrCat("line ", at.line, ", column ", at.column, ": ");
  if (!key.empty()) absl::StrAppend(&place, "entry '", key, "' ");
  return InvalidField("content", absl::StrCat(place, what));
}

std::size_t FileEntry::bytes() const {
  std::size_t bytes = sizeof(FileEntry) + key.size();
  if (value.has_value()) bytes += std::visit(TextBytes(), *value);
  if (more != nullptr) bytes += sizeof(More) + BytesOf(more->description) + BytesOf(more->labels);
  return bytes;
}

}  // namespace triad::config
