// URI references (RFC 3986), as $id and $ref have them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::json_schema {

// Of a reference, and of what it resolves to.
inline constexpr std::size_t kMaxUriBytes = 2048;

struct Uri {
  std::string absolute;  // without a fragment; relative if the base is
  std::string fragment;  // decoded
};

// `reference` as it is meant in a place whose base URI is `base`, which has no fragment. nullopt
// for what is too long or has a broken escape in its fragment.
std::optional<Uri> ResolveUri(absl::string_view base, absl::string_view reference);

}  // namespace triad::json_schema
