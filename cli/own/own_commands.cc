#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/output/table.h"
#include "cli/own/commands.h"
#include "cli/session.h"
#include "cli/table/completion.h"
#include "cli/table/help.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"

namespace triad::cli {
namespace {

using nlohmann::ordered_json;

absl::StatusOr<ExitCode> Version(Session& session) {
  const BuildInfo& own = GetBuildInfo();
  std::vector<ServerBuild> builds = {
      {"triadctl", std::string(own.version), std::string(own.commit)}};
  absl::Status asked;
  if (!session.flags().Has("client")) {
    TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
    absl::StatusOr<std::vector<ServerBuild>> servers = client->Builds();
    asked = servers.status();
    if (asked.ok()) builds.insert(builds.end(), servers->begin(), servers->end());
  }
  std::vector<Row> rows;
  ordered_json all = ordered_json::array();
  for (const ServerBuild& build : builds) {
    rows.push_back({{build.name}, {build.version}, {build.commit}});
    all.push_back({{"name", build.name}, {"version", build.version}, {"commit", build.commit}});
  }
  if (session.wants_table()) {
    TableWriter({"NAME", "VERSION", "COMMIT"}, session.colours(), session.sink()).Write(rows);
  } else {
    session.WriteDocument({{"builds", all}});
  }
  TRIAD_RETURN_IF_ERROR(asked);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Help(Session& session) {
  std::string words = absl::StrJoin(session.arguments(), " ");
  if (words == "all") {
    session.Write(ManualText(session.table(), session.colours()));
    return ExitCode::kOk;
  }
  // As if -h stood behind them: unknown words are refused with the nearest.
  std::vector<std::string> args = session.arguments();
  args.emplace_back("-h");
  TRIAD_ASSIGN_OR_RETURN(Invocation about, Parse(session.table(), args));
  session.Write(about.command != nullptr
                    ? CommandHelp(*about.command, session.colours())
                    : GroupHelp(session.table(), about.words, session.colours()));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Completion(Session& session) {
  session.Write(CompletionScript(session.argument(0)));
  return ExitCode::kOk;
}

// For the scripts: "files" or "words", then a line for each candidate.
absl::StatusOr<ExitCode> CompleteWords(Session& session) {
  Completions completions = Complete(session.table(), session, session.arguments());
  session.Write(completions.files ? "files\n" : "words\n");
  for (const auto& one : completions.candidates) {
    session.Write(absl::StrCat(one.text, "\t", one.help, "\n"));
  }
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> OwnCommands() {
  return {
      {"version",
       "Says what triadctl and the servers were built from",
       "",
       {},
       {{"client", "", "of triadctl alone; no server is asked", FlagType::kSwitch}},
       "triadctl version\ntriadctl version --client -o json",
       Version},
      {"completion",
       "Writes what a shell completes triadctl's command lines with",
       "",
       {{"SHELL", "bash or zsh", false, false, {"bash", "zsh"}}},
       {},
       "source <(triadctl completion bash)\n"
       "triadctl completion zsh > ~/.zfunc/_triadctl   # a directory in $fpath",
       Completion,
       true},
      {"help",
       "Says what there is, or more of one command; with 'all' everything",
       "",
       {{"COMMAND", "its words, or all", true, true}},
       {},
       "triadctl help config set\ntriadctl help all | less",
       Help,
       true},
      {"__complete",
       "Answers the scripts of 'completion'",
       "",
       {{"WORD", "typed so far", true, true}},
       {},
       "triadctl __complete -- config s",
       CompleteWords,
       true,
       true},
  };
}

}  // namespace triad::cli
