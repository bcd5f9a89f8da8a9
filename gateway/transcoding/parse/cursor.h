// A place in a JSON text (RFC 8259) that is read from front to back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "gateway/transcoding/text/string_text.h"

namespace triad::gateway {

// The text has to outlive it, and to be UTF-8. For one thread.
class Cursor {
 public:
  explicit Cursor(absl::string_view text)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  // What the next token begins with; NUL at the end, and where the text has one.
  char Peek() {
    while (at_ != end_ && IsSpace(*at_)) ++at_;
    return at_ == end_ ? '\0' : *at_;
  }
  // Whether the next token is `c`, which is taken then.
  bool Take(char c) {
    // Most tokens stand without white space in front.
    if (at_ == end_ || *at_ != c) {
      if (Peek() != c || at_ == end_) return false;
    }
    ++at_;
    return true;
  }
  // Whether the text goes on with `word`, which is taken then.
  bool TakeWord(absl::string_view word) {
    if (absl::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, word.size()) !=
        word) {
      return false;
    }
    at_ += word.size();
    return true;
  }
  bool AtEnd() {
    Peek();
    return at_ == end_;
  }

  const char* at() const { return at_; }
  const char* end() const { return end_; }
  void MoveTo(const char* at) { at_ = at; }
  std::uint32_t offset() const { return static_cast<std::uint32_t>(at_ - begin_); }
  const char* AtOffset(std::uint32_t offset) const { return begin_ + offset; }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  const char* const begin_;
  const char* at_;
  const char* const end_;
};

// A string as it stands between its quotation marks, where every escape is a good one.
struct StringToken {
  absl::string_view raw;
  std::size_t size = 0;  // in UTF-8
  bool has_escapes = false;
};

}  // namespace triad::gateway
