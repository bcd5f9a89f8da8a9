#include "absl/strings/str_cat.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

Row RowOf(const v1::Namespace& one) {
  std::string count = absl::StrCat(one.at_least() ? ">= " : "", one.entry_count());
  std::string description = one.deleting() ? "(being deleted)" : OneLine(one.description(), 60);
  return {{ShortName(one.name()), Style::kCyan},
          {count},
          {FormatTime(one.create_time()), Style::kDim},
          {description}};
}

absl::StatusOr<ExitCode> List(Session& session) {
  v1::ListNamespacesRequest request;
  request.set_page_size(kMaxPageSize);
  TableWriter table({"NAME", "ENTRIES", "CREATED", "DESCRIPTION"}, session.colours(),
                    session.sink());
  DocumentWriter document("namespaces", session.settings().output, session.sink());
  auto take = [&](const v1::ListNamespacesResponse& page) {
    std::vector<Row> rows;
    for (const v1::Namespace& one : page.namespaces()) {
      rows.push_back(RowOf(one));
      if (!session.wants_table()) document.Add(MessageJson(one));
    }
    if (session.wants_table()) table.Write(rows);
    return true;
  };
  TRIAD_RETURN_IF_ERROR(
      ForEachPage<v1::ListNamespacesResponse>(session, "ListNamespaces", request, take));
  if (!session.wants_table()) document.End({});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Create(Session& session) {
  v1::CreateNamespaceRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_namespace_()->mutable_name(),
                         NamespaceName(session, session.argument(0)));
  request.mutable_namespace_()->set_description(session.flags().Text("description"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::Namespace made,
                         Ask<v1::Namespace>(session, "CreateNamespace", request));
  if (session.wants_table()) {
    session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortName(made.name())),
                               request.validate_only() ? "  would be created\n" : "  created\n"));
  } else {
    session.WriteDocument(MessageJson(made));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session) {
  const FlagValues& flags = session.flags();
  v1::DeleteNamespaceRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), NamespaceName(session, session.argument(0)));
  request.set_force(flags.Has("force"));
  request.set_validate_only(flags.Has("dry-run"));
  std::string name = ShortName(request.name());
  if (request.force() && !request.validate_only() && !flags.Has("yes")) {
    TRIAD_ASSIGN_OR_RETURN(
        bool yes, Confirm(absl::StrCat("Delete ", name,
                                       " with all its entries and their history, for good?")));
    if (!yes) return absl::CancelledError("nothing was deleted");
  }
  TRIAD_ASSIGN_OR_RETURN(v1::DeleteNamespaceResponse done,
                         Ask<v1::DeleteNamespaceResponse>(session, "DeleteNamespace", request));
  if (session.wants_table()) {
    session.Write(absl::StrCat(session.colours()(Style::kCyan, name),
                               request.validate_only() ? "  would be deleted\n" : "  deleted\n"));
  } else {
    session.WriteDocument(MessageJson(done));
  }
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> NamespaceCommands() {
  Flag dry_run = {"dry-run", "", "checks everything and changes nothing", FlagType::kSwitch};
  Argument name = {"NS", "the namespace", false, false, {}, NamespaceCandidates};
  return {
      {"config namespaces list",
       "Lists the namespaces",
       "",
       {},
       {},
       "triadctl config namespaces list\ntriadctl config namespaces list -o json",
       List},
      {"config namespaces create",
       "Creates a namespace",
       "The first write into a namespace creates it, too, unless config runs with\n"
       "--explicit_namespaces.",
       {{"NS", "the namespace"}},
       {{"description", "TEXT", "what it is for"}, dry_run},
       "triadctl config namespaces create staging --description 'Before it is real'",
       Create},
      {"config namespaces delete",
       "Deletes a namespace",
       "",
       {name},
       {{"force", "", "also with entries, and their history, which nothing brings back",
         FlagType::kSwitch},
        {"yes", "", "does not ask", FlagType::kSwitch},
        dry_run},
       "triadctl config namespaces delete staging\n"
       "triadctl config namespaces delete staging --force --yes",
       Delete},
  };
}

}  // namespace triad::cli
