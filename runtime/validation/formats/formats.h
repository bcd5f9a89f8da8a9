// The formats that protovalidate's string rules name: one table of them.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::validation {

struct Format {
  const char* name;  // of the rule: "email"
  const char* what;  // "an email address"
  bool (*matches)(absl::string_view);
  // Whether the empty string is a violation of a rule of its own: "string.email_empty".
  bool refuses_empty = true;
};

// nullptr if there is none of that name.
const Format* FindFormat(absl::string_view name);

// Of well_known_regex: "header_name" and "header_value"; if not strict, all that HTTP can carry
// at all: what has no NUL, CR or LF.
const Format& HeaderName(bool strict);
const Format& HeaderValue(bool strict);

}  // namespace triad::validation
