#include "runtime/http/parser/message.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace triad::http {

void Headers::Set(absl::string_view name, std::string value) {
  fields_.erase(
      std::remove_if(fields_.begin(), fields_.end(),
                     [&](const Field& field) { return absl::EqualsIgnoreCase(field.first, name); }),
      fields_.end());
  fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<absl::string_view> Headers::Find(absl::string_view name) const {
  for (const Field& field : fields_) {
    if (absl::EqualsIgnoreCase(field.first, name)) return field.second;
  }
  return std::nullopt;
}

std::vector<absl::string_view> Headers::List(absl::string_view name) const {
  std::vector<absl::string_view> elements;
  for (const auto& [given, value] : fields_) {
    if (!absl::EqualsIgnoreCase(given, name)) continue;
    for (absl::string_view element : absl::StrSplit(value, ',')) {
      elements.push_back(absl::StripAsciiWhitespace(element));
    }
  }
  return elements;
}

std::size_t Headers::Count(absl::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const Field& field) { return absl::EqualsIgnoreCase(field.first, name); }));
}

absl::string_view RequestHead::path() const {
  return absl::string_view(target).substr(0, target.find('?'));
}

absl::string_view RequestHead::query() const {
  std::size_t mark = target.find('?');
  if (mark == std::string::npos) return {};
  return absl::string_view(target).substr(mark + 1);
}

}  // namespace triad::http
