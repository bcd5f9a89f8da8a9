// The headers of a write that are kept with the content and served with it (RFC 9110,
// section 8; RFC 9111, section 5; RFC 6266).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/storage/model/content_headers.h"

namespace triad::storage {

// Of each header; there are five.
inline constexpr std::size_t kMaxContentHeaderBytes = 1024;

// The value of the request header of that name, which is in lower case; nullopt if it is
// not there.
using HeaderOf = absl::FunctionRef<std::optional<std::string>(absl::string_view name)>;

// Takes Cache-Control, Content-Disposition, Content-Encoding, Content-Language and Expires.
// Lists come out with ", " between their elements, dates in the form that HTTP sends. The
// codings `identity`, which is none, and `aws-chunked`, which frames a request of S3 and not
// the content, are left out. INVALID_ARGUMENT, naming the header, for one that is malformed,
// too long or not of printable ASCII.
absl::StatusOr<ContentHeaders> ParseContentHeaders(HeaderOf header);

}  // namespace triad::storage
