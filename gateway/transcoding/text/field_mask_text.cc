#include "gateway/transcoding/text/field_mask_text.h"

#include "absl/strings/ascii.h"

namespace triad::gateway {

std::optional<std::string> SnakePath(absl::string_view camel) {
  if (camel.empty()) return std::nullopt;
  std::string snake;
  for (char c : camel) {
    if (c == '_') return std::nullopt;
    bool is_upper = absl::ascii_isupper(static_cast<unsigned char>(c));
    if (is_upper) snake.push_back('_');
    snake.push_back(is_upper ? absl::ascii_tolower(static_cast<unsigned char>(c)) : c);
  }
  return snake;
}

std::optional<std::string> CamelPath(absl::string_view snake) {
  if (snake.empty()) return std::nullopt;
  std::string camel;
  bool is_behind_underscore = false;
  for (char c : snake) {
    auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isupper(byte) || c == ',') return std::nullopt;
    if (is_behind_underscore) {
      if (!absl::ascii_islower(byte)) return std::nullopt;
      camel.push_back(absl::ascii_toupper(byte));
    } else if (c != '_') {
      camel.push_back(c);
    }
    is_behind_underscore = !is_behind_underscore && c == '_';
  }
  if (is_behind_underscore) return std::nullopt;
  return camel;
}

}  // namespace triad::gateway
