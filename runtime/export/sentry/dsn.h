// Where error reports go: "https://KEY@HOST[:PORT][/PATH]/PROJECT".
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::error_reports {

struct Dsn {
  std::string key;           // public: it allows sending only
  std::string envelope_url;  // "https://HOST/PATH/api/PROJECT/envelope/"
};

// INVALID_ARGUMENT, without the text, for what is none.
absl::StatusOr<Dsn> ParseDsn(absl::string_view text);

}  // namespace triad::error_reports
