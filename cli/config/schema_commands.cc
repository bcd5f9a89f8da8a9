#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/files/read_input.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

constexpr absl::string_view kSchemas = "/schemas/";

// Of "NS/NAME", of "NAME" of the namespace of --namespace, or in full.
absl::StatusOr<std::string> SchemaName(const Session& session, const std::string& text) {
  if (absl::StartsWith(text, "namespaces/") && absl::StrContains(text, kSchemas)) return text;
  std::size_t slash = text.find('/');
  bool has_namespace = slash != std::string::npos;
  TRIAD_ASSIGN_OR_RETURN(std::string name_space,
                         NamespaceName(session, has_namespace ? text.substr(0, slash) : ""));
  return absl::StrCat(name_space, kSchemas, has_namespace ? text.substr(slash + 1) : text);
}

std::string ShortSchemaName(absl::string_view name) {
  std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  return parts.size() == 4 ? absl::StrCat(parts[1], "/", parts[3]) : std::string(name);
}

void WriteSchema(const Session& session, const v1::Schema& schema) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(schema));
    return;
  }
  session.Write(FormatFields({{"name", {ShortSchemaName(schema.name()), Style::kCyan}},
                              {"pattern", {OneLine(schema.pattern())}},
                              {"schema", {OneLine(schema.json_schema())}},
                              {"created", {FormatTime(schema.create_time())}},
                              {"updated", {FormatTime(schema.update_time())}}},
                             session.colours()));
}

absl::StatusOr<ExitCode> Set(Session& session) {
  const FlagValues& flags = session.flags();
  if (!flags.Has("pattern")) return UsageError("--pattern: say which keys the schema describes");
  v1::SetSchemaRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_schema()->mutable_name(),
                         SchemaName(session, session.argument(0)));
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_schema()->mutable_json_schema(),
                         ReadInput("FILE", session.argument(1)));
  request.mutable_schema()->set_pattern(flags.Text("pattern"));
  request.set_force(flags.Has("force"));
  request.set_validate_only(flags.Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::SetSchemaResponse done,
                         Ask<v1::SetSchemaResponse>(session, "SetSchema", request));
  if (!session.wants_table()) session.WriteDocument(MessageJson(done));
  for (const v1::SchemaViolation& one : done.violations()) {
    session.Say(absl::StrCat("triadctl: ", ShortName(one.entry()), " ", OneLine(one.pointer()),
                             " does not fit: ", OneLine(one.rule())));
  }
  if (done.more_violations()) session.Say("triadctl: there are more of these");
  if (!done.committed()) {
    return absl::AbortedError("entries do not fit, and nothing was set; --force sets it anyway");
  }
  if (session.wants_table()) WriteSchema(session, done.schema());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Session& session, const v1::Schema& schema) {
  if (session.flags().Has("raw")) {
    session.Write(schema.json_schema());
  } else {
    WriteSchema(session, schema);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Get(Session& session) {
  v1::GetSchemaRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), SchemaName(session, session.argument(0)));
  TRIAD_ASSIGN_OR_RETURN(v1::Schema schema, Ask<v1::Schema>(session, "GetSchema", request));
  return Show(session, schema);
}

absl::StatusOr<ExitCode> For(Session& session) {
  v1::GetEntrySchemaRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  TRIAD_ASSIGN_OR_RETURN(v1::Schema schema, Ask<v1::Schema>(session, "GetEntrySchema", request));
  return Show(session, schema);
}

absl::StatusOr<ExitCode> List(Session& session) {
  v1::ListSchemasRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_parent(), NamespaceName(session, session.argument(0)));
  request.set_page_size(kMaxPageSize);
  TableWriter table({"NAME", "PATTERN", "UPDATED"}, session.colours(), session.sink());
  DocumentWriter document("schemas", session.settings().output, session.sink());
  auto take = [&](const v1::ListSchemasResponse& page) {
    std::vector<Row> rows;
    for (const v1::Schema& one : page.schemas()) {
      rows.push_back({{ShortSchemaName(one.name()), Style::kCyan},
                      {OneLine(one.pattern())},
                      {FormatTime(one.update_time()), Style::kDim}});
      if (!session.wants_table()) document.Add(MessageJson(one));
    }
    if (session.wants_table()) table.Write(rows);
    return true;
  };
  TRIAD_RETURN_IF_ERROR(
      ForEachPage<v1::ListSchemasResponse>(session, "ListSchemas", request, take));
  if (!session.wants_table()) document.End({});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session) {
  v1::DeleteSchemaRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), SchemaName(session, session.argument(0)));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::DeleteSchemaResponse done,
                         Ask<v1::DeleteSchemaResponse>(session, "DeleteSchema", request));
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return ExitCode::kOk;
  }
  session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortSchemaName(request.name())),
                             request.validate_only() ? "  would be deleted\n" : "  deleted\n"));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> SchemaCommands() {
  Argument name = {"NS/NAME", "the schema; NAME of the namespace of --namespace"};
  Flag raw = {"raw", "", "the schema alone, as the text it was given as", FlagType::kSwitch};
  Flag dry_run = {"dry-run", "", "checks everything and writes nothing", FlagType::kSwitch};
  return {
      {"config schema set",
       "Sets what values of some keys have to be like, as a JSON Schema",
       "If entries that are there do not fit, they are told, nothing is set, and the exit code\n"
       "is 4.",
       {name, {"FILE", "the schema, of JSON Schema draft 7; - for standard input"}},
       {{"pattern", "PATTERN", "which keys: * stands for anything but /, ** for anything"},
        {"force", "", "also if entries do not fit, which stay as they are", FlagType::kSwitch},
        dry_run},
       "triadctl config schema set shop/timeouts timeout.json --pattern '**/timeout'",
       Set},
      {"config schema get",
       "Shows a schema",
       "",
       {name},
       {raw},
       "triadctl config schema get shop/timeouts --raw",
       Get},
      {"config schema list",
       "Lists the schemas of a namespace",
       "",
       {NamespaceArgument()},
       {},
       "triadctl config schema list shop",
       List},
      {"config schema delete",
       "Deletes a schema: what it described may be anything then",
       "",
       {name},
       {dry_run},
       "triadctl config schema delete shop/timeouts",
       Delete},
      {"config schema for",
       "Shows the schema that values of an entry have to fit",
       "",
       {EntryArgument()},
       {raw},
       "triadctl config schema for shop/checkout/timeout",
       For},
  };
}

}  // namespace triad::cli
