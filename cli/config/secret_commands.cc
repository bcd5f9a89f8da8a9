#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/config/values.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

absl::StatusOr<ExitCode> Reveal(Session& session) {
  v1::RevealEntryRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  request.set_version(session.flags().Integer("at-version"));
  request.set_resolve(session.flags().Has("resolve"));
  TRIAD_ASSIGN_OR_RETURN(v1::Entry entry, Ask<v1::Entry>(session, "RevealEntry", request));
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(entry));
    return ExitCode::kOk;
  }
  session.Write(FormatValue(entry.value()));
  if (IsTerminal(Stream::kOut)) session.Write("\n");
  return ExitCode::kOk;
}

absl::Status TakeVersions(const FlagValues& flags, v1::DestroyEntryVersionsRequest& request) {
  for (const std::string& list : flags.All("versions")) {
    for (absl::string_view text : absl::StrSplit(list, ',')) {
      std::int64_t version = 0;
      if (!absl::SimpleAtoi(text, &version) || version < 1) {
        return UsageError(
            absl::StrCat("--versions: expected numbers such as 1,2, not '", text, "'"));
      }
      request.add_versions(version);
    }
  }
  if (request.versions().empty()) return UsageError("--versions: name those to destroy");
  return absl::OkStatus();
}

// What takes the place of the newest version: from a file, or asked for.
absl::Status TakeNewValue(const FlagValues& flags, v1::DestroyEntryVersionsRequest& request) {
  std::string text;
  if (flags.Has("new-value-from")) {
    TRIAD_ASSIGN_OR_RETURN(text, ReadValueInput("--new-value-from", flags.Text("new-value-from")));
  } else if (flags.Has("new-value")) {
    TRIAD_ASSIGN_OR_RETURN(text, AskSecret(absl::StrCat("New value of ", ShortName(request.name())),
                                           "--new-value-from - reads it from standard input"));
  } else {
    return absl::OkStatus();
  }
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_value(),
                         ParseValue(flags.Text("type", "string"), text, "--new-value"));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Destroy(Session& session) {
  const FlagValues& flags = session.flags();
  v1::DestroyEntryVersionsRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  TRIAD_RETURN_IF_ERROR(TakeVersions(flags, request));
  TRIAD_RETURN_IF_ERROR(TakeNewValue(flags, request));
  request.set_validate_only(flags.Has("dry-run"));
  if (!request.validate_only() && !flags.Has("yes")) {
    std::string question = absl::StrCat("Destroy ", request.versions_size(), " versions of ",
                                        ShortName(request.name()), " for good?");
    TRIAD_ASSIGN_OR_RETURN(bool yes, Confirm(question));
    if (!yes) return absl::CancelledError("nothing was destroyed");
  }
  TRIAD_ASSIGN_OR_RETURN(
      v1::DestroyEntryVersionsResponse done,
      Ask<v1::DestroyEntryVersionsResponse>(session, "DestroyEntryVersions", request));
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return ExitCode::kOk;
  }
  session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortName(request.name())), "  ",
                             done.destroyed(), " values ",
                             request.validate_only() ? "would be destroyed\n" : "destroyed\n"));
  if (done.has_entry()) WriteWritten(session, done.entry());
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> SecretCommands() {
  return {
      {"config reveal",
       "Shows the value of an entry in the clear, also that of a secret",
       "The value alone, byte for byte; as JSON and YAML the entry. Needs the token, and the\n"
       "audit log tells of it.",
       {EntryArgument()},
       {{"at-version", "N", "as of this version of its own", FlagType::kInteger}, ResolveFlag()},
       "triadctl config reveal shop/payment/api-key\n"
       "triadctl config reveal shop/payment/api-key --at-version 3 > old-key",
       Reveal},
      {"config destroy",
       "Takes values of an entry away for good, such as those of a secret that leaked",
       "The versions stay in the history, without their values. For the newest one a new\n"
       "value has to take its place, which is asked for or read from a file.",
       {EntryArgument()},
       {{"versions", "N,N", "whose values are destroyed", FlagType::kText, {}, 0, true},
        {"new-value", "", "asks for the value that takes the newest one's place",
         FlagType::kSwitch},
        {"new-value-from", "FILE", "reads it from a file, - for standard input", FlagType::kFile},
        {"type",
         "TYPE",
         "of the new value (default string)",
         FlagType::kText,
         {"string", "int", "double", "bool", "json"}},
        {"yes", "", "does not ask", FlagType::kSwitch},
        {"dry-run", "", "checks everything and destroys nothing", FlagType::kSwitch}},
       "triadctl config destroy shop/payment/api-key --versions 1,2\n"
       "triadctl config destroy shop/payment/api-key --versions 3 --new-value-from key.txt --yes",
       Destroy},
  };
}

}  // namespace triad::cli
