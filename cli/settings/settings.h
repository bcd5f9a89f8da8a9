// What holds for one run: each setting by its flag, else by its variable of the environment,
// else by the profile, else by its default.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/output/document.h"
#include "cli/settings/profiles.h"
#include "cli/table/parse.h"

namespace triad::cli {

struct Settings {
  std::string server = "http://127.0.0.1:4545";  // where ./dev up serves
  std::string token_file = {};
  std::string ca_file = {};
  std::string name_space = {};  // "shop"; may be empty
  OutputFormat output = OutputFormat::kTable;
  absl::Duration wait = absl::ZeroDuration();
  absl::Duration timeout = absl::Seconds(30);
};

// Usage errors that name the flag, the variable or the setting of a profile.
absl::StatusOr<Settings> ResolveSettings(const FlagValues& flags, const Profiles& profiles);

// The profile that --profile, TRIADCTL_PROFILE or `current` names; empty if none does.
std::string ProfileName(const FlagValues& flags, const Profiles& profiles);

}  // namespace triad::cli
