#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/output/table.h"
#include "cli/own/commands.h"
#include "cli/session.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

using nlohmann::ordered_json;

std::vector<std::string> ProfileNames(Session& session, absl::string_view) {
  std::vector<std::string> names;
  for (const auto& [name, profile] : session.profiles().by_name) names.push_back(name);
  return names;
}

absl::Status NoSuchProfile(absl::string_view name) {
  return absl::NotFoundError(absl::StrCat("there is no profile '", name, "' in ", ProfilesPath()));
}

ordered_json ProfileJson(const std::string& name, const Profile& profile, bool current) {
  ordered_json value = {{"name", name}, {"current", current}};
  for (absl::string_view flag : kProfileFlags) {
    auto found = profile.find(std::string(flag));
    if (found != profile.end()) value[std::string(flag)] = found->second;
  }
  return value;
}

absl::StatusOr<ExitCode> List(Session& session) {
  const Profiles& profiles = session.profiles();
  ordered_json all = ordered_json::array();
  std::vector<Row> rows;
  for (const auto& [name, profile] : profiles.by_name) {
    bool current = name == profiles.current;
    all.push_back(ProfileJson(name, profile, current));
    auto server = profile.find("server");
    rows.push_back({{current ? "*" : ""}, {name}, {server == profile.end() ? "" : server->second}});
  }
  if (session.wants_table()) {
    TableWriter({"CURRENT", "NAME", "SERVER"}, session.colours(), session.sink()).Write(rows);
  } else {
    session.WriteDocument({{"profiles", all}});
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Use(Session& session) {
  Profiles profiles = session.profiles();
  profiles.current = session.argument(0);
  if (profiles.by_name.count(profiles.current) == 0) return NoSuchProfile(profiles.current);
  TRIAD_RETURN_IF_ERROR(WriteProfiles(ProfilesPath(), profiles));
  return ExitCode::kOk;
}

// A path is the same from wherever triadctl is started.
std::string Absolute(absl::string_view flag, const std::string& text) {
  bool is_file = FindFlag(nullptr, flag)->type == FlagType::kFile;
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(text, error);
  return is_file && !error ? path.string() : text;
}

absl::StatusOr<ExitCode> Set(Session& session) {
  Profiles profiles = session.profiles();
  Profile& profile = profiles.by_name[session.argument(0)];
  bool any = false;
  for (absl::string_view flag : kProfileFlags) {
    if (!session.flags().Has(flag)) continue;
    any = true;
    std::string text = session.flags().Text(flag);
    if (text.empty()) {
      profile.erase(std::string(flag));
    } else {
      profile[std::string(flag)] = Absolute(flag, text);
    }
  }
  if (!any) return UsageError("'profile set' needs at least one flag, such as --server");
  if (profiles.current.empty()) profiles.current = session.argument(0);
  TRIAD_RETURN_IF_ERROR(WriteProfiles(ProfilesPath(), profiles));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Session& session) {
  const Profiles& profiles = session.profiles();
  std::string name = session.argument(0);
  if (name.empty()) name = ProfileName(session.flags(), profiles);
  auto found = profiles.by_name.find(name);
  if (found == profiles.by_name.end()) return NoSuchProfile(name);
  ordered_json value = ProfileJson(name, found->second, name == profiles.current);
  if (!session.wants_table()) {
    session.WriteDocument(value);
    return ExitCode::kOk;
  }
  std::vector<std::pair<std::string, Cell>> fields;
  for (const auto& [key, text] : value.items()) {
    fields.emplace_back(key, Cell{text.is_string() ? text.get<std::string>() : text.dump()});
  }
  session.Write(FormatFields(fields, session.colours()));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session) {
  Profiles profiles = session.profiles();
  if (profiles.by_name.erase(session.argument(0)) == 0) return NoSuchProfile(session.argument(0));
  if (profiles.current == session.argument(0)) profiles.current.clear();
  TRIAD_RETURN_IF_ERROR(WriteProfiles(ProfilesPath(), profiles));
  return ExitCode::kOk;
}

Argument NameArgument(bool optional) {
  return {"NAME", "of the profile", optional, false, {}, ProfileNames};
}

}  // namespace

std::vector<Command> ProfileCommands() {
  std::vector<Command> rows = {
      {"profile list", "Lists the profiles", "", {}, {}, "triadctl profile list", List},
      {"profile show",
       "Shows a profile",
       "",
       {NameArgument(true)},
       {},
       "triadctl profile show staging",
       Show},
      {"profile use",
       "Makes a profile the current one",
       "",
       {NameArgument(false)},
       {},
       "triadctl profile use staging",
       Use},
      {"profile set",
       "Makes a profile or changes it",
       "Takes --server, --token-file, --ca-file, --namespace and --output, of which an empty\n"
       "one is removed. The first profile becomes the current one. The file is\n"
       "$TRIADCTL_CONFIG, or triad/config.yaml in $XDG_CONFIG_HOME or ~/.config.",
       {NameArgument(false)},
       {},
       "triadctl profile set staging --server https://triad.example.com --token-file "
       "~/.triad-token",
       Set},
      {"profile delete",
       "Deletes a profile",
       "",
       {NameArgument(false)},
       {},
       "triadctl profile delete staging",
       Delete},
  };
  for (Command& row : rows) row.local = true;
  return rows;
}

}  // namespace triad::cli
