// triadctl: Triad's command line.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/exit_codes.h"
#include "cli/output/style.h"
#include "cli/session.h"
#include "cli/settings/profiles.h"
#include "cli/settings/settings.h"
#include "cli/table/help.h"
#include "cli/table/parse.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

// Help that was asked for, or without a command what there is.
ExitCode ShowHelp(const CommandTable& table, const Invocation& invocation) {
  bool asked = invocation.help;
  Colours colours(WantsColours(asked ? Stream::kOut : Stream::kError));
  std::string text = invocation.command != nullptr ? CommandHelp(*invocation.command, colours)
                                                   : GroupHelp(table, invocation.words, colours);
  std::fputs(text.c_str(), asked ? stdout : stderr);
  return asked ? ExitCode::kOk : ExitCode::kUsage;
}

absl::StatusOr<ExitCode> Run(const std::vector<std::string>& args) {
  const CommandTable& table = Commands();
  TRIAD_ASSIGN_OR_RETURN(Invocation invocation, Parse(table, args));
  const Command* command = invocation.command;
  if (invocation.help || command == nullptr) return ShowHelp(table, invocation);
  TRIAD_ASSIGN_OR_RETURN(Profiles profiles, ReadProfiles(ProfilesPath()));
  absl::StatusOr<Settings> settings = ResolveSettings(invocation.flags, profiles);
  if (!settings.ok() && !command->local) return settings.status();
  Session session(table, std::move(invocation), std::move(profiles),
                  settings.ok() ? *std::move(settings) : Settings());
  return command->run(session);
}

int Main(const std::vector<std::string>& args) {
  EndOnInterrupt();
  absl::StatusOr<ExitCode> code = Run(args);
  bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (code.ok() && !written) code = absl::InternalError("the output could not be written");
  if (code.ok()) return static_cast<int>(*code);
  Colours colours(WantsColours(Stream::kError));
  std::fputs(ErrorText(code.status(), colours).c_str(), stderr);
  return static_cast<int>(ExitCodeOf(code.status()));
}

}  // namespace
}  // namespace triad::cli

int main(int argc, char** argv) {
  return triad::cli::Main(std::vector<std::string>(argv + 1, argv + argc));
}
