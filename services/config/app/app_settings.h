// The application's own settings, entries of the namespace `app`.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/entries/entry_writer.h"

namespace triad {
class Random;
}

namespace triad::config {

struct AppSetting {
  enum class Kind { kText, kInt, kSecret };

  // Its key, its environment variable, and, in lower case, its field of AppConfig.
  absl::string_view name;
  Kind kind = Kind::kText;
  // Its value if the environment has none. A secret becomes a random one instead, so
  // that no default credential is published.
  absl::string_view initial;

  EntryName entry_name() const { return {"app", std::string(name)}; }
};

inline constexpr AppSetting kAppSettings[] = {
    {"SECRET_KEY", AppSetting::Kind::kSecret, ""},
    {"DB_PASSWORD", AppSetting::Kind::kSecret, ""},
    {"API_BASE_URL", AppSetting::Kind::kText, "http://127.0.0.1:4545"},
    {"LOG_LEVEL", AppSetting::Kind::kText, "info"},
    {"MAX_CONNECTIONS", AppSetting::Kind::kInt, "100"},
};

// Their first values, from the environment variables NAME or the files NAME_FILE.
// INVALID_ARGUMENT, naming the variable, for one that cannot be used.
absl::StatusOr<std::vector<EntryWrite>> AppSettingsFromEnvironment(Random& random);

}  // namespace triad::config
