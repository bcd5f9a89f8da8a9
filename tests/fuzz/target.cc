#include "tests/fuzz/target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace triad::fuzz {

std::map<std::string, Target>& Targets() {
  static auto* targets = new std::map<std::string, Target>();
  return *targets;
}

void Require(bool holds, absl::string_view promise, absl::string_view seen) {
  if (holds) return;
  std::string line = absl::StrCat("broken: ", promise, "\n", absl::CHexEscape(seen), "\n");
  std::fputs(line.c_str(), stderr);
  std::abort();
}

void RequireEqual(absl::string_view one, absl::string_view other, absl::string_view promise) {
  if (one != other) Require(false, promise, absl::StrCat("[", one, "] is not [", other, "]"));
}

std::uint8_t Input::TakeByte() {
  if (rest_.empty()) return 0;
  auto byte = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

absl::string_view Input::TakeLine() {
  absl::string_view line = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
  return line;
}

absl::string_view Input::TakeCounted() {
  std::size_t count = TakeByte();
  absl::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(bytes.size());
  return bytes;
}

std::size_t Cuts::Next() {
  if (state_ == 0) return 1;
  // Numerical Recipes' generator; its high bits are the random ones.
  state_ = state_ * 1664525 + 1013904223;
  std::uint32_t random = state_ >> 16;
  // Mostly small, as what goes wrong goes wrong at an edge.
  return random % 4 == 0 ? 1 + random % 509 : 1 + random % 13;
}

std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace triad::fuzz
