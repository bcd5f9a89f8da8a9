// Colours of a terminal.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::cli {

enum class Style { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

class Colours {
 public:
  // Without `on`, text stays as it is.
  explicit Colours(bool on) : on_(on) {}

  std::string operator()(Style style, absl::string_view text) const;

 private:
  bool on_;
};

// `text` on one line: control characters, which could steer a terminal, are written as
// escapes such as "\n". What is cut after `limit` characters ends with "…"; 0: nothing is.
std::string OneLine(absl::string_view text, std::size_t limit = 0);

// How many characters of UTF-8 there are in `text`: about the columns that it takes.
std::size_t Width(absl::string_view text);

}  // namespace triad::cli
