// Patterns of keys, as schemas have them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace re2 {
class RE2;
}

namespace triad::config {

// In a pattern `*` stands for any number of characters but '/', and `**` for any at all. Immutable;
// shared by threads.
class KeyPattern {
 public:
  // INVALID_ARGUMENT, naming `field`, if `pattern` is none.
  static absl::Status Check(absl::string_view field, absl::string_view pattern);

  // Of what Check takes.
  explicit KeyPattern(std::string pattern);
  ~KeyPattern();
  KeyPattern(KeyPattern&&) noexcept;

  bool Matches(absl::string_view key) const;
  // What all keys that it matches start with.
  absl::string_view prefix() const;
  // How many characters it names: of two patterns the one with more says more of a key.
  std::size_t weight() const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::unique_ptr<re2::RE2> matcher_;
};

}  // namespace triad::config
