#include <utility>

#include "absl/strings/str_cat.h"
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

absl::StatusOr<ExitCode> Get(Session& session) {
  const FlagValues& flags = session.flags();
  v1::GetEntryRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  if (flags.Has("at-version") && flags.Has("at-revision")) {
    return UsageError("--at-version: give this or --at-revision");
  }
  if (flags.Has("at-version")) request.set_version(flags.Integer("at-version"));
  if (flags.Has("at-revision")) request.set_revision(flags.Integer("at-revision"));
  request.set_resolve(flags.Has("resolve"));
  TRIAD_ASSIGN_OR_RETURN(v1::Entry entry, Ask<v1::Entry>(session, "GetEntry", request));
  if (!flags.Has("raw")) {
    WriteEntry(session, entry);
    return ExitCode::kOk;
  }
  session.Write(FormatValue(entry.value()));
  if (IsTerminal(Stream::kOut)) session.Write("\n");
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session) {
  v1::DeleteEntryRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  request.set_etag(session.flags().Text("if-etag"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::Entry entry, Ask<v1::Entry>(session, "DeleteEntry", request));
  WriteWritten(session, entry);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Undelete(Session& session) {
  v1::UndeleteEntryRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::Entry entry, Ask<v1::Entry>(session, "UndeleteEntry", request));
  WriteWritten(session, entry);
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> EntryCommands() {
  Flag dry_run = {"dry-run", "", "checks everything and writes nothing", FlagType::kSwitch};
  Flag if_etag = {"if-etag", "ETAG", "only if the entry still has this etag"};
  return {
      {"config get",
       "Shows an entry, as it is or as it was",
       "The value of a secret is masked; 'config reveal' shows it.",
       {EntryArgument()},
       {{"at-version", "N", "as of this version of its own", FlagType::kInteger},
        {"at-revision", "N", "as of this revision of the store", FlagType::kInteger},
        ResolveFlag(),
        {"raw", "", "the value alone, byte for byte", FlagType::kSwitch}},
       "triadctl config get shop/checkout/timeout\n"
       "timeout=$(triadctl config get shop/checkout/timeout --raw)",
       Get},
      {"config delete",
       "Deletes an entry",
       "Until it is compacted, 'config undelete' brings it back.",
       {EntryArgument()},
       {if_etag, dry_run},
       "triadctl config delete shop/checkout/currency",
       Delete},
      {"config undelete",
       "Brings a deleted entry back, with the value that it had",
       "",
       {EntryArgument()},
       {dry_run},
       "triadctl config undelete shop/checkout/currency",
       Undelete},
  };
}

}  // namespace triad::cli
