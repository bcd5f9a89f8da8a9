// Content codings (RFC 9110, section 8.4), and which one a client wants.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

enum class Coding : char { kIdentity, kGzip, kBrotli, kZstd };

// "gzip", "br", "zstd", "identity".
absl::string_view NameOf(Coding coding);

// Also by its other name, x-gzip, and whatever the case.
std::optional<Coding> CodingNamed(absl::string_view name);

// The one of `offered`, the best first, that Accept-Encoding gives the highest weight;
// kIdentity if it takes none, or says nothing (RFC 9110, section 12.5.3).
Coding ChooseCoding(const Headers& request, absl::Span<const Coding> offered);

// A strong entity tag of a representation that was coded on its way: `"x"` is `"x;gzip"`. Weak
// ones, and what is no tag, stay as they are.
std::string TagWith(absl::string_view etag, Coding coding);

// The tags of If-Match or If-None-Match as the origin knows them, and the coding that one of them
// had, if any.
struct OriginTags {
  std::string value;
  Coding coding = Coding::kIdentity;
};
OriginTags WithoutCodings(absl::string_view tags);

}  // namespace triad::http
