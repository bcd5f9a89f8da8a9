// The namespace `app`: the application's own settings.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/entries/entry_writer.h"

namespace triad {
class Random;
}

namespace triad::config {

inline constexpr absl::string_view kAppNamespace = "app";

// Their first values, from the environment variables SECRET_KEY, DB_PASSWORD,
// API_BASE_URL, LOG_LEVEL and MAX_CONNECTIONS, each also as NAME_FILE. The two
// secrets are random where nothing is set: no default credential is published.
// INVALID_ARGUMENT, naming the variable, for one that cannot be used.
absl::StatusOr<std::vector<EntryWrite>> AppSettingsFromEnvironment(Random& random);

}  // namespace triad::config
