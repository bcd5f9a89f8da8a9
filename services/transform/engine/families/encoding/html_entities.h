// The named character references of HTML.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace triad::transform {

struct HtmlEntity {
  absl::string_view characters;
  // Whether it is one without a semicolon too, as in old pages.
  bool bare = false;
};

inline constexpr std::size_t kMaxHtmlEntityName = 31;

// By its name, without '&' and ';'. Null if there is none.
const HtmlEntity* FindHtmlEntity(absl::string_view name);

}  // namespace triad::transform
