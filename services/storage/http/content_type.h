// The media type of content whose writer names none.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::storage {

// How many bytes of the content are looked at.
inline constexpr std::size_t kMaxDetectionBytes = 512;

// By what the content begins with, and, for text, by how the object's name ends. It is never
// a type that a browser would run: HTML, SVG, XML and scripts are plain text.
// application/octet-stream for what is neither known nor text, and for no bytes.
std::string DetectContentType(absl::string_view first_bytes, absl::string_view object_name);

}  // namespace triad::storage
