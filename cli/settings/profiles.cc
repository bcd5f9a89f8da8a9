#include "cli/settings/profiles.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/base/status.h"
#include "runtime/io/posix.h"
#include "runtime/yaml/yaml.h"

namespace triad::cli {
namespace {

using nlohmann::ordered_json;

constexpr unsigned kOnlyMine = 0600;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// "token-file" is token_file in the file.
std::string KeyOf(absl::string_view flag) { return absl::StrReplaceAll(flag, {{"-", "_"}}); }
std::string FlagOf(absl::string_view key) { return absl::StrReplaceAll(key, {{"_", "-"}}); }

absl::StatusOr<Profile> ParseProfile(const std::string& name, const ordered_json& fields) {
  if (!fields.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat("profiles.", name, ": expected settings"));
  }
  Profile profile;
  for (const auto& [key, value] : fields.items()) {
    std::string flag = FlagOf(key);
    bool known = std::find(std::begin(kProfileFlags), std::end(kProfileFlags), flag) !=
                 std::end(kProfileFlags);
    if (!known || !value.is_string()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "profiles.", name, ".", key, known ? ": expected text" : ": there is no such setting"));
    }
    profile[flag] = value.get<std::string>();
  }
  return profile;
}

absl::StatusOr<Profiles> ParseProfiles(absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(ordered_json file, ParseYaml(text));
  Profiles profiles;
  if (file.is_null()) return profiles;
  if (!file.is_object()) return absl::InvalidArgumentError("expected 'current' and 'profiles'");
  for (const auto& [key, value] : file.items()) {
    if (key == "current" && value.is_string()) {
      profiles.current = value.get<std::string>();
    } else if (key == "profiles" && value.is_object()) {
      for (const auto& [name, fields] : value.items()) {
        TRIAD_ASSIGN_OR_RETURN(profiles.by_name[name], ParseProfile(name, fields));
      }
    } else if (key != "profiles" || !value.is_null()) {
      return absl::InvalidArgumentError(
          absl::StrCat(key, ": expected 'current: NAME' or 'profiles:' with their settings"));
    }
  }
  return profiles;
}

std::string Format(const Profiles& profiles) {
  ordered_json file;
  if (!profiles.current.empty()) file["current"] = profiles.current;
  file["profiles"] = ordered_json::object();
  for (const auto& [name, profile] : profiles.by_name) {
    ordered_json& fields = file["profiles"][name] = ordered_json::object();
    for (absl::string_view flag : kProfileFlags) {
      auto found = profile.find(std::string(flag));
      if (found != profile.end()) fields[KeyOf(flag)] = found->second;
    }
  }
  return FormatYaml(file);
}

absl::Status WriteAll(const std::string& path, const std::string& text) {
  TRIAD_ASSIGN_OR_RETURN(Descriptor file,
                         OpenDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, kOnlyMine));
  absl::string_view left = text;
  while (!left.empty()) {
    ssize_t written = RetryOnEintr([&] { return write(file.get(), left.data(), left.size()); });
    if (written < 0) return ErrnoStatus(errno, "write", path);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

std::string ProfilesPath() {
  std::string path = Variable("TRIADCTL_CONFIG");
  if (!path.empty()) return path;
  std::string directory = Variable("XDG_CONFIG_HOME");
  if (directory.empty() && !Variable("HOME").empty()) {
    directory = absl::StrCat(Variable("HOME"), "/.config");
  }
  return directory.empty() ? "" : absl::StrCat(directory, "/triad/config.yaml");
}

absl::StatusOr<Profiles> ReadProfiles(const std::string& path) {
  std::error_code error;
  if (path.empty() || !std::filesystem::exists(path, error)) return Profiles();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf()))) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
  }
  absl::StatusOr<Profiles> profiles = ParseProfiles(text.str());
  if (!profiles.ok()) return Annotate(profiles.status(), absl::StrCat(path, ": "));
  return profiles;
}

absl::Status WriteProfiles(const std::string& path, const Profiles& profiles) {
  if (path.empty()) {
    return absl::InvalidArgumentError("set HOME or TRIADCTL_CONFIG, where profiles are kept");
  }
  std::error_code error;
  std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (!directory.empty()) std::filesystem::create_directories(directory, error);
  if (error) return absl::InternalError(absl::StrCat(directory.string(), ": ", error.message()));
  std::string fresh = absl::StrCat(path, ".new");
  TRIAD_RETURN_IF_ERROR(WriteAll(fresh, Format(profiles)));
  std::filesystem::rename(fresh, path, error);
  if (error) return absl::InternalError(absl::StrCat(path, ": ", error.message()));
  return absl::OkStatus();
}

}  // namespace triad::cli
