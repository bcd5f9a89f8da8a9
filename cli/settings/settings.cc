#include "cli/settings/settings.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

// Of one flag, in the order in which they count; empty if nobody sets it.
class Resolver {
 public:
  Resolver(const FlagValues& flags, const Profile& profile, absl::string_view profile_name)
      : flags_(flags), profile_(profile), profile_name_(profile_name) {}

  absl::StatusOr<std::string> Find(absl::string_view name) const {
    const Flag& flag = *FindFlag(nullptr, name);
    if (flags_.Has(name)) return flags_.Text(name);
    std::string variable(flag.environment);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && *value != '\0') {
      TRIAD_RETURN_IF_ERROR(CheckFlag(flag, variable, value));
      return std::string(value);
    }
    auto found = profile_.find(std::string(name));
    if (found == profile_.end()) return std::string();
    TRIAD_RETURN_IF_ERROR(
        CheckFlag(flag, absl::StrCat("profile ", profile_name_, ": ", name), found->second));
    return found->second;
  }

 private:
  const FlagValues& flags_;
  const Profile& profile_;
  const absl::string_view profile_name_;
};

absl::Status Assign(const Resolver& from, absl::string_view name, std::string& to) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, from.Find(name));
  if (!text.empty()) to = text;
  return absl::OkStatus();
}

absl::Status Assign(const Resolver& from, absl::string_view name, absl::Duration& to) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, from.Find(name));
  if (!text.empty() && !absl::ParseDuration(text, &to)) return UsageError(name);
  return absl::OkStatus();
}

}  // namespace

std::string ProfileName(const FlagValues& flags, const Profiles& profiles) {
  if (flags.Has("profile")) return flags.Text("profile");
  const char* variable = std::getenv("TRIADCTL_PROFILE");
  return variable != nullptr && *variable != '\0' ? variable : profiles.current;
}

absl::StatusOr<Settings> ResolveSettings(const FlagValues& flags, const Profiles& profiles) {
  std::string name = ProfileName(flags, profiles);
  auto profile = profiles.by_name.find(name);
  if (!name.empty() && profile == profiles.by_name.end()) {
    return UsageError(absl::StrCat("--profile: there is no profile '", name, "' in ",
                                   ProfilesPath(), "; 'triadctl profile set' makes one"));
  }
  Profile none;
  Resolver from(flags, name.empty() ? none : profile->second, name);
  Settings settings;
  TRIAD_RETURN_IF_ERROR(Assign(from, "server", settings.server));
  TRIAD_RETURN_IF_ERROR(Assign(from, "token-file", settings.token_file));
  TRIAD_RETURN_IF_ERROR(Assign(from, "ca-file", settings.ca_file));
  TRIAD_RETURN_IF_ERROR(Assign(from, "namespace", settings.name_space));
  TRIAD_RETURN_IF_ERROR(Assign(from, "wait", settings.wait));
  TRIAD_RETURN_IF_ERROR(Assign(from, "timeout", settings.timeout));
  TRIAD_ASSIGN_OR_RETURN(std::string output, from.Find("output"));
  settings.output = ParseOutputFormat(output);
  return settings;
}

}  // namespace triad::cli
