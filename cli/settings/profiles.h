// Profiles: servers under a name, in a file of YAML.
//
//   current: staging
//   profiles:
//     staging:
//       server: https://triad.example.com
//       token_file: /home/ada/.triad-token
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::cli {

// Names of flags ("token-file") to their values. Tokens themselves are none.
using Profile = std::map<std::string, std::string>;

struct Profiles {
  std::string current;  // a name; may be empty
  std::map<std::string, Profile> by_name;
};

// Flags that a profile may have, in the order in which they are shown.
inline constexpr absl::string_view kProfileFlags[] = {"server", "token-file", "ca-file",
                                                      "namespace", "output"};

// TRIADCTL_CONFIG, else $XDG_CONFIG_HOME/triad/config.yaml, else
// $HOME/.config/triad/config.yaml; empty if none of these is set.
std::string ProfilesPath();

// None if there is no such file. INVALID_ARGUMENT, naming file and place, for one that is
// not as above.
absl::StatusOr<Profiles> ReadProfiles(const std::string& path);

// Replaces the file at once, mode 0600, and makes its directory.
absl::Status WriteProfiles(const std::string& path, const Profiles& profiles);

}  // namespace triad::cli
